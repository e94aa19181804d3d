// What stands behind: seamless paper, a wall with a floor, a lived-in room, wood, linen, plaster.
import { fbm, hex, mix, noise, smooth, spline, limb } from './paint.js';

const rect = (x0, y0, x1, y1) =>
  spline([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]);
export const paper =
  (base, deep = 0.25) =>
  pic => {
    const c = hex(base);
    pic.ground((x, y) => {
      const u = x / pic.w - 0.36,
        v = y / pic.h - 0.3,
        k = 1.07 - deep * (u * u * 1.6 + v * v) + 0.012 * fbm(x / 90, y / 90, 3);
      return c.map(q => q * k);
    });
  };
export const plaster = base => pic => {
  const c = hex(base);
  pic.ground((x, y) => {
    const k = 1.04 + 0.1 * fbm(x / 180, y / 180, 5) + 0.05 * noise(x / 3, y / 3) - 0.16 * ((x / pic.w - 0.3) ** 2 + (y / pic.h - 0.25) ** 2);
    return c.map(q => q * k);
  });
};
export const linen = base => pic => {
  const c = hex(base);
  pic.ground((x, y) => {
    const dx = 3 * fbm(x / 160, y / 160),
      a = noise(x / 40, (y + dx) / 1.6),
      b = noise((x + dx) / 1.6, y / 40),
      k = 1.03 + 0.16 * a + 0.16 * b + 0.05 * fbm(x / 200, y / 200, 3) - 0.12 * ((x / pic.w - 0.3) ** 2 + (y / pic.h - 0.25) ** 2);
    return c.map(q => q * k);
  });
};
export const wood =
  (base, dark, planks = 4) =>
  pic => {
    const c = hex(base),
      d = hex(dark),
      w = pic.w / planks;
    pic.ground((x, y) => {
      const p = Math.floor(x / w),
        u = x - p * w,
        yy = y + p * 713,
        warp = fbm(u / 90 + p * 9, yy / 420, 3) * 60,
        g = Math.sin((u + warp) / 5.5) * 0.5 + Math.sin((u + warp) / 2.1) * 0.25,
        f = noise(u / 1.3, yy / 60);
      const gap = Math.min(u, w - u) < 1.6 ? 0.45 : 1,
        k = gap * (1 + 0.08 * noise(p * 3.7, 1) - 0.14 * ((x / pic.w - 0.3) ** 2 + (y / pic.h - 0.3) ** 2));
      return mix(c, d, Math.max(0, 0.35 + g * 0.22 + f * 0.4 + 0.25 * fbm(u / 70, yy / 300, 3))).map(q => q * k);
    });
  };
export const wall =
  (topC, lowC, floorC, at = 0.8) =>
  pic => {
    const a = hex(topC),
      b = hex(lowC),
      f = hex(floorC),
      Y = at * pic.h;
    pic.ground((x, y) => {
      if (y < Y - 26) {
        const k = 1.06 - 0.2 * (x / pic.w - 0.3) ** 2 + 0.025 * fbm(x / 120, y / 120, 4);
        return mix(a, b, smooth(0, Y, y)).map(q => q * k);
      }
      if (y < Y) return mix(b, [0.8, 0.8, 0.78], 0.35).map(q => q * (y < Y - 23 ? 1.2 : y > Y - 4 ? 0.5 : 0.95)); // skirting board
      const t = (y - Y) / (pic.h - Y),
        z = 1 / (0.25 + t),
        u = ((x - pic.w / 2) * z) / 120 + 50,
        p = Math.floor(u),
        gap = Math.abs(u - p - 0.5) > 0.485 ? 0.75 : 1;
      return f.map(q => q * gap * (0.82 + 0.22 * t) * (1 + 0.1 * noise(p * 7.7, Math.floor(z * 2.1 + p * 0.7)) + 0.12 * fbm(u * 7, z * 4 + p, 3)));
    });
  };
export function footing(pic, x, y, w) {
  for (const [k, a, b] of [[1.5, 0.35, 22], [0.9, 0.5, 9]])
    pic.shadow(
      spline([[x - w * k, y], [x, y - w * 0.1 * k], [x + w * (k + 0.5), y + 4], [x + w * 0.2, y + w * 0.12 * k]]),
      { soft: b, alpha: a },
    );
}

// A living room, out of focus: window, curtain, picture, shelf with books, plant, sofa.
export function room(pic) {
  const { w, h } = pic,
    wallC = hex('#8fa39a'),
    floor = hex('#5d5148'),
    Y = h * 0.84;
  pic.ground((x, y) =>
    y < Y ? wallC.map(q => q * (1.05 - 0.35 * (x / w) ** 2 + 0.03 * fbm(x / 60, y / 60))) : floor.map(q => q * (0.9 + 0.2 * noise(x / 90, y / 8))),
  );
  const box = (x0, y0, x1, y1, c, o = {}) => pic.layer(rect(x0 * w, y0 * h, x1 * w, y1 * h), { color: hex(c), round: 10, bulge: 0.5, ...o });
  box(-0.02, 0.02, 0.27, 0.56, '#efeae0');
  pic.tint(rect(0, 0.035 * h, 0.25 * w, 0.545 * h), { color: [0.86, 0.95, 1.02] });
  for (const [x, y, r, c] of [[0.04, 0.47, 90, '#7f9a72'], [0.16, 0.5, 80, '#9db287'], [0.1, 0.4, 60, '#b9c9a4']])
    pic.tint(
      spline([[x * w - r, y * h], [x * w, y * h - r], [x * w + r, y * h], [x * w, y * h + r * 0.6]]),
      { color: hex(c), clip: rect(0, 0.035 * h, 0.25 * w, 0.545 * h), soft: 8 },
    );
  box(0.118, 0.03, 0.132, 0.55, '#efeae0');
  box(-0.02, 0.28, 0.26, 0.292, '#efeae0');
  box(-0.03, 0.555, 0.3, 0.58, '#e6e0d4');
  const curtain = spline([
    [0.24 * w, -10, 1], [0.36 * w, -10, 1], [0.335 * w, 0.4 * h], [0.36 * w, 0.83 * h, 1], [0.25 * w, 0.83 * h, 1], [0.26 * w, 0.4 * h],
  ]);
  pic.shadow(curtain, { soft: 14, dx: 12, alpha: 0.35 });
  pic.layer(curtain, { color: hex('#d9d3c4'), round: 12, relief: x => 9 * Math.sin(x / 8.5 + Math.sin(x / 31)), soften: 2 });
  box(0.62, 0.08, 0.94, 0.33, '#3c342d');
  pic.tint(rect(0.635 * w, 0.093 * h, 0.925 * w, 0.318 * h), { color: hex('#e9e1d0') });
  pic.tint(
    spline([[0.66 * w, 0.3 * h], [0.72 * w, 0.19 * h], [0.79 * w, 0.26 * h], [0.85 * w, 0.17 * h], [0.91 * w, 0.31 * h]]),
    { color: hex('#496b73') },
  );
  pic.tint(
    spline([[0.83 * w, 0.14 * h], [0.86 * w, 0.12 * h], [0.89 * w, 0.14 * h], [0.86 * w, 0.165 * h]]),
    { color: hex('#d08a4e') },
  );
  box(0.6, 0.475, 1.02, 0.492, '#4a3a2e');
  let x = 0.64;
  const cols = ['#35505c', '#c9bda2', '#8a4a3a', '#2f3b36', '#d6cfc0', '#a98b4d', '#5f6f86'];
  for (let i = 0; i < 9; i++) {
    const bw = 0.018 + (0.012 * ((i * 37) % 5)) / 5,
      bh = 0.075 + (0.03 * ((i * 53) % 7)) / 7;
    box(x, 0.475 - bh, x + bw, 0.475, cols[i % 7], { round: 5 });
    x += bw + 0.003;
  }
  pic.shadow(rect(0.6 * w, 0.492 * h, w, 0.52 * h), { soft: 12, alpha: 0.4 });
  box(0.5, 0.66, 1.08, 0.9, '#4b5f6b', { round: 46, bulge: 0.55 });
  box(0.56, 0.735, 1.08, 0.84, '#587080', { round: 34 });
  box(0.8, 0.63, 0.99, 0.765, '#c6a15b', { round: 40 });
  for (let i = 0; i < 11; i++) {
    const a = -1.57 + (i - 5) * 0.27,
      L = 150 + (60 * ((i * 29) % 7)) / 7,
      X = 0.075 * w,
      Yb = 0.72 * h;
    pic.layer(
      limb([[X, Yb, 4], [X + Math.cos(a) * L * 0.5, Yb + Math.sin(a) * L * 0.62, 17], [X + Math.cos(a) * L, Yb + Math.sin(a) * L * 0.85, 2]]),
      { color: hex(i % 2 ? '#3f6b47' : '#55835a'), round: 10 },
    );
  }
  box(-0.005, 0.71, 0.155, 0.83, '#b9b2a6', { round: 40 });
  pic.softly(7);
  pic.label.fill(0);
}
