// A look whose events a test sends itself, one by one: what the page does between two of them can be looked at for as long as it takes.

import type { Page } from '@playwright/test';

export const id = 'a'.repeat(32);

export const events = {
  accepted: { event: 'accepted', id },
  queued: { event: 'queued', position: 3 },
  describing: { event: 'describing' },
  described: {
    event: 'described',
    outfit: {
      garment_type: 'summer dress',
      slot: 'one_piece',
      source: 'flat_lay',
      pieces: [{ name: 'dress', colors: [{ name: 'terracotta', hex: '#c0412a' }], material: 'cotton', details: ['belt'] }],
    },
    cached: true,
    model: 'm',
    elapsed_ms: 2340,
  },
  generating: { event: 'generating' },
  retrying: { event: 'retrying', step: 2, attempt: 2, after_ms: 60_000 },
  done: {
    event: 'done',
    look: { id, url: '/samples/person-2.jpg', mime: 'image/jpeg', width: 960, height: 1280 },
    cached: false,
    model: 'gemini-nano-banana-2.1',
    cost_usd: 0.0336,
    elapsed_ms: 12_345,
    demo: false,
  },
};

export function failed(code: string, more: object = {}) {
  const texts = { message: 'Модель перегружена', hint: 'Попробуйте ещё раз чуть позже.' };
  return { event: 'failed', step: 2, code, ...texts, retry_after_s: null, request_id: 'req-1', ...more };
}

export const lines = (...all: object[]) => all.map((event) => `${JSON.stringify(event)}\n`).join('');

interface Pipe {
  send(text: string): void;
  cut(): void;
  end(): void;
}

declare global {
  interface Window {
    pipe: Pipe;
    asked: number;
  }
}

/** Stands in for the answer to `POST /api/looks`. To be called before the page is opened. */
export async function pipe(page: Page) {
  await page.addInitScript(() => {
    const real = window.fetch;
    window.asked = 0;
    window.fetch = (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : String(input), location.href);
      if (pathname !== '/api/looks') return real(input, init);
      window.asked += 1;
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          window.pipe = {
            send: (text) => controller.enqueue(encoder.encode(text)),
            cut: () => controller.error(new Error('cut by the test')),
            end: () => controller.close(),
          };
        },
      });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'application/x-ndjson' } }));
    };
  });
  return {
    asked: () => page.evaluate(() => window.asked),
    send: (...all: object[]) => page.evaluate((text) => window.pipe.send(text), lines(...all)),
    sendText: (text: string) => page.evaluate((text) => window.pipe.send(text), text),
    cut: () => page.evaluate(() => window.pipe.cut()),
    end: () => page.evaluate(() => window.pipe.end()),
  };
}
