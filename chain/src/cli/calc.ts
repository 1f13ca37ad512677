/**
 * `chain calc FILE… [--anchor FILE] [--json]`: derives calculations again, to the last unit.
 *
 * A FILE is a calculation file, as it is downloaded beside a quote or a payment, or the proof pack of an
 * act that decided by one of them: then the pack is verified first, and the amounts that were signed are
 * held against the results. Each value is printed as it stands there and as it comes out. Exit code 0
 * when everything is the same, 1 for everything else; with --json one object a line and file.
 */
import { parseArgs } from 'node:util';
import { minorOf } from '../act/input.ts';
import { limits } from '../act/limits.ts';
import { CalculationError } from '../calc/amount.ts';
import { boundLines } from '../calc/bound.ts';
import { type CalculationOf, type DerivedLine, parseCalculations, recompute } from '../calc/run.ts';
import type { Anchor } from '../log/anchor.ts';
import { inEnglish } from '../log/said.ts';
import { verifyPack } from '../verify.ts';
import { orFault, readAnchor, readText, UnreadableError } from './reading.ts';
import type { Output } from './verify.ts';

const usage = 'usage: calc FILE… [--anchor FILE] [--json]\n';

/** Octets of a calculation file: as many as are read, each as large as it may be, would be absurd. */
const calculationOctetsMax = 64 * 1024 * 1024;

/** One calculation or pack, judged. */
type Judged = {
  /** What it is, in a line. */
  readonly what: string;
  readonly lines: readonly DerivedLine[];
  /** Why nothing could be derived, or null. */
  readonly problem: string | null;
};

type Given = { readonly file: string; readonly text: string | UnreadableError };

/** Runs the command and answers the exit code. */
export async function calcCommand(args: readonly string[], output: Output): Promise<0 | 1> {
  const options = parsed(args);
  if (options === undefined || options.positionals.length === 0) {
    output.write(usage);
    return 1;
  }
  const given: Given[] = [];
  for (const file of options.positionals) {
    given.push({ file, text: await orFault(() => readText(file, calculationOctetsMax)) });
  }
  const anchor = await orFault(() => readAnchor(options.values.anchor));
  const known = given.flatMap(calculationsOf);
  let wrong = 0;
  let count = 0;
  for (const each of given) {
    const all = judgedFile(each, known, anchor);
    count += all.length;
    wrong += all.filter((one) => !isRight(one)).length;
    output.write(options.values.json === true ? toJson(each.file, all) : toWords(each.file, all));
  }
  if (options.values.json !== true) output.write(`${count - wrong} of ${count} derived again\n`);
  return wrong === 0 && count > 0 ? 0 : 1;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { anchor: { type: 'string' }, json: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch {
    return undefined;
  }
}

/** The calculations of a file; none of one that is a pack, or that cannot be read. */
function calculationsOf({ text }: Given): readonly CalculationOf[] {
  if (text instanceof UnreadableError || !isCalculationFile(text)) return [];
  try {
    return parseCalculations(text);
  } catch (fault) {
    if (fault instanceof CalculationError) return [];
    throw fault;
  }
}

/** A file that names itself a calculation, also of a format that is not known here. */
function isCalculationFile(text: string): boolean {
  return /^\s*\{\s*"format"\s*:\s*"tallystick-calculation\//.test(text);
}

function judgedFile(
  { file, text }: Given,
  known: readonly CalculationOf[],
  anchor: Anchor | UnreadableError | undefined,
): readonly Judged[] {
  const nothing = (problem: string) => [{ what: file, lines: [], problem }];
  if (text instanceof UnreadableError) return nothing(text.message);
  if (!isCalculationFile(text)) return [judgedPack(text, known, anchor)];
  try {
    const calculations = parseCalculations(text);
    if (calculations.length === 0) return nothing('the file holds no calculation');
    return calculations.map((each) => {
      const { lines, problem } = recompute(each);
      const of = each.subject === null ? '' : ` of ${each.subject}`;
      return { what: `${each.rule}${of}, ${each.calculator}, ${each.rounding}`, lines, problem };
    });
  } catch (fault) {
    if (fault instanceof CalculationError) return nothing(fault.message);
    throw fault;
  }
}

/** The pack must be proven; what was signed must be what the calculations of that act come to. */
function judgedPack(
  text: string,
  known: readonly CalculationOf[],
  anchor: Anchor | UnreadableError | undefined,
): Judged {
  if (text.length > limits.packCharactersMax) {
    return { what: 'proof pack', lines: [], problem: 'the pack is too large' };
  }
  if (anchor instanceof UnreadableError) {
    return { what: 'proof pack', lines: [], problem: anchor.message };
  }
  const { ok, outcome, steps, proven } = verifyPack(text, anchor);
  if (!ok || proven === null) {
    const failed = steps.find((step) => step.reached && !step.ok);
    const why = failed === undefined ? outcome : `${failed.step}: ${inEnglish(failed.said)}`;
    return { what: 'proof pack', lines: [], problem: `the pack is not proven, ${why}` };
  }
  const kind = proven.kind.split('/')[0] ?? proven.kind;
  const what = `act ${proven.actHash} (${kind}), proven`;
  const own = known.filter(({ act }) => act !== null && act === proven.actHash);
  const lines = boundLines(kind, proven.fields, own, amountIn);
  if (lines.length > 0) return { what, lines, problem: null };
  return { what, lines, problem: 'it shows no amount that a calculation comes to' };
}

function amountIn(shown: unknown): bigint | null {
  if (typeof shown !== 'object' || shown === null) return null;
  const { amount, currency } = shown as { readonly amount?: unknown; readonly currency?: unknown };
  if (typeof amount !== 'string' || typeof currency !== 'string') return null;
  return minorOf(amount, currency) ?? null;
}

function isRight({ lines, problem }: Judged): boolean {
  return problem === null && lines.every(({ ok }) => ok);
}

function toJson(file: string, all: readonly Judged[]): string {
  const calculations = all.map((each) => ({ ok: isRight(each), ...each }));
  return `${JSON.stringify({ file, ok: all.every(isRight), calculations })}\n`;
}

function toWords(file: string, all: readonly Judged[]): string {
  return all
    .flatMap((each) => [
      `${file}: ${isRight(each) ? 'derived again' : 'DIFFERS'}: ${each.what}`,
      ...(each.problem === null ? [] : [`  FAIL ${each.problem}`]),
      ...each.lines.map(lineWords),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function lineWords({ name, seen, derived, ok }: DerivedLine): string {
  const seenWords = seen ?? 'nothing';
  if (ok) return `  ok   ${name.padEnd(24)} ${seenWords}`;
  return `  DIFF ${name.padEnd(24)} seen ${seenWords}, derived ${derived ?? 'nothing'}`;
}
