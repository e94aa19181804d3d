// A look on its way: every event, cancelling, failing, a connection that breaks.

import type { Route } from '@playwright/test';
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
  await expect(studio.stage).toContainText('Фото остались на месте');
  await expect(studio.step(2)).toHaveAttribute('data-state', 'failed');
  await axe();
  await studio.button('Попробовать ещё раз').click();
  await expect(studio.step(1)).toHaveAttribute('data-state', 'waiting');
  expect(await look.asked()).toBe(2);
  await look.send(events.accepted, events.describing, events.described, events.generating, events.done);
  await look.end();
  await expect(studio.result).toBeVisible();
});

test('what is missing for another attempt is led to', async ({ page }) => {
  const look = await pipe(page);
  const studio = new Studio(page);
  await studio.open();
  await studio.choose();
  await studio.create.click();
  await look.send(events.accepted, events.describing, failed('overloaded', { step: 1 }));
  await look.end();
  await studio.outfit.remove.click();
  await expect(studio.stage).toContainText('Выберите фото ещё раз');
  await studio.button('Попробовать ещё раз').click();
  await expect(studio.outfit.input).toBeFocused();
  expect(await look.asked()).toBe(1);
  await studio.choose();
  await studio.button('Попробовать ещё раз').click();
  await expect.poll(() => look.asked()).toBe(2);
  await look.send(events.accepted, events.describing, events.described, events.generating, events.done);
  await look.end();
  await expect(studio.result).toBeVisible();
  await studio.person.remove.click();
  await studio.button('Создать ещё раз').click();
  await expect(studio.person.input).toBeFocused();
  expect(await look.asked()).toBe(2);
});

test('a failure that a form without wasm came back with can be tried again', async ({ page, axe }) => {
  const studio = new Studio(page);
  await studio.open('/?failure=busy&wait=5#stage');
  await expect(page.locator('.failure-hint')).toContainText('Можно снова через 5 с.');
  await expect(studio.stage).toContainText('Выберите фото ещё раз');
  await axe();
  await studio.button('Попробовать ещё раз').click();
  await expect(studio.person.input).toBeFocused();
});

test('what a look cost is what was paid for it', async ({ page }) => {
  const look = await pipe(page);
  const studio = new Studio(page);
  await studio.open();
  await studio.choose();
  const facts = page.locator('.facts');
  const make = async (cost_usd: number | null, time: number) => {
    await studio.create.click();
    await expect.poll(() => look.asked()).toBe(time);
    await look.send(events.accepted, events.describing, events.described, events.generating);
    await look.send({ ...events.done, cached: true, cost_usd });
    await look.end();
    await expect(studio.result).toBeVisible();
  };
  // Step 1 was paid for, though the picture came from a cache.
  await make(0.002, 1);
  await expect(facts).toContainText(/0,002\s\$/);
  await expect(facts).not.toContainText('Из памяти');
  await make(0, 2);
  await expect(facts).toContainText('Из памяти, без оплаты');
  await make(null, 3);
  await expect(facts).toContainText('Время');
  await expect(facts).not.toContainText('Стоимость');
});

test.describe('a look that cannot be deleted', () => {
  test.use({ tolerated: [/status of (500|404)|net::ERR_FAILED/] });

  test('stays, and says so', async ({ page, axe }) => {
    const look = await pipe(page);
    const studio = new Studio(page);
    await studio.open();
    await studio.choose();
    await studio.create.click();
    await look.send(events.accepted, events.describing, events.described, events.generating, events.done);
    await look.end();
    await expect(studio.result).toBeVisible();
    let answer = (route: Route) => route.fulfill({ status: 500 });
    await page.route(`**/looks/${id}`, (route) => answer(route));
    await studio.button('Удалить').click();
    await expect(page.getByRole('alert')).toHaveText('Образ не удалось удалить. Проверьте интернет и попробуйте ещё раз.');
    await expect(studio.result).toBeVisible();
    await axe();
    answer = (route) => route.abort();
    await studio.button('Удалить').click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(studio.result).toBeVisible();
    // What is not there any more needs no deleting.
    answer = (route) => route.fulfill({ status: 404 });
    await studio.button('Удалить').click();
    await expect(studio.result).toBeHidden();
    await expect(studio.create).toBeFocused();
  });
});

test.describe('a refusal with a wait', () => {
  test.use({ tolerated: [/status of 429/] });

  test('is counted down', async ({ page }) => {
    const studio = new Studio(page);
    await page.clock.install();
    await studio.open();
    await studio.choose();
    const hint = 'Сделайте перерыв.\nМожно снова через 30 с.';
    const refusal = lines(failed('too_many_looks', { step: null, retry_after_s: 30, hint }));
    await page.route('**/api/looks', (route) =>
      route.fulfill({ status: 429, contentType: 'application/x-ndjson', body: refusal }),
    );
    await studio.create.click();
    const again = studio.button('Попробовать ещё раз');
    await expect(again).toHaveAttribute('aria-disabled', 'true');
    await expect(studio.stage).toContainText(/Повторить можно через (30|29)\sс/);
    // Told once: a sentence that stands still beside a countdown would soon be wrong.
    await expect(page.locator('.failure-hint')).toHaveText('Сделайте перерыв.');
    await page.clock.runFor(31_000);
    await expect(again).not.toHaveAttribute('aria-disabled');
  });
});

test.describe('a connection that breaks', () => {
  test.use({ tolerated: [/cut by the test|net::ERR_FAILED|status of 404/] });

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

  test('is told when it cannot be made again; another attempt joins the same look', async ({ page }) => {
    const look = await pipe(page);
    const studio = new Studio(page);
    await studio.open();
    await studio.choose();
    const whole = lines(events.accepted, events.describing, events.described, events.generating, events.done);
    let answer = (route: Route) => route.abort();
    await page.route(`**/api/looks/${id}/events`, (route) => answer(route));
    await studio.create.click();
    await look.send(events.accepted, events.describing);
    await expect(studio.step(1)).toHaveAttribute('data-state', 'running');
    await look.cut();
    await expect(studio.stage.locator('.waiting')).toHaveText('Связь прервалась, подключаемся снова');
    await expect(studio.stage).toContainText('Связь с сервером прервалась', { timeout: 20_000 });
    answer = (route) => route.fulfill({ contentType: 'application/x-ndjson', body: whole });
    await studio.button('Попробовать ещё раз').click();
    await expect(studio.result).toBeVisible();
    expect(await look.asked(), 'nothing was ordered twice').toBe(1);
  });

  test('to a look that the server knows no longer: another attempt asks for another one', async ({ page }) => {
    const look = await pipe(page);
    const studio = new Studio(page);
    await studio.open();
    await studio.choose();
    await page.route(`**/api/looks/${id}/events`, (route) => route.fulfill({ status: 404 }));
    await studio.create.click();
    await look.send(events.accepted, events.describing);
    await expect(studio.step(1)).toHaveAttribute('data-state', 'running');
    await look.cut();
    await expect(studio.stage).toContainText('Связь с сервером прервалась');
    await studio.button('Попробовать ещё раз').click();
    await expect.poll(() => look.asked()).toBe(2);
    await look.send(events.accepted, events.describing, events.described, events.generating, events.done);
    await look.end();
    await expect(studio.result).toBeVisible();
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
