// What every spec imports instead of '@playwright/test': a test that fails when the page complains, and a check with axe.

import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';

/** In the tokens and keys of every test's server: none of them is for a browser. scripts/check-secrets.sh looks for them in the logs. */
const canaries = ['canary-token', 'canary-key', 'AIza-canary'];

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Fixtures {
  /** Complaints that a spec provokes on purpose: `test.use({ tolerated: [/status of 422/] })`. */
  tolerated: RegExp[];
  /** Fails on console errors (a violated Content-Security-Policy is one), console warnings, uncaught exceptions, and secrets. */
  complaints: string[];
  /** Finds no accessibility violation in the page as it is now; `exclude` takes CSS selectors. */
  axe: (exclude?: string[]) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  tolerated: [[], { option: true }],

  complaints: [
    async ({ context, tolerated, javaScriptEnabled }, use) => {
      const complaints: string[] = [];
      const said: string[] = [];
      // Without JavaScript nobody uses the wasm that the page asks for beforehand, and Chromium says so.
      const expected = javaScriptEnabled ? tolerated : [...tolerated, /was preloaded using link preload but not used/];
      const note = (complaint: string) => {
        if (!expected.some((pattern) => pattern.test(complaint))) complaints.push(complaint);
      };
      context.on('console', (message) => {
        said.push(message.text());
        if (message.type() === 'error' || message.type() === 'warning') {
          note(`${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      context.on('weberror', (error) => note(`uncaught: ${error.error().stack ?? error.error().message}`));
      await use(complaints);
      expect(complaints, 'the page complained').toEqual([]);
      // A page that is on its way elsewhere has nothing to look at.
      const pages = await Promise.all(context.pages().map((page) => page.content().catch(() => '')));
      const leaked = canaries.filter((canary) => [...pages, ...said].some((text) => text.includes(canary)));
      expect(leaked, 'the page knows a secret').toEqual([]);
    },
    { auto: true },
  ],

  axe: async ({ browser, context, page, javaScriptEnabled }, use) => {
    await use(async (exclude = []) => {
      if (javaScriptEnabled) return check(page, exclude);
      // All else (width, touch, language) is as the project has it.
      const twin = await browser.newContext({ javaScriptEnabled: true, storageState: await context.storageState() });
      try {
        await check(await scriptedCopy(page, twin), exclude);
      } finally {
        await twin.close();
      }
    });
  },
});

/** axe is a script and cannot run where scripts are off: a copy of the page as it stands, without its scripts, where they are on. */
async function scriptedCopy(page: Page, twin: BrowserContext): Promise<Page> {
  const body = (await page.content()).replace(/<script\b[^>]*>[\s\S]*?<\/script>|<\/?noscript[^>]*>/gi, '');
  const copy = await twin.newPage();
  await copy.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await copy.goto(page.url());
  return copy;
}

async function check(page: Page, exclude: string[]): Promise<void> {
  const builder = new AxeBuilder({ page }).withTags(rules);
  for (const selector of exclude) builder.exclude(selector);
  const { violations } = await builder.analyze();
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n')}`,
  );
  expect(found, 'accessibility violations').toEqual([]);
}

export { expect };
