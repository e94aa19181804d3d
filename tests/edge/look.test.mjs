// The edge build makes a look: the wasm that Cloudflare would run, called here under Node with real Requests, against the embedded gateway over
// real HTTP. What only a Worker has (env, ctx) is a plain object.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import * as edge from "../../target/edge/primerka.js";

const TOKEN = "edge-canary-token";
const samples = new URL("../../public/samples/", import.meta.url);

let gateway;
let gatewayUrl;
/** What the gateway was sent: the recorder stands between the edge and the gateway. */
const sent = [];
let recorder;

before(async () => {
  // workerd brings these; Node has no execution context.
  edge.initSync({ module: await readFile(new URL("../../target/edge/primerka_bg.wasm", import.meta.url)) });

  gateway = spawn("target/debug/primerka", ["gateway", "--port", "0", "--token", TOKEN], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const real = await new Promise((resolve, reject) => {
    let log = "";
    gateway.stderr.on("data", (chunk) => {
      log += chunk;
      const url = /GATEWAY_URL=(http\S+)/.exec(log);
      if (url) resolve(new URL(url[1].replace(/\u001b.*$/, "")));
    });
    gateway.on("exit", () => reject(new Error(`the embedded gateway did not start: ${log}`)));
  });

  recorder = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    sent.push({ path: request.url, headers: request.headers, body: JSON.parse(body) });
    const headers = { ...request.headers };
    delete headers.host;
    const answer = await fetch(new URL(request.url, real), { method: "POST", headers, body });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((resolve) => recorder.listen(0, "127.0.0.1", resolve));
  gatewayUrl = `http://127.0.0.1:${recorder.address().port}${real.pathname}`;
});

after(() => {
  gateway?.kill();
  recorder?.close();
});

const ask = (path, init) =>
  edge.fetch(
    new Request(`https://primerka.example${path}`, init),
    { GATEWAY_URL: gatewayUrl, GATEWAY_TOKEN: TOKEN },
    { waitUntil() {}, passThroughOnException() {} },
  );

async function form(person = "person-1.jpg", outfit = "outfit-1.jpg") {
  const form = new FormData();
  form.set("person", new Blob([await readFile(new URL(person, samples))]), "a.jpg");
  form.set("outfit", new Blob([await readFile(new URL(outfit, samples))]), "b.jpg");
  return form;
}

const events = (text) => text.trim().split("\n").map((line) => JSON.parse(line));

test("the studio is rendered, in the visitor's language and under its policy", async () => {
  const page = await ask("/", { headers: { "accept-language": "ru" } });
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<html lang="ru"/);
  assert.match(page.headers.get("content-security-policy"), /script-src 'nonce-[^']+'/);
});

test("a look is made, streamed and kept", async () => {
  const answer = await ask("/api/looks", { method: "POST", body: await form() });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "application/x-ndjson");
  const told = events(await answer.text());
  const names = told.map((event) => event.event).filter((name) => name !== "ping");
  assert.deepEqual(names, ["accepted", "describing", "described", "generating", "done"]);

  const { look } = told.at(-1);
  const image = await ask(look.url);
  assert.equal(image.status, 200);
  assert.equal(image.headers.get("content-type"), look.mime);
  const bytes = Buffer.from(await image.arrayBuffer());
  assert.equal(bytes.subarray(0, 3).toString("hex"), "ffd8ff");
  assert.equal((await ask(look.url, { method: "DELETE" })).status, 405);
  assert.equal((await ask(`/looks/${look.id}`, { method: "DELETE" })).status, 204);
  assert.equal((await ask(look.url)).status, 404);
});

test("the gateway is asked as it must be", () => {
  const [describe, tryOn] = sent.slice(-2);
  for (const { headers } of [describe, tryOn]) {
    assert.equal(headers["cf-aig-authorization"], `Bearer ${TOKEN}`);
    assert.equal(headers["cf-aig-collect-log-payload"], "false");
    assert.equal(headers["x-goog-api-key"], undefined);
  }
  const photos = ({ body }) => body.contents[0].parts.filter((part) => part.inlineData).length;
  assert.equal(photos(describe), 1);
  assert.equal(photos(tryOn), 2);
});

test("metadata is cut out and the orientation stays", async () => {
  const plain = await readFile(new URL("person-1.jpg", samples));
  const exif = Buffer.concat([
    Buffer.from("Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", "latin1"),
    Buffer.from("SECRET-PLACE"),
  ]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(exif.length + 2);
  const withExif = Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, exif, plain.subarray(2)]);
  const body = await form();
  body.set("person", new Blob([withExif]), "a.jpg");
  const told = events(await (await ask("/api/looks", { method: "POST", body })).text());
  assert.equal(told.at(-1).event, "done");
  const parts = sent.at(-1).body.contents[0].parts;
  const person = Buffer.from(parts.at(-1).inlineData.data, "base64");
  assert.equal(person.includes("SECRET-PLACE"), false);
  assert.equal(person.includes(Buffer.from("Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06", "latin1")), true);
});

test("what is refused has its status and one line", async () => {
  const body = await form();
  body.set("person", new Blob(["not a picture"]), "a.jpg");
  const refused = await ask("/api/looks", { method: "POST", body });
  assert.equal(refused.status, 415);
  const [failed] = events(await refused.text());
  assert.equal(failed.code, "unsupported_image");
  assert.equal((await ask("/api/looks", { method: "POST", body: "x", headers: { "content-type": "multipart/form-data" } })).status, 400);
  assert.equal((await ask("/nowhere")).status, 404);
});
