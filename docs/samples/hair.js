// Hair: strands as ridges of stretched noise, curls as rings, and the styles long, bob, crop, curls, bun.
import { along, clamp, fbm, hex, mix, noise, random, smooth, spline } from './paint.js';
import { css, frame } from './head.js';

// Strands are ridges of stretched noise in a flow's own coordinates (u across, v along).
function strands(man, shape, flow, o = {}) {
  const c0 = hex(man.who.hairColor),
    c1 = hex(man.who.hairLight),
    px = man.px,
    fine = o.fine ?? 1,
    amp = o.amp ?? 1,
    m = (x, y) => {
      const [u, v] = flow(x, y);
      return 0.6 * fbm(u * 34 * fine, v * 1.3, 2) + 0.75 * noise(u * 95 * fine, v * 1.6) + 0.4 * noise(u * 190 * fine, v * 2);
    };
  man.pic.layer(shape, {
    color: (x, y) => {
      const t = m(x, y);
      return mix(c0, c1, clamp(0.34 + t * 0.75));
    },
    relief: (x, y) => m(x, y) * px(0.013) * amp,
    round: px(o.round ?? 0.16),
    bulge: o.bulge ?? 0.7,
    soften: 0.7,
    label: o.label ?? 2,
    gloss: o.gloss ?? man.who.hairGloss ?? 0.1,
    sharp: 22,
    ao: 0.05,
    ...o.layer,
  });
}
function fly(man, curves, n, seed, alpha = 0.5) {
  // loose hairs along given curves
  const rnd = random(seed),
    c = man.who;
  man.pic.ink(k => {
    k.lineWidth = Math.max(0.8, man.s * 0.004);
    for (let i = 0; i < n; i++) {
      const [a, b] = curves[(rnd() * curves.length) | 0],
        t = rnd(),
        j = () => (rnd() - 0.5) * man.s * 0.03;
      k.strokeStyle = css(mix(hex(c.hairColor), hex(c.hairLight), rnd()), alpha * (0.4 + rnd() * 0.6));
      k.beginPath();
      let prev;
      a.forEach((p, q) => {
        const x = p[0] + (b[q][0] - p[0]) * t + j(),
          y = p[1] + (b[q][1] - p[1]) * t + j();
        q ? k.quadraticCurveTo(...prev, (x + prev[0]) / 2, (y + prev[1]) / 2) : k.moveTo(x, y);
        prev = [x, y];
      });
      k.stroke();
    }
  });
}
function curls(man, shape, seed, n, r) {
  // a mass of small rings over a soft form
  const c0 = hex(man.who.hairColor),
    c1 = hex(man.who.hairLight),
    rnd = random(seed),
    { pic, s } = man,
    b = shape.box;
  pic.layer(shape, {
    color: (x, y) => mix(c0, c1, clamp(0.25 + noise(x / 7, y / 7))),
    relief: (x, y) => fbm(x / (s * r * 0.9), y / (s * r * 0.9), 2) * s * 0.05,
    round: s * 0.2,
    bulge: 0.6,
    label: 2,
    ao: 0.05,
  });
  pic.ink(
    c => {
      c.lineWidth = s * 0.009;
      for (let i = 0; i < n; i++) {
        const x = b[0] + rnd() * (b[2] - b[0]),
          y = b[1] + rnd() * (b[3] - b[1]),
          q = s * r * (0.5 + rnd() * 0.6),
          a = rnd() * 7;
        c.strokeStyle = css(mix(c0, c1, rnd() ** 2 * (1.25 - (y - b[1]) / (b[3] - b[1]))), 0.75);
        c.beginPath();
        c.ellipse(x, y, q, q * 0.7, a, 0, 4.4);
        c.stroke();
      }
    },
    { clip: shape },
  );
}

function hairline(man, pts, n, seed, len = 0.035, alpha = 0.7) {
  // short hairs that soften the edge towards the face
  const rnd = random(seed),
    c = man.who,
    line = along(
      pts.map(q => man.h.F(...q)),
      60,
    ),
    [mx, my] = man.h.F(0, -0.25),
    L = len * man.s;
  man.pic.ink(k => {
    k.lineWidth = Math.max(0.7, man.s * 0.0042);
    for (let i = 0; i < n; i++) {
      const [x, y] = line[(rnd() * 61) | 0],
        d = Math.hypot(x - mx, y - my),
        ux = (x - mx) / d + (rnd() - 0.5) * 0.7,
        uy = (y - my) / d,
        j = (rnd() - 0.5) * man.s * 0.03,
        q = L * (0.4 + rnd() * 0.8);
      k.strokeStyle = css(mix(hex(c.hairColor), hex(c.hairLight), rnd() * 0.8), alpha * (0.4 + 0.6 * rnd()));
      k.beginPath();
      k.moveTo(x + j - ux * q, y - uy * q);
      k.lineTo(x + j + ux * q * 0.45, y + uy * q * 0.45);
      k.stroke();
    }
  });
}
export function backHair(man) {
  const { who } = man,
    h = frame(man);
  man.h = h;
  if (who.hair === 'long')
    strands(
      man,
      h.S([
        [-0.2, 0], [0.2, 0], [0.4, 0.3], [0.46, 0.75], [0.5, 1.15], [0.54, 1.5], [0.4, 1.75], [0, 1.66], [-0.42, 1.78], [-0.55, 1.5], [-0.5, 1.15],
        [-0.46, 0.75], [-0.4, 0.3],
      ]),
      (x, y) => {
        const [u, v] = h.inv(x, y);
        return [u + 0.03 * Math.sin(v * 9 + u * 3), v];
      },
      { label: 2, layer: { gain: 0.62 } },
    );
  if (who.hair === 'bob')
    strands(
      man,
      h.S([[-0.22, 0], [0.22, 0], [0.42, 0.3], [0.46, 0.75], [0.45, 1.03], [0.2, 1.1], [-0.2, 1.1], [-0.46, 1.04], [-0.47, 0.75], [-0.42, 0.3]]),
      (x, y) => h.inv(x, y),
      { layer: { gain: 0.55 } },
    );
  if (who.hair === 'curls') curls(man, blob(man, h, 0, 0.47, 0.54, 0.6, 3), 5, 900, 0.05);
  if (who.hair === 'bun') {
    const bun = h.S([[-0.19, -0.12], [-0.08, -0.24], [0.1, -0.235], [0.2, -0.1], [0.13, 0.05], [-0.12, 0.05]]);
    strands(
      man,
      bun,
      (x, y) => {
        const [u, v] = h.inv(x, y);
        return [Math.hypot(u, v + 0.09) * 1.6 + (0.3 * Math.atan2(v + 0.09, u)) / 6, Math.atan2(v + 0.09, u) * 0.3];
      },
      { round: 0.14 },
    );
  }
}
function blob(man, h, cx, cy, rx, ry, seed) {
  const pts = [];
  for (let i = 0; i < 30; i++) {
    const a = (i / 30) * 6.2832,
      q = 1 + 0.09 * noise(i * 0.9 + seed, seed) * 2;
    pts.push(h.F(cx + Math.cos(a) * rx * q, cy + Math.sin(a) * ry * q));
  }
  return spline(pts);
}

export function hair(man, h, face) {
  const { who, pic, px } = man,
    polar =
      (px0, py0, k = 0.33) =>
      (x, y) => {
        const [u, v] = h.inv(x, y);
        return [Math.atan2(v - py0, u - px0) * k, Math.hypot(u - px0, v - py0)];
      };
  const drop = (shape, a = 0.55) =>
    pic.shadow(shape, { clip: face, soft: px(0.035), dx: px(0.012), dy: px(0.035), alpha: a, color: [0.4, 0.22, 0.17] });
  if (who.hair === 'long' || who.hair === 'bob') {
    const end = who.hair === 'bob' ? 1.02 : 1.1,
      p = -0.07; // parted a little to one side
    const r = h.S([
      [p, 0.12], [0.02, 0.17], [0.16, 0.27], [0.255, 0.43], [0.29, 0.6], [0.3, 0.8], [0.29, end, 0], [0.42, end + 0.02], [0.465, 0.8], [0.44, 0.42],
      [0.36, 0.14], [0.2, -0.015], [0, -0.05], [p - 0.03, 0],
    ]);
    const l = h.S([
      [p + 0.01, 0.12], [p - 0.08, 0.18], [-0.23, 0.31], [-0.285, 0.46], [-0.305, 0.62], [-0.32, 0.82], [-0.32, end, 0], [-0.44, end + 0.02],
      [-0.475, 0.8], [-0.445, 0.42], [-0.36, 0.13], [-0.2, -0.02], [p, -0.045], [p + 0.03, 0.02],
    ]);
    drop(r);
    drop(l, 0.45);
    const flow = k => (x, y) => {
      const [u, v] = h.inv(x, y),
        t = smooth(0.15, 0.6, v),
        a = Math.atan2(v - 0.1, (u - p) * k + 0.02);
      return [(1 - t) * a * 0.16 + t * u * 1.1 + (who.hair === 'long' ? 0.02 * Math.sin(v * 10) : 0), v];
    };
    strands(man, r, flow(1), { round: 0.13 });
    strands(man, l, flow(-1), { round: 0.13 });
    fly(
      man,
      [
        [[h.F(0.38, 0.45), h.F(0.42, 0.7), h.F(0.4, end)], [h.F(0.43, 0.4), h.F(0.48, 0.7), h.F(0.47, end + 0.06)]],
        [[h.F(-0.38, 0.45), h.F(-0.42, 0.7), h.F(-0.4, end)], [h.F(-0.43, 0.4), h.F(-0.49, 0.7), h.F(-0.48, end + 0.06)]],
      ],
      26, 3, 0.3,
    );
  }
  if (who.hair === 'crop') {
    const cap = h.S([
      [-0.345, 0.52], [-0.36, 0.3], [-0.3, 0.09], [-0.14, -0.035], [0.08, -0.045], [0.27, 0.05], [0.355, 0.25], [0.348, 0.52], [0.325, 0.47],
      [0.3, 0.34], [0.235, 0.245], [0.1, 0.215], [-0.06, 0.2], [-0.2, 0.235], [-0.29, 0.33], [-0.32, 0.47],
    ]);
    drop(cap, 0.35);
    const edge = [[-0.325, 0.5], [-0.3, 0.34], [-0.215, 0.24], [-0.06, 0.2], [0.1, 0.215], [0.235, 0.245], [0.3, 0.34], [0.325, 0.48]];
    if (who.coil) {
      curls(man, cap, 9, 1500, 0.017);
      hairline(man, edge, 500, 4, 0.012, 0.6);
    } else {
      strands(man, cap, polar(-0.05, -0.35, 0.5), { round: 0.09, fine: 0.9 });
      hairline(man, edge, 420, 4, 0.045, 0.75);
    }
  }
  if (who.hair === 'curls') {
    const fr = h.S([
      [-0.33, 0.62], [-0.42, 0.45], [-0.4, 0.15], [-0.2, -0.06], [0.1, -0.1], [0.36, 0.08], [0.44, 0.38], [0.34, 0.62], [0.3, 0.42], [0.24, 0.28],
      [0.12, 0.2], [0, 0.22], [-0.13, 0.19], [-0.25, 0.29], [-0.3, 0.44],
    ]);
    drop(fr);
    curls(man, fr, 8, 700, 0.045);
  }
  if (who.hair === 'bun') {
    const cap = h.S([
      [-0.335, 0.5], [-0.365, 0.3], [-0.3, 0.08], [-0.12, -0.03], [0.12, -0.03], [0.3, 0.08], [0.365, 0.3], [0.335, 0.5], [0.305, 0.4], [0.25, 0.25],
      [0.12, 0.165], [0, 0.15], [-0.12, 0.165], [-0.25, 0.25], [-0.305, 0.4],
    ]);
    drop(cap, 0.35);
    strands(man, cap, polar(0, -0.06, 0.42), { round: 0.12 });
    hairline(
      man,
      [[-0.315, 0.45], [-0.25, 0.25], [-0.12, 0.165], [0, 0.15], [0.12, 0.165], [0.25, 0.25], [0.315, 0.45]],
      260, 6, 0.03, 0.5,
    );
  }
}
export function frontLocks(man) {
  // long hair falling over the shoulders
  if (man.who.hair !== 'long') return;
  const { h, pic, px } = man,
    lock = [
      [0.3, 0.75], [0.285, 1.05], [0.32, 1.35], [0.3, 1.65], [0.345, 1.93], [0.36, 2.0], [0.45, 1.85], [0.52, 1.5], [0.47, 1.15], [0.475, 0.8],
      [0.42, 0.6],
    ];
  for (const k of [-1, 1]) {
    const sh = h.S(lock.map(([x, y]) => [k * x, y + (k < 0 ? 0.06 * smooth(1, 2, y) : 0)]));
    pic.shadow(sh, { soft: px(0.04), dx: px(0.02), dy: px(0.04), alpha: 0.4 });
    strands(
      man,
      sh,
      (x, y) => {
        const [u, v] = h.inv(x, y);
        return [u + 0.035 * Math.sin(v * 8.5 + k), v];
      },
      { round: 0.09, amp: 1.3, label: 0 },
    );
  }
}
