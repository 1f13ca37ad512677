/**
 * What frames carry besides the messages of consensus, in octets. One value has one encoding.
 *
 *   hello     version u8 (1) ‖ chainId[32]
 *   acts      { length u16 ‖ header ‖ length u16 ‖ signature value }, at least one
 *   cosigned  validator u8 ‖ height u64 ‖ size u64 ‖ timeSeconds u64 ‖ signature[64]
 *   recosign  height u64
 *   answer    epoch u64 ‖ view u64 ‖ the last vote seen of the one who asks, as a message, or nothing
 *   evidence  an evidence leaf, as it will stand in the log
 *
 * `pulse` and `ask` are empty. Pure.
 */
import type { SignedEntry } from '../client.ts';
import type { DigestOf } from '../core/application.ts';
import { decodeMessage, encodeMessage } from '../core/codec.ts';
import type { SignedVote } from '../core/vote.ts';
import { concat, equalBytes, u64be } from '../crypto/digest.ts';
import type { CosignedRecord } from '../shell/journal.ts';
import type { Place } from '../shell/signer.ts';
import { PeerFault } from './frame.ts';
import { actsFrameBytesMax, actsPerFrameMax } from './limits.ts';

const version = 1;

export function encodeHello(chainId: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(version), chainId);
}

/** Does the other side speak our version, of our chain? */
export function isHello(payload: Uint8Array, chainId: Uint8Array): boolean {
  return equalBytes(payload, encodeHello(chainId));
}

/** The acts in as few frames as their limits allow, in order. */
export function encodeActs(entries: readonly SignedEntry[]): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let octets = 0;
  const close = (): void => {
    if (parts.length > 0) frames.push(concat(...parts));
    parts = [];
    octets = 0;
  };
  for (const { header, signature } of entries) {
    const entry = concat(lengthOf(header), header, lengthOf(signature), signature);
    if (parts.length >= actsPerFrameMax || octets + entry.length > actsFrameBytesMax) close();
    parts.push(entry);
    octets += entry.length;
  }
  close();
  return frames;
}

/** What the header and the signature say is judged at the door for acts. */
export function decodeActs(payload: Uint8Array): readonly SignedEntry[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let at = 0;
  const part = (): Uint8Array => {
    if (at + 2 > payload.length) throw new PeerFault('acts end too early');
    const end = at + 2 + view.getUint16(at);
    if (end > payload.length) throw new PeerFault('acts end too early');
    const taken = payload.slice(at + 2, end);
    at = end;
    return taken;
  };
  const entries: SignedEntry[] = [];
  while (at < payload.length) {
    if (entries.length >= actsPerFrameMax) throw new PeerFault('there are too many acts');
    entries.push({ header: part(), signature: part() });
  }
  if (entries.length === 0) throw new PeerFault('there is no act');
  return entries;
}

export function encodeCosigned(cosigned: CosignedRecord): Uint8Array {
  const { validator, height, size, timeSeconds, signature } = cosigned;
  const numbers = [u64be(height), u64be(size), u64be(timeSeconds)];
  return concat(Uint8Array.of(validator), ...numbers, signature);
}

export function decodeCosigned(payload: Uint8Array): CosignedRecord {
  if (payload.length !== 89) throw new PeerFault('a cosignature has 89 octets');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const timeSeconds = view.getBigUint64(17);
  if (timeSeconds === 0n || timeSeconds >= 2n ** 63n) {
    throw new PeerFault('a cosignature has a time');
  }
  return {
    validator: view.getUint8(0),
    height: view.getBigUint64(1),
    size: view.getBigUint64(9),
    timeSeconds,
    signature: payload.slice(25),
  };
}

export function encodeRecosign(height: bigint): Uint8Array {
  return u64be(height);
}

export function decodeRecosign(payload: Uint8Array): bigint {
  if (payload.length !== 8) throw new PeerFault('a height has 8 octets');
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getBigUint64(0);
}

export type Answer = {
  /** Where the one who answers is. */
  readonly place: Place;
  /** The vote of the highest view that it has seen of the one who asks. */
  readonly seen: SignedVote | null;
};

export function encodeAnswer({ place, seen }: Answer): Uint8Array {
  const head = concat(u64be(place.epoch), u64be(place.view));
  return seen === null ? head : concat(head, encodeMessage({ kind: 'vote', vote: seen }));
}

export function decodeAnswer(payload: Uint8Array, digestOf: DigestOf): Answer {
  if (payload.length < 16) throw new PeerFault('an answer names a place');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const place = { epoch: view.getBigUint64(0), view: view.getBigUint64(8) };
  if (payload.length === 16) return { place, seen: null };
  const message = decodeMessage(payload.slice(16), digestOf);
  if (message.kind !== 'vote') throw new PeerFault('an answer carries a vote');
  return { place, seen: message.vote };
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0xffff) throw new RangeError('a part of an act is too long');
  return Uint8Array.of(bytes.length >> 8, bytes.length & 255);
}
