// A look on its way: every event, cancelling, failing, a connection that breaks.

import { expect, test } from './fixtures';
import { events, failed, id, lines, pipe } from './stream';
import { Studio } from './studio';

test('both steps are told as they happen', async ({ page, axe }) => {
  const look = await pipe(page);
  const studio = new Studio(page);
  await studio.open();
  await studio.choose();
  await studio.create.click();
  await expect(studio.stage.getByText('Отправляем фото', { exact: true }).first()).toBeVisible();
  await expect(studio.create).toHaveAccessibleDescription('Образ уже создаётся');
  await expect(studio.stage).toBeInViewport();
  await look.send(events.accepted, events.queued);
  await expect(studio.stage.locator('.waiting')).toHaveText('Вы в очереди, место 3');
  await look.send(events.describing);
  await expect(studio.step(1)).toHaveAttribute('data-state', 'running');
  await expect(studio.step(1).locator('.step-time')).toHaveText(/\d,\d\sс/);
  await expect(studio.step(2)).toHaveAttribute('data-state', 'waiting');
  await expect(page.getByRole('status')).toHaveText('Описываем наряд');
  await axe();
  // Cut in the middle of a line: the page waits for the rest of it.
  const line = lines(events.described);
  await look.sendText(line.slice(0, 30));
  await look.sendText(line.slice(30));
  await expect(studio.step(1)).toHaveAttribute('data-state', 'done');
  await expect(studio.step(1)).toContainText('из памяти');
  await expect(studio.step(1)).toContainText('2,3 с');
  await expect(page.locator('.outfit')).toContainText('cotton');
  await expect(page.locator('.outfit .swatch circle')).toHaveAttribute('fill', '#c0412a');
  await look.send(events.generating, events.retrying);
  await expect(studio.stage.locator('.waiting')).toHaveText(/Попытка 2 начнётся через \d+\sс/);
  await look.send(events.done);
  await look.end();
  await expect(studio.result).toBeVisible();
  await expect(page.locator('.facts')).toContainText(/12\sс/);
  await expect(page.locator('.facts')).toContainText(/0,034\s\$/);
  await expect(page.locator('.demo-note')).toBeHidden();
  await axe();
});

test('a look that was not accepted yet is simply not asked for', async ({ page }) => {
  const look = await pipe(page);
  const studio = new Studio(page);
  await studio.open();
  await studio.choose();
  await studio.create.click();
  await studio.button('Отменить').click();
  await expect(studio.create).not.toHaveAttribute('aria-disabled');
  await expect(studio.person.preview).toBeVisible();
  expect(await look.asked()).toBe(1);
});

test('a look under way is stopped on the server', async ({ page }) => {
  const look = await pipe(page);
  const studio = new Studio(page);
  await studio.open();
  await studio.choose();
  await studio.create.click();
  await look.send(events.accepted, events.describing);
  await expect(studio.step(1)).toHaveAttribute('data-state', 'running');
  const stop = page.waitForRequest((request) => request.url().endsWith(`/api/looks/${id}/cancel`) && request.method() === 'POST');
  await page.route('**/cancel', (route) => route.fulfill({ status: 204 }));
  await studio.button('Отменить').click();
  await stop;
  await expect(studio.stage.locator('.waiting')).toHaveText('Останавливаем');
  await look.send(failed('cancelled', { message: 'Создание образа остановлено', hint: 'Можно начать заново.', step: 1 }));
  await look.end();
  await expect(studio.stage).toContainText('Создание образа остановлено');
  await expect(studio.create).not.toHaveAttribute('aria-disabled');
});

test('a failure is told, and tried again with the same photos', async ({ page, axe }) => {
  const look = await pipe(page);
  const studio = new Studio(page);
  await studio.open();
  await studio.choose();
  await studio.create.click();
  await look.send(events.accepted, events.describing, events.described, events.generating, failed('overloaded'));
  await look.end();
  await expect(page.getByRole('heading', { name: 'Образ не получился' })).toBeFocused();
  await expect(studio.stage).toContainText('Модель перегружена');
  await expect(studio.stage).toContainText('Попробуйте ещё раз чуть позже.');
  await expect(studio.stage).toContainText('req-1');
  await expect(studio.step(2)).toHaveAttribute('data-state', 'failed');
  await axe();
  await studio.button('Попробовать ещё раз').click();
  await expect(studio.step(1)).toHaveAttribute('data-state', 'waiting');
  expect(await look.asked()).toBe(2);
  await look.send(events.accepted, events.describing, events.described, events.generating, events.done);
  await look.end();
  await expect(studio.result).toBeVisible();
});

test.describe('a refusal with a wait', () => {
  test.use({ tolerated: [/status of 429/] });

  test('is counted down', async ({ page }) => {
    const studio = new Studio(page);
    await page.clock.install();
    await studio.open();
    await studio.choose();
    const refusal = lines(failed('too_many_looks', { step: null, retry_after_s: 30 }));
    await page.route('**/api/looks', (route) =>
      route.fulfill({ status: 429, contentType: 'application/x-ndjson', body: refusal }),
    );
    await studio.create.click();
    const again = studio.button('Попробовать ещё раз');
    await expect(again).toHaveAttribute('aria-disabled', 'true');
    await expect(studio.stage).toContainText(/через (30|29)\sс/);
    await page.clock.runFor(31_000);
    await expect(again).not.toHaveAttribute('aria-disabled');
  });
});

test.describe('a connection that breaks', () => {
  test.use({ tolerated: [/cut by the test|net::ERR_FAILED/] });

  test('is made again, and the look goes on', async ({ page }) => {
    const look = await pipe(page);
    const studio = new Studio(page);
    await studio.open();
    await studio.choose();
    const whole = lines(events.accepted, events.describing, events.described, events.generating, events.done);
    await page.route(`**/api/looks/${id}/events`, (route) =>
      route.fulfill({ contentType: 'application/x-ndjson', body: whole }),
    );
    await studio.create.click();
    await look.send(events.accepted, events.describing);
    await expect(studio.step(1)).toHaveAttribute('data-state', 'running');
    await look.cut();
    await expect(studio.result).toBeVisible();
    expect(await look.asked()).toBe(1);
  });

  test('is told when it cannot be made again', async ({ page }) => {
    const look = await pipe(page);
    const studio = new Studio(page);
    await studio.open();
    await studio.choose();
    await page.route(`**/api/looks/${id}/events`, (route) => route.abort());
    await studio.create.click();
    await look.send(events.accepted, events.describing);
    await expect(studio.step(1)).toHaveAttribute('data-state', 'running');
    await look.cut();
    await expect(studio.stage.locator('.waiting')).toHaveText('Связь прервалась, подключаемся снова');
    await expect(studio.stage).toContainText('Связь с сервером прервалась', { timeout: 20_000 });
    await expect(studio.button('Попробовать ещё раз')).toBeVisible();
  });

  test('before anything was accepted keeps the photos', async ({ page }) => {
    const studio = new Studio(page);
    await studio.open();
    await studio.choose();
    await page.route('**/api/looks', (route) => route.abort());
    await studio.create.click();
    await expect(studio.stage).toContainText('Фото не удалось отправить');
    await expect(studio.person.preview).toBeVisible();
  });
});
