// The operator's page in its states, at three widths and in both themes: docs/screens/usage…-<width>-<theme>.jpg, and once in English. Its month is made up
// (usage.sql); Python's SQLite writes it into the database of a site of its own.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { test, expect, type Page } from '@playwright/test';
import { root, type Server, startSite } from '../tests/server';

const folder = '../docs/screens';
const widths = [390, 768, 1440];
const themes = ['light', 'dark'] as const;
const token = 'photographer-canary-token';
const database = `${root}/target/test-logs/screens-usage.db`;
const write = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())';

let busy: Server;
let idle: Server;

test.beforeAll(async () => {
  for (const end of ['', '-wal', '-shm']) rmSync(database + end, { force: true });
  const settings = { ADMIN_TOKEN: token, EMBEDDED_GATEWAY: 'true' };
  idle = await startSite('screens-usage', settings);
  busy = await startSite('screens-usage', { ...settings, DATABASE_PATH: database });
  execFileSync('python3', ['-c', write, database], { input: readFileSync(`${import.meta.dirname}/usage.sql`) });
});

test.afterAll(async () => {
  await Promise.all([busy.stop(), idle.stop()]);
});

/** The whole page, as a JPEG of its own size. */
const shoot = (page: Page, name: string) => page.screenshot({ path: `${folder}/${name}.jpg`, type: 'jpeg', quality: 80, fullPage: true });

async function signIn(page: Page, site: Server) {
  await page.goto(`${site.address}/usage`);
  await page.getByLabel('Токен', { exact: true }).fill(token);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Использование');
}

for (const width of widths) {
  for (const colorScheme of themes) {
    test.describe(`${width} ${colorScheme}`, () => {
      test.use({ viewport: { width, height: 900 }, colorScheme, deviceScaleFactor: 1 });

      test('usage: full, empty, signing in', async ({ page }) => {
        await page.goto(`${idle.address}/usage`);
        await shoot(page, `usage-sign-in-${width}-${colorScheme}`);
        await signIn(page, idle);
        await shoot(page, `usage-empty-${width}-${colorScheme}`);
        await signIn(page, busy);
        await shoot(page, `usage-${width}-${colorScheme}`);
        if (width !== 1440 || colorScheme !== 'light') return;
        await page.goto(`${busy.address}/usage?lang=en&period=month`);
        await shoot(page, 'usage-english');
      });
    });
  }
}
