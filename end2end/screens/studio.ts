// The studio as it opens, at both widths.

import { test } from '@playwright/test';

const widths = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

for (const [name, viewport] of Object.entries(widths)) {
  test(`studio, ${name}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.goto('/', { waitUntil: 'networkidle' });
    await page.screenshot({ path: `../docs/screens/studio-${name}.png` });
  });
}
