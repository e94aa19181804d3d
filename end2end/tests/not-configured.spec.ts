// A server that nobody has configured: the page opens and says what to do.

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test as base } from './fixtures';
import { Studio } from './studio';

const root = path.resolve(import.meta.dirname, '../..');

const test = base.extend<object, { bare: string }>({
  bare: [
    async ({}, use) => {
      const server = spawn(process.env.PRIMERKA ?? `${root}/target/release/primerka`, ['serve', '--addr', '127.0.0.1:0'], {
        cwd: mkdtempSync(path.join(tmpdir(), 'primerka-')),
        env: { PATH: process.env.PATH, LEPTOS_SITE_ROOT: `${root}/target/site`, LEPTOS_OUTPUT_NAME: 'primerka', NO_COLOR: '1' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const address = await new Promise<string>((resolve, reject) => {
        let log = '';
        server.stderr.on('data', (data) => {
          log += data;
          const found = log.match(/http:\/\/127\.0\.0\.1:\d+/);
          if (found) resolve(found[0]);
        });
        server.on('exit', () => reject(new Error(log)));
      });
      await use(address);
      server.kill('SIGTERM');
    },
    { scope: 'worker' },
  ],
});

test('the page opens and says how to configure the gateway', async ({ page, bare, javaScriptEnabled, axe }) => {
  const studio = new Studio(page);
  await studio.open(bare);
  await expect(page.getByRole('heading', { name: 'Gateway не настроен' })).toBeVisible();
  await expect(page.locator('.setup')).toContainText('GATEWAY_TOKEN');
  await expect(studio.create).toHaveAccessibleDescription('Gateway не настроен: образ пока не создать');
  if (javaScriptEnabled) await expect(studio.create).toHaveAttribute('aria-disabled', 'true');
  await axe();
  await studio.choose();
  await studio.press();
  if (!javaScriptEnabled) await expect(page.locator('.failure')).toContainText('Gateway не настроен');
});
