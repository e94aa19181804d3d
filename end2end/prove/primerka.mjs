// What the proofs share: pictures and forms, the binary and the embedded gateway as processes of their own, looks as a client sees them,
// and figures. Everything listens on loopback; only what was started here is ended, and all of it when the proof ends.

import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

const BINARY = process.env.PRIMERKA ?? "target/release/primerka";
const LOGS = "target/test-logs";

// ---- Pictures -------------------------------------------------------------------------------------------------------

const crcOf = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

function chunk(type, data) {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  data.copy(out, 8);
  let crc = ~0;
  for (let at = 4; at < data.length + 8; at += 1) crc = crcOf[(crc ^ out[at]) & 255] ^ (crc >>> 8);
  out.writeUInt32BE(~crc >>> 0, data.length + 8);
  return out;
}

// A PNG whose pixels `paint(x, y)` gives as [r, g, b]. With `level` 0 it has as many bytes as it has colours.
export function png(width, height, paint, level = 6) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(paint(x, y), y * (width * 3 + 1) + 1 + x * 3);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const sign = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([sign, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level })), chunk("IEND", Buffer.alloc(0))]);
}

// The same picture as a file of its own: `number` stands in a comment before the last 12 bytes, which are the end of every PNG.
export function numbered(picture, number) {
  const comment = chunk("tEXt", Buffer.from(`Comment\0${number}`, "latin1"));
  return Buffer.concat([picture.subarray(0, -12), comment, picture.subarray(-12)]);
}

// A person, an outfit and a result, none of which is like another.
const step = (at, of) => Math.floor((at * 8) / of) * 32;
export const person = (width, height, level) => png(width, height, (x, y) => [step(x, width), step(y, height), 40], level);
export const outfit = (width, height, level) => png(width, height, (x, y) => [200, step(x + y, width + height), 30], level);
export const result = (width, height, level) =>
  png(width, height, (x, y) => ((x >> 4) + (y >> 4)) % 2 === 0 ? [250, 250, 250] : [5, 5, 5], level);

// ---- Forms ----------------------------------------------------------------------------------------------------------

const BOUNDARY = "primerka-proof-0f1e2d3c";
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

// The body of the studio's form; `texts` are further fields, after the photos.
export function form(personPhoto, outfitPhoto, texts = {}) {
  const part = (name, more, value) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
    Buffer.from(value),
    Buffer.from("\r\n"),
  ];
  const file = '; filename="photo"\r\nContent-Type: image/png';
  const fields = Object.entries(texts).flatMap(([name, value]) => part(name, "", value));
  const files = [...part("person", file, personPhoto), ...part("outfit", file, outfitPhoto)];
  return Buffer.concat([...files, ...fields, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

// ---- Processes ------------------------------------------------------------------------------------------------------

const children = new Set();
const folder = mkdtempSync(join(tmpdir(), "primerka-proof."));

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

// Ends the proof, and what it started, when it takes longer than that.
export function stopAfter(seconds) {
  setTimeout(() => {
    console.error(`The proof has not ended within ${seconds} s.`);
    process.exit(1);
  }, seconds * 1000).unref();
}

// Starts the binary with these settings and no others, and waits until it says `pattern`. Its log goes to target/test-logs.
export async function start(name, args, settings, pattern) {
  mkdirSync(LOGS, { recursive: true });
  const log = createWriteStream(join(LOGS, `prove-${name}.log`));
  const env = { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1", ...settings };
  const child = spawn(BINARY, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  children.add(child);
  const ended = new Promise((resolve) => {
    child.on("exit", (code, signal) => {
      children.delete(child);
      resolve({ code, signal, at: performance.now() });
    });
  });
  const found = await new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (data) => {
      log.write(data);
      if (said === null) return;
      said += data;
      const match = said.match(pattern);
      if (match) {
        said = null;
        resolve(match[1]);
      }
    });
    child.on("error", reject);
    ended.then(({ code, signal }) => reject(new Error(`${name} ended (${code ?? signal}) before it was ready:\n${said}`)));
  });
  return { found, ended, signal: (signal) => child.kill(signal) };
}

// The embedded gateway alone, whose every answer is there from the start: CPU is for the server that is measured, not for a model.
// Answers take `delayMs`.
export async function startGateway(picture, delayMs) {
  const { found: url } = await start("gateway", ["gateway", "--port", "0"], { RUST_LOG: "info" }, /GATEWAY_URL=(\S+)/);
  const control = `${new URL(url).origin}/control`;
  const words = '{"garment_type":"t-shirt","slot":"top","pieces":[{"name":"tee","colors":[{"name":"red","hex":"#c02030"}]}]}';
  const answer = (part, usage) => ({ candidates: [{ content: { parts: [part] }, finishReason: "STOP" }], usageMetadata: usage, modelVersion: "gemini-nano-banana-2.1" });
  const inlineData = { mimeType: "image/png", data: picture.toString("base64") };
  const details = [{ modality: "IMAGE", tokenCount: 1120 }];
  const bodies = [
    answer({ text: words }, { promptTokenCount: 1500, candidatesTokenCount: 150 }),
    answer({ inlineData }, { promptTokenCount: 2000, candidatesTokenCount: 1120, candidatesTokensDetails: details }),
  ];
  const gateway = {
    url,
    // How often step 1 and step 2 were asked.
    calls: async () => {
      const { step_1: words, step_2: pictures } = await (await fetch(`${control}/calls`)).json();
      return words + pictures;
    },
    // From now on answers take so long.
    delay: async (delay_ms) => {
      await fetch(`${control}/faults`, { method: "DELETE" });
      for (const [at, body] of bodies.entries()) {
        const order = { status: 200, step: at + 1, times: 4_000_000_000, delay_ms, body };
        const armed = await fetch(`${control}/faults`, { method: "POST", body: JSON.stringify(order) });
        if (armed.status !== 204) throw new Error(`The gateway refuses its orders: ${armed.status} ${await armed.text()}`);
      }
    },
  };
  await gateway.delay(delayMs);
  return gateway;
}

let servers = 0;

// The server before that gateway, or before its own where there is none; with a database of its own, and without limits on who may ask how
// often. `settings` win.
export async function startServer(gateway, settings = {}) {
  servers += 1;
  const own = join(folder, String(servers));
  mkdirSync(own);
  const usual = {
    LEPTOS_ENV: "PROD",
    LEPTOS_SITE_ADDR: "127.0.0.1:0",
    LEPTOS_SITE_ROOT: "target/site",
    DATABASE_PATH: join(own, "primerka.db"),
    ...(gateway === null ? { EMBEDDED_GATEWAY: "true" } : { GATEWAY_URL: gateway.url, GATEWAY_TOKEN: "proof-token" }),
    IMAGE_MODELS: "gemini-nano-banana-2.1",
    // Numbered photos are told apart by us alone: once they are prepared they are the same, and so would be the gateway's answers.
    GATEWAY_CACHE: "off",
    DAILY_BUDGET_USD: "1000000",
    MONTHLY_BUDGET_USD: "10000000",
    RATE_LIMIT_PER_MINUTE: "10000000",
    RATE_LIMIT_PER_USER_PER_MINUTE: "10000000",
    RATE_LIMIT_PER_USER_PER_DAY: "10000000",
    RUST_LOG: "warn,primerka::server=info",
  };
  const args = ["serve", "--dev-vars", join(own, "no-file")];
  const server = await start("server", args, { ...usual, ...settings }, /Primerka is open at (http:\/\/[0-9.:]+)/);
  return { ...server, base: server.found };
}

// ---- Clients --------------------------------------------------------------------------------------------------------

// Asks for a look and hears it to its end. `told` is what came: status, milliseconds from the last byte sent to the head, events, and
// whether the last of them is an end.
export function ask(base, body, { agent, heard = () => {} } = {}) {
  const headers = { "content-type": FORM_TYPE, "content-length": body.length };
  return listen(http.request(`${base}/api/looks`, { method: "POST", agent, headers }), body, heard);
}

// Joins a look under way.
export function joinLook(base, id, { agent, heard = () => {} } = {}) {
  return listen(http.request(`${base}/api/looks/${id}/events`, { agent }), undefined, heard);
}

function listen(request, body, heard) {
  return new Promise((resolve) => {
    const told = { status: 0, headMs: NaN, totalMs: NaN, retryAfter: null, events: [], isWhole: false, error: null };
    let sent = performance.now();
    const end = () => {
      told.totalMs = performance.now() - sent;
      told.isWhole = ["done", "failed"].includes(told.events.at(-1)?.event);
      resolve(told);
    };
    request.on("finish", () => {
      sent = performance.now();
    });
    request.on("error", (error) => {
      told.error = error.code ?? error.message;
      end();
    });
    request.on("response", (response) => {
      told.headMs = performance.now() - sent;
      told.status = response.statusCode;
      told.retryAfter = response.headers["retry-after"] ?? null;
      let pending = "";
      response.setEncoding("utf8");
      response.on("data", (text) => {
        const lines = (pending + text).split("\n");
        pending = lines.pop();
        for (const line of lines.filter((line) => line.startsWith("{"))) {
          const event = JSON.parse(line);
          told.events.push(event);
          heard(event);
        }
      });
      response.on("error", (error) => {
        told.error = error.code ?? error.message;
      });
      response.on("close", end);
    });
    request.end(body);
  });
}

// Milliseconds that a GET takes, and its status.
export function get(url, agent) {
  return new Promise((resolve) => {
    const started = performance.now();
    const request = http.get(url, { agent }, (response) => {
      response.resume();
      response.on("close", () => resolve({ ms: performance.now() - started, status: response.statusCode }));
    });
    request.on("error", () => resolve({ ms: performance.now() - started, status: 0 }));
  });
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// ---- Figures --------------------------------------------------------------------------------------------------------

// By nearest rank.
export function quantile(values, share) {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

export const ms = (value) => (Number.isNaN(value) ? "–" : `${value.toFixed(value < 10 ? 2 : 0)} ms`);
export const today = () => new Date().toISOString().slice(0, 10);

const verdicts = [];

// Writes down a goal and whether it was reached.
export function goal(what, isReached) {
  verdicts.push(isReached);
  console.log(`${isReached ? "reached" : "MISSED "}  ${what}`);
}

// Ends the proof: without a goal missed, well.
export function finish() {
  process.exit(verdicts.length > 0 && verdicts.every(Boolean) ? 0 : 1);
}
