/**
 * The trust anchor: what a verifier believes before it reads any proof.
 *
 * It names the log, the validators of one epoch with their keys and stakes, and the
 * size from which they answer for it. It is a file of canonical JSON, pinned at
 * first boot; its fingerprint is what two people compare by telephone. Without an
 * anchor nothing is proven.
 *
 * Pure.
 */

import type { Custody } from '../act/kind.ts';
import { limits } from '../act/limits.ts';
import { base64, fromBase64, fromHex, hex, sha256, utf8 } from '../crypto/digest.ts';
import { admitPublicKey } from '../crypto/ed25519.ts';
import { isNoteName, NoteError } from './checkpoint.ts';
import type { Validator } from './policy.ts';
import { checkedValidators } from './policy.ts';

/** A key that the genesis itself admits, so that no act registers it. */
export type Founder = {
  readonly publicKey: Uint8Array;
  readonly organisation: string;
  readonly custody: Custody;
};

export type Anchor = {
  readonly origin: string;
  readonly chainId: Uint8Array;
  readonly epoch: bigint;
  readonly validators: readonly Validator[];
  readonly founders: readonly Founder[];
  /** The smallest size of a checkpoint that this epoch's validators may have signed. */
  readonly firstSize: bigint;
  /** When this anchor was written, in milliseconds since 1970. */
  readonly issuedAtMs: bigint;
  readonly logKey: Uint8Array;
};

const format = 'tallystick-anchor/1';
/** The only policy there is: strictly more than two thirds of the epoch's stake. */
const policy = 'stake > 2/3';

/** The anchor's file: JSON with one order of keys, two spaces, one line feed at the end. */
export function encodeAnchor(anchor: Anchor): string {
  const json = {
    format,
    origin: anchor.origin,
    chainId: hex(anchor.chainId),
    epoch: `${anchor.epoch}`,
    validators: anchor.validators.map((validator) => ({
      name: validator.name,
      organisation: validator.organisation,
      operator: validator.operator,
      consensusKey: base64(validator.consensusKey),
      cosignerKey: base64(validator.cosignerKey),
      stake: `${validator.stake}`,
    })),
    founders: anchor.founders.map(({ publicKey, organisation, custody }) => ({
      publicKey: base64(publicKey),
      organisation,
      custody,
    })),
    policy,
    firstSize: `${anchor.firstSize}`,
    issuedAtMs: `${anchor.issuedAtMs}`,
    logKey: base64(anchor.logKey),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** What two people compare: SHA-256 of the anchor's file, in hexadecimal. */
export function anchorFingerprint(anchor: Anchor): string {
  return hex(sha256(utf8(encodeAnchor(anchor))));
}

/** The anchor that `text` is. Throws NoteError for anything that encodeAnchor would not have written. */
export function parseAnchor(text: string): Anchor {
  if (text.length > limits.anchorCharactersMax) throw new NoteError('the anchor is too long');
  const json = recordOf(parseJson(text), 'the anchor');
  if (json.format !== format) throw new NoteError(`the anchor's format is ${format}`);
  if (json.policy !== policy) throw new NoteError(`the anchor's policy is "${policy}"`);
  const origin = textOf(json.origin, 'origin');
  if (!isNoteName(origin)) throw new NoteError('the origin is a name without spaces');
  const anchor: Anchor = {
    origin,
    chainId: octets(fromHex(textOf(json.chainId, 'chainId')), 'chainId'),
    epoch: natural(json.epoch, 'epoch'),
    validators: checkedValidators(listOf(json.validators, 'validators').map(validatorOf)),
    founders: listOf(json.founders, 'founders').map(founderOf),
    firstSize: natural(json.firstSize, 'firstSize'),
    issuedAtMs: natural(json.issuedAtMs, 'issuedAtMs'),
    logKey: key(json.logKey, 'logKey'),
  };
  if (encodeAnchor(anchor) !== text) throw new NoteError('the anchor is written canonically');
  return anchor;
}

function validatorOf(value: unknown): Validator {
  const json = recordOf(value, 'a validator');
  return {
    name: textOf(json.name, 'name'),
    organisation: textOf(json.organisation, 'organisation'),
    operator: textOf(json.operator, 'operator'),
    consensusKey: octets(fromBase64(textOf(json.consensusKey, 'consensusKey')), 'consensusKey'),
    cosignerKey: octets(fromBase64(textOf(json.cosignerKey, 'cosignerKey')), 'cosignerKey'),
    stake: natural(json.stake, 'stake'),
  };
}

const custodies: readonly Custody[] = [
  ...(['device', 'program', 'custodial', 'automation', 'operator', 'network'] as const),
];

function founderOf(value: unknown): Founder {
  const json = recordOf(value, 'a founder');
  const custody = custodies.find((each) => each === json.custody);
  if (custody === undefined) throw new NoteError('a custody is one of its list');
  const organisation = textOf(json.organisation, 'organisation');
  return { publicKey: key(json.publicKey, 'publicKey'), organisation, custody };
}

function key(value: unknown, name: string): Uint8Array {
  const bytes = octets(fromBase64(textOf(value, name)), name);
  const admission = admitPublicKey(bytes);
  if (admission !== 'ok') throw new NoteError(`${name} is not admitted: ${admission}`);
  return bytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoteError('the anchor is JSON');
  }
}

function recordOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NoteError(`${name} is an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new NoteError(`${name} is a list`);
  return value;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new NoteError(`${name} is text`);
  return value;
}

function octets(value: Uint8Array | undefined, name: string): Uint8Array {
  if (value?.length !== 32) throw new NoteError(`${name} has 32 octets`);
  return value;
}

function natural(value: unknown, name: string): bigint {
  const text = textOf(value, name);
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) throw new NoteError(`${name} is a decimal number`);
  return BigInt(text);
}
