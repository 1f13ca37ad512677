/**
 * The web app's files: built when they are missing or older than what they are made from, otherwise
 * left as they are. The build runs in a process of its own, so its memory is gone when it is done.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const built = path.join(project, 'web', 'dist');

/** What the page is made from: its own sources, the verifier that it carries, and the schema. */
const sources = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/vite.config.ts',
  'web/package.json',
  'chain/src',
  'server/schema.graphql',
  'package-lock.json',
];
/** Written by the build itself. */
const generated = path.join(project, 'web', 'src', 'lib', 'graphql');

/** The folder of the built app. Throws with what the build said when it fails. */
export async function webFolder(): Promise<string> {
  const made = modifiedMs(path.join(built, 'index.html'));
  const newest = Math.max(...sources.map((source) => newestMs(path.join(project, source))));
  if (made === null || made < newest) await build();
  return built;
}

/** npm says where it is to what it runs, on every platform. */
async function build(): Promise<void> {
  const npm = process.env.npm_execpath;
  const args = ['run', '--silent', 'build:web'];
  const child =
    npm === undefined
      ? spawn('npm', args, { cwd: project, shell: process.platform === 'win32' })
      : spawn(process.execPath, [npm, ...args], { cwd: project });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-8_000);
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The web app could not be built.\n${said}`);
}

function newestMs(place: string): number {
  if (place === generated || !existsSync(place)) return 0;
  if (!statSync(place).isDirectory()) return modifiedMs(place) ?? 0;
  return Math.max(0, ...readdirSync(place).map((name) => newestMs(path.join(place, name))));
}

function modifiedMs(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
