// Two photos become a look, with and without JavaScript; and the picture is what it says it is.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures';
import { type Box, compare } from './pixels';
import { Studio, sample } from './studio';

const truth = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../tests/fixtures/samples/truth.json'), 'utf8'),
) as { persons: { 'person-1': { head: Box } }; outfits: { 'outfit-2': { colors: [{ hex: string }] } } };

test('two photos become a look', async ({ page, browser, request, javaScriptEnabled, axe }) => {
  const studio = new Studio(page);
  await studio.open();
  await axe();
  await studio.choose('person-1', 'outfit-2');
  await studio.create.click();
  const picture = page.locator('.result img');
  if (javaScriptEnabled) {
    await expect(page).toHaveURL('/');
  } else {
    // The page follows the look by itself until that is there.
    await expect(page).toHaveURL(/\/looks\/[0-9a-f]{32}(\?seen=\d+)?$/);
  }
  await expect(picture).toBeVisible({ timeout: 30_000 });
  if (javaScriptEnabled) await expect(page.getByRole('heading', { name: 'Ваш образ' })).toBeFocused();
  await expect(page.locator('.outfit dd').first()).toBeVisible();
  await expect(page.getByText('Изображение создано искусственным интеллектом')).toBeVisible();
  await expect(page.locator('.demo-note')).toContainText('ДЕМО');
  await expect(page.getByText(/^Время/)).toBeVisible();
  const download = page.getByRole('link', { name: 'Скачать' });
  await expect(download).toHaveAttribute('download', javaScriptEnabled ? /^primerka-\d{4}-\d\d-\d\d\.\w+$/ : 'primerka.jpg');
  await axe();

  const address = (await picture.getAttribute('src'))!;
  const look = await (await request.get(address)).body();
  const person = readFileSync(sample('person-1'));
  const outfit = readFileSync(sample('outfit-2'));
  const garment = truth.outfits['outfit-2'].colors[0].hex;
  const { difference, first, second } = await compare(browser, person, look, { color: garment });
  expect(difference, 'differs from the person').toBeGreaterThan(3);
  expect(second - first, "the garment's colour arrived").toBeGreaterThan(0.03);
  expect((await compare(browser, outfit, look)).difference, 'differs from the outfit').toBeGreaterThan(3);
  const face = await compare(browser, person, look, { box: truth.persons['person-1'].head });
  expect(face.difference, 'the face is unchanged').toBeLessThan(6);
});

test('a look can be deleted at once', async ({ page, request, javaScriptEnabled }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.choose('person-2', 'outfit-1');
  await studio.create.click();
  const picture = page.locator('.result img');
  await expect(picture).toBeVisible({ timeout: 30_000 });
  const address = (await picture.getAttribute('src'))!;
  await page.getByRole('button', { name: javaScriptEnabled ? 'Удалить' : 'Удалить образ', exact: true }).click();
  await expect(picture).toBeHidden();
  await expect(page).toHaveURL('/');
  await expect.poll(async () => (await request.get(address)).status()).toBe(404);
});
