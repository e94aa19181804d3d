// Runs in the browser: draws each scene and posts the files to draw.mjs.
import { brand } from './brand.js';
import { scenes } from './scenes.js';

const wanted = new URLSearchParams(location.search).get('names').split(',').filter(Boolean);
const post = (path, params, body) => fetch(`${path}?${new URLSearchParams(params)}`, { method: 'POST', body });
const encode = (cv, type, q) => new Promise(r => cv.toBlob(r, type, q));
export async function fit(cv, type, limit, q = 0.88) {
  for (; ; q -= 0.03) {
    const b = await encode(cv, type, q);
    if (b.size <= limit || q < 0.3) return b;
  }
}
function scale(cv, w) {
  const c = document.createElement('canvas');
  c.width = w;
  c.height = Math.round((cv.height * w) / cv.width);
  const x = c.getContext('2d');
  x.imageSmoothingQuality = 'high';
  x.drawImage(cv, 0, 0, c.width, c.height);
  return c;
}
const toHex = v => '#' + v.map(c => Math.round(c).toString(16).padStart(2, '0')).join('');

// Labels from 10 up are the garment, one per named colour: its mask at a quarter, and the colours as they came out.
function garment(pic, colours) {
  const w = pic.w / 4,
    h = pic.h / 4,
    mask = new Uint8Array(w * h),
    px = pic.ctx.getImageData(0, 0, pic.w, pic.h).data,
    seen = {},
    all = pic.label.reduce((n, l) => n + (l >= 10), 0);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      let n = 0;
      for (let j = 0; j < 4; j++) for (let i = 0; i < 4; i++) n += pic.label[(y * 4 + j) * pic.w + x * 4 + i] >= 10;
      mask[y * w + x] = n >= 8 ? 1 : 0;
    }
  pic.label.forEach((l, i) => {
    if (l >= 10) (seen[l] ??= [[], [], []]).forEach((a, n) => a.push(px[i * 4 + n]));
  });
  const median = a => Uint8Array.from(a).sort()[a.length >> 1];
  const list = Object.entries(seen)
    .map(([l, v]) => ({ name: colours[l - 10], hex: toHex(v.map(median)), share: +(v[0].length / all).toFixed(2) }))
    .filter(c => c.name && c.share >= 0.03)
    .sort((a, b) => b.share - a.share);
  return { mask, w, list };
}

try {
  for (const [name, scene] of Object.entries(scenes)) {
    if (wanted.length && !wanted.includes(name)) continue;
    const { pic, truth } = scene(),
      cv = pic.finish(scene.finish);
    await post('/file', { path: `public/samples/${name}.jpg` }, await fit(cv, 'image/jpeg', 117e3));
    await post('/file', { path: `public/samples/thumb/${name}.webp` }, await fit(scale(cv, 240), 'image/webp', 7.9e3, 0.85));
    if (truth.garment) {
      const { colours, ...rest } = truth.garment,
        g = garment(pic, colours);
      await post('/mask', { path: `tests/fixtures/samples/${name}.mask.png`, w: g.w }, g.mask);
      await post(
        '/truth',
        { kind: 'outfits', name },
        JSON.stringify({ file: `${name}.jpg`, mask: `${name}.mask.png`, width: pic.w, height: pic.h, ...rest, colors: g.list }),
      );
    } else await post('/truth', { kind: 'persons', name }, JSON.stringify({ file: `${name}.jpg`, width: pic.w, height: pic.h, ...truth }));
  }
  if (!wanted.length || wanted.includes('brand')) await brand(post, fit, scenes);
  await post('/done', {}, '');
} catch (e) {
  await post('/done', {}, String(e.stack || e));
}
