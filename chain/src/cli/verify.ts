/**
 * `chain verify FILE… [--anchor FILE] [--handovers FILE] [--json]`: says what proofs prove.
 * `chain verify consistency OLD NEW --log URL`: that the log of one checkpoint is the beginning of the other's.
 *
 * A FILE is a proof pack, a `.tlog-proof`, a state proof or a consistency proof. The anchor is the one
 * given, else the one pinned at first boot in $TALLYSTICK_HOME/anchor.json (`.tallystick/anchor.json`).
 * The handovers are for a `.tlog-proof` of a later epoch than the anchor's, and for two checkpoints.
 * Exit code 0 when everything holds, 1 for everything else; with --json one object a line and file.
 */
import { parseArgs } from 'node:util';
import { limits } from '../act/limits.ts';
import type { Anchor } from '../log/anchor.ts';
import { anchorFingerprint } from '../log/anchor.ts';
import { parseTlogProof, tlogProofFormat } from '../log/proof.ts';
import { inEnglish, said } from '../log/said.ts';
import type { Trust, Verdict } from '../verify.ts';
import { verifyFile } from '../verify.ts';
import { consistencyOver } from './over-http.ts';
import {
  handoversTo,
  orFault,
  parsedAs,
  readAnchor,
  readHandovers,
  readText,
  UnreadableError,
} from './reading.ts';

export type Output = { readonly write: (text: string) => void };

const usage =
  'usage: verify FILE… [--anchor FILE] [--handovers FILE] [--json]\n' +
  '       verify consistency OLD NEW --log URL [--anchor FILE] [--handovers FILE] [--json]\n';

/** Runs the command and answers the exit code. */
export async function verifyCommand(args: readonly string[], output: Output): Promise<0 | 1> {
  const options = parsed(args);
  if (options === undefined || options.positionals.length === 0) {
    output.write(usage);
    return 1;
  }
  const { json = false, log } = options.values;
  const isPair = log !== undefined && options.positionals[0] === 'consistency';
  const files = isPair ? [options.positionals.slice(1).join(' → ')] : options.positionals;
  if (isPair && options.positionals.length !== 3) {
    output.write(usage);
    return 1;
  }
  let proven = 0;
  const anchor = await orFault(() => readAnchor(options.values.anchor));
  const fingerprint =
    anchor === undefined || anchor instanceof UnreadableError ? null : anchorFingerprint(anchor);
  const handovers = await orFault(() => readHandovers(options.values.handovers));
  for (const file of files) {
    const [, older = '', newer = ''] = options.positionals;
    const verdict = await verdictOf(anchor, handovers, async (known, given) =>
      isPair
        ? verifyFile(await consistencyOver({ log, older, newer }, known, given), known)
        : judged(await readText(file, limits.packCharactersMax), known, given),
    );
    if (verdict.ok) proven += 1;
    output.write(json ? toJson(file, fingerprint, verdict) : toWords(file, fingerprint, verdict));
  }
  if (files.length > 1 && !json) output.write(`${proven} of ${files.length} files proven\n`);
  return proven === files.length ? 0 : 1;
}

async function verdictOf(
  anchor: Anchor | UnreadableError | undefined,
  handovers: readonly string[] | UnreadableError,
  judge: (anchor: Anchor | undefined, handovers: readonly string[]) => Promise<Verdict>,
): Promise<Verdict> {
  if (anchor instanceof UnreadableError) return unreadable(anchor);
  if (handovers instanceof UnreadableError) return unreadable(handovers);
  const found = await orFault(() => judge(anchor, handovers));
  return found instanceof UnreadableError ? unreadable(found) : found;
}

/** A `.tlog-proof` gets those of the given handovers that lead to its checkpoint. */
function judged(text: string, anchor: Anchor | undefined, handovers: readonly string[]): Verdict {
  if (handovers.length === 0) return verifyFile(text, anchor);
  const isBare = text.startsWith(tlogProofFormat);
  if (!isBare) return verifyFile(text, anchor);
  const { size } = parsedAs('checkpoint', () => parseTlogProof(text)).checkpoint;
  return verifyFile(text, anchor, handoversTo(size, anchor, handovers));
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        anchor: { type: 'string' },
        handovers: { type: 'string' },
        log: { type: 'string' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
  } catch {
    return undefined;
  }
}

function unreadable({ step, message }: UnreadableError): Verdict {
  const steps = [{ step, ok: false, reached: true, said: said('unreadable', { why: message }) }];
  const nothing = { proven: null, signedBy: null, trust: null, warnings: [] };
  return { ok: false, outcome: 'failed', failed: step, steps, ...nothing };
}

/** What is said stands there as a code with its values, and in English. */
function toJson(file: string, anchorFingerprint: string | null, verdict: Verdict): string {
  const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  const steps = verdict.steps.map(({ said: why, ...step }) => ({
    ...step,
    detail: inEnglish(why),
    ...why,
  }));
  const warnings = verdict.warnings.map((why) => ({ detail: inEnglish(why), ...why }));
  return `${JSON.stringify({ file, anchorFingerprint, ...verdict, steps, warnings }, plain)}\n`;
}

function toWords(file: string, fingerprint: string | null, verdict: Verdict): string {
  const lines = verdict.steps.map(
    ({ step, ok, reached, said: why }) =>
      `  ${ok ? 'ok  ' : reached ? 'FAIL' : '-   '} ${step.padEnd(14)} ${inEnglish(why)}`,
  );
  return [
    `${file}: ${headline(verdict)}`,
    ...lines,
    ...provenWords(verdict),
    ...signedWords(verdict),
    ...trustWords(verdict.trust),
    ...(fingerprint === null ? [] : [`  anchor        ${fingerprint}`]),
    ...verdict.warnings.map((warning) => `  warning       ${inEnglish(warning)}`),
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
  const place = index === null ? [] : [`  where         index ${index}${where}${when}`];
  return [
    `  what          ${kind}${actHash === null ? '' : ` ${actHash}`}`,
    ...place,
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
    ...trust.walked.map(
      ({ epoch, organisations: by, validatorsSigned: signed, validatorsTotal: of, stakePercent }) =>
        `  handed over   at the end of epoch ${epoch} by ${by.length} organisations, ` +
        `${signed} of ${of} validators, ${stakePercent} % of the stake`,
    ),
  ];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
