/**
 * The whole journey of one invoice on a fresh world, and every proof of it verified by a process
 * that has no access to the database.
 *
 *   npm run demo -- [--invoice FILE] [--json]
 *
 * Prints each step with who signed, height, index and time to finality; ends with
 * `demo: N acts, N final, N verified`. Exit code 0 only when all three are the same; else 1, and the
 * step that failed is named.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { demoPassword } from '../../prisma/seed.ts';
import { readConfig } from './config.ts';
import { type ActClient, Refused, signedInClient } from './demo/client.ts';
import { type Cast, castFor, playJourney, type Step } from './demo/journey.ts';
import { demoSeed } from './demo-world.ts';
import type { ParsedInvoice } from './invoice/model.ts';
import { readInvoiceFile } from './invoice/reading.ts';
import { governorId } from './party/genesis.ts';
import { openLog } from './platform/log.ts';
import { startWorld } from './world.ts';

const ownSample = fileURLToPath(new URL('../../samples/bolt-inv-1001-cny.xml', import.meta.url));
const verifier = fileURLToPath(new URL('../../chain/src/cli.ts', import.meta.url));
/** Files given to the verifier in one call. */
const filesMax = 100;

type Output = { readonly line: (text: string) => void; readonly result: (value: object) => void };

async function main(given: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...given],
    options: {
      invoice: { type: 'string', default: ownSample },
      json: { type: 'boolean', default: false },
    },
  });
  const output: Output = values.json
    ? { line: () => {}, result: (value) => console.log(JSON.stringify(value)) }
    : { line: (text) => console.log(text), result: () => {} };
  const home = await mkdtemp(path.join(tmpdir(), 'tallystick-demo-'));
  try {
    return await demo(values.invoice, home, output);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    output.line(`demo: refused. ${error.message}`);
    output.result({ ok: false, invoice: values.invoice, code: error.code, refused: error.message });
    return 1;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function demo(file: string, home: string, output: Output): Promise<number> {
  const invoice = await readInvoice(file);
  const config = readConfig({ TALLYSTICK_HOME: home, PORT: '0', LOG_LEVEL: 'warn' });
  const seed = {
    facts: demoSeed('1990-01-01', { clock: 'BY_HAND' }).facts,
    plant: async ({ sessions }: Parameters<ReturnType<typeof demoSeed>['plant']>[0]) => {
      await sessions.setLogin({ personId: governorId, login: 'governor', password: demoPassword });
      return [];
    },
  };
  const log = openLog({ level: 'warn', file: path.join(home, 'server.log') });
  const world = await startWorld({
    ...{ config, seed, log, webFolder: Promise.resolve(null) },
    failed: (error) => {
      console.error(error);
      process.exit(1);
    },
  });
  try {
    const steps: Step[] = [];
    const report = (step: Step) => {
      steps.push(step);
      output.line(stepLine(step));
    };
    const governor = await signedInClient(world.url, 'governor', demoPassword);
    await governor.act('setBusinessDate', 'clock.set', { date: invoice.parsed.issueDate });
    const cast = await castFor(world.url, governor, invoice.parsed, report);
    await playJourney(governor, cast, invoice, report);
    return await proveAll(file, home, governor, cast, steps, output);
  } finally {
    await world.stop();
  }
}

/** What stands in the file decides whether there is a journey at all; if not, the reason is said. */
async function readInvoice(file: string) {
  const bytes = new Uint8Array(
    await readFile(file).catch(() => {
      throw new Refused('FILE_UNREADABLE', `${file} cannot be read.`);
    }),
  );
  const reading = readInvoiceFile(bytes);
  if (reading.kind === 'refusal')
    throw new Refused(reading.code, `${reading.message} Seen: ${reading.seen}.`);
  const error = reading.findings.find(({ severity }) => severity === 'ERROR');
  if (error !== undefined) {
    throw new Refused(
      error.rule,
      `${error.message} Seen: ${error.seen}. Expected: ${error.expected}.`,
    );
  }
  if (reading.parsed === null) throw new Refused('NO_INVOICE', 'There is no invoice in the file.');
  const parsed: ParsedInvoice = reading.parsed;
  return { path: file, bytes, parsed };
}

/** Collects the proof of every act from those who may read it, and has all of them verified. */
async function proveAll(
  file: string,
  home: string,
  governor: ActClient,
  cast: Cast,
  steps: readonly Step[],
  output: Output,
): Promise<number> {
  const { supplier, core, tier2, banks, carrier, auditor } = cast;
  const members = [supplier, core, tier2, ...banks, carrier, auditor];
  const readers = [governor, ...members.flatMap(({ clients }) => clients.slice(0, 1))];
  const acts = new Map<string, ProvenAct>();
  for (const reader of readers) {
    for await (const act of readableActs(reader)) acts.set(act.id, act);
  }
  const folder = path.join(home, 'proofs');
  await mkdir(folder);
  const proofs = [...acts.values()].flatMap(({ id, anchor: { proof } }) =>
    proof === null ? [] : [{ id, proof }],
  );
  const files = proofs.map(({ id }) => path.join(folder, `${id}.json`));
  for (const [order, { proof }] of proofs.entries()) await writeFile(files[order] ?? '', proof);
  const verified = await verifyFiles(files, path.join(home, 'anchor.json'));

  const final = [...acts.values()].filter(({ anchor }) => anchor.status === 'FINAL').length;
  const summary = `demo: ${acts.size} acts, ${final} final, ${verified} verified`;
  const ok = final === acts.size && verified === acts.size;
  output.line(summary);
  output.result({
    ...{ ok, invoice: file, acts: acts.size, final, verified },
    steps: steps.map(({ name, answer: { act } }) => ({
      name,
      kind: act.kind,
      ...act.signer,
      ...act.anchor,
    })),
  });
  return ok ? 0 : 1;
}

type ProvenAct = {
  readonly id: string;
  readonly anchor: { readonly status: string; readonly proof: string | null };
};
type ActsPage = {
  readonly acts: {
    readonly edges: readonly { readonly node: ProvenAct }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

async function* readableActs(reader: ActClient): AsyncGenerator<ProvenAct> {
  let after: string | null = null;
  do {
    const page: ActsPage = await reader.query<ActsPage>(
      'query ($after: String) { acts(first: 50, after: $after) { edges { node { id anchor { status proof } } } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    for (const { node } of page.acts.edges) yield node;
    after = page.acts.pageInfo.hasNextPage ? page.acts.pageInfo.endCursor : null;
  } while (after !== null);
}

/** How many of the files the offline verifier, a process of its own with nothing but them, proves. */
async function verifyFiles(files: readonly string[], anchor: string): Promise<number> {
  let proven = 0;
  for (let at = 0; at < files.length; at += filesMax) {
    const some = files.slice(at, at + filesMax);
    const { stdout } = await runVerifier(['verify', '--json', '--anchor', anchor, ...some]);
    const verdicts = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; file: string });
    proven += verdicts.filter(({ ok }) => ok).length;
    for (const { ok, file } of verdicts) if (!ok) console.error(`not proven: ${file}`);
  }
  return proven;
}

function runVerifier(args: readonly string[]): Promise<{ readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    const options = { env: {}, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [verifier, ...args], options, (error, stdout) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ stdout });
    });
  });
}

function stepLine({ name, answer: { act } }: Step): string {
  const { partyName, personName, custody } = act.signer;
  const { height, index, timeToFinalityMs, status } = act.anchor;
  const who = personName === null ? partyName : `${personName}, ${partyName}`;
  const where =
    height === null
      ? status.toLowerCase()
      : `height ${height}, index ${index}, final in ${timeToFinalityMs} ms`;
  return `  ${name.padEnd(46)} ${who} (${custody.toLowerCase()} key): ${where}`;
}

process.exit(await main(process.argv.slice(2)));
