/**
 * Mutants of the real shell: its source is copied, changed in one place, and put to the trials of
 * shell-trials.ts in a process of its own. Nothing in the shell knows of this.
 *
 * A mutant whose place in the source is no longer found throws: whoever changes the shell mends it here.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrialKind } from './shell-trials.ts';

type Mutant = {
  /** The rule that is left out. */
  readonly rule: string;
  /** From chain/src/shell. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
  readonly trial: TrialKind;
};

const mutants = {
  syncSkipped: {
    rule: 'P1–P5: a batch is synced',
    file: 'wal.ts',
    find: 'file.write(batch, end);\n        await file.datasync();',
    put: 'file.write(batch, end);',
    trial: 'cut',
  },
  sendsBeforeSync: {
    rule: 'P1–P5: durable before sent',
    file: 'engine.ts',
    find: 'if (batch.length > 0) await makeDurable();\n    deliver();',
    put: 'deliver();\n    if (batch.length > 0) await makeDurable();',
    trial: 'send',
  },
  votesNotKept: {
    rule: 'P1, P2: votes are in the batch',
    file: 'node.ts',
    find: "if (record.kind !== 'block') {",
    put: "if (record.kind === 'vote') return;\n    if (record.kind !== 'block') {",
    trial: 'send',
  },
  shownBeforeDurable: {
    rule: 'P5: a cosignature is durable before it leaves',
    file: 'engine.ts',
    find: 'await wal.append(records);',
    put: "for (const each of entries) if (each.kind === 'cosigned') ledger.putCosignature(each);\n    ledger.announce();\n    await wal.append(records);",
    trial: 'sync',
  },
  cosignsAnew: {
    rule: 'P5: the stored cosignature is given again, never signed anew',
    file: 'signer.ts',
    find: 'if (body === cosigned.body) return cosigned.cosignature;',
    put: 'if (body === cosigned.body) return { timeSeconds, signature: signBytes(keys.cosigner, cosigningBytes(timeSeconds, body)) };',
    trial: 'gate',
  },
  floorNotRaised: {
    rule: 'P6: the signing floor follows the last final view',
    file: 'signer.ts',
    find: 'if (isAtOrBelow(place, floor)) return;',
    put: 'if (isAtOrBelow(place, place)) return;',
    trial: 'gate',
  },
  signsAnother: {
    rule: 'R3, R6: one block a view, by the signer too',
    file: 'signer.ts',
    find: 'if (before.digest === vote.digest) return before;',
    put: 'if (before.digest === vote.digest || vote.view % 2n === 1n) return { ...before, ...vote };',
    trial: 'gate',
  },
  notarizationNotPresumed: {
    rule: 'R6: after a restart a durable notarization stands for the finalize vote',
    file: 'signer.ts',
    find: "if (!signed.has(nameOf(place, 'nullify'))) presumedFinal.set(placeName(place), place);",
    put: 'void place;',
    trial: 'gate',
  },
  prunesTooMuch: {
    rule: 'P6: only what is final is pruned',
    file: 'engine.ts',
    find: 'await wal.rotate(journal.needed());',
    put: 'await wal.rotate(Iterator.from(journal.needed()).drop(1));',
    trial: 'cut',
  },
  storeNotSynced: {
    rule: 'P5, P6: blocks leave the log only when the store has them durably',
    file: 'store.ts',
    find: '        await file.datasync();\n      }\n      if (isLast ||',
    put: '        void file;\n      }\n      if (isLast ||',
    trial: 'cut',
  },
  goesOnAfterFailedSync: {
    rule: 'P7: a failed write or sync stops the process',
    file: 'wal.ts',
    find: "state = 'failed';\n      throw new WalFault('the log could not be made durable; the process must stop', {\n        cause: error,\n      });",
    put: "state = 'idle';\n      void error;",
    trial: 'sync',
  },
  holeNotSeen: {
    rule: 'P7: a hole before the last batch halts',
    file: 'wal.ts',
    find: 'if (batchBehind(',
    put: 'if (nextSeq < 0 && batchBehind(',
    trial: 'hole',
  },
  checksumsConstant: {
    rule: 'P7: a record whose checksum does not fit is damage',
    file: 'crc32c.ts',
    find: 'export function crc32c(',
    put: 'export const crc32c = (_bytes: Uint8Array, _before = 0): number => 7;\n\nexport function unusedCrc32c(',
    trial: 'hole',
  },
  weighedByGenesis: {
    rule: 'P7: answers are weighed by the set of the newest epoch, and anew when the next begins',
    file: '../net/recall.ts',
    find: 'const stakes = standing.stakesOf(epoch);',
    put: 'const stakes = standing.stakesOf(1n);',
    trial: 'recall',
  },
  votesAcrossBorder: {
    rule: 'P7: the first view after the epoch in which the peers are may be forgotten too',
    file: '../net/recall.ts',
    find: 'const wasNeverHere = !wasHere && reachIn(epoch - 1n, standing) === 0n;',
    put: 'const wasNeverHere = !wasHere && reachIn(epoch, standing) === 0n;',
    trial: 'recall',
  },
  sealedViewEnough: {
    rule: 'P7: a final view above the floor counts only while its epoch is open',
    file: '../net/recall.ts',
    find: 'tip !== null && tip.epoch === epoch && isAtOrBelow(floor, tip)',
    put: 'tip !== null && isAtOrBelow({ epoch: tip.epoch, view: floor.view }, tip)',
    trial: 'recall',
  },
  floorTooLow: {
    rule: 'P7: the floor is the view after the furthest answer',
    file: '../net/recall.ts',
    find: '(known > reach ? known : reach) + 1n',
    put: '(known > reach ? known : reach)',
    trial: 'recall',
  },
} as const satisfies Readonly<Record<string, Mutant>>;

export type ShellMutantName = keyof typeof mutants;

export const shellMutants: readonly ShellMutantName[] = Object.keys(mutants).filter(isName);

export type ShellKill = {
  readonly rule: ShellMutantName;
  readonly where: 'real shell';
  readonly killingSeeds: number;
  readonly seedsRun: number;
  readonly firstSeed: number | null;
  readonly complaints: Readonly<Record<string, number>>;
};

/** Trials per mutant: of most of them the first few notice. */
const seedsOf: Readonly<Record<TrialKind, number>> = {
  cut: 12,
  sync: 40,
  once: 12,
  send: 40,
  restart: 12,
  flip: 60,
  misdirect: 20,
  hole: 12,
  forget: 10,
  gate: 200,
  recall: 500,
};
const patienceMs = 300_000;
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds the mutant, runs its trials, and counts those that noticed. A run that never ends has noticed too. */
export async function tryShellMutant(rule: ShellMutantName): Promise<ShellKill> {
  const { file, find, put, trial } = mutants[rule];
  const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-mutant-'));
  try {
    for (const part of ['chain/src', 'test/support', 'test/chain/simulation', 'package.json']) {
      cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
    const source = path.join(folder, 'chain/src/shell', file);
    const text = readFileSync(source, 'utf8');
    if (text.split(find).length !== 2) {
      throw new Error(`The place of the mutant ${rule} in ${file} is not found once: mend it.`);
    }
    writeFileSync(
      source,
      text.replace(find, () => put),
    );
    const trials = path.join(folder, 'test/chain/simulation/shell-trials.ts');
    return killOf(rule, seedsOf[trial], await outputOf([trials, `${seedsOf[trial]}`, trial]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Output = { readonly text: string; readonly isEnded: boolean };

function outputOf(args: readonly string[]): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: string[] = [];
    const clock = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.stdout.on('data', (chunk: Buffer) => parts.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => parts.push(chunk.toString()));
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      clearTimeout(clock);
      resolve({ text: parts.join(''), isEnded: signal === null });
    });
  });
}

type Line = { readonly problems: readonly { readonly seed: number; readonly problem: string }[] };

function killOf(rule: ShellMutantName, seedsRun: number, { text, isEnded }: Output): ShellKill {
  const where = 'real shell';
  if (!isEnded) {
    const complaints = { 'it did not end': 1 };
    return { rule, where, killingSeeds: 1, seedsRun, firstSeed: null, complaints };
  }
  const line = text.split('\n').find((each) => each.startsWith('{"kind"'));
  if (line === undefined) throw new Error(`The trials of ${rule} gave no result:\n${text}`);
  const { problems }: Line = JSON.parse(line);
  const complaints = new Map<string, number>();
  for (const { problem } of problems) {
    const kind = problem.replaceAll(/\d+/g, '…').slice(0, 100);
    complaints.set(kind, (complaints.get(kind) ?? 0) + 1);
  }
  const ordered = [...complaints].sort(([, a], [, b]) => b - a).slice(0, 3);
  return {
    ...{ rule, where, seedsRun, killingSeeds: problems.length },
    firstSeed: problems[0]?.seed ?? null,
    complaints: Object.fromEntries(ordered),
  };
}

function isName(name: string): name is ShellMutantName {
  return name in mutants;
}
