// The studio in its states, at three widths and in both themes: docs/screens/<state>-<width>-<theme>.jpg. And the README's picture.

import { test, expect, type Page } from '@playwright/test';
import { Studio } from '../tests/studio';

const folder = '../docs/screens';
const widths = [390, 768, 1440];
const themes = ['light', 'dark'] as const;

/** The whole page, as a JPEG of its own size. */
const shoot = (page: Page, name: string) => page.screenshot({ path: `${folder}/${name}.jpg`, type: 'jpeg', quality: 80, fullPage: true });

for (const width of widths) {
  for (const colorScheme of themes) {
    test.describe(`${width} ${colorScheme}`, () => {
      test.use({ viewport: { width, height: 900 }, colorScheme, deviceScaleFactor: 1 });

      test('empty, filled, running, done', async ({ page }) => {
        const studio = new Studio(page);
        await studio.open();
        await shoot(page, `empty-${width}-${colorScheme}`);
        await studio.choose('person-1', 'outfit-5');
        await expect(studio.outfit.preview).toBeVisible();
        await shoot(page, `filled-${width}-${colorScheme}`);
        await studio.press();
        await expect(studio.step(1)).toBeVisible();
        await shoot(page, `running-${width}-${colorScheme}`);
        await expect(studio.result).toBeVisible({ timeout: 30_000 });
        await shoot(page, `done-${width}-${colorScheme}`);
      });

      test('failure', async ({ page }) => {
        const studio = new Studio(page);
        const failed = {
          event: 'failed', step: 2, code: 'image_blocked', message: 'Модель сочла результат небезопасным и не показала его',
          hint: 'Попробуйте ещё раз или возьмите другое фото: в полный рост, в обычной одежде.', retry_after_s: null, request_id: '0193-7f2a',
        };
        await page.route('**/api/looks', (route) => route.fulfill({ status: 500, body: JSON.stringify(failed) }));
        await studio.open();
        await studio.choose();
        await studio.press();
        await expect(page.getByText(failed.hint)).toBeVisible();
        await shoot(page, `failed-${width}-${colorScheme}`);
      });

      test('other pages', async ({ page }) => {
        for (const [name, address] of [['privacy', '/privacy'], ['not-found', '/nowhere']] as const) {
          await page.goto(address);
          await shoot(page, `${name}-${width}-${colorScheme}`);
        }
      });
    });
  }
}

test('for the README', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 860 });
  const studio = new Studio(page);
  await studio.open();
  await studio.choose('person-1', 'outfit-5');
  await studio.press();
  await expect(studio.result).toBeVisible({ timeout: 30_000 });
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${folder}/readme.png` });
});
