/**
 * `chain verify FILE… [--anchor FILE] [--json]`: says what proofs prove.
 *
 * A FILE is a `.tlog-proof` or a proof pack. The anchor is the one given, else the one
 * pinned at first boot in $TALLYSTICK_HOME/anchor.json (`.tallystick/anchor.json`).
 * Exit code 0 when everything holds, 1 for everything else; with --json one object a line and file.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { limits } from '../act/limits.ts';
import { textOf } from '../crypto/digest.ts';
import type { Anchor } from '../log/anchor.ts';
import { anchorFingerprint, parseAnchor } from '../log/anchor.ts';
import { NoteError } from '../log/checkpoint.ts';
import type { Trust, Verdict } from '../verify.ts';
import { verifyFile } from '../verify.ts';

export type Output = { readonly write: (text: string) => void };

const usage = 'usage: verify FILE… [--anchor FILE] [--json]\n';

/** Runs the command and answers the exit code. */
export async function verifyCommand(args: readonly string[], output: Output): Promise<0 | 1> {
  const options = parsed(args);
  if (options === undefined || options.positionals.length === 0) {
    output.write(usage);
    return 1;
  }
  const files = options.positionals;
  const { json = false } = options.values;
  let proven = 0;
  const anchor = await anchorOrFault(options.values.anchor);
  const fingerprint =
    anchor === undefined || anchor instanceof UnreadableError ? null : anchorFingerprint(anchor);
  for (const file of files) {
    const verdict = await verdictOf(file, anchor);
    if (verdict.ok) proven += 1;
    output.write(json ? toJson(file, fingerprint, verdict) : toWords(file, fingerprint, verdict));
  }
  if (files.length > 1 && !json) output.write(`${proven} of ${files.length} files proven\n`);
  return proven === files.length ? 0 : 1;
}

async function anchorOrFault(given: string | undefined) {
  try {
    return await readAnchor(given);
  } catch (fault) {
    if (fault instanceof UnreadableError) return fault;
    throw fault;
  }
}

async function verdictOf(
  file: string,
  anchor: Anchor | UnreadableError | undefined,
): Promise<Verdict> {
  if (anchor instanceof UnreadableError) return unreadable(anchor);
  try {
    return verifyFile(await readText(file, limits.packCharactersMax), anchor);
  } catch (fault) {
    if (fault instanceof UnreadableError) return unreadable(fault);
    throw fault;
  }
}

/** A file that cannot be judged at all. */
class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  readonly step: 'leaf' | 'anchor';

  constructor(step: 'leaf' | 'anchor', message: string) {
    super(message);
    this.step = step;
  }
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

/** The anchor given, which must be there, or the pinned one, which may be missing. */
async function readAnchor(given: string | undefined): Promise<Anchor | undefined> {
  const pinned = join(process.env.TALLYSTICK_HOME ?? '.tallystick', 'anchor.json');
  let text: string;
  try {
    text = await readText(given ?? pinned, limits.anchorCharactersMax);
  } catch (fault) {
    if (given === undefined && isMissing(fault)) return undefined;
    if (fault instanceof UnreadableError) throw new UnreadableError('anchor', fault.message);
    throw fault;
  }
  try {
    return parseAnchor(text);
  } catch (fault) {
    if (fault instanceof NoteError) throw new UnreadableError('anchor', fault.message);
    throw fault;
  }
}

/** Reads at most `max` octets, so that no file is too large to refuse. */
async function readText(path: string, max: number): Promise<string> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw Object.assign(new UnreadableError('leaf', `${path} cannot be read`), { cause });
  });
  try {
    const { size } = await handle.stat();
    if (size > max) throw new UnreadableError('leaf', `${path} is larger than ${max} octets`);
    const bytes = new Uint8Array(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return textOf(bytes.subarray(0, bytesRead));
  } catch (fault) {
    if (fault instanceof UnreadableError) throw fault;
    throw new UnreadableError('leaf', `${path} is no text file`);
  } finally {
    await handle.close();
  }
}

function isMissing(fault: unknown): boolean {
  const cause = fault instanceof UnreadableError ? fault.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function unreadable({ step, message }: UnreadableError): Verdict {
  const steps = [{ step, ok: false, reached: true, detail: message }];
  const nothing = { proven: null, signedBy: null, trust: null, warnings: [] };
  return { ok: false, outcome: 'failed', failed: step, steps, ...nothing };
}

function toJson(file: string, anchorFingerprint: string | null, verdict: Verdict): string {
  const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  return `${JSON.stringify({ file, anchorFingerprint, ...verdict }, plain)}\n`;
}

function toWords(file: string, fingerprint: string | null, verdict: Verdict): string {
  const lines = verdict.steps.map(
    ({ step, ok, reached, detail }) =>
      `  ${ok ? 'ok  ' : reached ? 'FAIL' : '-   '} ${step.padEnd(14)} ${detail}`,
  );
  return [
    `${file}: ${headline(verdict)}`,
    ...lines,
    ...provenWords(verdict),
    ...signedWords(verdict),
    ...trustWords(verdict.trust),
    ...(fingerprint === null ? [] : [`  anchor        ${fingerprint}`]),
    ...verdict.warnings.map((warning) => `  warning       ${warning}`),
    '',
  ].join('\n');
}

function headline({ outcome, failed, proven }: Verdict): string {
  switch (outcome) {
    case 'proven':
      return proven?.refusal == null ? 'proven' : `proven: the chain refused it, ${proven.refusal}`;
    case 'unanchored':
      return 'UNANCHORED, nothing is proven';
    case 'failed':
      return `FAILED at ${failed}`;
  }
}

function provenWords({ proven }: Verdict): readonly string[] {
  if (proven === null) return [];
  const { kind, index, height, timeMs, actHash, fields } = proven;
  const where = height === null ? '' : `, block ${height}`;
  const when = timeMs === null ? '' : `, ${new Date(Number(timeMs)).toISOString()}`;
  return [
    `  what          ${kind}${actHash === null ? '' : ` ${actHash}`}`,
    `  where         index ${index}${where}${when}`,
    ...Object.entries(fields).map(([path, value]) => `  shows         ${path}: ${shown(value)}`),
  ];
}

function signedWords({ signedBy }: Verdict): readonly string[] {
  if (signedBy === null) return [];
  const { person, organisation, custody, mandate, keyId } = signedBy;
  const who = [person, organisation].filter((name) => name !== null).join(' of ');
  const under =
    mandate === null
      ? 'none shown'
      : Object.entries(mandate)
          .map(([path, value]) => `${path} ${shown(value)}`)
          .join(', ');
  return [
    `  signed by     ${who === '' ? 'a key without a shown name' : who}, key ${keyId} (${custody})`,
    `  mandate       ${under}`,
  ];
}

function trustWords(trust: Trust | null): readonly string[] {
  if (trust === null) return [];
  const { organisations, validatorsSigned, validatorsTotal, stakeSigned, stakeTotal } = trust;
  return [
    `  vouched by    ${organisations.length} organisations (${organisations.join(', ')}), ` +
      `${validatorsSigned} of ${validatorsTotal} validators, ` +
      `${stakeSigned}/${stakeTotal} of the stake (${trust.stakePercent} %)`,
  ];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
