// A tiny illustrator's light table. Shapes are smooth vector outlines; every layer is inflated into a relief
// (distance to its edge plus hand-placed folds), lit by one warm key light and a cool sky, and composited in linear
// light. Beside the colours it keeps a label per pixel, from which the masks and boxes of the tests are cut.
import { along, clamp, lin, random, smooth, srgb } from './curves.js';
export * from './curves.js';

// ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────
export function blur(a, w, h, sigma) {
  if (sigma < 0.4) return a;
  const r = Math.max(1, Math.round(Math.sqrt((sigma * sigma * 12) / 3 + 1) / 2 - 0.5)),
    t = new Float32Array(a.length),
    k = 1 / (2 * r + 1);
  const pass = (src, dst, n, len, step, stride) => {
    for (let i = 0; i < n; i++) {
      const o = i * stride;
      let s = 0;
      for (let j = -r; j <= r; j++) s += src[o + clamp(j, 0, len - 1) * step];
      for (let j = 0; j < len; j++) {
        dst[o + j * step] = s * k;
        s += src[o + Math.min(j + r + 1, len - 1) * step] - src[o + Math.max(j - r, 0) * step];
      }
    }
  };
  for (let p = 0; p < 3; p++) {
    pass(a, t, h, w, 1, w);
    pass(t, a, w, h, w, 1);
  }
  return a;
}
export function distance(m, w, h) {
  // exact Euclidean distance to the nearest pixel outside
  const INF = 1e9,
    f = new Float64Array(w * h).map((_, i) => (m[i] < 0.5 ? 0 : INF)),
    n = Math.max(w, h),
    v = new Int32Array(n),
    z = new Float64Array(n + 1),
    g = new Float64Array(n);
  const line = (o, step, len) => {
    for (let i = 0; i < len; i++) g[i] = f[o + i * step];
    let k = 0;
    v[0] = 0;
    z[0] = -INF;
    z[1] = INF;
    for (let q = 1; q < len; q++) {
      let s;
      do {
        const p = v[k];
        s = (g[q] + q * q - g[p] - p * p) / (2 * q - 2 * p);
      } while (s <= z[k] && --k >= 0);
      v[++k] = q;
      z[k] = s;
      z[k + 1] = INF;
    }
    for (let q = 0, j = 0; q < len; q++) {
      while (z[j + 1] < q) j++;
      f[o + q * step] = (q - v[j]) ** 2 + g[v[j]];
    }
  };
  for (let x = 0; x < w; x++) line(x, w, h);
  for (let y = 0; y < h; y++) line(y * w, 1, w);
  return Float32Array.from(f, Math.sqrt);
}
function addFold(H, m, { pts, w, h, lean = 0, ends = 'both' }) {
  // a ridge (h > 0) or crease (h < 0) along a curve
  const c = along(pts, 14),
    R = w * 3,
    seg = c.length - 1;
  const xs = c.map(p => p[0]),
    ys = c.map(p => p[1]),
    X0 = Math.max(m.x0, Math.floor(Math.min(...xs) - R)),
    X1 = Math.min(m.x0 + m.w, Math.ceil(Math.max(...xs) + R));
  const Y0 = Math.max(m.y0, Math.floor(Math.min(...ys) - R)),
    Y1 = Math.min(m.y0 + m.h, Math.ceil(Math.max(...ys) + R));
  for (let y = Y0; y < Y1; y++)
    for (let x = X0; x < X1; x++) {
      let best = 1e9,
        at = 0,
        side = 0;
      for (let i = 0; i < seg; i++) {
        const a = c[i],
          b = c[i + 1],
          dx = b[0] - a[0],
          dy = b[1] - a[1],
          t = clamp(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1));
        const ex = x - a[0] - dx * t,
          ey = y - a[1] - dy * t,
          d = ex * ex + ey * ey;
        if (d < best) {
          best = d;
          at = (i + t) / seg;
          side = dx * ey - dy * ex > 0 ? 1 : -1;
        }
      }
      const taper =
        ends === 'start'
          ? (1 - at) ** 0.9 * smooth(0, 0.3, at)
          : ends === 'end'
            ? at ** 0.9 * smooth(0, 0.3, 1 - at)
            : ends === 'none'
              ? 1
              : Math.sin(Math.PI * at) ** 1.25;
      const s = w * (0.45 + 0.55 * taper) * (1 + lean * side);
      H[(y - m.y0) * m.w + x - m.x0] += h * taper * Math.exp(-best / (s * s));
    }
}

export class Picture {
  constructor(w, h, light = {}) {
    Object.assign(this, { w, h, rgb: new Float32Array(w * h * 3), label: new Uint8Array(w * h) });
    this.light = { dir: [-0.5, -0.6, 0.62], key: [1.05, 1, 0.93], sky: [0.93, 0.98, 1.07], amb: 0.36, wrap: 0.25, ...light };
    const c = (this.cv = document.createElement('canvas'));
    c.width = w;
    c.height = h;
    this.ctx = c.getContext('2d', { willReadFrequently: true });
  }
  ground(fn) {
    for (let y = 0, i = 0; y < this.h; y++)
      for (let x = 0; x < this.w; x++, i += 3) {
        const c = fn(x, y);
        this.rgb[i] = c[0];
        this.rgb[i + 1] = c[1];
        this.rgb[i + 2] = c[2];
      }
  }
  // The coverage of a shape, optionally clipped by another and blurred, on a padded box.
  mask(shape, { clip, pad = 4, soft = 0, dx = 0, dy = 0 } = {}) {
    const { ctx } = this,
      e = pad + soft * 3,
      b = shape.box;
    const x0 = clamp(Math.floor(b[0] + dx - e), 0, this.w - 1),
      y0 = clamp(Math.floor(b[1] + dy - e), 0, this.h - 1),
      x1 = clamp(Math.ceil(b[2] + dx + e), x0 + 1, this.w),
      y1 = clamp(Math.ceil(b[3] + dy + e), y0 + 1, this.h);
    const draw = (s, mx, my) => {
      ctx.clearRect(x0, y0, x1 - x0, y1 - y0);
      ctx.save();
      ctx.translate(mx, my);
      ctx.fillStyle = '#000';
      ctx.fill(s.path, s.rule || 'nonzero');
      ctx.restore();
      const d = ctx.getImageData(x0, y0, x1 - x0, y1 - y0).data,
        a = new Float32Array(d.length / 4);
      for (let i = 0; i < a.length; i++) a[i] = d[i * 4 + 3] / 255;
      return a;
    };
    const w = x1 - x0,
      h = y1 - y0,
      a = blur(draw(shape, dx, dy), w, h, soft);
    for (const s of [clip].flat().filter(Boolean)) {
      const c = draw(s, 0, 0);
      for (let i = 0; i < a.length; i++) a[i] *= s.inverse ? 1 - c[i] : c[i];
    }
    return { x0, y0, w, h, a };
  }
  // Paint a lit, inflated shape. round: radius of the edge's curve; bulge: how steep; relief(x, y): extra height;
  // color: linear rgb or fn(x, y, nx, ny) → linear rgb (it may set .label); sheen/gloss: highlight; skin: warm shadows.
  layer(shape, o) {
    const m = this.mask(shape, o),
      { w, h } = m,
      L = this.light,
      k = Math.hypot(...L.dir),
      dir = L.dir.map(v => v / k);
    const base = o.form ? this.mask(o.form, { pad: 4 }) : m,
      R = o.round ?? 30,
      D = distance(base.a, base.w, base.h);
    let H = new Float32Array(w * h);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const bx = x + m.x0 - base.x0,
          by = y + m.y0 - base.y0;
        if (bx < 0 || by < 0 || bx >= base.w || by >= base.h) continue;
        const t = 1 - Math.min(D[by * base.w + bx] / R, 1);
        H[y * w + x] = R * Math.sqrt(1 - t * t) * (o.bulge ?? 0.6);
      }
    H = blur(H, w, h, o.even ?? R * 0.16);
    for (const f of o.folds || []) addFold(H, m, f);
    if (o.relief) for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) if (m.a[y * w + x] > 0) H[y * w + x] += o.relief(x + m.x0, y + m.y0);
    H = blur(H, w, h, o.soften ?? 1.2);
    const wide = blur(Float32Array.from(H), w, h, o.aoSize ?? 14),
      flat = L.amb + (1 - L.amb) * ((dir[2] + L.wrap) / (1 + L.wrap));
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const i = y * w + x,
          al = m.a[i] * (o.alpha ?? 1);
        if (al <= 0) continue;
        const gx = (H[y * w + Math.min(x + 1, w - 1)] - H[y * w + Math.max(x - 1, 0)]) / 2,
          gy = (H[Math.min(y + 1, h - 1) * w + x] - H[Math.max(y - 1, 0) * w + x]) / 2;
        const q = 1 / Math.sqrt(gx * gx + gy * gy + 1),
          nx = -gx * q,
          ny = -gy * q,
          nz = q,
          lam = Math.max(0, (nx * dir[0] + ny * dir[1] + nz * dir[2] + L.wrap) / (1 + L.wrap));
        const ao = clamp(1 - (wide[i] - H[i]) * (o.ao ?? 0.035), 0.55, 1.08),
          am = L.amb * (0.82 + 0.18 * nz - 0.12 * ny) * ao,
          ke = (1 - L.amb) * lam * (0.6 + 0.4 * ao);
        const X = x + m.x0,
          Y = y + m.y0,
          c = typeof o.color === 'function' ? o.color(X, Y, nx, ny) : o.color,
          g = o.gain ?? 1;
        const j = Y * this.w + X,
          hz = Math.max(0, nx * dir[0] * 0.55 + ny * dir[1] * 0.55 + nz * (dir[2] * 0.55 + 0.5)),
          spec = o.gloss ? o.gloss * hz ** (o.sharp ?? 18) : 0,
          rim = o.sheen ? o.sheen * (1 - nz) ** 2 : 0;
        for (let n = 0; n < 3; n++) {
          let s = (am * L.sky[n] + ke * L.key[n]) / flat;
          if (o.skin) s = s < 1 ? s ** [0.86, 1.05, 1.12][n] : s;
          const v = c[n] * s * g + spec * L.key[n] + rim * (0.3 + c[n]);
          this.rgb[j * 3 + n] += (v - this.rgb[j * 3 + n]) * al;
        }
        if (al > 0.5 && (c.label ?? o.label) !== undefined) this.label[j] = c.label ?? o.label;
      }
    return m;
  }
  // Blend a soft shape: mode 'mul' darkens by the colour, 'mix' covers, 'add' lights.
  tint(shape, { color, alpha = 1, mode = 'mix', label, ...o }) {
    const m = this.mask(shape, o);
    for (let y = 0; y < m.h; y++)
      for (let x = 0; x < m.w; x++) {
        const al = m.a[y * m.w + x] * alpha;
        if (al <= 0.002) continue;
        const j = (y + m.y0) * this.w + x + m.x0;
        for (let n = 0; n < 3; n++) {
          const v = this.rgb[j * 3 + n],
            t = mode === 'mul' ? v * color[n] : mode === 'add' ? v + color[n] : color[n];
          this.rgb[j * 3 + n] = v + (t - v) * al;
        }
        if (label !== undefined && al > 0.5) this.label[j] = label;
      }
  }
  shadow(shape, o) {
    this.tint(shape, { color: [0.16, 0.13, 0.14], alpha: 0.4, mode: 'mul', soft: 12, ...o });
  }
  // Free drawing with the 2D context (details, strands), composited in linear light.
  ink(fn, { clip, mode = 'mix', alpha = 1 } = {}) {
    const { ctx, w, h } = this;
    ctx.clearRect(0, 0, w, h);
    ctx.save();
    if (clip) ctx.clip(clip.path);
    ctx.lineCap = ctx.lineJoin = 'round';
    fn(ctx);
    ctx.restore();
    const d = ctx.getImageData(0, 0, w, h).data,
      { rgb } = this;
    for (let i = 0, j = 0; i < d.length; i += 4, j += 3)
      if (d[i + 3]) {
        const a = (d[i + 3] / 255) * alpha;
        for (let n = 0; n < 3; n++) {
          const c = TABLE[d[i + n]],
            v = rgb[j + n];
          rgb[j + n] = v + ((mode === 'mul' ? v * c : mode === 'add' ? v + c : c) - v) * a;
        }
      }
  }
  softly(sigma, y0 = 0, y1 = this.h) {
    // put everything so far out of focus
    for (let n = 0; n < 3; n++) {
      const p = Float32Array.from({ length: this.w * this.h }, (_, i) => this.rgb[i * 3 + n]);
      blur(p, this.w, this.h, sigma);
      p.forEach((v, i) => {
        const y = (i / this.w) | 0;
        if (y >= y0 && y < y1) this.rgb[i * 3 + n] = v;
      });
    }
  }
  finish({ grain = 0.012, vignette = 0.14, seed = 1 } = {}) {
    const rnd = random(seed),
      img = this.ctx.createImageData(this.w, this.h);
    for (let y = 0, i = 0; y < this.h; y++)
      for (let x = 0; x < this.w; x++, i++) {
        const r = Math.hypot((x / this.w - 0.5) * 1.1, y / this.h - 0.48),
          v = 1 - vignette * smooth(0.3, 0.85, r),
          g = (rnd() + rnd() - 1) * grain;
        for (let n = 0; n < 3; n++) {
          const c = Math.max(0, this.rgb[i * 3 + n]) * v,
            t = c > 0.7 ? 0.7 + 0.3 * Math.tanh((c - 0.7) / 0.3) : c;
          img.data[i * 4 + n] = clamp(srgb(t) + g) * 255 + 0.5;
        }
        img.data[i * 4 + 3] = 255;
      }
    this.ctx.putImageData(img, 0, 0);
    return this.cv;
  }
}
const TABLE = Float32Array.from({ length: 256 }, (_, i) => lin(i / 255));
