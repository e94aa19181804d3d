// The studio as a visitor knows it, by the names that are read out.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures';

const samples = path.resolve(import.meta.dirname, '../../public/samples');

/** A file of `public/samples`. */
export const sample = (name: string) => path.join(samples, `${name}.jpg`);

export class Studio {
  readonly person: Slot;
  readonly outfit: Slot;
  readonly create: Locator;
  readonly stage: Locator;
  readonly result: Locator;

  constructor(readonly page: Page) {
    this.person = new Slot(page, 'person');
    this.outfit = new Slot(page, 'outfit');
    this.create = page.getByRole('button', { name: /^(Создать образ|Create the look)$/ });
    this.stage = page.locator('.stage');
    this.result = this.stage.locator('.result img');
  }

  /** Opens the page; with JavaScript, waits until wasm has taken over. */
  async open(address = '/') {
    await this.page.goto(address);
    if (await this.hasScript()) await this.awake();
  }

  async awake() {
    await expect(this.page.locator('form.photos')).toHaveAttribute('novalidate', '');
  }

  async choose(person = 'person-1', outfit = 'outfit-2') {
    await this.person.input.setInputFiles(sample(person));
    await this.outfit.input.setInputFiles(sample(outfit));
  }

  step(number: 1 | 2) {
    return this.stage.locator('.step').nth(number - 1);
  }

  /** Presses «Создать образ» as it is, also while it says that something is missing. */
  async press() {
    await this.create.focus();
    await this.page.keyboard.press('Enter');
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  private hasScript() {
    return this.page.evaluate(() => !matchMedia('(scripting: none)').matches);
  }
}

export class Slot {
  readonly input: Locator;
  readonly frame: Locator;
  readonly preview: Locator;
  readonly note: Locator;
  readonly remove: Locator;

  constructor(page: Page, role: 'person' | 'outfit') {
    const slot = page.locator('.slot').filter({ has: page.locator(`input[name=${role}]`) });
    this.input = slot.locator('input[type=file]');
    this.frame = slot.locator('.frame');
    this.preview = slot.locator('.pick img');
    this.note = slot.locator('.note');
    this.remove = slot.getByRole('button', { name: /^(Убрать|Remove)/ });
  }

  /** Drops a file on the frame. */
  async drop(file: string) {
    const bytes = readFileSync(file).toString('base64');
    const dataTransfer = await this.frame.evaluateHandle(
      (_, { bytes, name }) => {
        const transfer = new DataTransfer();
        const data = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
        transfer.items.add(new File([data], name, { type: 'image/jpeg' }));
        return transfer;
      },
      { bytes, name: path.basename(file) },
    );
    await this.frame.dispatchEvent('dragover', { dataTransfer });
    await expect(this.frame).toHaveClass(/over/);
    await this.frame.dispatchEvent('drop', { dataTransfer });
    await expect(this.frame).not.toHaveClass(/over/);
  }
}
