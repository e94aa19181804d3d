// The cast: every sample photo with its parameters.
import { Picture } from './paint.js';
import { FULL, MAN, WOMAN, boxes, figure } from './figure.js';
import { breton, dress, skirt } from './flat.js';
import { hoodie, jacket } from './flat-warm.js';
import { footing, linen, paper, plaster, room, wall, wood } from './rooms.js';

const person = draw => () => {
  const pic = new Picture(960, 1280),
    man = draw(pic);
  return { pic, truth: boxes(man) };
};
const flat = (ground, draw) => () => {
  const pic = new Picture(960, 1280, { amb: 0.44, dir: [-0.55, -0.55, 0.7] });
  ground(pic);
  return { pic, truth: { garment: draw(pic) } };
};
export const scenes = {
  'person-1': person(pic => {
    paper('#ced6d3')(pic);
    return figure(pic, {
      s: 214,
      cx: 480,
      crown: 62,
      body: WOMAN,
      skin: '#e6b594',
      hair: 'long',
      hairColor: '#3f1f12',
      hairLight: '#a05a30',
      eyes: '#4c6a52',
      brow: '#4a2a1a',
      seed: 4,
      face: { lip: '#b8605a', full: 1.05, smile: 0.018 },
      top: { kind: 'tee', color: '#3f6f86', ease: 0.04 },
      bottom: { color: '#2c3140', fabric: 'denim', wide: 0.02 },
      turn: 2,
      sway: 0.05,
      armR: { elbow: 1.03, wrist: 1.06 },
    });
  }),
  'person-2': person(pic => {
    wall('#b9c4cf', '#d5dade', '#8d857c', 0.83)(pic);
    footing(pic, 480, 1204, 120);
    return figure(pic, {
      s: 155,
      cx: 480,
      crown: 52,
      body: MAN,
      skin: '#80573f',
      hair: 'crop',
      coil: true,
      hairColor: '#120d0b',
      hairLight: '#463831',
      eyes: '#2a160c',
      beard: 0.8,
      seed: 11,
      face: { w: 0.335, jaw: 0.275, chin: 0.13, lip: '#8c4c44', brow: 1.3, lash: 0.004, nose: 1.25, full: 1.2, open: 0.9 },
      shine: 0.3,
      top: { kind: 'tee', color: '#e9e4d8', ease: 0.07, loose: 0.02, hem: 3.5 },
      bottom: { color: '#5c6147', wide: 0.05 },
      turn: -1.5,
      sway: -0.03,
    });
  }),
  'person-3': person(pic => {
    room(pic);
    return figure(pic, {
      s: 196,
      cx: 540,
      crown: 96,
      body: FULL,
      skin: '#c48c69',
      hair: 'bun',
      hairColor: '#1c1412',
      hairLight: '#5a4336',
      eyes: '#3a2115',
      seed: 23,
      face: { w: 0.342, jaw: 0.27, chin: 0.12, lip: '#a84a52', full: 1.15, nose: 1.08, smile: 0.018 },
      top: { kind: 'tee', color: '#8c3f5e', ease: 0.06, sleeve: 2.38, open: 0.16, neck: 1.5 },
      bottom: { color: '#26262c', wide: 0.06 },
      turn: -3,
      sway: -0.05,
    });
  }),
  'person-4': person(pic => {
    plaster('#d3cfc6')(pic);
    return figure(pic, {
      s: 208,
      cx: 470,
      crown: 70,
      body: { ...MAN, sh: 0.98, wa: 0.68, hip: 0.71 },
      skin: '#dca98a',
      hair: 'crop',
      hairColor: '#6f6a66',
      hairLight: '#d8d4ce',
      brow: '#5a544f',
      eyes: '#4d6a80',
      beard: 0.35,
      seed: 41,
      face: {
        w: 0.335,
        jaw: 0.272,
        chin: 0.125,
        lip: '#b06a60',
        brow: 1.25,
        lash: 0.003,
        nose: 1.2,
        full: 0.85,
        open: 0.88,
        size: 1.02,
        smile: 0.016,
      },
      top: { kind: 'tee', color: '#2f4f46', ease: 0.07, hem: 3.52 },
      bottom: { color: '#4a4f63', wide: 0.05 },
      turn: 2.5,
      sway: 0.04,
    });
  }),
  'outfit-1': flat(wood('#99938a', '#6b645c', 5), breton),
  'outfit-2': flat(paper('#f1efeb', 0.16), dress),
  'outfit-3': flat(linen('#d8d3c6'), jacket),
  'outfit-4': flat(plaster('#cfcbd3'), skirt),
  'outfit-5': () => {
    const pic = new Picture(960, 1280);
    paper('#a9b7c2')(pic);
    figure(pic, {
      s: 250,
      cx: 480,
      crown: -130,
      body: WOMAN,
      skin: '#f0c8ad',
      hair: 'bob',
      hairColor: '#0f0c0c',
      hairLight: '#4a3a36',
      seed: 31,
      face: { lip: '#b85a5e' },
      turn: 1,
      top: { kind: 'sweater', long: true, color: '#c4973c', fabric: 'knit', ease: 0.12, hem: 3.55, wide: 1.28, label: 10, collar: 0.1, neck: 1.42 },
      bottom: { color: '#e3ddd0', wide: 0.1, folds: 0.7 },
    });
    return { pic, truth: { garment: { name: 'knit sweater', slot: 'top', type: 'sweater', pattern: 'knit', source: 'worn', colours: ['mustard'] } } };
  },
  'outfit-6': flat(paper('#d9dee3', 0.2), hoodie),
};
