// The page of a look that is being made: it shows how far the look is, and follows it to its end by itself.

import { readFileSync } from 'node:fs';
import { expect, test as base } from './fixtures';
import { startGateway, startSite } from './server';
import { sample } from './studio';

interface Servers {
  site: string;
  /** Where the site's gateway takes orders. */
  control: string;
}

const test = base.extend<object, { servers: Servers }>({
  servers: [
    async ({}, use, { workerIndex }) => {
      const token = 'spec-canary-token';
      const gateway = await startGateway(`running-gateway-${workerIndex}`, token);
      const site = await startSite(`running-site-${workerIndex}`, { GATEWAY_URL: gateway.address, GATEWAY_TOKEN: token });
      await use({ site: site.address, control: `${new URL(gateway.address).origin}/control` });
      await site.stop();
      await gateway.stop();
    },
    { scope: 'worker' },
  ],
});

test('the page of a look stays as it is until there is something new', async ({ page, request, servers, axe }) => {
  const { site, control } = servers;
  // Step 1 gets no answer: the look stands still for as long as it is looked at.
  await request.post(`${control}/faults`, { data: { name: 'silence', step: 1, times: 1 } });
  const photo = (name: string) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: readFileSync(sample(name)) });
  const asked = await request.post(`${site}/api/looks`, {
    headers: { accept: 'text/html' },
    multipart: { person: photo('person-1'), outfit: photo('outfit-1') },
    maxRedirects: 0,
  });
  expect(asked.status()).toBe(303);
  const look = asked.headers()['location']!;
  await expect.poll(async () => (await (await request.get(`${control}/calls`)).json()).open).toBe(1);

  // As it is at this moment, without the line that leads on at once to its next state: that answer is held until there is one, which
  // tests/black_box/no_wasm.rs looks at.
  const html = await (await request.get(site + look)).text();
  const leadsOn = /<meta[^>]+http-equiv="refresh"[^>]*>/;
  expect(html).toMatch(leadsOn);
  await page.route(site + look, (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: html.replace(leadsOn, '') }),
  );
  await page.goto(site + look);
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('Образ создаётся');
  await expect(page).toHaveTitle('Образ создаётся · Примерка');
  await expect(page.locator('.step').first()).toHaveAttribute('data-state', 'running');
  await expect(page.locator('.step').last()).toHaveAttribute('data-state', 'waiting');
  await axe();
  await page.unroute(site + look);

  // As it is served, it follows the look to its end by itself.
  await page.goto(site + look, { waitUntil: 'commit' });
  await request.post(`${site}${look.replace('/looks/', '/api/looks/')}/cancel`);
  await expect(heading).toHaveText('Образ не получился');
  await expect(page.locator('.failure')).toContainText('Создание образа остановлено');
  await expect(page.locator('meta[http-equiv=refresh]')).toHaveCount(0);
  await axe();
  await page.getByRole('link', { name: 'Выбрать фото ещё раз' }).click();
  await expect(page).toHaveURL(`${site}/`);
});
