// The operator's page: the way in and out, and that it tells what has happened, with and without JavaScript. Each test has a site of its
// own, before a gateway that counts tokens, so that looks cost something.

import { readFileSync } from 'node:fs';
import type { APIRequestContext, Page } from '@playwright/test';
import { expect, test as base } from './fixtures';
import { startGateway, startSite } from './server';
import { sample } from './studio';

const gatewayToken = 'usage-canary-token';
const operatorToken = 'operator-canary-token';

const test = base.extend<{ site: string }, { gateway: string }>({
  gateway: [
    async ({}, use, { workerIndex }) => {
      const gateway = await startGateway(`usage-gateway-${workerIndex}`, gatewayToken);
      await use(gateway.address);
      await gateway.stop();
    },
    { scope: 'worker' },
  ],

  site: async ({ gateway }, use, { workerIndex }) => {
    const site = await startSite(`usage-site-${workerIndex}`, {
      GATEWAY_URL: gateway,
      GATEWAY_TOKEN: gatewayToken,
      GOOGLE_API_KEY: 'AIza-canary-of-usage',
      // What one site has paid for is not to be free for the next.
      GATEWAY_CACHE: 'off',
      ADMIN_TOKEN: operatorToken,
    });
    await use(site.address);
    await site.stop();
  },
});

// Who has not signed in is answered with that status, and the browser says so.
test.use({ tolerated: [/status of 401/] });

const title = (page: Page) => page.getByRole('heading', { level: 1 });
const field = (page: Page) => page.getByLabel('Токен', { exact: true });
const figure = (page: Page, name: string) =>
  page.locator('.tiles > div').filter({ has: page.getByText(name, { exact: true }) }).locator('dd');
const requests = (page: Page) => page.getByRole('table', { name: 'Последние запросы' }).locator('tbody tr');

async function signIn(page: Page, site: string) {
  await page.goto(`${site}/usage`);
  await field(page).fill(operatorToken);
  await page.getByRole('button', { name: 'Войти' }).click();
  await expect(title(page)).toHaveText('Использование');
}

const file = (name: string) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: readFileSync(sample(name)) });

/** Asks for a look as a script does, and gives its last event. */
async function ask(request: APIRequestContext, site: string) {
  const multipart = { person: file('person-1'), outfit: file('outfit-2') };
  const lines = (await (await request.post(`${site}/api/looks`, { multipart })).text()).trim().split('\n');
  return JSON.parse(lines.at(-1)!) as { event: string; cost_usd: number };
}

/** Asks for a look of one photo, which is refused. */
const askInVain = (request: APIRequestContext, site: string) =>
  request.post(`${site}/api/looks`, { multipart: { person: file('person-1') } });

/** As the page writes a price below a dollar. */
const dollars = (usd: number) => `${(Math.round(usd * 1e4 + 1e-6) / 1e4).toFixed(4).replace('.', ',')} $`;

async function expectNoSidewaysScrolling(page: Page) {
  for (const width of [320, 390, 768]) {
    await page.setViewportSize({ width, height: 800 });
    const wide = await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth);
    expect(wide, `at ${width} pixels`).toBeLessThanOrEqual(0);
  }
}

test('the way in by keyboard, past a wrong token, and out again', async ({ page, site, axe }) => {
  const answer = await page.goto(`${site}/usage`);
  expect(answer?.status()).toBe(401);
  await expect(title(page)).toHaveText('Вход для владельца сайта');
  await expect(field(page)).toHaveAttribute('autocomplete', 'current-password');
  await expect(field(page)).toHaveAccessibleDescription(/ADMIN_TOKEN/);
  await axe();
  for (let tabs = 0; tabs < 12; tabs++) {
    if (await field(page).evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('not-the-token');
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(`${site}/usage?wrong`);
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(field(page)).toHaveAccessibleDescription(/^Токен не подошёл/);
  await axe();
  await page.keyboard.type(operatorToken);
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(`${site}/usage`);
  await expect(title(page)).toHaveText('Использование');
  await page.getByRole('button', { name: 'Выйти' }).click();
  await expect(title(page)).toHaveText('Вход для владельца сайта');
  expect((await page.goto(`${site}/usage`))?.status()).toBe(401);
});

test('who has guessed too often is told how long to wait', async ({ page, request, site }) => {
  for (let guesses = 0; guesses < 5; guesses++) {
    await request.post(`${site}/usage/login`, { form: { token: `guess-${guesses}` } });
  }
  await page.goto(`${site}/usage`);
  await field(page).fill('one-guess-more');
  await page.getByRole('button', { name: 'Войти' }).click();
  await expect(page).toHaveURL(/\/usage\?wait=\d+$/);
  await expect(field(page)).toHaveAccessibleDescription(/^Слишком много попыток\. Можно снова через \d+\sс\./);
});

test('where nothing has happened the page says so', async ({ page, site, axe }) => {
  await signIn(page, site);
  await expect(figure(page, 'Образы').first()).toHaveText('0');
  await expect(figure(page, 'Из кэша').first()).toHaveText('–');
  await expect(page.getByText('За это время запросов не было.')).toHaveCount(2);
  await expect(page.getByText('Задайте CLOUDFLARE_API_TOKEN')).toBeVisible();
  expect(await page.content()).not.toContain('.wasm');
  await axe();
  await expectNoSidewaysScrolling(page);
});

test('two equal looks: one is paid, one is from the cache', async ({ page, request, site, axe }) => {
  const made = await ask(request, site);
  expect([made.event, (await ask(request, site)).event]).toEqual(['done', 'done']);
  await signIn(page, site);
  await expect(figure(page, 'Запросы').first()).toHaveText('2');
  await expect(figure(page, 'Образы')).toHaveText(['2', 'создано заново: 1']);
  await expect(figure(page, 'Потрачено')).toHaveText([dollars(made.cost_usd), 'всё рассчитано']);
  await expect(figure(page, 'Один образ')).toHaveText([
    dollars(made.cost_usd / 2),
    `созданный заново ${dollars(made.cost_usd)}`,
  ]);
  await expect(figure(page, 'Из кэша')).toHaveText(['50 %', `сэкономлено ${dollars(made.cost_usd)}`]);

  const chart = page.getByRole('img', { name: 'Образы по времени' });
  await expect(chart).toHaveAccessibleName(/Создано заново: 1, Из кэша: 1, Неудачи: 0\./);
  await expect(chart.locator('.paid, .free')).toHaveCount(2);
  for (const summary of await page.getByText('В виде таблицы').all()) await summary.click();
  await expect(page.getByRole('table', { name: 'Образы по времени' }).locator('tfoot')).toHaveText(/Всего\s*1\s*1\s*–/);
  await expect(page.getByRole('table', { name: 'Деньги по времени' }).locator('tfoot')).toContainText(dollars(made.cost_usd));
  await expect(page.getByRole('table', { name: 'Модели' }).locator('tbody tr')).toHaveCount(2);
  await expect(requests(page)).toHaveText([/Образ готов\s*Наш кэш/, /Образ готов\s*Создание/]);
  await axe();
  await expectNoSidewaysScrolling(page);
});

test('the switch stops all spending and allows it again', async ({ page, request, site, axe }) => {
  await signIn(page, site);
  await page.getByRole('button', { name: 'Остановить траты' }).click();
  await expect(page.getByText('Траты остановлены: новые образы не создаются.')).toBeVisible();
  expect(await ask(request, site)).toMatchObject({ event: 'failed', code: 'budget_exhausted', retry_after_s: null });
  await axe();
  await page.getByRole('button', { name: 'Разрешить траты' }).click();
  await expect(page.getByRole('button', { name: 'Остановить траты' })).toBeVisible();
  expect((await ask(request, site)).event).toBe('done');
});

test('the last requests can be chosen from, and given away as a file', async ({ page, request, site, axe }) => {
  await ask(request, site);
  expect((await askInVain(request, site)).status()).toBe(400);
  await signIn(page, site);
  await expect(requests(page)).toHaveCount(2);
  await page.getByLabel('Исход').selectOption('missing_photo');
  await page.getByRole('button', { name: 'Показать' }).click();
  await expect(page).toHaveURL(`${site}/usage?period=day&outcome=missing_photo&model=&source=#requests`);
  await expect(page.getByLabel('Исход')).toHaveValue('missing_photo');
  await expect(requests(page)).toHaveText([/Фотография не выбрана\s*missing_photo\s*Отказ на входе/]);
  await axe();

  await page.getByRole('link', { name: '7 дней' }).click();
  await expect(page).toHaveURL(`${site}/usage?period=week&outcome=missing_photo`);
  await expect(page.getByRole('link', { name: '7 дней' })).toHaveAttribute('aria-current', 'true');
  await expect(requests(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Сбросить' }).click();
  await expect(requests(page)).toHaveCount(2);

  const awaited = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Скачать CSV' }).click();
  const download = await awaited;
  expect(download.suggestedFilename()).toBe('primerka-usage-week.csv');
  expect(readFileSync(await download.path(), 'utf8').trim().split('\n')).toHaveLength(3);

  await page.getByLabel('Исход').selectOption('missing_photo');
  await page.getByLabel('Откуда').selectOption('kept');
  await page.getByRole('button', { name: 'Показать' }).click();
  await expect(page.getByText('Под этот отбор не подходит ни один запрос.')).toBeVisible();
});

test('it speaks English, too', async ({ page, request, site, axe }) => {
  await askInVain(request, site);
  await signIn(page, site);
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page).toHaveURL(`${site}/usage`);
  await expect(title(page)).toHaveText('Usage');
  await expect(page.getByText('All times are UTC.')).toBeVisible();
  await expect(figure(page, 'Failures')).toHaveText(['1', 'while making 0, at the door 1']);
  await expect(figure(page, 'Spent').first()).toHaveText('$0');
  await axe();
});
