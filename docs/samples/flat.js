// Garments laid flat and photographed from above, in pixels of a 960×1280 picture, axis at x = 480.
import { clamp, fbm, hex, join, limb, mix, noise, random, smooth, spline } from './paint.js';
import { cloth } from './cloth.js';

export const CX = 480,
  sym = pts => spline([...pts.map(([x, y, c]) => [CX + x, y, c]), ...[...pts].reverse().map(([x, y, c]) => [CX - x, y, c])]);
export const one = (k, pts) => spline(pts.map(([x, y, c]) => [CX + k * x, y, c]));
export const line = (k, pts, w) =>
  limb(
    pts.map(([x, y]) => [CX + k * x, y, w]),
    true,
  );
const tag = (c, label) => Object.assign([...c], { label });
export function lay(pic, ...shapes) {
  for (const s of shapes) {
    pic.shadow(s, { soft: 26, dx: 16, dy: 22, alpha: 0.3 });
    pic.shadow(s, { soft: 7, dx: 5, dy: 7, alpha: 0.42 });
  }
}
export function creases(shape, n, seed, { len = 150, w = 18, h = 6, angle = null } = {}) {
  const r = random(seed),
    [x0, y0, x1, y1] = shape.box,
    out = [];
  for (let i = 0; i < n; i++) {
    const x = x0 + r() * (x1 - x0),
      y = y0 + r() * (y1 - y0),
      a = (angle ?? r() * 3.14) + (r() - 0.5) * 0.7,
      l = len * (0.5 + r()),
      b = (r() - 0.5) * l * 0.3;
    out.push({
      pts: [
        [x - (Math.cos(a) * l) / 2, y - (Math.sin(a) * l) / 2], [x + Math.sin(a) * b, y - Math.cos(a) * b],
        [x + (Math.cos(a) * l) / 2, y + (Math.sin(a) * l) / 2],
      ],
      w: w * (0.6 + r() * 0.8),
      h: h * (0.4 + r() * 0.9) * (r() < 0.3 ? -0.7 : 1),
      lean: r() - 0.5,
    });
  }
  return out;
}
export const soft =
  (k, s, seed = 0) =>
  (x, y) =>
    k * fbm(x / s + seed, y / s - seed, 3);
export function seam(pic, shape, clip, o = {}) {
  pic.tint(shape, { clip, mode: 'mul', color: [0.5, 0.48, 0.48], alpha: 0.6, soft: 0.8, ...o });
}
export function stitches(pic, k, pts, color, clip, dash = [7, 5], width = 2.2) {
  pic.ink(
    c => {
      c.setLineDash(dash);
      c.lineWidth = width;
      c.strokeStyle = color;
      c.beginPath();
      pts.forEach(([x, y], i) => (i ? c.lineTo(CX + k * x, y) : c.moveTo(CX + k * x, y)));
      c.stroke();
    },
    { clip, alpha: 0.85 },
  );
}

export function breton(pic) {
  const white = tag(hex('#ece6d8'), 10),
    navy = tag(hex('#243352'), 11),
    P = 54,
    T = 23,
    body = sym(
      [
        [0, 350], [52, 341], [92, 305], [112, 238, 1], [170, 262], [232, 296, 1], [228, 400], [222, 520], [226, 760], [236, 1030, 1], [120, 1042],
        [0, 1046],
      ].slice(1),
    );
  const grain = (c, x, y) => {
    const v = 1 + 0.06 * noise(x / 1.2, y / 2);
    return Object.assign(
      c.map(q => q * v),
      { label: c.label },
    );
  };
  const band = (v, end, x, y) => {
    const a = ((v % P) + P) % P,
      t = v > -2 && v < end ? clamp(Math.min(a, T - a) + 0.5) : 0,
      c = mix(white, navy, t);
    c.label = t > 0.5 ? 11 : 10;
    return grain(c, x, y);
  };
  const stripe = (x, y, nx, ny) => {
    return band(y + ny * 7 + 0.00006 * (x - CX) ** 2 + 3 * fbm(x / 160, y / 160) - 402, 585, x, y);
  };
  const sleeve = k =>
    one(k, [[168, 264, 1], [230, 295], [318, 420], [412, 568, 1], [366, 612], [312, 640, 1], [262, 566], [222, 520], [214, 400]]);
  const hide = sym([[10, 259], [60, 254], [112, 236, 1], [98, 305], [60, 345], [10, 356]]);
  const [L, R] = [sleeve(-1), sleeve(1)],
    form = join(L, R, body);
  lay(pic, L, R, body, hide);
  pic.layer(hide, { color: grain.bind(null, tag(hex('#cfc8b9'), 10)), round: 30, bulge: 0.2, label: 10 });
  pic.tint(hide, { mode: 'mul', color: [0.5, 0.47, 0.45], alpha: 0.5 });
  const tagp = spline([[458, 272, 1], [502, 272, 1], [502, 300, 1], [458, 300, 1]]);
  pic.tint(tagp, { color: hex('#f2eee4') });
  for (const k of [-1, 1]) {
    const sh = k < 0 ? L : R,
      st = (x, y, nx, ny) => {
        const u = (x - CX) * k,
          v = (u - 200) * 0.56 + (y - 300) * 0.83 + (nx * k * 0.56 + ny * 0.83) * 7;
        return band(v - 56, 240, x, y);
      };
    pic.layer(sh, {
      form,
      color: st,
      round: 46,
      bulge: 0.45,
      folds: [
        ...creases(sh, 7, 3 + k, { len: 120, angle: k * 0.9 }),
        { pts: [[CX + k * 226, 500], [CX + k * 280, 470], [CX + k * 330, 470]], w: 18, h: 9, ends: 'start' },
        { pts: [[CX + k * 228, 440], [CX + k * 280, 420], [CX + k * 320, 440]], w: 16, h: 7, ends: 'start' },
      ],
      relief: soft(9, 90, k),
    });
    pic.shadow(
      line(
        k,
        [[306, 632], [362, 604], [408, 560]], 3,
      ),
      { clip: sh, soft: 1.5, alpha: 0.35, dx: -k * 8, dy: -10 },
    );
  }
  pic.shadow(body, { soft: 8, alpha: 0.4, clip: [L, R][0] });
  pic.shadow(body, { soft: 8, alpha: 0.35, clip: R });
  pic.layer(body, {
    form,
    color: stripe,
    round: 60,
    bulge: 0.42,
    relief: soft(16, 150, 4),
    folds: [
      ...creases(body, 15, 21, { len: 190, w: 22, h: 7, angle: 1.2 }),
      ...[-1, 1].flatMap(k => [
        { pts: [[CX + k * 224, 520], [CX + k * 150, 590], [CX + k * 60, 610]], w: 24, h: 12, ends: 'start' },
        { pts: [[CX + k * 226, 560], [CX + k * 170, 660], [CX + k * 140, 780]], w: 22, h: 10, ends: 'start' },
      ]),
    ],
  });
  for (const k of [-1, 1])
    seam(
      pic,
      line(
        k,
        [[176, 268], [212, 370], [222, 516]], 1.8,
      ),
      body,
      { alpha: 0.5 },
    );
  const rib = limb(
    [[-112, 238, 15], [-92, 300, 15], [-52, 338, 15], [0, 350, 15], [52, 338, 15], [92, 300, 15], [112, 238, 15]].map(([x, y, w]) => [CX + x, y, w]),
    true,
  );
  pic.shadow(rib, { soft: 4, dy: 4, alpha: 0.35 });
  pic.layer(rib, { color: grain.bind(null, white), round: 12, bulge: 0.6, soften: 1 });
  seam(
    pic,
    line(1, [[-232, 1006], [0, 1020], [232, 1006]], 1.4),
    body,
  );
  return { name: 'breton top', slot: 'top', type: 't-shirt', pattern: 'striped', source: 'flat_lay', colours: ['off-white', 'navy'] };
}

export function dress(pic) {
  const red = cloth('#b8452f'),
    top = sym([[16, 372], [60, 318], [118, 232], [150, 236], [176, 330], [212, 404], [196, 480], [160, 566], [158, 600, 1], [80, 606], [20, 608]]),
    straps = [-1, 1].map(k =>
      limb([[CX + k * 130, 250, 15], [CX + k * 128, 190, 14], [CX + k * 116, 128, 13], [CX + k * 96, 98, 12], [CX + k * 84, 92, 10]]),
    );
  const skirt = sym([[20, 584], [156, 584, 1], [212, 720], [286, 930], [350, 1140, 1], [250, 1172], [120, 1190], [20, 1194]]);
  const pleat = (x, y) => {
    const a = (x - CX) / (150 + (y - 580) * 0.34),
      g = smooth(580, 760, y);
    return (
      g * (13 * Math.sin(a * 13 + 1.5 * Math.sin(y / 260 + 1)) + 8 * Math.sin(a * 23 + 2) + 4 * Math.sin(a * 41)) +
      (1 - g) * 5 * Math.sin(a * 60) +
      8 * fbm(x / 130, y / 160)
    );
  };
  lay(pic, skirt, top, ...straps);
  const o = { color: red, label: 10, sheen: 0.02 };
  const inner = sym([[10, 262], [60, 258], [124, 240, 1], [110, 262], [60, 330], [10, 392]]),
    loops = [-1, 1].map(k =>
      limb([[CX + k * 60, 268, 11], [CX + k * 62, 190, 11], [CX + k * 74, 120, 11], [CX + k * 92, 96, 11]]),
    );
  lay(pic, ...loops);
  for (const s of loops) pic.layer(s, { ...o, round: 12, bulge: 0.5, gain: 0.72 });
  pic.layer(inner, { color: hex('#8f3524'), label: 10, round: 20, bulge: 0.2 });
  straps.forEach(s => pic.layer(s, { ...o, round: 14, bulge: 0.6 }));
  pic.layer(skirt, { ...o, relief: pleat, round: 40, bulge: 0.4, soften: 2, ao: 0.022 });
  pic.tint(
    sym([[10, 1150], [200, 1140], [340, 1100], [345, 1104], [220, 1148], [10, 1162]]),
    { clip: skirt, mode: 'mul', color: [0.6, 0.5, 0.5], alpha: 0.35, soft: 2 },
  );
  pic.layer(top, {
    ...o,
    round: 70,
    bulge: 0.5,
    relief: soft(10, 90, 3),
    folds: [-1, 1].flatMap(k => [
      { pts: [[CX + k * 150, 590], [CX + k * 130, 500], [CX + k * 120, 400]], w: 20, h: 10, ends: 'start' },
      { pts: [[CX + k * 100, 600], [CX + k * 90, 520], [CX + k * 60, 440]], w: 18, h: 9, ends: 'start' },
      { pts: [[CX + k * 205, 420], [CX + k * 140, 440], [CX + k * 70, 420]], w: 24, h: 6, ends: 'start' },
      { pts: [[CX + k * 190, 480], [CX + k * 120, 500], [CX + k * 60, 480]], w: 24, h: 5, ends: 'start' },
    ]),
  });
  for (const k of [-1, 1]) {
    const edge = line(
      k,
      [[8, 372], [58, 316], [116, 234]], 7,
    );
    pic.layer(edge, { ...o, round: 7, bulge: 0.6 });
    seam(
      pic,
      line(
        k,
        [[24, 376], [72, 322], [128, 240]], 1.2,
      ),
      top,
    );
  }
  const belt = sym([[20, 578], [166, 574], [164, 618], [80, 622], [20, 622]]);
  pic.shadow(belt, { soft: 6, dy: 5, alpha: 0.4 });
  pic.layer(belt, { ...o, round: 16, bulge: 0.5, relief: soft(6, 40) });
  const knot = [
    [[[28, 604, 10], [58, 690, 17], [40, 800, 20]]], [[[22, 604, 9], [10, 680, 15], [-24, 770, 19]]],
    [[[20, 600, 8], [70, 566, 20], [104, 600, 18], [60, 616, 10], [24, 602, 6]]],
    [[[20, 600, 8], [-30, 560, 18], [-62, 596, 17], [-20, 616, 9], [18, 602, 6]]], [[[8, 596, 14], [34, 606, 15]]],
  ];
  for (const [pts] of knot) {
    const s = limb(
      pts.map(([x, y, w]) => [CX + x, y, w]),
      pts.length === 3,
    );
    pic.shadow(s, { soft: 6, dx: 4, dy: 6, alpha: 0.45 });
    pic.layer(s, { ...o, round: 15, bulge: 0.6, relief: soft(6, 26, 8) });
  }
  for (let i = 0; i < 4; i++) button(pic, CX, 400 + i * 46, 8.5, '#e9d9c0');
  return { name: 'summer dress', slot: 'one_piece', type: 'dress', pattern: 'plain', source: 'flat_lay', colours: ['terracotta'] };
}
export function button(pic, x, y, r, color, label) {
  const s = spline([0, 1, 2, 3, 4, 5, 6, 7].map(i => [x + r * Math.cos(i * 0.785), y + r * Math.sin(i * 0.785)]));
  pic.shadow(s, { soft: 2, dx: 2, dy: 3, alpha: 0.5 });
  pic.layer(s, { color: hex(color), round: r * 0.6, bulge: 0.7, gloss: 0.25, soften: 0.8, label });
  pic.ink(c => {
    c.fillStyle = 'rgba(40,25,15,.6)';
    for (const [a, b] of [[-1, -1], [1, -1], [-1, 1], [1, 1]]) {
      c.beginPath();
      c.arc(x + a * r * 0.24, y + b * r * 0.24, r * 0.12, 0, 7);
      c.fill();
    }
  });
}

export function skirt(pic) {
  const green = cloth('#2f6b4f', 'plain'),
    shape = sym([[20, 236], [178, 226, 1], [214, 420], [268, 700], [334, 1064, 1], [240, 1094], [120, 1112], [20, 1118]]),
    band = sym([[20, 196], [176, 186, 1], [180, 246, 1], [90, 256], [20, 258]]);
  lay(pic, shape, band);
  const pleat = (x, y) => {
    const wide = 178 + (y - 226) * 0.187,
      a = ((x - CX) / wide) * 6.5 + 0.12 * Math.sin(y / 210) + 30,
      u = a - Math.floor(a);
    return 17 * (u < 0.86 ? u / 0.86 : (1 - u) / 0.14) * smooth(240, 420, y) ** 0.5 + 22 * fbm(x / 190, y / 330, 2);
  };
  pic.layer(shape, { color: green, label: 10, relief: pleat, round: 30, bulge: 0.4, soften: 1.6, gloss: 0.1, sharp: 10, ao: 0.03, even: 8 });
  seam(
    pic,
    line(1, [[-332, 1044], [-120, 1088], [120, 1088], [332, 1044]], 1.3),
    shape,
  );
  pic.shadow(band, { soft: 7, dy: 8, alpha: 0.5, clip: shape });
  pic.layer(band, {
    color: green,
    label: 10,
    round: 20,
    bulge: 0.5,
    relief: (x, y) => 2 * Math.sin(x / 6.5 + 2 * fbm(x / 70, y / 70)) + soft(6, 50)(x, y),
    gloss: 0.06,
  });
  return { name: 'pleated skirt', slot: 'bottom', type: 'skirt', pattern: 'plain', source: 'flat_lay', colours: ['green'] };
}
