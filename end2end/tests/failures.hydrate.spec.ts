// Every failure of the gateway, made by the embedded one and told by the real page and by the API alike: code, message, hint, status.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { APIRequestContext } from '@playwright/test';
import { expect, test as base } from './fixtures';
import { sample, Studio } from './studio';

const root = path.resolve(import.meta.dirname, '../..');
const binary = process.env.PRIMERKA ?? `${root}/target/release/primerka`;

/** The texts that a Russian visitor is told. */
const texts: Record<string, { message: string; hint: string }> = JSON.parse(
  readFileSync(`${root}/src/app/locales/ru.json`, 'utf8'),
).failures;

function text(key: string) {
  const found = texts[key];
  if (!found) throw new Error(`no text for ${key}`);
  return found;
}

interface Servers {
  site: string;
  /** Where the gateway takes orders. */
  control: string;
}

/** Starts the binary and waits for what it says about itself. */
function start(args: string[], env: NodeJS.ProcessEnv, said: RegExp): Promise<[ChildProcess, string]> {
  const server = spawn(binary, args, {
    cwd: mkdtempSync(path.join(tmpdir(), 'primerka-')),
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr?.on('data', (data) => {
      log += data;
      const found = log.match(said);
      if (found?.[1]) resolve([server, found[1]]);
    });
    server.on('exit', () => reject(new Error(log)));
  });
}

const test = base.extend<object, { servers: Servers }>({
  servers: [
    async ({}, use) => {
      const token = 'canary-token';
      const [gateway, url] = await start(['gateway', '--port', '0', '--token', token], {}, /GATEWAY_URL=(\S+)/);
      const [site, address] = await start(
        ['serve', '--addr', '127.0.0.1:0'],
        {
          GATEWAY_URL: url,
          GATEWAY_TOKEN: token,
          GATEWAY_TIMEOUT: '3',
          // Refusals are answers and would be kept by the gateway.
          GATEWAY_CACHE: 'off',
          MAX_CONCURRENT_LOOKS: '1',
          LEPTOS_SITE_ROOT: `${root}/target/site`,
          LEPTOS_OUTPUT_NAME: 'primerka',
        },
        /open at (http:\/\/127\.0\.0\.1:\d+)/,
      );
      await use({ site: address, control: `${new URL(url).origin}/control` });
      site.kill('SIGTERM');
      gateway.kill('SIGTERM');
    },
    { scope: 'worker' },
  ],
});

// Fault, step, code, and the text's key where one code has several.
const table: [string, 1 | 2, string, string?][] = [
  ['unauthorized', 1, 'unauthorized'],
  ['gateway_not_found', 1, 'gateway_not_found'],
  ['key_invalid', 2, 'provider_key_invalid'],
  ['key_missing', 1, 'provider_key_missing'],
  ['free_tier', 2, 'billing_required'],
  ['region', 1, 'region_unsupported'],
  ['no_credits', 2, 'no_credits'],
  ['model_unknown', 1, 'model_not_found'],
  ['quota_per_minute', 2, 'rate_limited'],
  ['quota_per_day', 1, 'quota_exhausted'],
  ['spend_limit', 2, 'spend_limit'],
  ['overloaded', 2, 'overloaded'],
  ['silence', 1, 'timeout'],
  ['refuse', 2, 'gateway_unreachable'],
  ['internal', 1, 'gateway_error'],
  ['blocked_prohibited_content', 1, 'prompt_blocked'],
  ['finish_image_safety', 2, 'image_blocked'],
  ['finish_image_prohibited_content', 2, 'image_blocked', 'image_prohibited'],
  ['finish_image_recitation', 2, 'image_blocked', 'image_recitation'],
  ['response_guardrail', 2, 'image_blocked', 'image_guardrails'],
  ['finish_image_other', 2, 'no_image'],
  ['text_only', 2, 'text_only'],
  ['echo_person', 2, 'unchanged'],
  ['not_json', 1, 'bad_description'],
  ['truncated_json', 2, 'invalid_response'],
  ['payload_too_large', 2, 'image_too_large'],
  ['image_undecodable', 1, 'broken_image'],
  // The last one: what is retired is not asked again for hours.
  ['model_retired', 2, 'model_retired'],
];

/** Makes the next calls of a step fail, as many as a look may make. */
async function arm(request: APIRequestContext, servers: Servers, fault: string, step: 1 | 2) {
  await disarm(request, servers);
  const armed = await request.post(`${servers.control}/faults`, { data: { name: fault, step, times: 3 } });
  expect(armed.status()).toBe(204);
}

const disarm = (request: APIRequestContext, servers: Servers) => request.delete(`${servers.control}/faults`);

/** Asks for a look as a script does. */
function ask(request: APIRequestContext, servers: Servers) {
  const file = (name: string) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: readFileSync(sample(name)) });
  return request.post(`${servers.site}/api/looks`, { multipart: { person: file('person-1'), outfit: file('outfit-2') } });
}

/** Waits until the gateway holds a call that it does not answer. */
async function held(request: APIRequestContext, servers: Servers) {
  await expect.poll(async () => (await (await request.get(`${servers.control}/calls`)).json()).open).toBe(1);
}

test.describe.configure({ mode: 'serial' });

test.describe('more looks than are made at once', () => {
  test.use({ tolerated: [/status of 503/] });

  test('are told to come back', async ({ page, request, servers }) => {
    await arm(request, servers, 'silence', 1);
    const first = ask(request, servers);
    await held(request, servers);
    const studio = new Studio(page);
    await studio.open(servers.site);
    await studio.choose();
    await studio.press();
    await expect(page.locator('.failure-message')).toHaveText(text('busy').message);
    await expect(page.locator('.failure-hint')).toContainText(text('busy').hint);
    const refused = await ask(request, servers);
    expect(refused.status()).toBe(503);
    expect(refused.headers()['retry-after']).toBe('5');
    expect(await refused.json()).toMatchObject({ event: 'failed', code: 'busy', step: null });
    await disarm(request, servers);
    await first;
  });
});

test('a look that is stopped says so', async ({ page, request, servers }) => {
  await arm(request, servers, 'silence', 1);
  const studio = new Studio(page);
  await studio.open(servers.site);
  await studio.choose();
  await studio.press();
  await held(request, servers);
  await studio.button('Отменить').click();
  await expect(studio.stage).toContainText(text('cancelled').message);
  await disarm(request, servers);
});

for (const [fault, step, code, key = code] of table) {
  test(`${fault} at step ${step} is ${key}`, async ({ page, request, servers }) => {
    await arm(request, servers, fault, step);
    const studio = new Studio(page);
    await studio.open(servers.site);
    await studio.choose();
    await studio.press();
    await expect(page.locator('.failure-message')).toHaveText(text(key).message, { timeout: 20_000 });
    await expect(page.locator('.failure-hint')).toContainText(text(key).hint);
    await expect(studio.step(step)).toHaveAttribute('data-state', 'failed');
    await expect(studio.result).toBeHidden();

    await arm(request, servers, fault, step);
    const answer = await ask(request, servers);
    expect(answer.status()).toBe(200);
    const lines = (await answer.text()).trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      event: 'failed',
      step,
      code,
      message: text(key).message,
      hint: expect.stringContaining(text(key).hint),
    });
    await disarm(request, servers);
  });
}
