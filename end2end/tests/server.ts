// A site, or a gateway, of a test's own: the release binary. All that it logs is kept, down to TRACE, for scripts/check-secrets.sh.

import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
const binary = process.env.PRIMERKA ?? `${root}/target/release/primerka`;

export interface Server {
  /** What it said of itself. */
  address: string;
  stop: () => Promise<void>;
}

/** A site with these settings and no others. */
export function startSite(log: string, settings: NodeJS.ProcessEnv = {}): Promise<Server> {
  const env = { LEPTOS_SITE_ROOT: `${root}/target/site`, LEPTOS_OUTPUT_NAME: 'primerka', ...settings };
  return start(log, ['serve', '--addr', '127.0.0.1:0'], env, /open at (http:\/\/\S+)\s/);
}

/** An embedded gateway that wants this token; its address is its GATEWAY_URL. */
export function startGateway(log: string, token: string): Promise<Server> {
  return start(log, ['gateway', '--port', '0', '--token', token], {}, /GATEWAY_URL=(\S+)\s/);
}

/** Starts the binary and waits until it says where it is. Servers of one worker may share a log. */
async function start(log: string, args: string[], settings: NodeJS.ProcessEnv, announced: RegExp): Promise<Server> {
  // A folder of its own: a developer's .dev.vars stays out, and nothing is left of it.
  const folder = mkdtempSync(path.join(tmpdir(), 'primerka-'));
  const server = spawn(binary, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_COLOR: '1', RUST_LOG: 'trace', ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    let found: string | undefined;
    server.stderr.on('data', (data: Buffer) => {
      appendFileSync(`${root}/target/test-logs/${log}.log`, data);
      if (found) return;
      said += data.toString();
      found = said.match(announced)?.[1];
      if (found) resolve(found);
    });
    server.on('error', reject);
    server.on('exit', () => reject(new Error(said)));
  });
  return {
    address,
    stop: async () => {
      // A stop that was asked for would wait for the browser's connections.
      server.kill('SIGKILL');
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
