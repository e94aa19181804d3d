// Garments laid flat and photographed from above, in pixels of a 960×1280 picture, axis at x = 480.
import { clamp, fbm, hex, join, limb, mix, noise, random, smooth, spline } from './paint.js';
import { cloth, knit } from './worn.js';

const CX = 480, sym = pts => spline([...pts.map(([x, y, c]) => [CX + x, y, c]), ...[...pts].reverse().map(([x, y, c]) => [CX - x, y, c])]);
const one = (k, pts) => spline(pts.map(([x, y, c]) => [CX + k * x, y, c]));
const line = (k, pts, w) => limb(pts.map(([x, y]) => [CX + k * x, y, w]), true);
const tag = (c, label) => Object.assign([...c], { label });
function lay(pic, ...shapes) { for (const s of shapes) { pic.shadow(s, { soft: 26, dx: 16, dy: 22, alpha: 0.3 }); pic.shadow(s, { soft: 7, dx: 5, dy: 7, alpha: 0.42 }); } }
function creases(shape, n, seed, { len = 150, w = 18, h = 6, angle = null } = {}) {
  const r = random(seed), [x0, y0, x1, y1] = shape.box, out = [];
  for (let i = 0; i < n; i++) { const x = x0 + r() * (x1 - x0), y = y0 + r() * (y1 - y0), a = (angle ?? r() * 3.14) + (r() - 0.5) * 0.7, l = len * (0.5 + r()), b = (r() - 0.5) * l * 0.3; out.push({ pts: [[x - Math.cos(a) * l / 2, y - Math.sin(a) * l / 2], [x + Math.sin(a) * b, y - Math.cos(a) * b], [x + Math.cos(a) * l / 2, y + Math.sin(a) * l / 2]], w: w * (0.6 + r() * 0.8), h: h * (0.4 + r() * 0.9) * (r() < 0.3 ? -0.7 : 1), lean: (r() - 0.5) }); }
  return out;
}
const soft = (k, s, seed = 0) => (x, y) => k * fbm(x / s + seed, y / s - seed, 3);
function seam(pic, shape, clip, o = {}) { pic.tint(shape, { clip, mode: 'mul', color: [0.5, 0.48, 0.48], alpha: 0.6, soft: 0.8, ...o }); }
function stitches(pic, k, pts, color, clip, dash = [7, 5], width = 2.2) { pic.ink(c => { c.setLineDash(dash); c.lineWidth = width; c.strokeStyle = color; c.beginPath(); pts.forEach(([x, y], i) => (i ? c.lineTo(CX + k * x, y) : c.moveTo(CX + k * x, y))); c.stroke(); }, { clip, alpha: 0.85 }); }

export function breton(pic) {
  const white = tag(hex('#ece6d8'), 10), navy = tag(hex('#243352'), 11), P = 54, T = 23, body = sym([[0, 350], [52, 341], [92, 305], [112, 238, 1], [170, 262], [232, 296, 1], [228, 400], [222, 520], [226, 760], [236, 1030, 1], [120, 1042], [0, 1046]].slice(1));
  const grain = (c, x, y) => { const v = 1 + 0.06 * noise(x / 1.2, y / 2); return Object.assign(c.map(q => q * v), { label: c.label }); };
  const band = (v, end, x, y) => { const a = ((v % P) + P) % P, t = v > -2 && v < end ? clamp(Math.min(a, T - a) + 0.5) : 0, c = mix(white, navy, t); c.label = t > 0.5 ? 11 : 10; return grain(c, x, y); };
  const stripe = (x, y, nx, ny) => { return band(y + ny * 7 + 0.00006 * (x - CX) ** 2 + 3 * fbm(x / 160, y / 160) - 402, 585, x, y); };
  const sleeve = k => one(k, [[168, 262], [232, 296], [318, 420], [412, 568, 1], [366, 612], [312, 640, 1], [262, 566], [222, 520], [214, 400]]);
  const hide = sym([[10, 259], [60, 254], [112, 236, 1], [98, 305], [60, 345], [10, 356]]);
  const [L, R] = [sleeve(-1), sleeve(1)], form = join(L, R, body); lay(pic, L, R, body, hide);
  pic.layer(hide, { color: grain.bind(null, tag(hex('#cfc8b9'), 10)), round: 30, bulge: 0.2, label: 10 });
  pic.tint(hide, { mode: 'mul', color: [0.5, 0.47, 0.45], alpha: 0.5 });
  const tagp = spline([[458, 272, 1], [502, 272, 1], [502, 300, 1], [458, 300, 1]]); pic.tint(tagp, { color: hex('#f2eee4') });
  for (const k of [-1, 1]) {
    const sh = k < 0 ? L : R, ax = 0.52, st = (x, y, nx, ny) => { const u = (x - CX) * k, v = (u - 200) * 0.56 + (y - 300) * 0.83 + (nx * k * 0.56 + ny * 0.83) * 7; return band(v - 56, 240, x, y); };
    pic.layer(sh, { form, color: st, round: 46, bulge: 0.45, folds: [...creases(sh, 7, 3 + k, { len: 120, angle: k * 0.9 }), { pts: [[CX + k * 226, 500], [CX + k * 280, 470], [CX + k * 330, 470]], w: 18, h: 9, ends: 'start' }, { pts: [[CX + k * 228, 440], [CX + k * 280, 420], [CX + k * 320, 440]], w: 16, h: 7, ends: 'start' }], relief: soft(9, 90, k) });
    pic.shadow(line(k, [[306, 632], [362, 604], [408, 560]], 3), { clip: sh, soft: 1.5, alpha: 0.35, dx: -k * 8, dy: -10 });
  }
  pic.shadow(body, { soft: 8, alpha: 0.4, clip: [L, R][0] }); pic.shadow(body, { soft: 8, alpha: 0.35, clip: R });
  pic.layer(body, { form, color: stripe, round: 60, bulge: 0.42, relief: soft(16, 150, 4), folds: [...creases(body, 15, 21, { len: 190, w: 22, h: 7, angle: 1.2 }), ...[-1, 1].flatMap(k => [{ pts: [[CX + k * 224, 520], [CX + k * 150, 590], [CX + k * 60, 610]], w: 24, h: 12, ends: 'start' }, { pts: [[CX + k * 226, 560], [CX + k * 170, 660], [CX + k * 140, 780]], w: 22, h: 10, ends: 'start' }])] });
  for (const k of [-1, 1]) seam(pic, line(k, [[176, 268], [212, 370], [222, 516]], 1.8), body, { alpha: 0.5 });
  const rib = limb([[-112, 238, 15], [-92, 300, 15], [-52, 338, 15], [0, 350, 15], [52, 338, 15], [92, 300, 15], [112, 238, 15]].map(([x, y, w]) => [CX + x, y, w]), true);
  pic.shadow(rib, { soft: 4, dy: 4, alpha: 0.35 }); pic.layer(rib, { color: grain.bind(null, white), round: 12, bulge: 0.6, soften: 1 });
  seam(pic, line(1, [[-232, 1006], [0, 1020], [232, 1006]], 1.4), body);
  return { name: 'breton top', slot: 'top', type: 't-shirt', pattern: 'striped', source: 'flat_lay', colours: ['off-white', 'navy'] };
}

export function dress(pic) {
  const red = cloth('#b8452f'), top = sym([[16, 372], [60, 318], [118, 232], [150, 236], [176, 330], [214, 408, 1], [196, 480], [160, 566], [158, 600, 1], [80, 606], [20, 608]]), straps = [-1, 1].map(k => limb([[CX + k * 130, 250, 15], [CX + k * 128, 190, 14], [CX + k * 116, 128, 13], [CX + k * 96, 98, 12], [CX + k * 84, 92, 10]]));
  const skirt = sym([[20, 584], [156, 584, 1], [212, 720], [286, 930], [350, 1140, 1], [250, 1172], [120, 1190], [20, 1194]]);
  const pleat = (x, y) => { const a = (x - CX) / (150 + (y - 580) * 0.34), g = smooth(580, 760, y); return g * (13 * Math.sin(a * 13 + 1.5 * Math.sin(y / 260 + 1)) + 8 * Math.sin(a * 23 + 2) + 4 * Math.sin(a * 41)) + (1 - g) * 5 * Math.sin(a * 60) + 8 * fbm(x / 130, y / 160); };
  lay(pic, skirt, top, ...straps); const o = { color: red, label: 10, sheen: 0.02 };
  const inner = sym([[10, 262], [60, 258], [124, 240, 1], [110, 262], [60, 330], [10, 392]]), loops = [-1, 1].map(k => limb([[CX + k * 60, 268, 11], [CX + k * 62, 190, 11], [CX + k * 74, 120, 11], [CX + k * 92, 96, 11]]));
  lay(pic, ...loops); for (const s of loops) pic.layer(s, { ...o, round: 12, bulge: 0.5, gain: 0.72 });
  pic.layer(inner, { color: hex('#8f3524'), label: 10, round: 20, bulge: 0.2 });
  straps.forEach(s => pic.layer(s, { ...o, round: 14, bulge: 0.6 }));
  pic.layer(skirt, { ...o, relief: pleat, round: 40, bulge: 0.4, soften: 2, ao: 0.022 });
  pic.tint(sym([[10, 1150], [200, 1140], [340, 1100], [345, 1104], [220, 1148], [10, 1162]]), { clip: skirt, mode: 'mul', color: [0.6, 0.5, 0.5], alpha: 0.35, soft: 2 });
  pic.layer(top, { ...o, round: 70, bulge: 0.5, relief: soft(10, 90, 3), folds: [-1, 1].flatMap(k => [{ pts: [[CX + k * 150, 590], [CX + k * 130, 500], [CX + k * 120, 400]], w: 20, h: 10, ends: 'start' }, { pts: [[CX + k * 100, 600], [CX + k * 90, 520], [CX + k * 60, 440]], w: 18, h: 9, ends: 'start' }, { pts: [[CX + k * 205, 420], [CX + k * 140, 440], [CX + k * 70, 420]], w: 20, h: 9, ends: 'start' }, { pts: [[CX + k * 190, 480], [CX + k * 120, 500], [CX + k * 60, 480]], w: 18, h: 7, ends: 'start' }]) });
  for (const k of [-1, 1]) { const edge = line(k, [[8, 372], [58, 316], [116, 234]], 7); pic.layer(edge, { ...o, round: 7, bulge: 0.6 }); seam(pic, line(k, [[24, 376], [72, 322], [128, 240]], 1.2), top); }
  const belt = sym([[20, 578], [166, 574], [164, 618], [80, 622], [20, 622]]); pic.shadow(belt, { soft: 6, dy: 5, alpha: 0.4 }); pic.layer(belt, { ...o, round: 16, bulge: 0.5, relief: soft(6, 40) });
  const knot = [[[[28, 604, 10], [58, 690, 17], [40, 800, 20]]], [[[22, 604, 9], [10, 680, 15], [-24, 770, 19]]], [[[20, 600, 8], [70, 566, 20], [104, 600, 18], [60, 616, 10], [24, 602, 6]]], [[[20, 600, 8], [-30, 560, 18], [-62, 596, 17], [-20, 616, 9], [18, 602, 6]]], [[[8, 596, 14], [34, 606, 15]]]];
  for (const [pts] of knot) { const s = limb(pts.map(([x, y, w]) => [CX + x, y, w]), pts.length === 3); pic.shadow(s, { soft: 6, dx: 4, dy: 6, alpha: 0.45 }); pic.layer(s, { ...o, round: 15, bulge: 0.6, relief: soft(6, 26, 8) }); }
  for (let i = 0; i < 4; i++) button(pic, CX, 400 + i * 46, 8.5, '#e9d9c0');
  return { name: 'summer dress', slot: 'one_piece', type: 'dress', pattern: 'plain', source: 'flat_lay', colours: ['terracotta'] };
}
function button(pic, x, y, r, color, label) { const s = spline([0, 1, 2, 3, 4, 5, 6, 7].map(i => [x + r * Math.cos(i * 0.785), y + r * Math.sin(i * 0.785)])); pic.shadow(s, { soft: 2, dx: 2, dy: 3, alpha: 0.5 }); pic.layer(s, { color: hex(color), round: r * 0.6, bulge: 0.7, gloss: 0.25, soften: 0.8, label }); pic.ink(c => { c.fillStyle = 'rgba(40,25,15,.6)'; for (const [a, b] of [[-1, -1], [1, -1], [-1, 1], [1, 1]]) { c.beginPath(); c.arc(x + a * r * 0.24, y + b * r * 0.24, r * 0.12, 0, 7); c.fill(); } }); }

export function jacket(pic) {
  const denim = cloth('#2f4d76', 'denim'), gold = '#c98f4a', o = { color: denim, label: 10, ao: 0.03 };
  const body = sym([[0, 262], [70, 236], [104, 214, 1], [200, 262], [242, 300, 1], [236, 420], [246, 560, 1], [238, 780], [226, 960, 1], [0, 968]].slice(1)), band = sym([[0, 944], [228, 938, 1], [230, 1020, 1], [0, 1028]].slice(1));
  const sleeve = k => one(k, [[196, 262], [250, 300], [318, 430], [368, 640], [396, 880, 1], [352, 902], [300, 908, 1], [284, 760], [262, 640], [240, 550], [226, 400]]), cuff = k => one(k, [[398, 872, 1], [404, 946, 1], [350, 966], [300, 968, 1], [296, 900, 1], [350, 894]]);
  const S = [-1, 1].map(sleeve), C = [-1, 1].map(cuff), form = join(...S, body); lay(pic, ...S, ...C, body, band);
  for (const i of [0, 1]) { const k = i ? 1 : -1;
    pic.layer(S[i], { ...o, form, round: 54, bulge: 0.55, relief: soft(14, 80, k), folds: [...creases(S[i], 9, 5 + i, { len: 110, w: 15, h: 9, angle: k * 0.25 }), ...[560, 600, 650, 700].map((y, j) => ({ pts: [[CX + k * (262 + j * 6), y], [CX + k * 310, y + 22], [CX + k * 366, y - 6]], w: 13, h: 10 - j, ends: j % 2 ? 'end' : 'start' }))] });
    pic.layer(C[i], { ...o, round: 20, bulge: 0.5 }); stitches(pic, k, [[302, 914], [350, 908], [396, 886]], gold); stitches(pic, k, [[304, 956], [350, 954], [400, 936]], gold); button(pic, CX + k * 312, 936, 9, '#b98d5a'); }
  for (const s of S) pic.shadow(body, { soft: 9, alpha: 0.5, clip: s });
  pic.layer(body, { ...o, form, round: 60, bulge: 0.45, relief: soft(14, 130, 9), folds: [...creases(body, 14, 31, { len: 130, w: 16, h: 7, angle: 1.4 }), ...[-1, 1].flatMap(k => [{ pts: [[CX + k * 240, 560], [CX + k * 170, 600], [CX + k * 100, 590]], w: 18, h: 10, ends: 'start' }, { pts: [[CX + k * 238, 620], [CX + k * 190, 700], [CX + k * 170, 800]], w: 18, h: 9, ends: 'start' }])] });
  for (const k of [-1, 1]) {
    const y = line(k, [[28, 446], [130, 440], [238, 428]], 2); seam(pic, y, body); stitches(pic, k, [[28, 453], [130, 447], [238, 435]], gold, body); stitches(pic, k, [[28, 460], [130, 454], [238, 442]], gold, body); // yoke
    for (const pts of [[[60, 560], [76, 760], [92, 944]], [[196, 560], [176, 760], [150, 944]]]) { seam(pic, line(k, pts, 2), body); stitches(pic, k, pts.map(([x, q]) => [x + 7, q]), gold, body); }
    for (const pts of [[[226, 308], [222, 400], [236, 540]]]) { seam(pic, line(k, pts, 2.5), body); stitches(pic, k, pts.map(([x, q]) => [x - 8, q]), gold, body); }
    const pocket = one(k, [[64, 470, 1], [188, 464, 1], [186, 560, 1], [126, 590, 1], [66, 564, 1]]), flap = one(k, [[58, 458, 1], [194, 452, 1], [192, 494, 1], [128, 522, 1], [60, 500, 1]]);
    seam(pic, pocket, body, { alpha: 0.16 }); stitches(pic, k, [[66, 500], [68, 560], [126, 584], [183, 556], [186, 494]], gold, body);
    pic.shadow(flap, { soft: 6, dx: 4, dy: 7, alpha: 0.5 }); pic.layer(flap, { ...o, round: 12, bulge: 0.45, relief: soft(5, 40) }); stitches(pic, k, [[66, 494], [128, 514], [187, 488]], gold, flap); button(pic, CX + k * 128, 498, 9, '#b98d5a');
  }
  pic.layer(band, { ...o, round: 22, bulge: 0.5, relief: soft(5, 60) }); for (const y of [952, 1012]) stitches(pic, 1, [[-228, y - 4], [0, y + 4], [228, y - 4]], gold, band);
  const placket = spline([[452, 262, 1], [508, 262, 1], [510, 1026, 1], [452, 1026, 1]]); pic.shadow(placket, { soft: 5, dx: 7, dy: 2, alpha: 0.5, clip: body }); pic.layer(placket, { ...o, round: 10, bulge: 0.45, relief: soft(8, 70, 2), folds: creases(placket, 5, 2, { len: 60, w: 12, h: 5, angle: 0.3 }) });
  for (const x of [-20, 22]) stitches(pic, 1, [[x, 290], [x, 1020]], gold, placket); for (let i = 0; i < 6; i++) button(pic, CX, 322 + i * 134, 11, '#b98d5a');
  const inside = sym([[10, 226], [60, 222], [108, 202, 1], [120, 280, 1], [60, 350], [10, 350]]); pic.layer(inside, { ...o, round: 12, bulge: 0.3, gain: 0.5 });
  for (const k of [-1, 1]) { const col = one(k, [[2, 284, 1], [50, 250], [88, 204], [112, 196], [150, 236], [162, 300, 1], [96, 348, 1]]); pic.shadow(col, { soft: 8, dx: 4, dy: 9, alpha: 0.55 }); pic.layer(col, { ...o, round: 18, bulge: 0.5, relief: soft(7, 60, k) }); stitches(pic, k, [[12, 288], [94, 338], [152, 297], [142, 242]], gold, col); }
  return { name: 'denim jacket', slot: 'outerwear', type: 'jacket', pattern: 'plain', source: 'flat_lay', colours: ['denim blue'] };
}

export function skirt(pic) {
  const green = cloth('#2f6b4f', 'plain'), shape = sym([[20, 236], [178, 226, 1], [214, 420], [268, 700], [334, 1064, 1], [240, 1094], [120, 1112], [20, 1118]]), band = sym([[20, 196], [176, 186, 1], [180, 246, 1], [90, 256], [20, 258]]);
  lay(pic, shape, band);
  const pleat = (x, y) => { const wide = 178 + (y - 226) * 0.187, a = ((x - CX) / wide) * 6.5 + 0.12 * Math.sin(y / 210) + 30, u = a - Math.floor(a); return 17 * (u < 0.86 ? u / 0.86 : (1 - u) / 0.14) * smooth(240, 420, y) ** 0.5 + 22 * fbm(x / 190, y / 330, 2); };
  pic.layer(shape, { color: green, label: 10, relief: pleat, round: 30, bulge: 0.4, soften: 1.6, gloss: 0.1, sharp: 10, ao: 0.03, even: 8 });
  seam(pic, line(1, [[-332, 1044], [-120, 1088], [120, 1088], [332, 1044]], 1.3), shape);
  pic.shadow(band, { soft: 7, dy: 8, alpha: 0.5, clip: shape }); pic.layer(band, { color: green, label: 10, round: 20, bulge: 0.5, relief: (x, y) => 2 * Math.sin(x / 6.5 + 2 * fbm(x / 70, y / 70)) + soft(6, 50)(x, y), gloss: 0.06 });
  return { name: 'pleated skirt', slot: 'bottom', type: 'skirt', pattern: 'plain', source: 'flat_lay', colours: ['green'] };
}

export function hoodie(pic) {
  const grey = cloth('#5f7f5c'), o = { color: grey, label: 10, sheen: 0.03, ao: 0.03 }, rib = x => 2.6 * Math.sin(x / 2.4);
  const body = sym([[20, 330], [96, 300], [190, 322], [244, 356, 1], [240, 520], [250, 600], [244, 800], [236, 980, 1], [20, 990]]), hem = sym([[20, 972], [234, 964, 1], [222, 1040, 1], [20, 1050]]);
  const S = [-1, 1].map(k => one(k, [[190, 320], [252, 360], [326, 520], [376, 720], [400, 920, 1], [352, 940], [302, 946, 1], [286, 800], [266, 680], [246, 590], [228, 440]])), C = [-1, 1].map(k => one(k, [[394, 906, 1], [388, 990, 1], [348, 1002], [312, 1002, 1], [304, 930, 1], [352, 924]]));
  const form = join(...S, body), hood = sym([[20, 150], [90, 158], [150, 208], [168, 290], [140, 372], [70, 420], [20, 432]]); lay(pic, ...S, ...C, body, hem, hood);
  for (const i of [0, 1]) { const k = i ? 1 : -1; pic.layer(C[i], { ...o, round: 22, bulge: 0.5, relief: rib, soften: 0.8 }); pic.layer(S[i], { ...o, form, round: 56, bulge: 0.6, relief: soft(16, 80, k), folds: [...creases(S[i], 8, 15 + i, { len: 120, w: 18, h: 10, angle: k * 0.3 }), ...[600, 650, 710].map((y, j) => ({ pts: [[CX + k * (258 + j * 8), y], [CX + k * 310, y + 24], [CX + k * 370, y]], w: 16, h: 12 - j * 2, ends: 'start' }))] }); }
  for (const s of S) pic.shadow(body, { soft: 10, alpha: 0.5, clip: s });
  pic.layer(hem, { ...o, round: 24, bulge: 0.5, relief: rib, soften: 0.8 });
  pic.layer(body, { ...o, form, round: 70, bulge: 0.5, relief: soft(18, 130, 2), folds: [...creases(body, 13, 41, { len: 160, w: 24, h: 9, angle: 1.3 }), ...[-1, 1].flatMap(k => [{ pts: [[CX + k * 244, 600], [CX + k * 170, 650], [CX + k * 90, 650]], w: 24, h: 14, ends: 'start' }, { pts: [[CX + k * 240, 520], [CX + k * 170, 540], [CX + k * 110, 500]], w: 22, h: 11, ends: 'start' }])] });
  for (const k of [-1, 1]) seam(pic, line(k, [[196, 326], [226, 440], [246, 596]], 2), body);
  const pocket = sym([[20, 736], [112, 736, 1], [176, 850, 1], [182, 960, 1], [20, 966]]); pic.shadow(pocket, { soft: 7, dx: 4, dy: 3, alpha: 0.45, clip: body }); pic.layer(pocket, { ...o, round: 30, bulge: 0.45, relief: soft(10, 80, 6) }); for (const k of [-1, 1]) seam(pic, line(k, [[102, 744], [164, 852], [168, 958]], 1.3), pocket);
  pic.layer(hood, { ...o, round: 60, bulge: 0.6, relief: soft(12, 80, 5), folds: creases(hood, 6, 9, { len: 120, w: 20, h: 9 }) });
  const hole = sym([[10, 222], [60, 232], [98, 276], [84, 344], [40, 398], [10, 404]]); pic.layer(hole, { color: hex('#465f45'), label: 10, round: 20, bulge: -0.5, relief: soft(6, 60) }); pic.tint(hole, { mode: 'mul', color: [0.25, 0.25, 0.26], alpha: 0.75, soft: 14, clip: hole, dy: -30, dx: -6 });
  const rim = limb([[0, 218], [62, 228], [104, 276], [88, 348], [40, 404], [0, 412], [-40, 404], [-88, 348], [-104, 276], [-62, 228], [0, 218]].map(([x, y]) => [CX + x, y, 11]), true); pic.layer(rim, { ...o, round: 11, bulge: 0.6 });
  for (const [k, len] of [[-1, 560], [1, 590]]) { const cord = limb([[CX + k * 34, 404, 4.5], [CX + k * 44, 470, 4.5], [CX + k * 38, len, 4.5]]); pic.shadow(cord, { soft: 4, dx: 5, dy: 4, alpha: 0.5 }); pic.layer(cord, { color: hex('#e9e4d6'), round: 5, bulge: 0.8, label: 11, relief: (x, y) => Math.sin((x + y) / 1.6), soften: 0.7 }); }
  return { name: 'hoodie', slot: 'top', type: 'hoodie', pattern: 'plain', source: 'flat_lay', colours: ['sage green', 'off-white'] };
}
