/**
 * The refusal receipt: "we were asked, the chain could not be, and so we refused", signed by the platform
 * with the time. Whoever was refused can show later that it did not pay blindly.
 *
 *   tallystick-refusal/1
 *   chain <base64>             32 octets
 *   code <code>                DEDUPE_UNAVAILABLE
 *   kind <name>                the kind of act that was asked for
 *   request <base64>           SHA-256 of what was asked for, see requestDigest
 *   party <id>                 who asked
 *   time <milliseconds>        since 1970, by the platform's clock
 *   waiting <milliseconds>     how long the oldest act had waited for its block
 *   stake <near> <all>         of the validators that could be reached, and of all
 *   key <base64>               an automation key that the anchor names as a founder
 *   signature <base64>         over all above and the checkpoint below
 *   (empty line)
 *   the newest checkpoint that the platform knew, a signed note
 *   (empty line, .tlog-proof)  each handover since the anchor, with its leaf
 *
 * It proves what the platform said and the checkpoint that it had, not that the chain stood still: that
 * is the platform's word. Parsing is strict, so every octet is bound by a signature.
 *
 * Pure.
 */
import { limits } from '../act/limits.ts';
import { base64, equalBytes, fromBase64, sha256, utf8 } from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { refusalSigningBytes } from '../crypto/signature.ts';
import type { Anchor } from './anchor.ts';
import { encodeNote, parseNote, type SignedCheckpoint } from './note.ts';
import { proofFiles } from './proof-files.ts';
import { said } from './said.ts';
import { StepError, stepsWithout, within } from './step.ts';
import { checkpointFacts, trustOf, UnanchoredError, type Verdict, verdictOf } from './verdict.ts';

export type RefusalReceipt = {
  readonly chainId: Uint8Array;
  readonly code: string;
  readonly kind: string;
  readonly request: Uint8Array;
  readonly party: string;
  readonly timeMs: bigint;
  readonly waitingMs: bigint;
  readonly stakeNear: bigint;
  readonly stakeAll: bigint;
  /** The public key of the automation. */
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly newest: SignedCheckpoint;
  /** Proof files that carry their leaf, from the anchor's epoch onwards. */
  readonly handovers: readonly string[];
};

/** How the file begins. */
export const refusalFormat = 'tallystick-refusal/1';

/** What was asked for: the kind, and the input's fields as GraphQL has them, in the order of the kind. */
export function requestDigest(kind: string, input: unknown): Uint8Array {
  return sha256(utf8(JSON.stringify([kind, input])));
}

/** What the platform signs: everything but the signature and the handovers, which are not its word. */
export function refusalMessage(
  receipt: Omit<RefusalReceipt, 'signature' | 'handovers'>,
): Uint8Array {
  const text = `${headOf(receipt).join('\n')}\n\n${encodeNote(receipt.newest)}`;
  return refusalSigningBytes(receipt.chainId, sha256(utf8(text)));
}

export function encodeRefusal(receipt: RefusalReceipt): string {
  const head = [...headOf(receipt), `signature ${base64(receipt.signature)}`];
  return [`${head.join('\n')}\n`, encodeNote(receipt.newest), ...receipt.handovers].join('\n');
}

function headOf(receipt: Omit<RefusalReceipt, 'signature' | 'handovers'>): readonly string[] {
  return [
    refusalFormat,
    `chain ${base64(receipt.chainId)}`,
    `code ${receipt.code}`,
    `kind ${receipt.kind}`,
    `request ${base64(receipt.request)}`,
    `party ${receipt.party}`,
    `time ${receipt.timeMs}`,
    `waiting ${receipt.waitingMs}`,
    `stake ${receipt.stakeNear} ${receipt.stakeAll}`,
    `key ${base64(receipt.publicKey)}`,
  ];
}

/** The receipt that `text` is. Throws StepError for anything that encodeRefusal would not have written. */
export function parseRefusal(text: string): RefusalReceipt {
  if (text.length > limits.packCharactersMax) throw new StepError('leaf', said('file.long', {}));
  const [head = '', ...parts] = text.split('\n\n');
  const [format, chain, code, kind, request, party, time, waiting, stake, key, signature] =
    head.split('\n');
  if (format !== refusalFormat) {
    throw new StepError('leaf', said('file.begins', { format: refusalFormat }));
  }
  const [near = '', all = ''] = after('stake', stake).split(' ');
  const note = parts.slice(0, 2).join('\n\n');
  const receipt: RefusalReceipt = {
    chainId: octets(after('chain', chain), 32),
    code: after('code', code),
    kind: after('kind', kind),
    request: octets(after('request', request), 32),
    party: after('party', party),
    timeMs: natural('time', after('time', time)),
    waitingMs: natural('waiting', after('waiting', waiting)),
    stakeNear: natural('stake', near),
    stakeAll: natural('stake', all),
    publicKey: octets(after('key', key), 32),
    signature: octets(after('signature', signature), 64),
    newest: within('checkpoint', () => parseNote(parts.length <= 2 ? note : `${note}\n`)),
    handovers: proofFiles(parts.slice(2)),
  };
  if (encodeRefusal(receipt) !== text) throw new StepError('leaf', said('file.canonical', {}));
  return receipt;
}

const refusalSteps = stepsWithout('disclosure', 'state', 'inclusion', 'consistency');

/** Judges the file of a refusal receipt. Without an anchor the outcome is `unanchored`, a failure. */
export function verifyRefusal(text: string, anchor?: Anchor): Verdict {
  return verdictOf(refusalSteps, (note) => {
    const receipt = parseRefusal(text);
    const { code, kind, publicKey, timeMs } = receipt;
    note('leaf', said('leaf.refused', { kind, refusal: code }));
    if (!verifyEd25519(publicKey, refusalMessage(receipt), receipt.signature)) {
      throw new StepError('act signature', said('act.unsigned', { kind: 'refusal' }));
    }
    note('act signature', said('act.signed', { key: base64(publicKey) }));
    if (anchor === undefined) throw new UnanchoredError();
    const founder = anchor.founders.find((each) => equalBytes(each.publicKey, publicKey));
    if (founder?.custody !== 'automation') {
      throw new StepError('key', said('key.noAutomation', {}));
    }
    note('key', said('key.custody', { key: base64(publicKey), custody: founder.custody }));
    note('checkpoint', said('checkpoint.is', checkpointFacts(receipt.newest)));
    const trusted = trustOf(note, receipt.newest, receipt.handovers, anchor);
    if (!equalBytes(receipt.chainId, anchor.chainId)) {
      throw new StepError('anchor', said('key.chain', { kind: 'refusal' }));
    }
    return {
      proven: {
        ...{ kind: 'refusal', actHash: null, refusal: code, index: null, height: null, timeMs },
        fields: fieldsOf(receipt, founder.organisation),
      },
      ...{ signedBy: null, trust: trusted.trust, warnings: trusted.warnings },
    };
  });
}

function fieldsOf(receipt: RefusalReceipt, organisation: string): Readonly<Record<string, string>> {
  return {
    organisation,
    asked: receipt.kind,
    party: receipt.party,
    requestDigest: base64(receipt.request),
    waitingMs: `${receipt.waitingMs}`,
    reached: `${receipt.stakeNear} / ${receipt.stakeAll}`,
    newerSize: `${receipt.newest.checkpoint.size}`,
  };
}

function after(word: string, line = ''): string {
  if (!line.startsWith(`${word} `)) throw new StepError('leaf', said('file.line', { word }));
  return line.slice(word.length + 1);
}

function octets(text: string, length: number): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes?.length !== length) throw new StepError('leaf', said('file.octets', { length }));
  return bytes;
}

function natural(word: string, text: string): bigint {
  if (!/^(0|[1-9]\d{0,18})$/.test(text)) throw new StepError('leaf', said('file.line', { word }));
  return BigInt(text);
}
