// Fabrics: their colour pixel by pixel, the stitches of a knit, and the scatter that keeps folds from being twins.
import { fbm, hex, mix, noise, random } from './paint.js';

export function cloth(base, kind) {
  // albedo of a fabric at a pixel
  const c = hex(base);
  if (kind === 'denim') {
    const w = mix(c, [0.55, 0.66, 0.78], 0.5);
    return (x, y) => {
      const t = 0.13 * ((x + y) % 4 < 2 ? 1 : -1) + 0.24 * noise(x / 1.4, y / 3) + 0.3 * fbm(x / 60, y / 90, 3);
      return mix(c, w, Math.max(0, 0.2 + t * 0.5));
    };
  }
  if (kind === 'knit') return () => c;
  if (kind === 'twill')
    return (x, y) => {
      const v = 1 + 0.045 * ((x * 0.6 + y) % 4 < 2 ? 1 : -1) + 0.08 * noise(x / 1.6, y / 1.6);
      return c.map(q => q * v);
    };
  return (x, y) => {
    const v = 1 + 0.06 * noise(x / 1.1, y / 1.7) + 0.04 * fbm(x / 70, y / 70, 2);
    return c.map(q => q * v);
  };
}
// The relief of a knit: columns of little V stitches.
export const knit = (p, h) => (x, y) => {
  const u = (x / p) % 1,
    a = Math.abs((u < 0 ? u + 1 : u) - 0.5) * 2,
    v = (y / (p * 0.72) + a * 0.9) % 1;
  return h * (Math.sin(Math.PI * a) * 0.9 + 0.55 * Math.sin(Math.PI * 2 * v));
};

export function jitter(man, seed) {
  const r = random(seed);
  return (pts, w, h, extra) => ({
    pts: pts.map(([x, y]) => man.T(x + (r() - 0.5) * 0.09, y + (r() - 0.5) * 0.1)),
    w: man.px(w * (1.05 + r() * 0.4)),
    h: man.px(h * (0.55 + r() * 1.5)),
    lean: (r() - 0.5) * 0.8,
    ...extra,
  });
}

