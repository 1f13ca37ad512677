/**
 * The same verdicts on every Node at hand: consensus stands on them, and machines differ.
 *
 * Other Nodes are those on the PATH, the one that npm itself runs on, and those of nvm. An older one
 * cannot read TypeScript, so it gets the same sources with their types taken out, and nothing else changed.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type NodeVerdicts = {
  readonly version: string;
  readonly cases: number;
  readonly digest: string;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['chain/src/crypto', 'test/conformance/verdicts.ts'];

/** The verdicts of every other Node version on the files; throws with what it said when one cannot run. */
export function verdictsElsewhere(files: readonly string[]): readonly NodeVerdicts[] {
  const others = otherNodes();
  if (others.size === 0) return [];
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'conformance-'));
  try {
    const program = withoutTypes(folder);
    return [...others].map(([version, node]) => {
      const run = spawnSync(node, [program, ...files], { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(`Node ${version} failed: ${run.stderr}`);
      const { cases, digest } = JSON.parse(run.stdout) as Omit<NodeVerdicts, 'version'>;
      return { version, cases, digest };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One Node for each version that is not this one's. */
function otherNodes(): ReadonlyMap<string, string> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const nvm = join(homedir(), '.nvm', 'versions', 'node');
  const candidates = [
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
    process.env.npm_node_execpath ?? '',
    ...(existsSync(nvm) ? readdirSync(nvm).map((version) => join(nvm, version, 'bin', name)) : []),
  ];
  const found = new Map<string, string>();
  for (const candidate of candidates) {
    if (candidate === '' || !existsSync(candidate)) continue;
    const version = spawnSync(candidate, ['--version'], { encoding: 'utf8' }).stdout?.trim();
    if (version && version !== process.version && !found.has(version))
      found.set(version, candidate);
  }
  return found;
}

/** Writes the sources without types into a folder below node_modules, where packages are found. */
function withoutTypes(folder: string): string {
  for (const source of sources) {
    const files = source.endsWith('.ts')
      ? [source]
      : readdirSync(join(root, source))
          .filter((name) => name.endsWith('.ts'))
          .map((name) => join(source, name));
    for (const file of files) {
      const stripped = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'));
      const target = join(folder, file.replace(/\.ts$/, '.mjs'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, stripped.replace(/(from\s+'\.[^']*)\.ts'/g, "$1.mjs'"));
    }
  }
  return join(folder, 'test/conformance/verdicts.mjs');
}
