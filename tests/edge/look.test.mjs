// The edge build makes a look: the wasm that Cloudflare would run, called here under Node with real Requests, against the embedded gateway over
// real HTTP. What only a Worker has (env, ctx) is a plain object.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
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
/** Where the recorder sends callers on to instead, if anywhere. */
let redirect;
let recorder;

before(async () => {
  // workerd brings these; Node has no execution context.
  edge.initSync({ module: await readFile(new URL("../../target/edge/primerka_bg.wasm", import.meta.url)) });

  gateway = spawn("target/debug/primerka", ["gateway", "--port", "0", "--token", TOKEN], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, RUST_LOG: "trace", NO_COLOR: "1" },
  });
  // Whatever it says is looked through for secrets when all is over: scripts/check-secrets.sh.
  mkdirSync("target/test-logs", { recursive: true });
  const real = await new Promise((resolve, reject) => {
    let log = "";
    gateway.stderr.on("data", (chunk) => {
      appendFileSync("target/test-logs/edge-gateway.log", chunk);
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
    if (redirect) {
      response.writeHead(307, { location: redirect });
      response.end();
      return;
    }
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

const latin = (text) => Buffer.from(text, "latin1");

/** The last photo that a request to the gateway holds. */
function photoIn({ body }) {
  const photo = body.contents[0].parts.findLast((part) => part.inlineData);
  return Buffer.from(photo.inlineData.data, "base64");
}

/** Asks for a look with that outfit; gives how it ended, and what step 1 was sent. */
async function lookOf(outfit) {
  const body = await form();
  body.set("outfit", new Blob([outfit]), "b");
  const before = sent.length;
  const told = events(await (await ask("/api/looks", { method: "POST", body })).text());
  return { ended: told.at(-1).event, photo: photoIn(sent[before]) };
}

/** A segment of a JPEG. */
function segment(marker, contents) {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(contents.length + 2, 2);
  return Buffer.concat([head, contents]);
}

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
  const withExif = Buffer.concat([plain.subarray(0, 2), segment(0xe1, exif), plain.subarray(2)]);
  const body = await form();
  body.set("person", new Blob([withExif]), "a.jpg");
  const told = events(await (await ask("/api/looks", { method: "POST", body })).text());
  assert.equal(told.at(-1).event, "done");
  const person = photoIn(sent.at(-1));
  assert.equal(person.includes("SECRET-PLACE"), false);
  assert.equal(person.includes(latin("Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06")), true);
  // The file lies at 960 by 1280 and is seen on its side.
  assert.equal(sent.at(-1).body.generationConfig.imageConfig.aspectRatio, "4:3");
});

test("what lies behind a photo stays here", async () => {
  const plain = await readFile(new URL("outfit-1.jpg", samples));
  const film = latin("\0\0\0\x18ftypmp42 SECRET-FILM");
  const another = Buffer.concat([plain.subarray(0, 2), segment(0xe1, latin("Exif\0\0SECRET-PLACE")), plain.subarray(2)]);
  const { ended, photo } = await lookOf(Buffer.concat([plain, film, another]));
  assert.equal(ended, "done");
  assert.equal(photo.includes("SECRET"), false);
  assert.equal(photo.subarray(-2).toString("hex"), "ffd9");
  assert.ok(photo.length <= plain.length);
});

test("of a JPEG in several scans its picture is sent and nothing else", async () => {
  const start = Buffer.from([0xff, 0xd8]);
  const end = Buffer.from([0xff, 0xd9]);
  const frame = segment(0xc2, Buffer.from([8, 0, 64, 0, 64, 1, 1, 0x11, 0]));
  const table = (number) => segment(0xc4, Buffer.from([number, ...Array(16).fill(0)]));
  const scan = (...data) => [segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), Buffer.from(data)];
  const profile = segment(0xe2, latin("ICC_PROFILE\0\x01\x01 the maker's words"));
  const jfif = (width, height, thumbnail) =>
    segment(0xe0, Buffer.concat([latin("JFIF\0\x01\x02\0\0\x01\0\x01"), Buffer.from([width, height]), latin(thumbnail)]));
  // In a scan 0xff00 is data, 0xffd0 to 0xffd7 are restarts, and 0xff before a marker fills up.
  const first = scan(1, 0xff, 0, 0xd9, 0xff, 0xd3, 2);
  const second = scan(0xff, 0, 3);
  const file = Buffer.concat([
    start,
    jfif(1, 1, "SEC"),
    segment(0xe1, latin("http://ns.adobe.com/xap/1.0/\0SECRET")),
    segment(0xe2, latin("MPF\0SECRET")),
    profile,
    frame,
    table(0),
    ...first,
    Buffer.from([0xff]),
    segment(0xfe, latin("SECRET")),
    segment(0xe1, latin("Exif\0\0SECRET")),
    table(1),
    ...second,
    end,
    latin("SECRET"),
  ]);
  const kept = Buffer.concat([start, jfif(0, 0, ""), profile, frame, table(0), ...first, table(1), ...second, end]);
  assert.equal((await lookOf(file)).photo.toString("hex"), kept.toString("hex"));
  // One that is cut off is not made broken by it.
  const cut = Buffer.concat([start, frame, table(0), ...first]);
  assert.equal((await lookOf(cut)).photo.toString("hex"), Buffer.concat([cut, end]).toString("hex"));
});

test("of a WebP the picture is sent, its colours and how to turn it", async () => {
  const chunk = (id, contents) => {
    const head = Buffer.alloc(8);
    head.write(id, "latin1");
    head.writeUInt32LE(contents.length, 4);
    return Buffer.concat([head, contents, Buffer.alloc(contents.length % 2)]);
  };
  const webp = (...chunks) => chunk("RIFF", Buffer.concat([latin("WEBP"), ...chunks]));
  // 100 by 50 pixels. Flags: a profile, EXIF, XMP.
  const head = (flags) => chunk("VP8X", Buffer.from([flags, 0, 0, 0, 99, 0, 0, 49, 0, 0]));
  const picture = chunk("VP8L", Buffer.concat([Buffer.from([0x2f, 99, 0x40, 0x0c, 0]), latin("not to be decoded here")]));
  const profile = chunk("ICCP", latin("the maker's words"));
  const exif = latin("II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0");
  const turned = latin("MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0");
  const secrets = [chunk("XMP ", latin("SECRET")), chunk("ABCD", latin("SECRET"))];
  const file = Buffer.concat([
    webp(head(0x2c), profile, picture, chunk("EXIF", Buffer.concat([exif, latin("SECRET")])), ...secrets),
    latin("SECRET"),
  ]);
  const kept = webp(head(0x28), profile, picture, chunk("EXIF", turned));
  assert.equal((await lookOf(file)).photo.toString("hex"), kept.toString("hex"));
  // Where there is nothing more to say than the picture, the head that announces it goes as well.
  const plain = webp(head(0x04), picture, ...secrets);
  assert.equal((await lookOf(plain)).photo.toString("hex"), webp(picture).toString("hex"));
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

test("a redirect is not followed: the token belongs to one host", async () => {
  const visits = [];
  const elsewhere = createServer((request, response) => {
    visits.push(request.headers);
    response.end("{}");
  });
  await new Promise((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  redirect = `http://127.0.0.1:${elsewhere.address().port}/`;
  try {
    const told = events(await (await ask("/api/looks", { method: "POST", body: await form("person-2.jpg", "outfit-3.jpg") })).text());
    assert.deepEqual([told.at(-1).event, told.at(-1).code], ["failed", "gateway_error"]);
    assert.deepEqual(visits, []);
  } finally {
    redirect = undefined;
    elsewhere.close();
  }
});
