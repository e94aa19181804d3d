// The photographer: scripts/screens.sh runs it against a server that it has started.

import { defineConfig } from '@playwright/test';
import { chromium } from './chromium';

export default defineConfig({
  testDir: 'screens',
  testMatch: '*.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 60_000,
  reporter: 'list',
  use: { baseURL: `http://${process.env.LEPTOS_SITE_ADDR}`, locale: 'ru-RU', deviceScaleFactor: 2, launchOptions: chromium, contextOptions: { reducedMotion: 'reduce' } },
});
