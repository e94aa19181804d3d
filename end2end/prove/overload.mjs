// Five times as many looks as the server can make: it goes on making as many as it can, and tells the others at once to come back.

import http from "node:http";
import { cpus } from "node:os";

import { ask, finish, form, get, goal, ms, numbered, outfit, person, quantile, result, sleep, startGateway, startServer, stopAfter, today } from "./primerka.mjs";

const AT_ONCE = 8;
const WAITING = 16;
const DELAY_MS = 100;
const WARM_S = 2;
const PEAK_S = Number(process.argv[2] ?? 10);
const OVERLOAD_S = Number(process.argv[3] ?? 20);
const FACTOR = 5;

stopAfter(120 + PEAK_S + OVERLOAD_S);

const photos = [person(96, 128), outfit(96, 128)];
const gateway = await startGateway(result(96, 128), DELAY_MS);
const { base } = await startServer(gateway, { MAX_CONCURRENT_LOOKS: String(AT_ONCE), MAX_WAITING_LOOKS: String(WAITING) });
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });

// Every look is of photos that nobody has sent before.
let number = 0;
const next = () => {
  number += 1;
  return form(...photos.map((photo) => numbered(photo, number)));
};
const isMade = (told) => told.events.at(-1)?.event === "done";

// Looks a second while there is always one waiting and never one too many.
async function peak() {
  const from = performance.now() + WARM_S * 1_000;
  const until = from + PEAK_S * 1_000;
  const took = [];
  const client = async () => {
    while (performance.now() < until) {
      const told = await ask(base, next(), { agent });
      const now = performance.now();
      if (isMade(told) && now >= from && now < until) took.push(told.totalMs);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE + WAITING }, client));
  return { perSecond: took.length / PEAK_S, took };
}

// What health and metrics take until `isOver`.
async function probe(path, isOver) {
  const took = [];
  const own = new http.Agent({ keepAlive: true });
  while (!isOver()) {
    const { ms: elapsed, status } = await get(`${base}${path}`, own);
    took.push(status === 200 ? elapsed : Infinity);
    await sleep(100);
  }
  own.destroy();
  return took;
}

// Asks for so many looks a second, whatever becomes of those before.
async function overload(perSecond) {
  const from = performance.now();
  const until = from + OVERLOAD_S * 1_000;
  const under = [];
  const made = [];
  let isOver = false;
  const probes = Promise.all([probe("/healthz", () => isOver), probe("/metrics", () => isOver)]);
  while (performance.now() < until) {
    const due = ((performance.now() - from) / 1_000) * perSecond;
    while (under.length < due) {
      const asked = ask(base, next(), { agent });
      under.push(asked);
      void asked.then((told) => {
        const now = performance.now();
        // The first seconds only fill the queue.
        if (isMade(told) && now >= from + WARM_S * 1_000 && now < until) made.push(told.totalMs);
      });
    }
    await sleep(2);
  }
  isOver = true;
  const told = await Promise.all(under);
  const [health, metrics] = await probes;
  return { told, made, perSecond: made.length / (OVERLOAD_S - WARM_S), health, metrics };
}

console.log(`Overload on ${cpus().length} cores, client and upstream beside the server, ${today()}: ${AT_ONCE} looks at once, ${WAITING} may wait, two steps of ${DELAY_MS} ms each\n`);
const best = await peak();
const loaded = await overload(best.perSecond * FACTOR);
const shed = loaded.told.filter((told) => told.status === 503);
const others = loaded.told.filter((told) => told.status !== 503 && !isMade(told));
const hasWait = (told) => Number(told.retryAfter) > 0 && told.events.at(-1)?.code === "busy";
const heads = shed.map((told) => told.headMs);
const share = (loaded.perSecond / best.perSecond) * 100;
const [peakP99, loadedP99] = [quantile(best.took, 0.99), quantile(loaded.made, 0.99)];
const figures = (values) => `p50 ${ms(quantile(values, 0.5))}, p99 ${ms(quantile(values, 0.99))}, longest ${ms(Math.max(...values))}`;

console.log(`peak           ${best.perSecond.toFixed(1)} looks a second (at most ${(AT_ONCE * 1_000) / (2 * DELAY_MS)} are possible); ${figures(best.took)}`);
console.log(`offered        ${(best.perSecond * FACTOR).toFixed(0)} a second for ${OVERLOAD_S} s, ${loaded.told.length} in all`);
console.log(`goodput        ${loaded.perSecond.toFixed(1)} looks a second, ${share.toFixed(1)} % of the peak; ${figures(loaded.made)}`);
console.log(`shed           ${shed.length} (503 with Retry-After: ${shed.filter(hasWait).length}); from the last byte sent to the answer: ${figures(heads)}`);
console.log(`neither        ${others.length}${others.length > 0 ? `, the first: ${JSON.stringify({ status: others[0].status, error: others[0].error, last: others[0].events.at(-1) })}` : ""}`);
console.log(`/healthz       ${figures(loaded.health)}`);
console.log(`/metrics       ${figures(loaded.metrics)}\n`);

goal("goodput is 95 % of the peak or more", share >= 95);
goal("99 of 100 shed answers take 10 ms or less", shed.length > 0 && quantile(heads, 0.99) <= 10);
goal("every shed answer is busy, and says when to come back", shed.every(hasWait));
goal("every request is answered, by a look or by a wait", others.length === 0);
goal("99 of 100 admitted looks take 1.5 times as long as at the peak or less", loadedP99 <= 1.5 * peakP99);
goal("health and metrics always answer, 99 of 100 times within 50 ms", [...loaded.health, ...loaded.metrics].every(Number.isFinite) && quantile([...loaded.health, ...loaded.metrics], 0.99) <= 50);
finish();
