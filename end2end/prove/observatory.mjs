// The MDN HTTP Observatory on the site's pages, over TLS on loopback: before the server stands a proxy as an operator's would, which ends
// TLS and adds nothing of its own. One port speaks both protocols, for the Observatory asks for http and https at the same one.

import http from "node:http";
import https from "node:https";
import net from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { finish, goal, startServer, stopAfter, today } from "./primerka.mjs";

const WANTED = 130;
const PAGES = ["/", "/privacy", "/usage"];

stopAfter(120);

const home = join(process.env.OBSERVATORY_HOME, "node_modules/@mdn/mdn-http-observatory");
const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
const { scan } = await import(pathToFileURL(join(home, "src/scanner/index.js")).href);
const [key, cert] = ["key.pem", "cert.pem"].map((name) => readFileSync(join(process.env.TLS_HOME, name)));

const { base } = await startServer(null, { TRUSTED_PROXY_HOPS: "1", ADMIN_TOKEN: "a-token-for-this-proof-alone" });
const upstream = new URL(base);

// Every header goes through as it is, but for those by which a proxy says whom it speaks for.
function forward(request, response) {
  const headers = { ...request.headers, "x-forwarded-for": request.socket.remoteAddress, "x-forwarded-proto": "https", "x-forwarded-host": request.headers.host };
  const { hostname, port } = upstream;
  const onward = http.request({ hostname, port, method: request.method, path: request.url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on("error", () => response.writeHead(502).end());
  request.pipe(onward);
}

const secure = https.createServer({ key, cert }, forward);
const plain = http.createServer((request, response) => {
  response.writeHead(301, { location: `https://${request.headers.host}${request.url}` }).end();
});
const proxy = net.createServer((socket) => {
  socket.on("error", () => socket.destroy());
  socket.once("data", (first) => {
    // 22 is how a TLS handshake begins, and no letter.
    socket.pause();
    socket.unshift(first);
    (first[0] === 22 ? secure : plain).emit("connection", socket);
    process.nextTick(() => socket.resume());
  });
});
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const site = `127.0.0.1:${proxy.address().port}`;

console.log(`MDN HTTP Observatory ${version}, over TLS on loopback, ${today()}\n`);
const scores = [];
for (const page of PAGES) {
  try {
    const { scan: found, tests } = await scan(`${site}${page}`);
    scores.push(found.score);
    console.log(`${page.padEnd(10)} ${String(found.score).padStart(4)}  ${found.grade.padEnd(2)}  ${found.testsPassed} of ${found.testsQuantity} tests passed (HTTP ${found.statusCode})`);
    for (const [name, { pass, result, scoreModifier }] of Object.entries(tests)) {
      console.log(`             ${pass ? " " : "!"} ${name.padEnd(30)} ${String(scoreModifier).padStart(4)}  ${result}`);
    }
  } catch (error) {
    console.log(`${page.padEnd(10)}    –  ${error.message}`);
    scores.push(0);
  }
}
console.log();
goal(`every page scores ${WANTED} or more`, scores.length > 0 && scores.every((score) => score >= WANTED));
finish();
