// The two slots, the button and the language, as wasm makes them live.

import { expect, test } from './fixtures';
import { Studio, sample } from './studio';

test('the button says what is missing, and leads there', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await expect(studio.create).toHaveAttribute('aria-disabled', 'true');
  await expect(studio.create).toHaveAccessibleDescription('Добавьте своё фото и фото наряда');
  await studio.press();
  await expect(studio.person.input).toBeFocused();
  await studio.person.input.setInputFiles(sample('person-1'));
  await expect(studio.create).toHaveAccessibleDescription('Осталось добавить фото наряда');
  await studio.press();
  await expect(studio.outfit.input).toBeFocused();
  await studio.outfit.input.setInputFiles(sample('outfit-1'));
  await expect(studio.create).not.toHaveAttribute('aria-disabled');
});

test('a photo is shown, replaced and removed', async ({ page, axe }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.person.input.setInputFiles(sample('person-1'));
  await expect(studio.person.preview).toBeVisible();
  await expect(studio.person.note).toContainText(/person-1\.jpg\s+\d+\sКБ/);
  const first = await studio.person.preview.getAttribute('src');
  await studio.person.input.setInputFiles(sample('person-2'));
  await expect(studio.person.note).toContainText('person-2.jpg');
  await expect(studio.person.preview).not.toHaveAttribute('src', first!);
  await axe();
  await studio.person.remove.click();
  await expect(studio.person.preview).toBeHidden();
  await expect(studio.person.input).toBeFocused();
  await expect(studio.person.input).toHaveJSProperty('value', '');
});

test('a photo can be dropped', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.outfit.drop(sample('outfit-3'));
  await expect(studio.outfit.preview).toBeVisible();
  await expect(studio.outfit.note).toContainText('outfit-3.jpg');
  expect(await studio.outfit.input.evaluate((input: HTMLInputElement) => input.files?.[0]?.name)).toBe('outfit-3.jpg');
});

test('files that do not fit get their own words at once', async ({ page, axe }) => {
  const studio = new Studio(page);
  await studio.open();
  const buffer = Buffer.from('x');
  await studio.person.input.setInputFiles({ name: 'IMG_1.HEIC', mimeType: 'image/heic', buffer });
  await expect(studio.person.note).toContainText('HEIC');
  await studio.person.input.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer });
  await expect(studio.person.note).toContainText('Такой формат не подходит');
  await studio.person.input.setInputFiles({ name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc(20 * 1024 * 1024 + 1) });
  await expect(studio.person.note).toContainText('Фото слишком большое');
  await expect(studio.person.input).toHaveJSProperty('value', '');
  await expect(studio.create).toHaveAttribute('aria-disabled', 'true');
  await axe();
});

test('samples and the keyboard alone make a look', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Мужчина в полный рост' }).focus();
  await page.keyboard.press('Enter');
  await expect(studio.person.preview).toBeVisible();
  // Of six outfits the first is three stops further: the last person, the outfit's slot, its first sample.
  for (let stop = 0; stop < 3; stop += 1) await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Полосатая футболка' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(studio.outfit.preview).toBeVisible();
  await studio.create.focus();
  await page.keyboard.press('Enter');
  await expect(studio.result).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('heading', { name: 'Ваш образ' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Скачать' })).toBeFocused();
});

test('the file chooser opens from the keyboard', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.person.input.focus();
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Space');
  await (await chooser).setFiles(sample('person-3'));
  await expect(studio.person.preview).toBeVisible();
});

test('the language changes in place and keeps the photos', async ({ page, axe }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.choose();
  await expect(studio.outfit.preview).toBeVisible();
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How will it look on me?');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page).toHaveTitle(/Primerka/);
  await expect(studio.person.preview).toBeVisible();
  await expect(studio.create).toHaveText('Create the look');
  await axe();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How will it look on me?');
});

test('a photo chosen before wasm is there is not lost', async ({ page }) => {
  const studio = new Studio(page);
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/', { waitUntil: 'commit' });
  await studio.person.input.setInputFiles(sample('person-1'));
  await expect(page.getByText('Фото выбрано').first()).toBeVisible();
  go();
  await studio.awake();
  await expect(studio.person.preview).toBeVisible();
});
