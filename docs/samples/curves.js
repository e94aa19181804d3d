// Colour in linear light, noise, and smooth vector outlines: closed splines, unions, thickened curves.
export const lin = c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
export const srgb = c => (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);
export const hex = h => [1, 3, 5].map(i => lin(parseInt(h.slice(i, i + 2), 16) / 255));
export const mix = (a, b, t) => a.map((v, i) => v + (b[i] - v) * t);
export const clamp = (v, a = 0, b = 1) => (v < a ? a : v > b ? b : v);
export const smooth = (a, b, x) => {
  const t = clamp((x - a) / (b - a));
  return t * t * (3 - 2 * t);
};
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const grid = (i, j) => {
  let h = Math.imul(i, 374761393) + Math.imul(j, 668265263);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
};
export function noise(x, y) {
  const i = Math.floor(x),
    j = Math.floor(y),
    u = x - i,
    v = y - j,
    a = u * u * (3 - 2 * u),
    b = v * v * (3 - 2 * v);
  const t = grid(i, j) + (grid(i + 1, j) - grid(i, j)) * a,
    w = grid(i, j + 1) + (grid(i + 1, j + 1) - grid(i, j + 1)) * a;
  return t + (w - t) * b - 0.5;
}
export const fbm = (x, y, n = 4) => {
  let s = 0,
    a = 1;
  for (let k = 0; k < n; k++) {
    s += a * noise(x + k * 17, y - k * 9);
    x *= 2;
    y *= 2;
    a /= 2;
  }
  return s;
};

// ── outlines ────────────────────────────────────────────────────────────────────────────────────────────────
// A point is [x, y] or [x, y, 1] for a corner. The result remembers its box.
export function spline(pts, closed = true) {
  const n = pts.length,
    p = new Path2D(),
    at = i => pts[closed ? (i + n) % n : clamp(i, 0, n - 1)];
  p.moveTo(pts[0][0], pts[0][1]);
  for (let i = 0; i < (closed ? n : n - 1); i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)],
      k = 1 / 6;
    const t = b[2] ? [0, 0] : [(c[0] - a[0]) * k, (c[1] - a[1]) * k],
      u = c[2] ? [0, 0] : [(d[0] - b[0]) * k, (d[1] - b[1]) * k];
    p.bezierCurveTo(b[0] + t[0], b[1] + t[1], c[0] - u[0], c[1] - u[1], c[0], c[1]);
  }
  if (closed) p.closePath();
  const xs = pts.map(q => q[0]),
    ys = pts.map(q => q[1]);
  return { path: p, pts, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
}
export function join(...shapes) {
  const p = new Path2D();
  let box = [1e9, 1e9, -1e9, -1e9];
  for (const s of shapes) {
    p.addPath(s.path);
    box = [Math.min(box[0], s.box[0]), Math.min(box[1], s.box[1]), Math.max(box[2], s.box[2]), Math.max(box[3], s.box[3])];
  }
  return { path: p, box };
}
// Points along an open smooth curve.
export function along(pts, n = 24) {
  const out = [],
    m = pts.length,
    at = i => pts[clamp(i, 0, m - 1)];
  for (let k = 0; k <= n; k++) {
    const f = (k / n) * (m - 1),
      i = Math.min(Math.floor(f), m - 2),
      t = f - i,
      [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    out.push(
      [0, 1].map(
        j => 0.5 * (2 * b[j] + (c[j] - a[j]) * t + (2 * a[j] - 5 * b[j] + 4 * c[j] - d[j]) * t * t + (3 * b[j] - a[j] - 3 * c[j] + d[j]) * t ** 3),
      ),
    );
  }
  return out;
}
// A limb: a curve [x, y, halfwidth] thickened; round ends unless cut.
export function limb(pts, cut = false) {
  const c = along(pts, 20),
    w = along(
      pts.map(p => [p[2], 0]),
      20,
    ).map(p => p[0]),
    l = [],
    r = [];
  c.forEach((p, i) => {
    const a = c[Math.max(i - 1, 0)],
      b = c[Math.min(i + 1, c.length - 1)],
      d = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1,
      nx = -(b[1] - a[1]) / d,
      ny = (b[0] - a[0]) / d;
    l.push([p[0] + nx * w[i], p[1] + ny * w[i]]);
    r.unshift([p[0] - nx * w[i], p[1] - ny * w[i]]);
  });
  if (cut) {
    for (const q of [l[0], l.at(-1), r[0], r.at(-1)]) q[2] = 1;
    return spline([...l, ...r]);
  }
  const e = c.at(-1),
    f = c.at(-2),
    L = Math.hypot(e[0] - f[0], e[1] - f[1]) || 1,
    k = w.at(-1) * 0.8;
  return spline([...l, [e[0] + ((e[0] - f[0]) / L) * k, e[1] + ((e[1] - f[1]) / L) * k], ...r]);
}
