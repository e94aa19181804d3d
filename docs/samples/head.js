// Head and face, in heads from the crown (0) to the chin (1), painted over the relief of the skull.
import { hair } from './hair.js';
import { hex, mix, random, smooth, spline } from './paint.js';

export const css = (c, a = 1) =>
  `rgba(${c.map(v => Math.round(255 * (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055))).join(',')},${a})`;
const bump = (x, y, cx, cy, sx, sy) => Math.exp(-(((x - cx) / sx) ** 2) - ((y - cy) / sy) ** 2);

export function frame(man) {
  // head coordinates, turned a little
  const { who, s } = man,
    a = ((who.turn ?? 1.5) * Math.PI) / 180,
    [ox, oy] = man.T(0, 1.0),
    co = Math.cos(a),
    si = Math.sin(a);
  const F = (x, y) => [ox + s * (x * co - (y - 0.9) * si), oy + s * (x * si + (y - 0.9) * co)];
  const inv = (X, Y) => {
    const dx = (X - ox) / s,
      dy = (Y - oy) / s;
    return [dx * co + dy * si, -dx * si + dy * co + 0.9];
  };
  const sym = pts => spline([...pts.map(([x, y, c]) => [...F(x, y), c]), ...[...pts].reverse().map(([x, y, c]) => [...F(-x, y), c])]);
  return {
    F,
    inv,
    sym,
    S: pts => spline(pts.map(([x, y, c]) => [...F(x, y), c])),
    set: ctx => {
      ctx.setTransform(s * co, s * si, -s * si, s * co, ...F(0, 0));
    },
  };
}

export function head(man) {
  const { pic, who, px, flesh } = man,
    h = frame(man),
    f = { w: 0.325, jaw: 0.245, chin: 0.1, eye: 0.515, lip: '#b4615a', brow: 1, nose: 1, ...who.face };
  const blush = (x, y) => {
    const [u, v] = h.inv(x, y),
      c = flesh(x, y),
      r =
        0.5 * (bump(u, v, 0.19, 0.64, 0.09, 0.07) + bump(u, v, -0.19, 0.64, 0.09, 0.07)) +
        0.45 * bump(u, v, 0, 0.67, 0.06, 0.045) +
        0.2 * bump(u, v, 0, 0.95, 0.08, 0.05);
    return [c[0] * (1 + 0.02 * r), c[1] * (1 - 0.2 * r), c[2] * (1 - 0.22 * r)];
  };
  for (const k of [-1, 1]) {
    const ear = h.S([[k * 0.3, 0.5], [k * 0.36, 0.47], [k * 0.385, 0.53], [k * 0.365, 0.64], [k * 0.33, 0.7], [k * 0.3, 0.66]]);
    pic.layer(ear, {
      color: blush,
      skin: true,
      round: px(0.04),
      bulge: 0.7,
      label: 2,
      folds: [{ pts: [h.F(k * 0.335, 0.53), h.F(k * 0.358, 0.56), h.F(k * 0.34, 0.65)], w: px(0.012), h: -px(0.014) }],
    });
  }
  const face = (man.face = h.sym(
    [
      [0, 0.03], [0.2, 0.07], [f.w * 0.97, 0.25], [f.w, 0.45], [f.w * 0.985, 0.6], [f.w * 0.9, 0.745], [f.jaw, 0.855], [f.chin, 0.972], [0, 0.995],
    ].slice(1),
  ));
  const n = f.nose,
    relief = (X, Y) => {
      const [x, y] = h.inv(X, Y),
        ax = Math.abs(x);
      const ridge = Math.exp(-((x / (0.03 + 0.02 * smooth(0.5, 0.68, y))) ** 2)) * smooth(0.4, 0.62, y) * (1 - smooth(0.66, 0.715, y));
      return (
        man.s *
        (0.03 * n * ridge +
          0.022 * n * bump(x, y, 0, 0.665, 0.04, 0.035) +
          0.014 * n * bump(ax, y, 0.05 * n, 0.685, 0.022, 0.022) -
          0.03 * bump(ax, y, 0.125, 0.5, 0.075, 0.05) +
          0.012 * bump(ax, y, 0.16, 0.525, 0.06, 0.028) +
          0.014 * bump(ax, y, 0.17, 0.42, 0.1, 0.03) +
          0.02 * bump(ax, y, 0.2, 0.62, 0.08, 0.06) +
          0.014 * bump(x, y, 0, 0.785, 0.075, 0.02) +
          0.018 * bump(x, y, 0, 0.83, 0.06, 0.018) -
          0.016 * bump(x, y, 0, 0.868, 0.07, 0.016) +
          0.02 * bump(x, y, 0, 0.925, 0.06, 0.04) -
          0.007 * bump(x, y, 0, 0.745, 0.012, 0.025))
      );
    };
  pic.layer(face, {
    color: blush,
    skin: true,
    round: px(0.3),
    bulge: 0.66,
    relief,
    label: 2,
    gloss: who.gloss ?? 0.05,
    sharp: 14,
    aoSize: px(0.04),
    ao: 0.025,
  });
  features(man, h, f, face);
  hair(man, h, face);
}

function features(man, h, f, face) {
  const { pic, who, s, skin } = man,
    dark = mix(skin, [0, 0, 0], 0.86),
    warm = [skin[0] * 0.5, skin[1] * 0.32, skin[2] * 0.28],
    lip = hex(f.lip),
    brow = hex(who.brow ?? who.hairColor),
    iris = hex(who.eyes ?? '#5a3a22'),
    far = f.gap ?? 0.152,
    tilt = f.tilt ?? -0.008,
    open = f.open ?? 1;
  const lid = (c, k, grow = 0) => {
    // the almond of an eye, k = −1 left, 1 right
    const X = u => k * (far + u),
      ey = f.eye;
    c.beginPath();
    c.moveTo(X(-0.074), ey + 0.012);
    c.bezierCurveTo(X(-0.045), ey - (0.036 + grow) * open, X(0.03), ey - (0.044 + grow) * open, X(0.078), ey - 0.002 + tilt);
    c.bezierCurveTo(X(0.045), ey + 0.026 * open, X(-0.03), ey + 0.034 * open, X(-0.074), ey + 0.012);
  };
  const upper = (c, k, dy = 0, out = 0.004) => {
    const X = u => k * (far + u),
      ey = f.eye + dy;
    c.beginPath();
    c.moveTo(X(-0.074), ey + 0.01);
    c.bezierCurveTo(X(-0.045), ey - 0.037 * open, X(0.03), ey - 0.045 * open, X(0.078 + out), ey - 0.004 + tilt - out * 0.6);
  };
  // soft modelling in warm shadow: sockets, nose, lips, chin
  pic.ink(
    c => {
      h.set(c);
      c.filter = `blur(${0.016 * s}px)`;
      c.fillStyle = css(warm, 0.5);
      c.strokeStyle = css(warm, 0.5);
      for (const k of [-1, 1]) {
        c.globalAlpha = k > 0 ? 0.75 : 0.5;
        c.beginPath();
        c.ellipse(k * 0.12, f.eye - 0.038, 0.07, 0.02, k * -0.1, 0, 7);
        c.fill();
        c.globalAlpha = k > 0 ? 0.5 : 0.2;
        c.beginPath();
        c.ellipse(k * 0.055, f.eye - 0.02, 0.018, 0.04, 0, 0, 7);
        c.fill();
      }
      c.globalAlpha = 0.55;
      c.beginPath();
      c.ellipse(0.05, 0.63, 0.014, 0.06, -0.15, 0, 7);
      c.fill();
      c.globalAlpha = 0.8;
      c.beginPath();
      c.ellipse(0.008, 0.722, 0.055, 0.014, 0, 0, 7);
      c.fill();
      c.globalAlpha = 0.6;
      c.beginPath();
      c.ellipse(0, 0.872, 0.06, 0.013, 0, 0, 7);
      c.fill();
      c.globalAlpha = 0.35;
      for (const k of [-1, 1]) {
        c.beginPath();
        c.ellipse(k * (f.mouth ?? 0.105) + k * 0.012, 0.803, 0.016, 0.014, 0, 0, 7);
        c.fill();
      }
    },
    { clip: face },
  );
  if (who.beard) beard(man, h, face);
  pic.ink(c => {
    h.set(c);
    for (const k of [-1, 1]) {
      const z = f.size ?? 1.1;
      c.save();
      c.translate(k * far, f.eye);
      c.scale(z, z);
      c.translate(-k * far, -f.eye);
      c.save();
      lid(c, k);
      c.clip();
      c.fillStyle = css(mix([0.8, 0.76, 0.72], skin, 0.12));
      c.fillRect(-1, 0, 2, 1);
      const x = k * far + (f.look ?? 0.004),
        y = f.eye - 0.006;
      const g = c.createRadialGradient(x, y + 0.012, 0.004, x, y, 0.037);
      g.addColorStop(0, css(mix(iris, [0.9, 0.7, 0.4], 0.28)));
      g.addColorStop(0.7, css(iris));
      g.addColorStop(1, css(mix(iris, [0, 0, 0], 0.8)));
      c.fillStyle = g;
      c.beginPath();
      c.arc(x, y, 0.0365, 0, 7);
      c.fill();
      c.fillStyle = '#0d0908';
      c.beginPath();
      c.arc(x, y, 0.0165, 0, 7);
      c.fill();
      c.filter = `blur(${0.008 * s}px)`;
      c.strokeStyle = 'rgba(40,22,16,.75)';
      c.lineWidth = 0.03;
      upper(c, k, -0.002);
      c.stroke();
      c.filter = 'none';
      c.fillStyle = 'rgba(255,252,246,.95)';
      c.beginPath();
      c.arc(x - 0.012, y - 0.012, 0.0075, 0, 7);
      c.fill();
      c.fillStyle = 'rgba(255,255,255,.25)';
      c.beginPath();
      c.arc(x + 0.012, y + 0.012, 0.008, 0, 7);
      c.fill();
      c.restore();
      const X = u => k * (far + u),
        lash = f.lash ?? 0.011;
      c.fillStyle = 'rgba(28,16,12,.92)';
      c.beginPath();
      c.moveTo(X(-0.076), f.eye + 0.012); // lash line, thicker outwards
      c.bezierCurveTo(
        X(-0.045),
        f.eye - 0.04 * open,
        X(0.03),
        f.eye - (0.045 + lash) * open,
        X(0.083 + lash * 0.8),
        f.eye - 0.006 + tilt - lash * 0.7,
      );
      c.bezierCurveTo(X(0.05), f.eye - 0.027 * open + tilt, X(-0.04), f.eye - 0.032 * open, X(-0.076), f.eye + 0.012);
      c.fill();
      c.strokeStyle = css(warm, 0.75);
      c.lineWidth = 0.0065;
      upper(c, k, -0.02);
      c.stroke();
      c.strokeStyle = css(warm, 0.6);
      c.lineWidth = 0.005;
      c.beginPath();
      c.moveTo(X(-0.06), f.eye + 0.024 * open);
      c.quadraticCurveTo(X(0.01), f.eye + 0.035 * open, X(0.076), f.eye + tilt * 0.5 + 0.002);
      c.stroke();
      c.restore();
      c.fillStyle = css(warm, 0.9);
      c.beginPath();
      c.ellipse(k * 0.031 * f.nose, 0.706, 0.0145 * f.nose, 0.0065, k * -0.25, 0, 7);
      c.fill();
      c.strokeStyle = css(warm, 0.32);
      c.lineWidth = 0.006;
      c.beginPath();
      c.moveTo(k * 0.066 * f.nose, 0.665);
      c.quadraticCurveTo(k * 0.08 * f.nose, 0.7, k * 0.056 * f.nose, 0.71);
      c.stroke();
    }
    const rnd = random(7),
      bw = f.brow; // brows, hair by hair
    for (const k of [-1, 1])
      for (let i = 0; i < 90; i++) {
        const t = rnd(),
          x = far - 0.09 + t * 0.19,
          yy = f.eye - 0.088 - 0.026 * Math.sin(Math.min(t * 1.25, 1.25) * 1.75) + (t > 0.7 ? (t - 0.7) * 0.1 : 0),
          th = 0.017 * bw * (0.4 + Math.sin(Math.PI * (0.12 + t * 0.8))) * (rnd() - 0.5),
          ang = 0.9 * (1 - t) + 0.12;
        c.strokeStyle = css(mix(brow, dark, 0.35 + 0.3 * rnd()), 0.62);
        c.lineWidth = 0.0045;
        c.beginPath();
        c.moveTo(k * x, yy + th + 0.006);
        c.lineTo(k * (x + 0.026 * Math.cos(ang)), yy + th - 0.022 * Math.sin(ang) + 0.006 + 0.006 * t);
        c.stroke();
      }
    mouth(c, f, lip, s);
  });
  pic.ink(
    c => {
      h.set(c);
      c.filter = `blur(${0.009 * s}px)`;
      c.fillStyle = 'rgba(255,240,225,.5)';
      c.beginPath();
      c.ellipse(-0.012, 0.657, 0.014, 0.013, 0, 0, 7);
      c.fill();
      c.beginPath();
      c.ellipse(-0.008, 0.58, 0.007, 0.045, 0, 0, 7);
      c.fill();
      c.beginPath();
      c.ellipse(-0.015, 0.832, 0.032, 0.0085, 0, 0, 7);
      c.fill();
    },
    { mode: 'mix', alpha: who.shine ?? 0.45 },
  );
}

function mouth(c, f, lip, s) {
  const m = f.mouth ?? 0.105,
    y = 0.803,
    full = f.full ?? 1,
    smile = f.smile ?? 0.012,
    e = y - smile;
  c.filter = `blur(${0.0035 * s}px)`;
  let g = c.createLinearGradient(0, y - 0.04, 0, y);
  g.addColorStop(0, css(mix(lip, [1, 0.8, 0.7], 0.04)));
  g.addColorStop(1, css(mix(lip, [0, 0, 0], 0.4)));
  c.fillStyle = g;
  c.beginPath();
  c.moveTo(-m, e);
  c.bezierCurveTo(-m * 0.6, y - 0.018 * full, -0.035, y - 0.04 * full, -0.018, y - 0.035 * full);
  c.quadraticCurveTo(0, y - 0.024 * full, 0.018, y - 0.035 * full);
  c.bezierCurveTo(0.035, y - 0.04 * full, m * 0.6, y - 0.018 * full, m, e);
  c.bezierCurveTo(m * 0.5, y + 0.006, 0.03, y + 0.003, 0, y + 0.006);
  c.bezierCurveTo(-0.03, y + 0.003, -m * 0.5, y + 0.006, -m, e);
  c.fill();
  g = c.createLinearGradient(0, y, 0, y + 0.05);
  g.addColorStop(0, css(mix(lip, [0, 0, 0], 0.12)));
  g.addColorStop(0.5, css(mix(lip, [1, 0.75, 0.68], 0.22)));
  g.addColorStop(1, css(mix(lip, [0, 0, 0], 0.18)));
  c.fillStyle = g;
  c.beginPath();
  c.moveTo(-m, e);
  c.bezierCurveTo(-m * 0.5, y + 0.006, -0.03, y + 0.003, 0, y + 0.006);
  c.bezierCurveTo(0.03, y + 0.003, m * 0.5, y + 0.006, m, e);
  c.bezierCurveTo(m * 0.7, y + 0.022, m * 0.45, y + 0.05 * full, 0, y + 0.05 * full);
  c.bezierCurveTo(-m * 0.45, y + 0.05 * full, -m * 0.7, y + 0.022, -m, e);
  c.fill();
  c.filter = 'none';
  c.strokeStyle = css(mix(lip, [0.02, 0, 0], 0.78), 0.85);
  c.lineWidth = 0.0065;
  c.beginPath();
  c.moveTo(-m - 0.004, e - 0.002);
  c.bezierCurveTo(-m * 0.5, y + 0.007, -0.03, y + 0.002, 0, y + 0.006);
  c.bezierCurveTo(0.03, y + 0.002, m * 0.5, y + 0.007, m + 0.004, e - 0.002);
  c.stroke();
}

function beard(man, h, face) {
  const { pic, who, s } = man,
    c0 = hex(who.hairColor),
    rnd = random(31);
  pic.ink(
    c => {
      h.set(c);
      c.filter = `blur(${0.02 * s}px)`;
      c.fillStyle = css(c0, 0.62 * who.beard);
      c.beginPath();
      c.moveTo(-0.34, 0.55);
      c.bezierCurveTo(-0.3, 0.75, -0.2, 0.77, -0.12, 0.745);
      c.quadraticCurveTo(0, 0.715, 0.12, 0.745);
      c.bezierCurveTo(0.2, 0.77, 0.3, 0.75, 0.34, 0.55);
      c.lineTo(0.36, 1.05);
      c.lineTo(-0.36, 1.05);
      c.fill();
    },
    { clip: face },
  );
  pic.ink(
    c => {
      h.set(c);
      c.lineWidth = 0.004;
      for (let i = 0; i < 1500; i++) {
        const a = rnd() * 2 - 1,
          x = a * 0.31,
          edge = 0.76 - 0.16 * smooth(0.55, 1, Math.abs(a)) - (Math.abs(a) < 0.42 ? 0.03 : 0),
          y = edge + rnd() * (1.0 - edge);
        if (Math.abs(x) < 0.1 && y > 0.775 && y < 0.85) continue;
        c.strokeStyle = css(mix(c0, [0.3, 0.2, 0.14], rnd() * 0.14), 0.5 * who.beard);
        c.beginPath();
        c.moveTo(x, y);
        c.lineTo(x + a * 0.012 + (rnd() - 0.5) * 0.012, y + 0.02);
        c.stroke();
      }
    },
    { clip: face },
  );
}
