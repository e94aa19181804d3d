#!/usr/bin/env node
// Redraws every sample photo and brand picture of Primerka:  node docs/samples/draw.mjs [name…]
// Serves this folder on loopback, opens page.html in headless Chromium (found on PATH or in $CHROMIUM), and writes what
// the page posts back: public/samples/*, public/{favicon.ico,apple-touch-icon.png,og.png}, tests/fixtures/samples/*.
// No npm packages, no downloads. Everything is drawn by paint.js from the outlines in this folder.
import { createServer } from 'node:http';
import { spawn, execSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { png1, png8 } from './png.mjs';

const here = dirname(fileURLToPath(import.meta.url)),
  root = join(here, '../..');
const out = process.env.OUT || root;
const names = process.argv.slice(2);
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const truthFile = join(out, 'tests/fixtures/samples/truth.json');

function chromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const n of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'])
    try {
      return execSync(`command -v ${n}`, { shell: '/bin/sh' }).toString().trim();
    } catch {
      /* next */
    }
  console.error('draw: no Chromium on PATH; install it (apt install chromium) or set CHROMIUM');
  process.exit(1);
}
function save(path, bytes) {
  const file = join(out, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  console.log(`${(bytes.length / 1024).toFixed(1).padStart(7)} kB  ${path}`);
}
function ico(png) {
  // one 32 px PNG inside an ICO envelope
  const h = Buffer.alloc(22);
  h.writeUInt16LE(1, 2);
  h.writeUInt16LE(1, 4);
  h[6] = h[7] = 32;
  h.writeUInt16LE(1, 10);
  h.writeUInt16LE(32, 12);
  h.writeUInt32LE(png.length, 14);
  h.writeUInt32LE(22, 18);
  return Buffer.concat([h, png]);
}
function truth(kind, name, value) {
  const all = existsSync(truthFile) ? JSON.parse(readFileSync(truthFile, 'utf8')) : { persons: {}, outfits: {} };
  all[kind][name] = value;
  for (const k of ['persons', 'outfits']) all[k] = Object.fromEntries(Object.entries(all[k]).sort(([a], [b]) => a.localeCompare(b)));
  mkdirSync(dirname(truthFile), { recursive: true });
  writeFileSync(truthFile, JSON.stringify(all, null, 1).replace(/\[\s+(-?\d+),\s+(-?\d+),\s+(-?\d+),\s+(-?\d+)\s+\]/g, '[$1, $2, $3, $4]') + '\n');
}

const profile = mkdtempSync(join(tmpdir(), 'draw-'));
let child;
const server = createServer((req, res) => {
  const url = new URL(req.url, 'http://x'),
    chunks = [];
  if (req.method === 'POST') {
    req
      .on('data', c => chunks.push(c))
      .on('end', () => {
        const body = Buffer.concat(chunks),
          path = url.searchParams.get('path');
        if (url.pathname === '/file') save(path, body);
        if (url.pathname === '/ico') save(path, ico(body));
        if (url.pathname === '/mask') save(path, png1(body, +url.searchParams.get('w')));
        if (url.pathname === '/card') save(path, png8(body, 1200));
        if (url.pathname === '/truth') truth(url.searchParams.get('kind'), url.searchParams.get('name'), JSON.parse(body));
        if (url.pathname === '/log') console.log(String(body));
        res.end();
        if (url.pathname === '/done') {
          server.close();
          child.kill();
          if (String(body)) {
            console.error(String(body));
            process.exitCode = 1;
          }
        }
      });
    return;
  }
  const file = url.pathname === '/favicon.svg' ? join(root, 'public/favicon.svg') : join(here, normalize(url.pathname));
  if (!existsSync(file) || !file.startsWith(root)) {
    res.writeHead(404).end();
    return;
  }
  res.setHeader('content-type', types[extname(file)] || 'application/octet-stream');
  res.end(readFileSync(file));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  child = spawn(
    chromium(),
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      `--user-data-dir=${profile}`,
      `http://127.0.0.1:${port}/page.html?names=${names.join(',')}`,
    ],
    { stdio: 'ignore' },
  );
  child.on('exit', () => {
    server.close();
    setTimeout(() => {
      try {
        rmSync(profile, { recursive: true, force: true });
      } catch {
        /* a straggler still writes; /tmp is swept anyway */
      }
    }, 300);
  });
});
setTimeout(() => {
  console.error('draw: gave up after ten minutes');
  child?.kill();
  process.exit(1);
}, 600_000).unref();
