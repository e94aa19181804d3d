// More garments laid flat: the warm ones, a denim jacket and a hoodie (see flat.js for the measures and helpers).
import { hex, join, limb, spline } from './paint.js';
import { CX, button, creases, lay, line, one, seam, soft, stitches, sym } from './flat.js';
import { cloth } from './cloth.js';

export function jacket(pic) {
  const denim = cloth('#2f4d76', 'denim'),
    gold = '#c98f4a',
    o = { color: denim, label: 10, ao: 0.03 };
  const body = sym(
      [
        [0, 0], [20, 318], [70, 280], [108, 212, 1], [200, 264], [242, 300, 1], [236, 420], [246, 560, 1], [238, 780], [226, 960, 1], [0, 968],
      ].slice(1),
    ),
    band = sym([[0, 944], [228, 938, 1], [230, 1020, 1], [0, 1028]].slice(1));
  const sleeve = k =>
      one(k, [
        [190, 262, 1], [246, 298], [318, 430], [368, 640], [396, 880, 1], [352, 902], [300, 908, 1], [284, 760], [262, 640], [240, 550], [226, 400],
      ]),
    cuff = k =>
      one(k, [[398, 872, 1], [404, 946, 1], [350, 966], [300, 968, 1], [296, 900, 1], [350, 894]]);
  const S = [-1, 1].map(sleeve),
    C = [-1, 1].map(cuff),
    form = join(...S, body);
  lay(pic, ...S, ...C, body, band);
  for (const i of [0, 1]) {
    const k = i ? 1 : -1;
    pic.layer(S[i], {
      ...o,
      form,
      round: 54,
      bulge: 0.55,
      relief: soft(14, 80, k),
      folds: [
        ...creases(S[i], 9, 5 + i, { len: 110, w: 15, h: 9, angle: k * 0.25 }),
        ...[560, 600, 650, 700].map((y, j) => ({
          pts: [[CX + k * (262 + j * 6), y], [CX + k * 310, y + 22], [CX + k * 366, y - 6]],
          w: 13,
          h: 10 - j,
          ends: j % 2 ? 'end' : 'start',
        })),
      ],
    });
    pic.layer(C[i], { ...o, round: 20, bulge: 0.5 });
    stitches(
      pic,
      k,
      [[302, 914], [350, 908], [396, 886]],
      gold,
    );
    stitches(
      pic,
      k,
      [[304, 956], [350, 954], [400, 936]],
      gold,
    );
    button(pic, CX + k * 312, 936, 9, '#b98d5a');
  }
  const inside = sym([[10, 224], [60, 220], [110, 202, 1], [120, 280, 1], [60, 330], [10, 340]]);
  pic.layer(inside, { ...o, round: 12, bulge: 0.3, gain: 0.45 });
  for (const s of S) pic.shadow(body, { soft: 9, alpha: 0.5, clip: s });
  pic.layer(body, {
    ...o,
    form,
    round: 60,
    bulge: 0.45,
    relief: soft(14, 130, 9),
    folds: [
      ...creases(body, 14, 31, { len: 130, w: 16, h: 7, angle: 1.4 }),
      ...[-1, 1].flatMap(k => [
        { pts: [[CX + k * 240, 560], [CX + k * 170, 600], [CX + k * 100, 590]], w: 18, h: 10, ends: 'start' },
        { pts: [[CX + k * 238, 620], [CX + k * 190, 700], [CX + k * 170, 800]], w: 18, h: 9, ends: 'start' },
      ]),
    ],
  });
  for (const k of [-1, 1]) {
    const y = line(
      k,
      [[28, 446], [130, 440], [238, 428]], 2,
    );
    seam(pic, y, body);
    stitches(
      pic,
      k,
      [[28, 453], [130, 447], [238, 435]],
      gold,
      body,
    );
    stitches(
      pic,
      k,
      [[28, 460], [130, 454], [238, 442]],
      gold,
      body,
    ); // yoke
    for (const pts of [[[60, 560], [76, 760], [92, 944]], [[196, 560], [176, 760], [150, 944]]]) {
      seam(pic, line(k, pts, 2), body);
      stitches(
        pic,
        k,
        pts.map(([x, q]) => [x + 7, q]),
        gold,
        body,
      );
    }
    for (const pts of [[[226, 308], [222, 400], [236, 540]]]) {
      seam(pic, line(k, pts, 2.5), body);
      stitches(
        pic,
        k,
        pts.map(([x, q]) => [x - 8, q]),
        gold,
        body,
      );
    }
    const pocket = one(k, [[64, 470, 1], [188, 464, 1], [186, 560, 1], [126, 590, 1], [66, 564, 1]]),
      flap = one(k, [[58, 458, 1], [194, 452, 1], [192, 494, 1], [128, 522, 1], [60, 500, 1]]);
    seam(pic, pocket, body, { alpha: 0.16 });
    stitches(
      pic,
      k,
      [[66, 500], [68, 560], [126, 584], [183, 556], [186, 494]],
      gold,
      body,
    );
    pic.shadow(flap, { soft: 6, dx: 4, dy: 7, alpha: 0.5 });
    pic.layer(flap, { ...o, round: 12, bulge: 0.45, relief: soft(5, 40) });
    stitches(
      pic,
      k,
      [[66, 494], [128, 514], [187, 488]],
      gold,
      flap,
    );
    button(pic, CX + k * 128, 498, 9, '#b98d5a');
  }
  pic.layer(band, { ...o, round: 22, bulge: 0.5, relief: soft(5, 60) });
  for (const y of [952, 1012])
    stitches(
      pic,
      1, [[-228, y - 4], [0, y + 4], [228, y - 4]],
      gold,
      band,
    );
  const placket = spline([[452, 300, 1], [508, 300, 1], [510, 1026, 1], [452, 1026, 1]]);
  pic.shadow(placket, { soft: 5, dx: 7, dy: 2, alpha: 0.5, clip: body });
  pic.layer(placket, { ...o, round: 10, bulge: 0.45, relief: soft(8, 70, 2), folds: creases(placket, 5, 2, { len: 60, w: 12, h: 5, angle: 0.3 }) });
  for (const x of [-20, 22])
    stitches(
      pic,
      1, [[x, 320], [x, 1020]],
      gold,
      placket,
    );
  for (let i = 0; i < 6; i++) button(pic, CX, 356 + i * 127, 11, '#b98d5a');

  for (const k of [-1, 1]) {
    const col = one(k, [[-2, 318, 1], [54, 268], [86, 212], [108, 194], [150, 236], [166, 316, 1], [92, 372, 1]]);
    pic.shadow(col, { soft: 8, dx: 4, dy: 9, alpha: 0.55 });
    pic.layer(col, { ...o, round: 18, bulge: 0.5, relief: soft(7, 60, k) });
    stitches(
      pic,
      k,
      [[10, 320], [92, 361], [156, 313], [142, 242]],
      gold,
      col,
    );
  }
  return { name: 'denim jacket', slot: 'outerwear', type: 'jacket', pattern: 'plain', source: 'flat_lay', colours: ['denim blue'] };
}

export function hoodie(pic) {
  const grey = cloth('#5f7f5c'),
    o = { color: grey, label: 10, sheen: 0.03, ao: 0.03 },
    rib = x => 2.6 * Math.sin(x / 2.4);
  const body = sym([[20, 330], [96, 300], [190, 322], [244, 356, 1], [240, 520], [250, 600], [244, 800], [236, 980, 1], [20, 990]]),
    hem = sym([[20, 972], [234, 964, 1], [222, 1040, 1], [20, 1050]]);
  const S = [-1, 1].map(k =>
      one(k, [
        [186, 322, 1], [248, 358], [326, 520], [376, 720], [400, 920, 1], [352, 940], [302, 946, 1], [286, 800], [266, 680], [246, 590], [228, 440],
      ]),
    ),
    C = [-1, 1].map(k =>
      one(k, [[394, 906, 1], [388, 990, 1], [348, 1002], [312, 1002, 1], [304, 930, 1], [352, 924]]),
    );
  const form = join(...S, body),
    hood = sym([[20, 150], [90, 158], [150, 208], [168, 290], [140, 372], [70, 420], [20, 432]]);
  lay(pic, ...S, ...C, body, hem, hood);
  for (const i of [0, 1]) {
    const k = i ? 1 : -1;
    pic.layer(C[i], { ...o, round: 22, bulge: 0.5, relief: rib, soften: 0.8 });
    pic.layer(S[i], {
      ...o,
      form,
      round: 56,
      bulge: 0.6,
      relief: soft(16, 80, k),
      folds: [
        ...creases(S[i], 8, 15 + i, { len: 120, w: 18, h: 10, angle: k * 0.3 }),
        ...[600, 650, 710].map((y, j) => ({
          pts: [[CX + k * (258 + j * 8), y], [CX + k * 310, y + 24], [CX + k * 370, y]],
          w: 16,
          h: 12 - j * 2,
          ends: 'start',
        })),
      ],
    });
  }
  for (const s of S) pic.shadow(body, { soft: 10, alpha: 0.5, clip: s });
  pic.layer(hem, { ...o, round: 24, bulge: 0.5, relief: rib, soften: 0.8 });
  pic.layer(body, {
    ...o,
    form,
    round: 70,
    bulge: 0.5,
    relief: soft(18, 130, 2),
    folds: [
      ...creases(body, 13, 41, { len: 160, w: 24, h: 9, angle: 1.3 }),
      ...[-1, 1].flatMap(k => [
        { pts: [[CX + k * 244, 600], [CX + k * 170, 650], [CX + k * 90, 650]], w: 24, h: 14, ends: 'start' },
        { pts: [[CX + k * 240, 520], [CX + k * 170, 540], [CX + k * 110, 500]], w: 22, h: 11, ends: 'start' },
      ]),
    ],
  });
  for (const k of [-1, 1])
    seam(
      pic,
      line(
        k,
        [[196, 326], [226, 440], [246, 596]], 2,
      ),
      body,
    );
  const pocket = sym([[20, 736], [112, 736, 1], [176, 850, 1], [182, 960, 1], [20, 966]]);
  pic.shadow(pocket, { soft: 7, dx: 4, dy: 3, alpha: 0.45, clip: body });
  pic.layer(pocket, { ...o, round: 30, bulge: 0.45, relief: soft(10, 80, 6) });
  for (const k of [-1, 1])
    seam(
      pic,
      line(
        k,
        [[102, 744], [164, 852], [168, 958]], 1.3,
      ),
      pocket,
    );
  pic.layer(hood, { ...o, round: 60, bulge: 0.6, relief: soft(12, 80, 5), folds: creases(hood, 6, 9, { len: 120, w: 20, h: 9 }) });
  const hole = sym([[10, 222], [60, 232], [98, 276], [84, 344], [40, 398], [10, 404]]);
  pic.layer(hole, { color: hex('#465f45'), label: 10, round: 20, bulge: -0.5, relief: soft(6, 60) });
  pic.tint(hole, { mode: 'mul', color: [0.25, 0.25, 0.26], alpha: 0.75, soft: 14, clip: hole, dy: -30, dx: -6 });
  const rim = limb(
    [
      [0, 218], [62, 228], [104, 276], [88, 348], [40, 404], [0, 412], [-40, 404], [-88, 348], [-104, 276], [-62, 228], [0, 218],
    ].map(([x, y]) => [CX + x, y, 11]),
    true,
  );
  pic.layer(rim, { ...o, round: 11, bulge: 0.6 });
  for (const [k, len] of [[-1, 560], [1, 590]]) {
    const cord = limb([[CX + k * 34, 404, 4.5], [CX + k * 44, 470, 4.5], [CX + k * 38, len, 4.5]]);
    pic.shadow(cord, { soft: 4, dx: 5, dy: 4, alpha: 0.5 });
    pic.layer(cord, { color: hex('#e9e4d6'), round: 5, bulge: 0.8, label: 11, relief: (x, y) => Math.sin((x + y) / 1.6), soften: 0.7 });
  }
  return { name: 'hoodie', slot: 'top', type: 'hoodie', pattern: 'plain', source: 'flat_lay', colours: ['sage green', 'off-white'] };
}
