// The pages beside the studio, and the languages as plain links.

import { expect, test } from './fixtures';

test('privacy says what goes where', async ({ page, axe }) => {
  await page.goto('/privacy');
  await expect(page).toHaveTitle('Что происходит с фотографиями · Примерка');
  for (const name of ['Cloudflare AI Gateway', 'Google Gemini']) await expect(page.getByText(name, { exact: true })).toBeVisible();
  await expect(page.getByText('Его хеш, из которого имя не узнать, уходит с запросами в журнал шлюза Cloudflare')).toBeVisible();
  await axe();
});

test('privacy names every cookie and how long it stays', async ({ page, context }) => {
  await page.goto('/?lang=ru');
  // Whoever asks for a look gets the other one, whatever becomes of it.
  await page.request.post('/api/looks', { multipart: { person: 'no photo' } });
  const cookies = await context.cookies();
  expect(cookies.map(({ name }) => name).sort()).toEqual(['lang', 'visitor']);
  await page.goto('/privacy');
  for (const { name, expires } of cookies) {
    const days = (expires - Date.now() / 1000) / 86_400;
    expect(Math.round(days), name).toBe(365);
    await expect(page.getByText(`Cookie «${name}», на год`)).toBeVisible();
  }
  await page.goto('/privacy?lang=en');
  for (const { name } of cookies) await expect(page.getByText(`The cookie “${name}”, for a year`)).toBeVisible();
});

test('a link to the site is shown with its picture', async ({ page, request }) => {
  await page.goto('/');
  const tag = (name: string) => page.locator(`meta[property="og:${name}"]`);
  await expect(tag('title')).toHaveAttribute('content', await page.title());
  await expect(tag('description')).toHaveAttribute('content', /^Виртуальная примерка/);
  const address = new URL('/og.png', page.url()).href;
  await expect(tag('image')).toHaveAttribute('content', address);
  expect((await request.get(address)).headers()['content-type']).toBe('image/png');
});

test('privacy is told before the first upload', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Подробнее о приватности' }).click();
  await expect(page).toHaveURL('/privacy');
});

test.describe('an address that nothing is at', () => {
  test.use({ tolerated: [/status of 404/] });

  for (const address of ['/nowhere', `/looks/${'0'.repeat(32)}`, '/looks/not-an-id']) {
    test(address, async ({ page, axe }) => {
      const answer = await page.goto(address);
      expect(answer?.status()).toBe(404);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Страница не найдена');
      await axe();
      await page.getByRole('link', { name: 'На главную' }).click();
      await expect(page).toHaveURL('/');
    });
  }
});

test('the language is a link, and stays', async ({ page }) => {
  await page.goto('/privacy');
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page).toHaveURL('/privacy');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What happens to the photos');
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How will it look on me?');
});

test('nothing is cut or scrolls sideways at 320 pixels and with text twice as large', async ({ page }) => {
  for (const address of ['/', '/privacy']) {
    for (const size of ['100%', '200%']) {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(address);
      await page.locator('html').evaluate((root, size) => (root.style.fontSize = size), size);
      const wide = await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth);
      expect(wide, `${address} at ${size}`).toBeLessThanOrEqual(0);
    }
  }
});
