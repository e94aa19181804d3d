// SIGTERM while looks are under way, each heard by who asked for it and by one who joined: how many answers are cut, and when the
// process has ended. Then the same of a server that has nothing to do, and of one whose upstream takes longer than the grace.

import http from "node:http";
import { cpus } from "node:os";

import { ask, finish, form, get, goal, joinLook, ms, numbered, outfit, person, quantile, result, sleep, startGateway, startServer, stopAfter, today } from "./primerka.mjs";

const ROUNDS = Number(process.argv[2] ?? 100);
const LOOKS = 200;
// One step takes so long: a look is under way for twice that, and all of them are when the signal comes.
const DELAY_MS = 1_500;
const IDLE_ROUNDS = 10;
const GRACE_S = Number(process.env.GRACE ?? 20);
const SLOW_LOOKS = 20;

stopAfter(180 + ROUNDS * 20 + GRACE_S);

const photos = [person(96, 128), outfit(96, 128)];
const gateway = await startGateway(result(96, 128), DELAY_MS);
let number = 0;

// Starts so many looks, waits until both listeners of each have heard that step 1 has begun, sends SIGTERM `laterMs` later, and hears all
// to their ends.
async function stopAmid(looks, laterMs) {
  const server = await startServer(gateway, { MAX_CONCURRENT_LOOKS: String(looks), MAX_WAITING_LOOKS: "0" });
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  const streams = [];
  const begun = [];
  let over = 0;
  // A promise that a listener has heard of step 1, and the listener's ear.
  const listener = () => {
    let tell;
    begun.push(new Promise((resolve) => (tell = resolve)));
    return ({ event }) => {
      if (event === "describing") tell();
      if (event === "done" || event === "failed") over += 1;
    };
  };
  for (let look = 0; look < looks; look += 1) {
    number += 1;
    const [ofAsker, ofJoiner] = [listener(), listener()];
    const heard = (event) => {
      if (event.event === "accepted") streams.push(joinLook(server.base, event.id, { agent, heard: ofJoiner }));
      ofAsker(event);
    };
    streams.push(ask(server.base, form(...photos.map((photo) => numbered(photo, number))), { agent, heard }));
  }
  await Promise.race([Promise.all(begun), sleep(30_000).then(() => Promise.reject(new Error("The looks do not begin.")))]);
  await sleep(laterMs);
  const running = streams.length - over;
  const asked = performance.now();
  server.signal("SIGTERM");
  const told = await Promise.all(streams);
  const { code, at } = await server.ended;
  agent.destroy();
  const ends = (event) => told.filter((stream) => stream.events.at(-1)?.event === event).length;
  return { streams: told.length, running, cut: told.filter((stream) => !stream.isWhole).length, done: ends("done"), failed: ends("failed"), code, exitMs: at - asked };
}

async function stopIdle() {
  const server = await startServer(gateway);
  const agent = new http.Agent({ keepAlive: true });
  // A connection stays open, as browsers' do.
  await get(`${server.base}/healthz`, agent);
  const asked = performance.now();
  server.signal("SIGTERM");
  const { code, at } = await server.ended;
  agent.destroy();
  return { code, exitMs: at - asked };
}

const sum = (rounds, key) => rounds.reduce((total, round) => total + round[key], 0);
const exits = (rounds) => {
  const times = rounds.map((round) => round.exitMs);
  return `p50 ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))}, longest ${ms(Math.max(...times))}`;
};
const failedExits = (rounds) => rounds.filter((round) => round.code !== 0).length;

console.log(`SIGTERM, ${ROUNDS} rounds on ${cpus().length} cores, ${today()}: ${LOOKS} looks, each heard twice, of an upstream that takes ${DELAY_MS} ms a step; grace ${GRACE_S} s\n`);

const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) rounds.push(await stopAmid(LOOKS, Math.random() * DELAY_MS));
console.log(`under way      ${sum(rounds, "streams")} streams, ${sum(rounds, "running")} of them running at the signal (at least ${Math.min(...rounds.map((round) => round.running))} a round)`);
console.log(`               ${sum(rounds, "done")} ended in a look, ${sum(rounds, "failed")} in a failure, ${sum(rounds, "cut")} were cut`);
console.log(`               exit after the signal: ${exits(rounds)}; ${failedExits(rounds)} exit codes other than 0`);

const idle = [];
for (let round = 0; round < IDLE_ROUNDS; round += 1) idle.push(await stopIdle());
console.log(`idle           exit after the signal: ${exits(idle)} (${IDLE_ROUNDS} rounds); ${failedExits(idle)} exit codes other than 0`);

await gateway.delay((GRACE_S + 40) * 1_000);
const slow = await stopAmid(SLOW_LOOKS, 0);
console.log(`past the grace ${slow.streams} streams of looks that would take ${GRACE_S + 40} s: ${slow.failed} were told that it was for nothing, ${slow.cut} were cut`);
console.log(`               exit after the signal: ${ms(slow.exitMs)}, exit code ${slow.code}\n`);

goal("no answer is cut", sum(rounds, "cut") === 0 && slow.cut === 0);
goal(`no less than ${LOOKS} streams are running at each signal`, rounds.every((round) => round.running >= LOOKS));
goal("every look under way within the grace is made", sum(rounds, "failed") === 0);
goal("every exit code is 0", failedExits([...rounds, ...idle, slow]) === 0);
goal("the process ends within its grace and a second", [...rounds, slow].every((round) => round.exitMs <= (GRACE_S + 1) * 1_000));
goal("an idle process ends within 100 ms", idle.every((round) => round.exitMs <= 100));
finish();
