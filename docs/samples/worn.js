// A tee or a sweater on a figure: the torso, its hem and its collar. Folds hang from where cloth is held: armpits, waist.
import { cloth, jitter, knit } from './cloth.js';
import { fbm, join, limb } from './paint.js';

export function torso(man) {
  const { pic, b, px, S, sym, who } = man,
    t = who.top,
    E = t.ease ?? 0.05,
    hem = t.hem ?? 3.42,
    fit = t.fit ?? 0,
    n = b.neck,
    color = cloth(t.color, t.fabric),
    lab = t.label ?? 3,
    neckY = t.neck ?? 1.44,
    nw = n + (t.open ?? 0.1);
  const wa = b.wa + E * 1.4 + fit * 0.1,
    hp = b.hip + E * 0.6 + (t.flare ?? 0);
  const outline = [
    [nw, 1.29, 1], [nw + 0.18, 1.365], [b.sh - 0.16, 1.45], [b.sh - 0.09, 1.56, 1], [b.ch + 0.03, 1.98], [b.ch + b.bust * 0.5 + E * 0.6, 2.2],
    [(wa + b.ch) / 2 + 0.02, 2.5], [wa, 2.82], [hp - 0.03, 3.2], [hp, hem - 0.04, 1],
  ];
  const neckline = [[-nw, 1.29, 1], [-nw * 0.86, 1.38], [-nw * 0.5, neckY + 0.012], [0, neckY + 0.035], [nw * 0.5, neckY + 0.012], [nw * 0.86, 1.38]];
  const shape = S([
    ...neckline, ...outline, [hp * 0.5, hem + 0.035], [0, hem + 0.05], [-hp * 0.5, hem + 0.035],
    ...[...outline].reverse().map(([x, y, c]) => [-x, y, c]),
  ]);
  const f = jitter(man, who.seed ?? 4),
    g = who.fold ?? 1,
    folds = [];
  for (const k of [-1, 1]) {
    folds.push(
      f(
        [[k * (b.ch + 0.02), 1.95], [k * b.ch * 0.66, 2.1], [k * b.ch * 0.36, 2.16]], 0.055,
        0.05 * g,
        { ends: 'start' },
      ),
      f(
        [[k * (b.ch + 0.04), 2.04], [k * b.ch * 0.74, 2.3], [k * b.ch * 0.6, 2.6]], 0.06,
        0.045 * g,
        { ends: 'start' },
      ),
      f(
        [[k * (b.sh - 0.16), 1.55], [k * (b.ch - 0.08), 1.8], [k * b.ch * 0.86, 2.0]], 0.05,
        0.028 * g,
      ),
      f(
        [[k * (wa + 0.02), 2.62], [k * wa * 0.6, 2.78], [k * wa * 0.2, 2.8]], 0.06,
        0.036 * g,
        { ends: 'start' },
      ),
      f(
        [[k * (wa + 0.03), 2.8], [k * wa * 0.7, 2.9], [k * wa * 0.35, 3.02]], 0.05,
        0.036 * g,
        { ends: 'start' },
      ),
      f(
        [[k * (wa + 0.08), 3.0], [k * wa * 0.75, 3.08], [k * wa * 0.3, 3.2]], 0.06,
        0.03 * g,
        { ends: 'start' },
      ),
      f(
        [[k * b.ch * 0.48, 2.3], [k * b.ch * 0.5, 2.8], [k * hp * 0.55, hem]], 0.07,
        0.032 * g,
        { ends: 'both' },
      ),
      f(
        [[k * 0.14, 2.45], [k * 0.1, 2.9], [k * 0.2, hem]], 0.06,
        0.022 * g,
      ),
    );
  }
  folds.push(
    f(
      [[-0.3, 2.95], [0, 3.02], [0.25, 2.95]], 0.07,
      0.02 * g,
    ),
    f(
      [[0.08, 3.05], [0.02, 3.3], [0.05, hem]], 0.05,
      0.022 * g,
    ),
  );
  const hb = b.bust,
    stitch = t.fabric === 'knit' ? knit(px(0.05), px(0.011)) : () => 0;
  const relief = (x, y) => {
    const u = (x - man.cx) / man.s,
      v = (y - man.top) / man.s,
      q = hb * 1.3 * Math.exp(-(((Math.abs(u) - b.ch * 0.46) / 0.26) ** 2) - ((v - 2.14) / 0.27) ** 2);
    return px(q + 0.035 * fbm(u * 2.6 + 7, v * 1.5 + (who.seed ?? 0), 3)) + stitch(x, y);
  };
  man.bodice = shape;
  pic.shadow(shape, {
    soft: px(0.04),
    dx: px(0.03),
    dy: px(0.06),
    alpha: 0.6,
    color: [0.3, 0.26, 0.27],
    clip: join(man.legs, ...man.arms.map(a => a.shape)),
  });
  const look = { color, relief, label: lab, sheen: t.sheen ?? 0.02, ao: 0.03, gloss: t.gloss ?? 0 };
  // inside of the back collar, then the body
  const form = join(
    shape,
    ...[-1, 1].map(k =>
      S([
        [k * (b.sh - 0.3), 1.4], [k * (b.sh - 0.03), 1.5], [k * (b.sh + 0.2), 1.8], [k * (b.sh + 0.2), 2.1], [k * (b.ch - 0.1), 2.04],
        [k * (b.ch - 0.2), 1.6],
      ]),
    ),
  );
  pic.layer(shape, { ...look, form, folds, round: px(0.55), bulge: 0.72, soften: t.fabric === 'knit' ? 0.8 : 1.4 });
  if (t.fabric === 'knit')
    ribbed(
      man,
      shape,
      color,
      lab,
      sym([[hp + 0.03, hem - 0.26], [hp + 0.03, hem + 0.08]]),
      true,
    );
  else
    pic.tint(
      ribbon(
        man,
        [[-hp, hem - 0.11], [-hp * 0.5, hem - 0.04], [0, hem - 0.02], [hp * 0.5, hem - 0.04], [hp, hem - 0.11]], 0.005,
      ),
      { clip: shape, mode: 'mul', color: [0.55, 0.53, 0.53], alpha: 0.5, soft: 0.5 },
    );
  collar(man, t, nw, neckY, color, lab);
}
export const ribbon = (man, pts, hw) =>
  limb(
    pts.map(([x, y]) => [...man.T(x, y), man.px(hw)]),
    true,
  );

function collar(man, t, nw, neckY, color, lab) {
  const { pic, px, S } = man,
    d = t.collar ?? 0.055;
  if (t.roll) {
    // a turtleneck: a soft tube folded over
    const n = man.b.neck,
      tube = S([[-n * 1.06, 1.04], [0, 1.1], [n * 1.06, 1.04], [n * 1.3, 1.2], [nw * 1.05, 1.4], [0, 1.5], [-nw * 1.05, 1.4], [-n * 1.3, 1.2]]),
      rib = x => px(0.009) * Math.sin((x - man.cx) / px(0.012));
    pic.shadow(tube, { soft: px(0.04), dy: px(0.05), dx: px(0.02), alpha: 0.55 });
    pic.layer(tube, {
      color,
      label: lab,
      round: px(0.14),
      bulge: 0.75,
      relief: rib,
      soften: 0.7,
      sheen: 0.02,
      folds: [{ pts: [man.T(-n * 1.2, 1.27), man.T(0, 1.38), man.T(n * 1.2, 1.25)], w: px(0.03), h: -px(0.03), ends: 'none' }],
    });
    pic.tint(
      S([[-0.3, 0.9], [0.3, 0.9], [0.2, 1.1], [0, 1.15], [-0.2, 1.1]]),
      { clip: tube, soft: px(0.03), mode: 'mul', color: [0.4, 0.34, 0.33], alpha: 0.8 },
    );
    return;
  }
  const path = [
      [-nw, 1.285], [-nw * 0.86, 1.385], [-nw * 0.5, neckY + 0.02], [0, neckY + 0.043], [nw * 0.5, neckY + 0.02], [nw * 0.86, 1.385], [nw, 1.285],
    ],
    band = ribbon(man, path, d / 2);
  pic.shadow(band, { soft: px(0.015), dy: -px(0.02), alpha: 0.4, color: [0.4, 0.25, 0.2] });
  pic.shadow(band, { soft: px(0.012), dy: px(0.015), alpha: 0.35 });
  pic.layer(band, { color, label: lab, round: px(d * 0.6), bulge: 0.7, soften: 0.8 });
  pic.tint(
    ribbon(
      man,
      path.map(([x, y]) => [x * 1.14, y + d * 0.72 * (1 - Math.abs(x / nw) * 0.6)]),
      0.004,
    ),
    { mode: 'mul', color: [0.5, 0.48, 0.48], alpha: 0.45, soft: 0.6 },
  );
}
function ribbed(man, shape, color, lab, zone) {
  const { pic, px } = man,
    m = { ...shape, path: shape.path };
  pic.layer(zone, {
    clip: m,
    color,
    label: lab,
    round: px(0.06),
    bulge: 0.45,
    form: zone,
    relief: x => px(0.011) * Math.sin((x - man.cx) / px(0.014)),
    soften: 0.7,
    sheen: 0.02,
  });
}
