// Every spec runs four times: at desktop and at phone width, with and without JavaScript.
// `*.hydrate.spec.ts` needs JavaScript; `*.nojs.spec.ts` is about its absence.
// The server is the release build with the embedded gateway, as `make run` serves it.

import { mkdirSync } from 'node:fs';
import { defineConfig, type PlaywrightTestOptions, type Project } from '@playwright/test';
import { chromium } from './chromium';

const address = '127.0.0.1:3100';
const logs = '../target/test-logs';
mkdirSync(logs, { recursive: true });

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

function twins(name: string, use: Partial<PlaywrightTestOptions>): Project[] {
  return [
    { name, use, testIgnore: '**/*.nojs.spec.ts' },
    { name: `${name}-nojs`, use: { ...use, javaScriptEnabled: false }, testIgnore: '**/*.hydrate.spec.ts' },
  ];
}

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  projects: [...twins('desktop', desktop), ...twins('phone', phone)],
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  // A machine with two cores, shared with others, stands still for seconds at times.
  timeout: 90_000,
  globalTimeout: 25 * 60_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: `${logs}/browser.json` }]],
  use: {
    baseURL: `http://${address}`,
    locale: 'ru-RU',
    launchOptions: chromium,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  webServer: {
    // Started in this folder, so that a developer's own .dev.vars stays out of the tests.
    command: `exec ../target/release/primerka serve --embedded-gateway >${logs}/server.log 2>&1`,
    url: `http://${address}/`,
    reuseExistingServer: false,
    timeout: 30_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    env: {
      LEPTOS_SITE_ADDR: address,
      LEPTOS_SITE_ROOT: '../target/site',
      LEPTOS_OUTPUT_NAME: 'primerka',
      LEPTOS_ENV: 'PROD',
      // All that any library says is written down; scripts/check-secrets.sh looks through it.
      RUST_LOG: 'trace',
      // All tests are one user to the server, in a hurry.
      RATE_LIMIT_PER_MINUTE: '10000',
      RATE_LIMIT_PER_USER_PER_MINUTE: '10000',
      RATE_LIMIT_PER_USER_PER_DAY: '100000',
      DAILY_BUDGET_USD: '10000',
      MONTHLY_BUDGET_USD: '10000',
      // Every look is made, also one that a test before has made.
      CACHE_TTL: '0',
      DATABASE_PATH: `${logs}/browser.db`,
    },
  },
});
