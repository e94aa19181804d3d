// A look that was made before: 1.5 MB of photos are received and hashed, a picture of 1.5 MB is found, and nobody upstream is asked.
// Measured on a socket of our own, for an HTTP client takes longer than the server.

import { cpus, loadavg } from "node:os";
import net from "node:net";

import { FORM_TYPE, finish, form, goal, ms, numbered, outfit, person, quantile, result, startGateway, startServer, stopAfter, today } from "./primerka.mjs";

const HITS = Number(process.argv[2] ?? 500);
const WARM = 50;
const ANEW = 30;

stopAfter(240);

// The files are as large as their pixels: 1 MB, 0.5 MB, and 1.5 MB.
const [one, other, picture] = [person(512, 650, 0), outfit(512, 325, 0), result(627, 797, 0)];
const gateway = await startGateway(picture, 0);
const { base } = await startServer(gateway);
const { host, hostname, port } = new URL(base);

// A connection that is kept open, and one exchange on it at a time: milliseconds from the first byte sent to the last received.
function connect() {
  const socket = net.connect(Number(port), hostname);
  socket.setNoDelay(true);
  let exchange = null;
  socket.on("data", (data) => {
    if (!exchange) return;
    exchange.pieces.push(data);
    exchange.length += data.length;
    exchange.ends ??= endOf(exchange.pieces[0]);
    if (!exchange.ends(exchange.length, data)) return;
    const { resolve, sent, pieces } = exchange;
    exchange = null;
    resolve({ ms: performance.now() - sent, answer: Buffer.concat(pieces) });
  });
  socket.on("close", () => exchange?.reject(new Error("The server has closed the connection.")));
  socket.on("error", (error) => exchange?.reject(error));
  return (request) =>
    new Promise((resolve, reject) => {
      exchange = { resolve, reject, pieces: [], length: 0, ends: null, sent: performance.now() };
      socket.write(request);
    });
}

// How the end of an answer is known, from its head, which comes in one piece: by its length, or by its last chunk.
function endOf(first) {
  const end = first.indexOf("\r\n\r\n") + 4;
  const head = first.toString("latin1", 0, end).toLowerCase();
  if (head.includes("\r\ntransfer-encoding: chunked")) return (_, last) => last.toString("latin1", last.length - 5) === "0\r\n\r\n";
  const whole = end + Number(head.match(/\r\ncontent-length: (\d+)/)?.[1] ?? 0);
  return (length) => length >= whole;
}

const post = (body) => {
  const head = `POST /api/looks HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${FORM_TYPE}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
};
const got = (path, more = "") => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`);
const events = (answer) => answer.toString("utf8").match(/^\{.*\}$/gm).map((line) => JSON.parse(line));

const exchange = connect();

// Runs `request` so many times, each looked at by `check`, the first few of them to warm up.
async function times(count, request, check) {
  const took = [];
  for (let at = -WARM; at < count; at += 1) {
    const { ms: elapsed, answer } = await exchange(request());
    check(answer);
    if (at >= 0) took.push(elapsed);
  }
  return took;
}

function wanted(isTrue, answer) {
  if (!isTrue) throw new Error(`Another answer was expected: ${answer.subarray(-600).toString("latin1")}`);
}

const isDone = (cached) => (answer) => {
  const end = events(answer).at(-1);
  wanted(end.event === "done" && end.cached === cached && (!cached || (end.cost_usd === 0 && end.saved_usd > 0)), answer);
};

const same = post(form(one, other));
isDone(false)((await exchange(same)).answer);
const before = await gateway.calls();
const hits = await times(HITS, () => same, isDone(true));
const asked = (await gateway.calls()) - before;

const { url } = events((await exchange(same)).answer).at(-1).look;
let etag = "";
const pictures = await times(HITS, () => got(url), (answer) => {
  etag = answer.toString("latin1", 0, 2_000).match(/\r\netag: (\S+)/i)[1];
  wanted(answer.length > 1_500_000 && answer.subarray(-picture.length).equals(picture), answer);
});
const known = await times(HITS, () => got(url, `If-None-Match: ${etag}\r\n`), (answer) => wanted(answer.toString("latin1", 0, 12) === "HTTP/1.1 304", answer));

// What comes before any cache: the same upload received and hashed, and refused for a field that stands after the photos.
const refused = post(form(one, other, { aspect_ratio: "nonsense" }));
const floor = await times(HITS, () => refused, (answer) => wanted(answer.toString("latin1", 0, 12) === "HTTP/1.1 400", answer));

// What a hit saves beside the money: the same look of photos that are new each time, from an upstream that answers at once.
const anew = [];
for (let at = 0; at < ANEW; at += 1) {
  const { ms: elapsed, answer } = await exchange(post(form(numbered(one, at), numbered(other, at))));
  isDone(false)(answer);
  anew.push(elapsed);
}

const figures = (values) => ["p50", "p95", "p99"].map((name, at) => `${name} ${ms(quantile(values, [0.5, 0.95, 0.99][at])).padStart(8)}`).join("   ");
const megabytes = (bytes) => (bytes / 1e6).toFixed(2);
console.log(`Cache hits on ${cpus().length} cores, client beside the server, load ${loadavg()[0].toFixed(2)}, ${today()}: ${megabytes(one.length)} + ${megabytes(other.length)} MB sent, a picture of ${megabytes(picture.length)} MB, ${HITS} times\n`);
console.log(`hit, from the first byte sent to the last event   ${figures(hits)}`);
console.log(`the picture, 1.5 MB                               ${figures(pictures)}`);
console.log(`the picture, known by its ETag                    ${figures(known)}`);
console.log(`floor: the upload read and hashed, and refused    ${figures(floor)}`);
console.log(`the same made anew, upstream at 0 ms (${ANEW} times)   ${figures(anew)}`);
console.log(`upstream calls during the hits                    ${asked}\n`);

goal("half of the hits take 2 ms or less, upload received and hashed", quantile(hits, 0.5) <= 2);
goal("no upstream call is made", asked === 0);
goal("a hit is at least five times as fast as the look made anew", quantile(anew, 0.5) >= 5 * quantile(hits, 0.5));
finish();
