// A server that nobody has configured: the page opens and says what to do.

import { expect, test as base } from './fixtures';
import { startSite } from './server';
import { Studio } from './studio';

const test = base.extend<object, { bare: string }>({
  bare: [
    async ({}, use, { workerIndex }) => {
      const site = await startSite(`not-configured-${workerIndex}`);
      await use(site.address);
      await site.stop();
    },
    { scope: 'worker' },
  ],
});

test('the page opens and says how to configure the gateway', async ({ page, bare, javaScriptEnabled, axe }) => {
  const studio = new Studio(page);
  await studio.open(bare);
  await expect(page.getByRole('heading', { name: 'Gateway не настроен' })).toBeVisible();
  await expect(page.locator('.setup')).toContainText('GATEWAY_TOKEN');
  await expect(page.locator('.setup')).toContainText('make run');
  await expect(studio.create).toHaveAccessibleDescription('Gateway не настроен: образ пока не создать');
  if (javaScriptEnabled) await expect(studio.create).toHaveAttribute('aria-disabled', 'true');
  await axe();
  await studio.choose();
  await studio.press();
  if (!javaScriptEnabled) await expect(page.locator('.failure')).toContainText('Gateway не настроен');
});
