// What is only to be seen without JavaScript.

import { expect, test } from './fixtures';
import { Studio, sample } from './studio';

test('the form can be used, and offers nothing that would not work', async ({ page, axe }) => {
  await page.goto('/');
  const studio = new Studio(page);
  await expect(studio.create).not.toHaveAttribute('aria-disabled');
  await expect(page.getByRole('button', { name: 'Полосатая футболка' })).toBeHidden();
  await axe();
});

test('a failure is in view, and the form is there to be sent again', async ({ page, axe }) => {
  await page.goto('/');
  const studio = new Studio(page);
  await studio.person.input.setInputFiles(sample('person-1'));
  await studio.outfit.input.setInputFiles({ name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  await studio.create.click();
  await expect(page).toHaveURL(/failure=unsupported_image&photo=outfit#stage$/);
  await expect(page.locator('.failure')).toContainText('Фото наряда: такой формат не подходит');
  await expect(page.locator('.failure')).toBeInViewport();
  // A form that comes back is empty.
  await expect(studio.stage).toContainText('Выберите фото ещё раз');
  await expect(studio.create).toBeVisible();
  await axe();
});
