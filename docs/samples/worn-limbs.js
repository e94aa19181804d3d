// Sleeves and trousers on a figure. Folds hang from where cloth is held: armpit, elbow, crotch, knee.
import { cloth, jitter, knit } from './cloth.js';
import { fbm, limb } from './paint.js';
import { ribbon } from './worn.js';

export function sleeves(man) {
  const { pic, b, T, S, px, who, s } = man,
    t = who.top,
    color = cloth(t.color, t.fabric),
    lab = t.label ?? 5,
    f = jitter(man, (who.seed ?? 4) + 9),
    stitch = t.fabric === 'knit' ? knit(px(0.05), px(0.011)) : () => 0;
  for (const a of man.arms) {
    const k = a.k,
      at = (p, q, u) => [p[0] + (q[0] - p[0]) * u, p[1] + (q[1] - p[1]) * u],
      X = x => k * x;
    if (t.long) {
      const w = b.arm * (t.wide ?? 1.2),
        P = ([x, y], hw) => [...T(x, y), hw * s * w],
        cuff = at(a.elbow, a.wrist, 0.96);
      const rows = [
        [a.joint, a.elbow, 0.38, 0.205], [a.joint, a.elbow, 0.7, 0.2], [a.joint, a.elbow, 1, 0.19], [a.elbow, a.wrist, 0.35, 0.185],
        [a.elbow, a.wrist, 0.62, 0.175], [a.elbow, a.wrist, 0.8, 0.17], [a.elbow, a.wrist, 0.87, 0.14],
      ].map(([p, q, u, hw], i) => [...at(p, q, u), hw * w, i === 6 ? 1 : 0]);
      const outer = rows.map(([x, y, hw, c]) => [x + k * hw, y - 0.02, c]),
        inner = rows
          .slice(1)
          .reverse()
          .map(([x, y, hw, c]) => [x - k * hw, y + 0.03, c]),
        top = [[X(b.sh - 0.2), 1.436, 1], [X(b.sh - 0.06), 1.49], [X(b.sh + 0.04 * w), 1.66], ...outer, ...inner, [X(b.ch - 0.01), 2.0]];
      const arm = S([...top, [X(b.ch - 0.01), 1.8], [X(b.sh - 0.15), 1.56]]),
        form = S([...top, [X(b.ch - 0.35), 1.95], [X(b.ch - 0.35), 1.5]]);
      const band = limb([P(at(a.elbow, a.wrist, 0.8), 0.125), P(at(a.elbow, a.wrist, 0.9), 0.118), P(cuff, 0.105)], true);
      pic.shadow(band, { soft: px(0.02), dy: px(0.03), alpha: 0.5, color: [0.4, 0.25, 0.2] });
      pic.layer(band, {
        color,
        label: lab,
        round: px(0.1),
        bulge: 0.75,
        soften: 0.7,
        relief: (x, y) => px(0.01) * Math.sin((x - y * 0.2 * k) / px(0.013)),
      });
      pic.shadow(arm, { soft: px(0.04), dx: px(0.03), dy: px(0.03), alpha: 0.4, color: [0.3, 0.24, 0.22], clip: man.bodice });
      pic.layer(arm, {
        form,
        color,
        label: lab,
        round: px(0.2),
        bulge: 0.75,
        even: px(0.02),
        sheen: t.sheen ?? 0.02,
        ao: 0.035,
        soften: stitch(1, 1) ? 0.8 : 1.3,
        relief: (x, y) => stitch(x, y) + px(0.03) * fbm(x / px(0.3), y / px(0.2), 3),
        folds: [
          ...[0.78, 0.92, 1.06, 1.2].map((u, i) => {
            const c = u <= 1 ? at(a.joint, a.elbow, u) : at(a.elbow, a.wrist, u - 1);
            return f(
              [[c[0] - k * 0.22, c[1] - 0.03 + i * 0.01], [c[0], c[1] + 0.05], [c[0] + k * 0.16, c[1] - 0.02]],
              0.045, 0.045, { ends: i % 2 ? 'start' : 'both' },
            );
          }),
          ...[0.5, 0.63, 0.75].map(u => {
            const c = at(a.elbow, a.wrist, u);
            return f(
              [[c[0] + k * 0.2, c[1] - 0.05], [c[0], c[1] + 0.04], [c[0] - k * 0.18, c[1] - 0.02]],
              0.04, 0.04,
            );
          }),
          f(
            [[X(b.sh - 0.2), 1.5], [X(b.sh - 0.06), 1.9], [X(b.sh), 2.3]],
            0.07, 0.03,
          ),
        ],
      });
      continue;
    }
    const end = t.sleeve ?? 2.3,
      u = (end - 1.64) / 1.18,
      c = at(a.joint, a.elbow, u),
      hw = 0.175 * b.arm + 0.05 + (t.loose ?? 0),
      q = [(a.elbow[0] - a.joint[0]) / 1.2, 0.98],
      out = [c[0] + k * hw * q[1], end - k * hw * q[0]],
      inn = [c[0] - k * hw * q[1], end + k * hw * q[0]];
    const top = [
      [X(b.sh - 0.2), 1.436, 1], [X(b.sh - 0.06), 1.49], [X(b.sh + 0.03 * b.arm), 1.66], [X(b.sh + 0.06 * b.arm), 1.86], [...out, 1],
      [c[0], end + 0.03], [...inn, 1], [X(b.ch - 0.01), 2.01, 1],
    ];
    const shape = S([...top, [X(b.ch - 0.01), 1.8], [X(b.sh - 0.15), 1.56]]),
      form = S([...top, [X(b.ch - 0.3), 1.9], [X(b.ch - 0.3), 1.5]]);
    pic.shadow(shape, { soft: px(0.03), dx: px(0.015), dy: px(0.06), alpha: 0.7, color: [0.36, 0.22, 0.18], clip: a.shape });
    pic.shadow(shape, { soft: px(0.02), dx: px(0.012), dy: px(0.01), alpha: 0.22, clip: man.bodice });
    pic.layer(shape, {
      form,
      color,
      label: lab,
      round: px(0.24),
      bulge: 0.75,
      sheen: t.sheen ?? 0.02,
      relief: (x, y) => px(0.03) * fbm(x / px(0.35), y / px(0.25), 3),
      folds: [
        f(
          [[X(b.sh - 0.16), 1.52], [X(b.sh - 0.08), 1.8], [c[0] + k * 0.05, end]],
          0.05, 0.03,
        ),
        f(
          [[X(b.ch), 1.93], [X(b.ch + 0.12), 2.0], [c[0] + k * 0.12, 2.0]],
          0.045, 0.04, { ends: 'start' },
        ),
        f(
          [[X(b.ch - 0.02), 1.8], [X(b.ch + 0.1), 1.86], [X(b.sh - 0.02), 1.84]],
          0.045, 0.035, { ends: 'start' },
        ),
        f(
          [[X(b.ch + 0.04), 2.05], [c[0], 2.1], [c[0] + k * 0.15, 2.14]],
          0.04, 0.03, { ends: 'start' },
        ),
      ],
    });
    pic.tint(
      ribbon(
        man,
        [[out[0], out[1] - 0.065], [c[0], end - 0.035], [inn[0], inn[1] - 0.065]], 0.005,
      ),
      { clip: shape, mode: 'mul', color: [0.55, 0.53, 0.53], alpha: 0.5, soft: 0.5 },
    );
  }
}

export function trousers(man) {
  const { pic, b, S, px, who } = man,
    t = who.bottom,
    color = cloth(t.color, t.fabric ?? 'twill'),
    L = b.leg,
    st = who.stance ?? 0.33,
    hem = t.hem ?? 7.12,
    w = t.wide ?? 0.06,
    lab = t.label ?? 4;
  const kx = (st + 0.38) / 2;
  const half = [
    [b.wa + 0.05, 2.95, 1], [b.hip - 0.03, 3.3], [b.hip + 0.01, 3.62], [b.hip - 0.01, 4.1], [kx + 0.29 * L + w * 0.5, 4.9],
    [kx + 0.225 * L + w, 5.45], [st + 0.225 * L + w, 6.0], [st + 0.16 * L + w * 1.3, 6.8], [st + 0.15 * L + w * 1.4, hem, 1], [st, hem + 0.05],
    [st - 0.14 * L - w * 1.2, hem, 1], [st - 0.15 * L - w, 6.6], [kx - 0.2 * L - w * 0.6, 5.6], [kx - 0.235 * L - w * 0.4, 5.0], [0.05, 4.5],
    [0.018, 4.15], [0, 3.95, 1],
  ];
  const shape = S([
      ...half,
      ...[...half]
        .reverse()
        .slice(1)
        .map(([x, y, c]) => [-x, y, c]),
    ]),
    f = jitter(man, (who.seed ?? 4) + 3),
    folds = [],
    kf = (t.folds ?? 1) * 0.036;
  for (const k of [-1, 1]) {
    folds.push(
      f(
        [[k * 0.03, 3.86], [k * 0.25, 3.8], [k * (b.hip - 0.2), 3.66]], 0.05,
        kf * 1.1,
        { ends: 'start' },
      ),
      f(
        [[k * 0.03, 3.95], [k * 0.28, 3.98], [k * (b.hip - 0.12), 3.9]], 0.05,
        kf * 1.1,
        { ends: 'start' },
      ),
      f(
        [[k * 0.05, 4.05], [k * 0.25, 4.25], [k * 0.42, 4.3]], 0.05,
        kf,
        { ends: 'start' },
      ),
      f(
        [[k * 0.4, 4.0], [k * (kx + 0.02), 4.8], [k * kx, 5.3]], 0.08,
        kf * 0.9,
      ),
      f(
        [[k * (kx - 0.2), 5.25], [k * kx, 5.33], [k * (kx + 0.2), 5.26]], 0.05,
        kf,
      ),
      f(
        [[k * (kx - 0.19), 5.5], [k * (kx - 0.02), 5.48], [k * (kx + 0.2), 5.56]], 0.05,
        kf * 1.1,
      ),
      f(
        [[k * (kx + 0.22), 5.65], [k * kx, 5.7], [k * (kx - 0.1), 5.82]], 0.045,
        kf,
        { ends: 'start' },
      ),
      f(
        [[k * (kx + 0.24), 4.55], [k * (kx + 0.1), 4.75], [k * (kx - 0.05), 5.05]], 0.05,
        kf * 0.8,
      ),
      f(
        [[k * st, 5.8], [k * (st + 0.03), 6.3], [k * st, 6.7]], 0.06,
        kf * 0.7,
      ),
      ...[6.55, 6.75, 6.92].map((y, i) =>
        f(
          [[k * (st + 0.18), y], [k * st, y + 0.06], [k * (st - 0.16), y + (i % 2 ? 0.02 : -0.03)]],
          0.04,
          kf * 1.1,
        ),
      ),
    );
  }
  man.legs = shape;
  pic.layer(shape, {
    color,
    label: lab,
    folds,
    round: px(0.3),
    bulge: 0.66,
    ao: 0.03,
    relief: (x, y) => px(0.045) * fbm(x / px(0.42), y / px(0.6), 3),
    gloss: t.gloss ?? 0,
  });
  pic.tint(
    ribbon(
      man,
      [[0, 3.1], [0.012, 3.5], [0, 3.9]], 0.008,
    ),
    { clip: shape, mode: 'mul', color: [0.4, 0.4, 0.42], alpha: 0.6, soft: 1 },
  );
  for (const k of [-1, 1])
    pic.tint(
      ribbon(
        man,
        [[k * (b.hip - 0.2), 3.2], [k * (b.hip - 0.1), 3.5], [k * (b.hip + 0.0), 3.62]], 0.007,
      ),
      { clip: shape, mode: 'mul', color: [0.4, 0.4, 0.42], alpha: 0.6, soft: 0.8 },
    );
  pic.tint(
    S([[0, 3.95], [0.1, 4.1], [0.16, 4.7], [0.02, 5.2], [-0.04, 4.5]]),
    { clip: shape, mode: 'mul', color: [0.35, 0.34, 0.37], alpha: 0.55, soft: px(0.06) },
  ); // one thigh shades the other
}
