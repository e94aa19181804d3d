// The pages beside the studio, and the languages as plain links.

import { expect, test } from './fixtures';

test('privacy says what goes where', async ({ page, axe }) => {
  await page.goto('/privacy');
  await expect(page).toHaveTitle(/Что происходит с фотографиями/);
  for (const name of ['Cloudflare AI Gateway', 'Google Gemini']) await expect(page.getByText(name, { exact: true })).toBeVisible();
  await axe();
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
