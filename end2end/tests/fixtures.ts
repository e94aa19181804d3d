// What every spec imports instead of '@playwright/test': a test that fails when the page complains, and a check with axe.

import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Fixtures {
  /** Complaints that a spec provokes on purpose: `test.use({ tolerated: [/status of 422/] })`. */
  tolerated: RegExp[];
  /** Fails on console errors (a violated Content-Security-Policy is one), console warnings and uncaught exceptions. */
  complaints: string[];
  /** Finds no accessibility violation in the page as it is now; `exclude` takes CSS selectors. */
  axe: (exclude?: string[]) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  tolerated: [[], { option: true }],

  complaints: [
    async ({ context, tolerated }, use) => {
      const complaints: string[] = [];
      const note = (complaint: string) => {
        if (!tolerated.some((pattern) => pattern.test(complaint))) complaints.push(complaint);
      };
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') {
          note(`${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      context.on('weberror', (error) => note(`uncaught: ${error.error().stack ?? error.error().message}`));
      await use(complaints);
      expect(complaints, 'the page complained').toEqual([]);
    },
    { auto: true },
  ],

  axe: async ({ page }, use) => {
    await use(async (exclude = []) => {
      const builder = new AxeBuilder({ page }).withTags(rules);
      for (const selector of exclude) builder.exclude(selector);
      const { violations } = await builder.analyze();
      const found = violations.map(
        ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n')}`,
      );
      expect(found, 'accessibility violations').toEqual([]);
    });
  },
});

export { expect };
