// A standing person, frontal, measured in heads: x from the body's axis, y down from the top of the head
// (chin 1, shoulders 1.5, hips 3.5, knees 5.4, soles 7.5). Skin, limbs, hands and shoes are drawn here, the head in
// head.js, the clothes in worn.js. Labels: 1 skin, 2 head, 3 torso, 4 legs, 5 sleeves, 6 shoes.
import { hex, join, limb, noise, smooth, spline } from './paint.js';
import { backHair, frontLocks } from './hair.js';
import { head } from './head.js';
import { torso } from './worn.js';
import { sleeves, trousers } from './worn-limbs.js';

export const WOMAN = { sh: 0.85, ch: 0.63, bust: 0.07, wa: 0.53, hip: 0.7, neck: 0.215, arm: 0.84, leg: 0.97 };
export const MAN = { sh: 1.02, ch: 0.74, bust: 0, wa: 0.66, hip: 0.68, neck: 0.255, arm: 1.06, leg: 1.02 };
export const FULL = { sh: 0.94, ch: 0.8, bust: 0.1, wa: 0.8, hip: 0.95, neck: 0.25, arm: 1.1, leg: 1.24 };

export function figure(pic, who) {
  const b = { ...who.body },
    { s, cx, crown: top } = who,
    sway = who.sway ?? 0.04;
  const T = (x, y) => [
    cx + s * (x + sway * (smooth(1.2, 3.4, y) - 0.7 * smooth(4, 7, y)) - sway * 0.4),
    top + s * (y + (y > 1.2 && y < 2.6 ? x * (who.tilt ?? 0.012) : 0)),
  ];
  const man = {
    pic,
    who,
    b,
    s,
    cx,
    top,
    T,
    px: v => v * s,
    skin: hex(who.skin),
    side: (k, x, y) => T(k * x, y),
    S: pts => spline(pts.map(([x, y, c]) => [...T(x, y), c])),
    sym: pts => spline([...pts.map(([x, y, c]) => [...T(x, y), c]), ...[...pts].reverse().map(([x, y, c]) => [...T(-x, y), c])]),
  };
  man.flesh = (x, y) => {
    const v = 1 + 0.05 * noise(x / 9, y / 9) + 0.035 * noise(x / 2.2, y / 2.2);
    return man.skin.map(c => c * v);
  };
  man.arms = [-1, 1].map(k => {
    const p = { ...(k < 0 ? who.armL : who.armR) },
      ex = p.elbow ?? b.sh + 0.15,
      wx = p.wrist ?? b.sh + 0.24;
    return { k, joint: [k * (b.sh - 0.17), 1.64], elbow: [k * ex, 2.82], wrist: [k * wx, p.wy ?? 3.68], pocket: p.pocket };
  });
  backHair(man);
  if (who.crown + s * 7.2 < pic.h) shoes(man);
  trousers(man);
  neck(man);
  for (const a of man.arms) arm(man, a);
  torso(man);
  sleeves(man);
  head(man);
  frontLocks(man);
  return man;
}

function neck(man) {
  const { pic, b, sym, px, flesh } = man,
    n = b.neck;
  const shape = sym([[n * 0.8, 0.82, 1], [n * 0.93, 1.0], [n * 0.97, 1.12], [n * 1.06, 1.21], [n + 0.09, 1.3], [n + 0.28, 1.43], [n + 0.28, 1.9, 1]]);
  pic.layer(shape, {
    color: flesh,
    skin: true,
    round: px(0.2),
    bulge: 0.7,
    label: 1,
    folds: [-1, 1].flatMap(k => [
      { pts: [man.T(k * n * 0.8, 1.0), man.T(k * n * 0.45, 1.25), man.T(k * 0.05, 1.43)], w: px(0.035), h: px(0.02) },
      { pts: [man.T(k * 0.07, 1.46), man.T(k * 0.3, 1.42), man.T(k * 0.6, 1.46)], w: px(0.04), h: px(0.028), ends: 'start' },
    ]),
  });
  // the shadow under the jaw
  pic.tint(
    man.S([[-0.32, 0.84], [0.32, 0.84], [0.27, 1.1], [0.12, 1.25], [-0.05, 1.26], [-0.24, 1.13]]),
    { clip: shape, soft: px(0.035), mode: 'mul', color: [0.54, 0.37, 0.33], alpha: 0.75 },
  );
}

function arm(man, a) {
  const { pic, b, s, T, px, flesh } = man,
    w = b.arm,
    k = a.k,
    mid = (p, q, t) => [p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t];
  const P = ([x, y], hw) => [...T(x, y), hw * s * w],
    u = mid(a.joint, a.elbow, 0.45),
    f = mid(a.elbow, a.wrist, 0.3),
    g = mid(a.elbow, a.wrist, 0.75);
  const H = grip(man, a);
  const bare = limb([
      P([a.joint[0], a.joint[1] + 0.2], 0.14), P([u[0] + k * 0.01, u[1] + 0.06], 0.17), P(mid(a.joint, a.elbow, 0.85), 0.148), P(a.elbow, 0.143),
      P([f[0] + k * 0.018, f[1]], 0.152), P(g, 0.11), P(mid(a.elbow, a.wrist, 0.97), 0.087), H(0.1, 0, 0.1), H(0.26, -0.008, 0.132),
      H(0.36, -0.012, 0.122),
    ]),
    shape = join(bare, ...FINGERS.map(q => finger(H, q)));
  pic.layer(shape, {
    color: flesh,
    skin: true,
    round: px(0.15 * w),
    bulge: 0.78,
    label: 1,
    ao: 0.045,
    folds: [
      ...FINGERS.slice(0, 3).map(([o], i) => ({
        pts: [H(0.36, o * 0.95 + 0.03, 0), H(0.5, o + 0.032, 0), H(0.3 + FINGERS[i][1], o * 0.9 + 0.05, 0)],
        w: px(0.014),
        h: -px(0.024),
        ends: 'end',
      })),
      ...FINGERS.map(([o]) => ({ pts: [H(0.14, o * 0.6, 0), H(0.26, o * 0.85, 0), H(0.38, o, 0)], w: px(0.024), h: px(0.011), ends: 'end' })),
      {
        pts: [T(a.elbow[0] - k * 0.13 * w, a.elbow[1] + 0.02), T(a.elbow[0] - k * 0.02, a.elbow[1] + 0.05)],
        w: px(0.025),
        h: -px(0.012),
        ends: 'start',
      },
      {
        pts: [P(mid(a.elbow, a.wrist, 0.12), 0), P(mid(a.elbow, a.wrist, 0.8), 0)].map(([x, y]) => [x - k * px(0.05), y]),
        w: px(0.05),
        h: px(0.012),
      },
    ],
  });
  pic.tint(limb([P([a.elbow[0] + k * 0.03, a.elbow[1] - 0.05], 0.07), P([a.elbow[0] + k * 0.03, a.elbow[1] + 0.06], 0.06)]), {
    clip: shape,
    soft: px(0.05),
    mode: 'mul',
    color: [0.95, 0.72, 0.66],
    alpha: 0.4,
  });
  a.shape = shape;
  thumb(man, H, shape);
}

// A relaxed hand hanging from the wrist: back of the hand half turned forward, thumb towards the body.
function grip(man, a) {
  // hand coordinates: along, towards the thumb, half-width
  const k = a.k,
    w = (man.b.arm * 0.5 + 0.5) * 1.08,
    d = [a.wrist[0] - a.elbow[0], a.wrist[1] - a.elbow[1]],
    L = Math.hypot(...d),
    dir = [(d[0] / L) * 0.7 - k * 0.03, d[1] / L],
    inn = [-k * dir[1], k * dir[0]];
  const at = (t, o, hw) => [...man.T(a.wrist[0] + (dir[0] * t + inn[0] * o) * w, a.wrist[1] + (dir[1] * t + inn[1] * o) * w), hw * man.s * w];
  return Object.assign(at, { w });
}
const FINGERS = [[-0.1, 0.3, 0.034], [-0.044, 0.385, 0.038], [0.018, 0.405, 0.039], [0.074, 0.37, 0.04]]; // offset, reach, half-width
const finger = (at, [o, len, hw]) =>
  limb([
    at(0.24, o * 0.9, hw * 1.05), at(0.28 + len * 0.4, o * 1.05, hw * 1.02), at(0.28 + len * 0.75, o + 0.014, hw * 0.95),
    at(0.28 + len, o * 0.86 + 0.034, hw * 0.72),
  ]);

function thumb(man, at, arm) {
  const { pic, px } = man,
    sh = limb([at(-0.04, 0.066, 0.008), at(0.13, 0.098, 0.05), at(0.26, 0.142, 0.043), at(0.35, 0.146, 0.039), at(0.43, 0.132, 0.027)]);
  pic.tint(limb([at(0.4, 0, 0.12), at(0.6, 0, 0.12), at(0.68, 0, 0.1)]), {
    clip: arm,
    soft: px(0.06),
    mode: 'mul',
    color: [0.97, 0.84, 0.8],
    alpha: 0.6,
  }); // rosier fingertips
  for (const [o] of FINGERS.slice(0, 3))
    pic.tint(limb([at(0.36, o * 0.95 + 0.03, 0.004), at(0.5, o + 0.032, 0.006), at(0.6, o * 0.95 + 0.042, 0.005)]), {
      clip: arm,
      soft: 1,
      mode: 'mul',
      color: [0.45, 0.25, 0.2],
      alpha: 0.5,
    });
  pic.shadow(sh, { clip: arm, soft: px(0.014), alpha: 0.5, color: [0.42, 0.24, 0.2], dx: px(0.008), dy: px(0.006) });
  pic.layer(sh, { color: man.flesh, skin: true, round: px(0.05), bulge: 0.65, soften: 1, label: 1 });
}

function shoes(man) {
  const { pic, S, px, who } = man,
    c = hex(who.shoe ?? '#41464e');
  for (const k of [-1, 1]) {
    const x = o => k * ((who.stance ?? 0.33) + o),
      sole = S([[x(-0.17), 7.3], [x(-0.2), 7.45], [x(-0.12), 7.56], [x(0.12), 7.575], [x(0.27), 7.5], [x(0.23), 7.28]]);
    const upper = S([
      [x(-0.12), 6.8], [x(-0.16), 7.15], [x(-0.185), 7.36], [x(-0.1), 7.5], [x(0.1), 7.515], [x(0.25), 7.44], [x(0.22), 7.26], [x(0.15), 7.1],
      [x(0.13), 6.8],
    ]);
    pic.layer(sole, { color: hex('#e4dfd6'), round: px(0.08), bulge: 0.5, label: 6 });
    pic.layer(upper, {
      color: c,
      round: px(0.19),
      bulge: 0.8,
      label: 6,
      folds: [{ pts: [man.T(x(-0.15), 7.36), man.T(x(0.03), 7.3), man.T(x(0.22), 7.36)], w: px(0.02), h: -px(0.02) }],
    });
    for (const i of [0, 1, 2])
      pic.layer(
        limb([
          [...man.T(x(-0.06), 7.12 + i * 0.055), px(0.012)], [...man.T(x(0.03), 7.14 + i * 0.055), px(0.014)],
          [...man.T(x(0.11), 7.12 + i * 0.055), px(0.012)],
        ]),
        { color: hex('#f6f3ec'), round: px(0.014), label: 6 },
      );
    pic.tint(
      limb([
        [...man.T(x(-0.19), 7.38), px(0.006)], [...man.T(x(-0.08), 7.51), px(0.006)], [...man.T(x(0.1), 7.525), px(0.006)],
        [...man.T(x(0.26), 7.44), px(0.006)],
      ]),
      { color: [0.3, 0.28, 0.28], mode: 'mul', alpha: 0.6, soft: 0.8 },
    );
  }
}

// What the tests hold the segmentation to, in pixels [x, y, width, height].
export function boxes(man) {
  const { pic, b, T, who } = man,
    found = l => {
      let a = [1e9, 1e9, -1, -1];
      const low = l === 2 ? T(0, 1.1)[1] : pic.h;
      pic.label.forEach((v, i) => {
        const x = i % pic.w,
          y = (i / pic.w) | 0;
        if (v !== l || y > low) return;
        a = [Math.min(a[0], x), Math.min(a[1], y), Math.max(a[2], x), Math.max(a[3], y)];
      });
      return [a[0], a[1], a[2] - a[0] + 1, a[3] - a[1] + 1];
    };
  const [x0, y0] = T(-b.sh, 1.36),
    [x1, y1] = T(b.sh, 3.56),
    legs = found(4),
    y = Math.round(y1);
  return {
    head: found(2),
    torso: [x0, y0, x1 - x0, y1 - y0].map(Math.round),
    legs: [legs[0], y, legs[2], Math.min(legs[1] + legs[3], pic.h) - y],
    skin: who.skin,
  };
}
