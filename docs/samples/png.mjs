// Two small PNG writers: png1 for the masks of the tests (1 bit, from one byte per pixel, 0 or not) and png8 for the
// brand card (a palette by median cut, from RGBA).
import { deflateSync, crc32 as zlibCrc } from 'node:zlib';
const SIGN = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const table = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc32 =
  zlibCrc ??
  (b => {
    let c = ~0;
    for (const v of b) c = table[(c ^ v) & 255] ^ (c >>> 8);
    return ~c >>> 0;
  });
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]),
    out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
export function png1(pixels, width) {
  const height = pixels.length / width,
    row = Math.ceil(width / 8) + 1,
    raw = Buffer.alloc(row * height),
    head = Buffer.alloc(13);
  for (let i = 0; i < pixels.length; i++) if (pixels[i]) raw[((i / width) | 0) * row + 1 + ((i % width) >> 3)] |= 128 >> ((i % width) & 7);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  return Buffer.concat([SIGN, chunk('IHDR', head), chunk('IDAT', deflateSync(raw, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

export function png8(rgba, width, colours = 150) {
  const n = rgba.length / 4,
    counts = new Map(),
    key = i => ((rgba[i * 4] >> 2) << 12) | ((rgba[i * 4 + 1] >> 2) << 6) | (rgba[i * 4 + 2] >> 2);
  for (let i = 0; i < n; i++) {
    const k = key(i);
    let c = counts.get(k);
    if (!c) counts.set(k, (c = { n: 0, s: [0, 0, 0] }));
    c.n++;
    for (let j = 0; j < 3; j++) c.s[j] += rgba[i * 4 + j];
  }
  const all = [...counts].map(([k, c]) => ({ k, n: c.n, v: c.s.map(x => x / c.n) }));
  const cost = b => {
    const m = [0, 1, 2].map(j => b.reduce((s, c) => s + c.v[j] * c.n, 0) / b.reduce((s, c) => s + c.n, 0)),
      e = m.map((v, j) => b.reduce((s, c) => s + (c.v[j] - v) ** 2 * Math.sqrt(c.n), 0));
    return { b, m, e, top: Math.max(...e) };
  };
  const boxes = [cost(all)];
  while (boxes.length < colours) {
    // split the box with the greatest error across its mean
    const i = boxes.reduce((m, x, q) => (x.top > boxes[m].top ? q : m), 0),
      { b, m, e, top } = boxes[i],
      j = e.indexOf(top);
    if (top === 0) break;
    boxes.splice(i, 1, cost(b.filter(c => c.v[j] <= m[j])), cost(b.filter(c => c.v[j] > m[j])));
  }
  const index = new Map();
  boxes.forEach(({ b }, i) => b.forEach(c => index.set(c.k, i)));
  const height = n / width,
    raw = Buffer.alloc((width + 1) * height),
    head = Buffer.alloc(13);
  for (let i = 0; i < n; i++) raw[((i / width) | 0) * (width + 1) + 1 + (i % width)] = index.get(key(i));
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  head[9] = 3;
  return Buffer.concat([
    SIGN,
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(boxes.flatMap(b => b.m.map(Math.round)))),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
