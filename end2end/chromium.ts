// The browser: the system's Chromium where there is one, else the one that Playwright downloaded. scripts/lib/system.sh looks in the same places.

import { existsSync } from 'node:fs';
import type { LaunchOptions } from '@playwright/test';

const system = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

export const chromium: LaunchOptions = {
  ...(existsSync(system) ? { executablePath: system } : {}),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
