// Looks at pictures pixel by pixel, in a browser's canvas: no decoder of our own.

import type { Browser } from '@playwright/test';

export type Box = [x: number, y: number, width: number, height: number];

export interface Comparison {
  /** Mean difference of a channel, 0 to 255, over the box. */
  difference: number;
  /** Share of the first picture's box that is near `color`. */
  first: number;
  /** The same of the second picture. */
  second: number;
}

/** Compares two pictures over a box given in 960 by 1280. */
export async function compare(
  browser: Browser,
  first: Buffer,
  second: Buffer,
  { box = [0, 0, 960, 1280], color = '#000000' }: { box?: Box; color?: string } = {},
): Promise<Comparison> {
  const context = await browser.newContext({ javaScriptEnabled: true });
  try {
    const page = await context.newPage();
    return await page.evaluate(
      async ({ pictures, box, color }) => {
        const [x, y, width, height] = box;
        const read = async (base64: string) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          const picture = await createImageBitmap(new Blob([bytes]));
          const canvas = new OffscreenCanvas(960, 1280);
          const context = canvas.getContext('2d')!;
          context.drawImage(picture, 0, 0, 960, 1280);
          return context.getImageData(x, y, width, height).data;
        };
        const a = await read(pictures.first);
        const b = await read(pictures.second);
        const wanted = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
        const near = (data: ImageDataArray, at: number) =>
          wanted.every((value, channel) => Math.abs(value - (data[at + channel] ?? 0)) < 48);
        let difference = 0;
        let first = 0;
        let second = 0;
        const pixels = width * height;
        for (let at = 0; at < pixels * 4; at += 4) {
          for (let channel = at; channel < at + 3; channel += 1) difference += Math.abs((a[channel] ?? 0) - (b[channel] ?? 0));
          if (near(a, at)) first += 1;
          if (near(b, at)) second += 1;
        }
        return { difference: difference / pixels / 3, first: first / pixels, second: second / pixels };
      },
      { pictures: { first: first.toString('base64'), second: second.toString('base64') }, box, color },
    );
  } finally {
    await context.close();
  }
}
