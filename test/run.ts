/**
 * `npm test`: all that must pass, in the order in which a failure is quickest to see.
 *
 *   generate · types · lint · unused · chain, tidy, web, server · journeys · the story in the browser
 *
 * Every step runs, also after one that failed, and the last line counts them all together: each of
 * the first four as one, and each test as one. `npm test -- types lint` runs only the steps named.
 * Where no Chromium is, the story in the browser is skipped and the run says what to install.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, noChromium } from './support/chromium.ts';

type Count = { readonly passed: number; readonly failed: number };
type Step = { readonly name: string; readonly run: () => Promise<Count> };

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
/** Without colours where nobody looks at a terminal. */
const plain = process.env.CI === undefined ? [] : ['--colors=off'];
const vitestConfig = path.join('test', 'vitest.config.ts');

const steps: readonly Step[] = [
  { name: 'generate', run: () => npmRun('generate') },
  { name: 'types', run: () => program('typescript', 'tsc', ['--noEmit', '-p', 'tsconfig.json']) },
  {
    name: 'lint',
    run: () =>
      program('@biomejs/biome', 'biome', ['ci', '--diagnostic-level=error', ...plain, '.']),
  },
  {
    name: 'unused',
    run: () =>
      program('knip', 'knip', ['--no-progress', '--no-config-hints', '--exclude', 'types']),
  },
  { name: 'unit', run: () => vitest(['chain', 'tidy', 'web', 'server']) },
  { name: 'journeys', run: () => vitest(['journeys']) },
  { name: 'browser', run: browser },
];

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no step ${unknown.join(', ')}: ${steps.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  let total: Count = { passed: 0, failed: 0 };
  const failedSteps: string[] = [];
  for (const { name, run } of steps.filter(
    (step) => names.length === 0 || names.includes(step.name),
  )) {
    console.log(`\n── ${name} ──`);
    const startedMs = performance.now();
    const { passed, failed } = await run();
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`── ${name}: ${passed} passed, ${failed} failed, ${seconds} s`);
    total = { passed: total.passed + passed, failed: total.failed + failed };
    if (failed > 0) failedSteps.push(name);
  }
  if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

/** A program of a package, by the path that its package.json gives, so that no shell is needed. */
async function program(name: string, bin: string, args: readonly string[]): Promise<Count> {
  const code = await run(process.execPath, [binPath(name, bin), ...args]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function npmRun(script: string): Promise<Count> {
  const npm = process.env.npm_execpath;
  const args = ['run', '--silent', script];
  const code = await (npm === undefined ? run('npm', args) : run(process.execPath, [npm, ...args]));
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function binPath(name: string, bin: string): string {
  const folder = (require.resolve.paths(name) ?? [])
    .map((modules) => path.join(modules, name))
    .find((place) => existsSync(place));
  if (folder === undefined) throw new Error(`${name} is not installed. Run npm install.`);
  const { bin: bins } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    readonly bin: string | Readonly<Record<string, string>>;
  };
  const file = typeof bins === 'string' ? bins : bins[bin];
  if (file === undefined) throw new Error(`${name} has no program ${bin}.`);
  return path.join(folder, file);
}

type VitestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
};

async function browser(): Promise<Count> {
  if (findChromium() === undefined) {
    console.log(noChromium);
    return { passed: 0, failed: 0 };
  }
  return vitest(['browser']);
}

/** Counts tests; a file that could not be loaded, or a run that broke off, counts as one that failed. */
async function vitest(projects: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-report-'));
  const report = path.join(folder, 'report.json');
  try {
    const code = await run(process.execPath, [
      ...[binPath('vitest', 'vitest'), 'run', '--config', vitestConfig, '--passWithNoTests'],
      ...projects.flatMap((project) => ['--project', project]),
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ]);
    const { numPassedTests, numFailedTests, testResults } = readReport(report);
    const unloaded = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length;
    const failed = numFailedTests + unloaded;
    return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): VitestReport {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, testResults: [] };
  }
}

async function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

process.exit(await main(process.argv.slice(2)));
