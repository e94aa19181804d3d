// Every failure of the gateway, made by the embedded one and told by the real page and by the API alike: code, message, hint, wait,
// request id, status. Each test has a site of its own, or two: what one failure has taught a site is not to change how it tells the next.

import { readFileSync } from 'node:fs';
import type { APIRequestContext } from '@playwright/test';
import { expect, test as base } from './fixtures';
import { root, type Server, startGateway, startSite } from './server';
import { sample, Studio } from './studio';

const token = 'spec-canary-token';

interface Gateway {
  url: string;
  /** Where it takes orders. */
  control: string;
}

interface Fixtures {
  /** Starts a site before the worker's gateway. */
  site: (settings?: NodeJS.ProcessEnv) => Promise<string>;
}

const test = base.extend<Fixtures, { gateway: Gateway }>({
  gateway: [
    async ({}, use, { workerIndex }) => {
      const gateway = await startGateway(`failures-gateway-${workerIndex}`, token);
      await use({ url: gateway.address, control: `${new URL(gateway.address).origin}/control` });
      await gateway.stop();
    },
    { scope: 'worker' },
  ],

  site: async ({ gateway, request }, use, { workerIndex }) => {
    const sites: Server[] = [];
    await use(async (settings = {}) => {
      const site = await startSite(`failures-site-${workerIndex}`, {
        GATEWAY_URL: gateway.url,
        GATEWAY_TOKEN: token,
        GOOGLE_API_KEY: 'AIza-canary-of-the-specs',
        // Refusals are answers and would be kept by the gateway.
        GATEWAY_CACHE: 'off',
        ...settings,
      });
      sites.push(site);
      return site.address;
    });
    await disarm(request, gateway);
    await Promise.all(sites.map((site) => site.stop()));
  },
});

/** Makes the next calls of a step fail, more of them than a look may make. */
async function arm(request: APIRequestContext, gateway: Gateway, fault: string, step: 1 | 2) {
  const armed = await request.post(`${gateway.control}/faults`, { data: { name: fault, step, times: 20 } });
  expect(armed.status()).toBe(204);
}

/** Makes nothing fail any more, and lets go of what was held. */
const disarm = (request: APIRequestContext, gateway: Gateway) => request.delete(`${gateway.control}/faults`);

/** Waits until the gateway holds a call that it does not answer. */
async function held(request: APIRequestContext, gateway: Gateway) {
  await expect.poll(async () => (await (await request.get(`${gateway.control}/calls`)).json()).open).toBe(1);
}

/** Asks for a look as a script does. */
function ask(request: APIRequestContext, site: string, headers: Record<string, string> = {}, person = 'person-1') {
  const file = (name: string) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: readFileSync(sample(name)) });
  return request.post(`${site}/api/looks`, { headers, multipart: { person: file(person), outfit: file('outfit-2') } });
}

type Language = 'ru' | 'en';

/** The words that a visitor is told. */
interface Words {
  failures: Record<string, { message: string; hint: string }>;
  failure: { again: string; wait: string; wait_minutes: string };
  failure_wait: { again_in: string; seconds: string; minutes: string };
}

const read = (language: Language): Words => JSON.parse(readFileSync(`${root}/src/app/locales/${language}.json`, 'utf8'));
const words = { ru: read('ru'), en: read('en') };

/** Message and hint. */
function text(key: string, language: Language = 'ru') {
  const found = words[language].failures[key];
  if (!found) throw new Error(`no text for ${key}`);
  return found;
}

/** The wait, as it stands below the API's hint. */
function told(wait: number, language: Language) {
  const { again_in, seconds, minutes } = words[language].failure_wait;
  return wait < 120 ? `${again_in} ${wait} ${seconds}` : `${again_in} ${Math.ceil(wait / 60)} ${minutes}`;
}

/** The wait, as the page counts it down. */
function countdown(wait: number, language: Language) {
  const { wait: seconds, wait_minutes } = words[language].failure;
  return wait < 120 ? new RegExp(seconds.replace('{seconds}', '\\d+')) : wait_minutes.replace('{minutes}', `${Math.ceil(wait / 60)}`);
}

/** The id of the gateway's log row, which it sends with every answer. */
const gatewaysId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** Where no answer came: the name under which the call was sent. */
const ownName = /^[0-9a-f]{32}$/;

interface More {
  /** The text's key, where one code has several. */
  key?: string;
  /** Seconds after which a new attempt makes sense. */
  wait?: number;
  id?: RegExp;
  settings?: NodeJS.ProcessEnv;
}

type Row = [fault: string, step: 1 | 2, code: string, more?: More];

const table: Row[] = [
  ['unauthorized', 1, 'unauthorized'],
  ['gateway_not_found', 1, 'gateway_not_found'],
  ['key_invalid', 2, 'provider_key_invalid'],
  ['key_missing', 1, 'provider_key_missing'],
  ['free_tier', 2, 'billing_required'],
  ['region', 1, 'region_unsupported'],
  ['no_credits', 2, 'no_credits'],
  ['model_unknown', 1, 'model_not_found'],
  ['model_retired', 2, 'model_retired'],
  // Waits that are too long to be waited out are told.
  ['quota_per_minute', 2, 'rate_limited', { wait: 56 }],
  ['retry_after_date', 1, 'rate_limited', { wait: 86_400 }],
  ['quota_per_day', 1, 'quota_exhausted'],
  ['spend_limit', 2, 'spend_limit'],
  ['overloaded', 2, 'overloaded'],
  ['silence', 1, 'timeout', { id: ownName, settings: { GATEWAY_TIMEOUT: '3' } }],
  ['refuse', 2, 'gateway_unreachable', { id: ownName }],
  ['internal', 1, 'gateway_error'],
  ['blocked_prohibited_content', 1, 'prompt_blocked'],
  ['finish_image_safety', 2, 'image_blocked'],
  ['finish_image_prohibited_content', 2, 'image_blocked', { key: 'image_prohibited' }],
  ['finish_image_recitation', 2, 'image_blocked', { key: 'image_recitation' }],
  ['response_guardrail', 2, 'image_blocked', { key: 'image_guardrails' }],
  ['finish_image_other', 2, 'no_image'],
  ['text_only', 2, 'text_only'],
  ['echo_person', 2, 'unchanged'],
  ['not_json', 1, 'bad_description'],
  ['truncated_json', 2, 'invalid_response'],
  ['payload_too_large', 2, 'image_too_large'],
  ['image_undecodable', 1, 'broken_image'],
];

/** The rows that are tried in English too: of the operator, of the models, of a wait, of both steps. */
const inEnglish = ['unauthorized', 'quota_per_minute', 'overloaded', 'finish_image_safety', 'not_json'];

function tells([fault, step, code, more = {}]: Row, language: Language) {
  const { key = code, wait, id = gatewaysId, settings } = more;
  test(`${fault} at step ${step} is ${key}`, async ({ page, request, gateway, site }) => {
    const { message, hint } = text(key, language);
    await arm(request, gateway, fault, step);
    const studio = new Studio(page);
    await studio.open(await site(settings));
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await studio.choose();
    await studio.press();
    await expect(page.locator('.failure-message')).toHaveText(message, { timeout: 30_000 });
    await expect(page.locator('.failure-hint')).toHaveText(hint);
    await expect(page.locator('.request code')).toHaveText(id);
    await expect(studio.step(step)).toHaveAttribute('data-state', 'failed');
    await expect(studio.result).toBeHidden();
    const again = studio.button(words[language].failure.again);
    if (wait === undefined) {
      await expect(again).not.toHaveAttribute('aria-disabled');
    } else {
      await expect(again).toHaveAttribute('aria-disabled', 'true');
      await expect(studio.stage).toContainText(countdown(wait, language));
    }

    // The switch's cookie says in English what the browser's own language says to the page.
    const answer = await ask(request, await site(settings), { cookie: `lang=${language}` });
    expect(answer.status()).toBe(200);
    const lines = (await answer.text()).trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      event: 'failed',
      step,
      code,
      message,
      hint: wait === undefined ? hint : `${hint}\n${told(wait, language)}`,
      retry_after_s: wait ?? null,
      request_id: expect.stringMatching(id),
    });
  });
}

for (const row of table) tells(row, 'ru');

test.describe('in English', () => {
  test.use({ locale: 'en-US' });

  for (const row of table.filter(([fault]) => inEnglish.includes(fault))) tells(row, 'en');
});

test.describe('more looks than are made at once', () => {
  test.use({ tolerated: [/status of 503/] });

  test('are told to come back', async ({ page, request, gateway, site }) => {
    const address = await site({ MAX_CONCURRENT_LOOKS: '1', MAX_WAITING_LOOKS: '0' });
    await arm(request, gateway, 'silence', 1);
    const first = ask(request, address);
    await held(request, gateway);
    const studio = new Studio(page);
    await studio.open(address);
    // Another look: the same one would be shared.
    await studio.choose('person-2');
    await studio.press();
    await expect(page.locator('.failure-message')).toHaveText(text('busy').message);
    await expect(page.locator('.failure-hint')).toHaveText(text('busy').hint);
    const refused = await ask(request, address, {}, 'person-3');
    expect(refused.status()).toBe(503);
    expect(refused.headers()['retry-after']).toBe('5');
    expect(await refused.json()).toMatchObject({ event: 'failed', code: 'busy', step: null, retry_after_s: 5 });
    await disarm(request, gateway);
    await first;
  });
});

test.describe('what stands before the money', () => {
  test.use({ tolerated: [/status of (429|503)/] });

  const rows: [code: string, key: string, status: number, settings: NodeJS.ProcessEnv][] = [
    ['too_many_looks', 'too_many_looks', 429, { RATE_LIMIT_PER_USER_PER_MINUTE: '1' }],
    ['budget_exhausted', 'budget_exhausted', 503, { DAILY_BUDGET_USD: '0' }],
    ['budget_exhausted', 'ledger_closed', 503, { DATABASE_PATH: '/proc/there-is-no-room/books.db' }],
  ];

  for (const [code, key, status, settings] of rows) {
    test(`tells of ${key}`, async ({ page, request, site }) => {
      const address = await site(settings);
      // The first look of a minute is let through where looks are counted.
      if (code === 'too_many_looks') expect((await ask(request, address)).status()).toBe(200);
      const studio = new Studio(page);
      await studio.open(address);
      await studio.choose('person-2');
      await studio.press();
      await expect(page.locator('.failure-message')).toHaveText(text(key).message);
      await expect(page.locator('.failure-hint')).toHaveText(text(key).hint);
      const refused = await ask(request, address, {}, 'person-3');
      expect(refused.status()).toBe(status);
      expect(await refused.json()).toMatchObject({ event: 'failed', code, step: null });
    });
  }
});

test('a look that is stopped says so', async ({ page, request, gateway, site }) => {
  await arm(request, gateway, 'silence', 1);
  const studio = new Studio(page);
  await studio.open(await site());
  await studio.choose();
  await studio.press();
  await held(request, gateway);
  await studio.button('Отменить').click();
  await expect(studio.stage).toContainText(text('cancelled').message);
});
