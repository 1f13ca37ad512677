/**
 * The canonical bytes of everything that validators send or keep: one value has
 * one encoding, and the decoder refuses any other, so that what was checked is
 * what was signed, stored and passed on.
 *
 * Numbers are big-endian and of fixed width; lists carry their count. Every count
 * and length is compared with its limit before memory is taken for it. A block's
 * digest is computed here when it is decoded, never read.
 *
 *   block        epoch u64 ‖ view u64 ‖ height u64 ‖ parent view u64 ‖ parent digest [32] ‖ flags u8 ‖ length u32 ‖ payload
 *   vote         kind u8 ‖ epoch u64 ‖ view u64 ‖ digest [32] ‖ voter u8 ‖ signature [64]
 *   certificate  kind u8 ‖ epoch u64 ‖ view u64 ‖ digest [32] ‖ length u8 ‖ bitmap ‖ signatures [64 each, ascending]
 *   message      type u8 ‖ …       record   type u8 ‖ …
 *
 * Pure.
 */
import { concat, domain, hex, sha256 } from '../crypto/digest.ts';
import type { DigestOf } from './application.ts';
import type { Certificate, CertificateKind } from './certificate.ts';
import type { DurableRecord } from './effect.ts';
import type { Message } from './message.ts';
import {
  finalizedAcceptedMax,
  justificationAcceptedMax,
  payloadBytesMax,
  signatureBytes,
  trailMax,
  validatorsMax,
} from './params.ts';
import type { Block, BlockContent, Proposal } from './proposal.ts';
import {
  type Digest,
  type SignedVote,
  type VoteKind,
  voteKindCodes,
  writeDigest,
  zeroDigest,
} from './vote.ts';

/** Bytes that are not the encoding of anything. The message names the offset and the rule. */
export class MalformedBytes extends Error {
  override readonly name = 'MalformedBytes';
  readonly offset: number;

  constructor(offset: number, rule: string) {
    super(`Malformed bytes at offset ${offset}: ${rule}.`);
    this.offset = offset;
  }
}

const messageCodes = {
  propose: 1,
  vote: 2,
  certificate: 3,
  fetchBlock: 4,
  block: 5,
  fetchCertificate: 6,
  fetchFinalized: 7,
  finalized: 8,
  tip: 9,
} as const;

const recordCodes = { block: 1, vote: 2, certificate: 3 } as const;

const bitmapBytesMax = validatorsMax / 8;

/**
 * SHA-256(domain "\0" ‖ chainId ‖ the block's fields up to its flags ‖ SHA-256(payload)); the domain is
 * tallystick/block/1. Two chains never share a digest, and a header proves its payload.
 */
export function blockDigest(chainId: Uint8Array): DigestOf {
  return (content) =>
    hex(sha256(domain('block'), chainId, blockHead(content), sha256(content.payload.bytes)));
}

export function encodeBlock(block: BlockContent): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, block.payload.bytes.length);
  return concat(blockHead(block), length, block.payload.bytes);
}

export function decodeBlock(bytes: Uint8Array, digestOf: DigestOf): Block {
  return whole(bytes, (reader) => readBlock(reader, digestOf));
}

function encodeVote(vote: SignedVote): Uint8Array {
  const bytes = new Uint8Array(50 + signatureBytes);
  writePlace(bytes, vote.kind, vote);
  bytes[49] = vote.voter;
  bytes.set(vote.signature, 50);
  return bytes;
}

export function encodeCertificate(certificate: Certificate): Uint8Array {
  const { signers, signatures } = certificate;
  const bitmap = new Uint8Array(((signers.at(-1) ?? 0) >> 3) + 1);
  for (const signer of signers) {
    bitmap[signer >> 3] = (bitmap[signer >> 3] ?? 0) | (1 << (signer & 7));
  }
  const place = new Uint8Array(50);
  writePlace(place, certificate.kind, certificate);
  place[49] = bitmap.length;
  return concat(place, bitmap, ...signatures);
}

export function decodeCertificate(bytes: Uint8Array): Certificate {
  return whole(bytes, readCertificate);
}

export function encodeMessage(message: Message): Uint8Array {
  const type = Uint8Array.of(messageCodes[message.kind]);
  switch (message.kind) {
    case 'propose':
      return concat(type, ...proposalParts(message.proposal));
    case 'vote':
      return concat(type, encodeVote(message.vote));
    case 'certificate':
      return concat(type, encodeCertificate(message.certificate));
    case 'fetchBlock':
      return concat(type, digestBytes(message.digest));
    case 'block':
      return concat(type, encodeBlock(message.block));
    case 'fetchCertificate':
      return concat(type, u64(message.epoch), u64(message.view));
    case 'fetchFinalized':
      return concat(type, u64(message.height));
    case 'finalized':
      return concat(
        type,
        ...listParts(message.blocks.map(encodeBlock)),
        ...listParts(message.trail.map(encodeBlock)),
        encodeCertificate(message.finalization),
      );
    case 'tip':
      return concat(type, u64(message.epoch), u64(message.height));
  }
}

/** Refuses whatever `encodeMessage` would not have written, down to the last bit. */
export function decodeMessage(bytes: Uint8Array, digestOf: DigestOf): Message {
  return whole(bytes, (reader): Message => {
    const at = reader.offset;
    switch (reader.u8()) {
      case messageCodes.propose:
        return { kind: 'propose', proposal: readProposal(reader, digestOf) };
      case messageCodes.vote:
        return { kind: 'vote', vote: readVote(reader) };
      case messageCodes.certificate:
        return { kind: 'certificate', certificate: readCertificate(reader) };
      case messageCodes.fetchBlock:
        return { kind: 'fetchBlock', digest: reader.digest() };
      case messageCodes.block:
        return { kind: 'block', block: readBlock(reader, digestOf) };
      case messageCodes.fetchCertificate:
        return { kind: 'fetchCertificate', epoch: reader.u64(), view: reader.u64() };
      case messageCodes.fetchFinalized:
        return { kind: 'fetchFinalized', height: reader.u64() };
      case messageCodes.finalized:
        return {
          kind: 'finalized',
          blocks: readList(reader, finalizedAcceptedMax, () => readBlock(reader, digestOf)),
          trail: readList(reader, trailMax, () => readBlock(reader, digestOf)),
          finalization: readCertificate(reader),
        };
      case messageCodes.tip:
        return { kind: 'tip', epoch: reader.u64(), height: reader.u64() };
      default:
        throw new MalformedBytes(at, 'no message has this type');
    }
  });
}

export function encodeRecord(record: DurableRecord): Uint8Array {
  const type = Uint8Array.of(recordCodes[record.kind]);
  switch (record.kind) {
    case 'block':
      return concat(type, encodeBlock(record.block));
    case 'vote':
      return concat(type, encodeVote(record.vote));
    case 'certificate':
      return concat(type, encodeCertificate(record.certificate));
  }
}

export function decodeRecord(bytes: Uint8Array, digestOf: DigestOf): DurableRecord {
  return whole(bytes, (reader): DurableRecord => {
    const at = reader.offset;
    switch (reader.u8()) {
      case recordCodes.block:
        return { kind: 'block', block: readBlock(reader, digestOf) };
      case recordCodes.vote:
        return { kind: 'vote', vote: readVote(reader) };
      case recordCodes.certificate:
        return { kind: 'certificate', certificate: readCertificate(reader) };
      default:
        throw new MalformedBytes(at, 'no record has this type');
    }
  });
}

// Writing

function blockHead(block: BlockContent): Uint8Array {
  const bytes = new Uint8Array(65);
  const numbers = new DataView(bytes.buffer);
  numbers.setBigUint64(0, block.epoch);
  numbers.setBigUint64(8, block.view);
  numbers.setBigUint64(16, block.height);
  numbers.setBigUint64(24, block.parent.view);
  writeDigest(bytes, 32, block.parent.digest);
  bytes[64] = (block.payload.seals ? 1 : 0) | (block.filler ? 2 : 0);
  return bytes;
}

type Place = { readonly epoch: bigint; readonly view: bigint; readonly digest: Digest };

function writePlace(bytes: Uint8Array, kind: VoteKind, place: Place): void {
  const numbers = new DataView(bytes.buffer);
  bytes[0] = voteKindCodes[kind];
  numbers.setBigUint64(1, place.epoch);
  numbers.setBigUint64(9, place.view);
  writeDigest(bytes, 17, place.digest);
}

function proposalParts(proposal: Proposal): readonly Uint8Array[] {
  const { block, vote, parentCertificate, nullifications } = proposal;
  const parents = parentCertificate === null ? [] : [encodeCertificate(parentCertificate)];
  return [
    encodeBlock(block),
    Uint8Array.of(vote.voter),
    vote.signature,
    Uint8Array.of(parents.length),
    ...parents,
    ...listParts(nullifications.map(encodeCertificate)),
  ];
}

function listParts(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return [Uint8Array.of(parts.length >> 8, parts.length & 255), ...parts];
}

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function digestBytes(digest: Digest): Uint8Array {
  const bytes = new Uint8Array(32);
  writeDigest(bytes, 0, digest);
  return bytes;
}

// Reading

type Reader = {
  offset: number;
  readonly u8: () => number;
  readonly u16: () => number;
  readonly u32: () => number;
  readonly u64: () => bigint;
  readonly bytes: (length: number) => Uint8Array;
  readonly digest: () => Digest;
};

function readerOf(source: Uint8Array): Reader {
  const numbers = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const take = (length: number): number => {
    const at = reader.offset;
    if (at + length > source.length) throw new MalformedBytes(at, 'the bytes end too early');
    reader.offset = at + length;
    return at;
  };
  const reader: Reader = {
    offset: 0,
    u8: () => numbers.getUint8(take(1)),
    u16: () => numbers.getUint16(take(2)),
    u32: () => numbers.getUint32(take(4)),
    u64: () => numbers.getBigUint64(take(8)),
    bytes: (length) => {
      const at = take(length);
      return source.slice(at, at + length);
    },
    digest: () => {
      const at = take(32);
      return hex(source.subarray(at, at + 32));
    },
  };
  return reader;
}

function whole<T>(bytes: Uint8Array, read: (reader: Reader) => T): T {
  const reader = readerOf(bytes);
  const value = read(reader);
  if (reader.offset < bytes.length) throw new MalformedBytes(reader.offset, 'bytes are left over');
  return value;
}

function readBlock(reader: Reader, digestOf: DigestOf): Block {
  const epoch = reader.u64();
  const view = readView(reader);
  const height = reader.u64();
  const parent = { view: reader.u64(), digest: reader.digest() };
  const flagsAt = reader.offset;
  const flags = reader.u8();
  if (flags > 2) throw new MalformedBytes(flagsAt, 'a block seals or fills, or neither');
  const length = reader.u32();
  if (length > payloadBytesMax) throw new MalformedBytes(flagsAt + 1, 'the payload is too large');
  const content: BlockContent = {
    epoch,
    view,
    height,
    parent,
    payload: { bytes: reader.bytes(length), seals: flags === 1 },
    filler: flags === 2,
  };
  return { ...content, digest: digestOf(content) };
}

function readVote(reader: Reader): SignedVote {
  const { kind, ...place } = readPlace(reader);
  const at = reader.offset;
  const voter = reader.u8();
  if (voter >= validatorsMax) throw new MalformedBytes(at, 'no validator has this index');
  return { kind, ...place, voter, signature: reader.bytes(signatureBytes) };
}

function readCertificate(reader: Reader): Certificate {
  const at = reader.offset;
  const { kind, ...place } = readPlace(reader);
  if (!isCertificateKind(kind)) throw new MalformedBytes(at, 'nothing certifies a proposal');
  const signers = readBitmap(reader);
  return { kind, ...place, signers, signatures: signers.map(() => reader.bytes(signatureBytes)) };
}

function readBitmap(reader: Reader): readonly number[] {
  const at = reader.offset;
  const length = reader.u8();
  if (length > bitmapBytesMax) throw new MalformedBytes(at, 'the bitmap is too long');
  const bitmap = reader.bytes(length);
  if ((bitmap.at(-1) ?? 0) === 0) throw new MalformedBytes(at, 'the bitmap ends in an empty octet');
  const signers: number[] = [];
  bitmap.forEach((octet, order) => {
    for (let bit = 0; bit < 8; bit += 1) if ((octet >> bit) & 1) signers.push(8 * order + bit);
  });
  return signers;
}

function readProposal(reader: Reader, digestOf: DigestOf): Proposal {
  const block = readBlock(reader, digestOf);
  const { epoch, view, digest } = block;
  const at = reader.offset;
  const voter = reader.u8();
  if (voter >= validatorsMax) throw new MalformedBytes(at, 'no validator has this index');
  const signature = reader.bytes(signatureBytes);
  const parents = reader.u8();
  if (parents > 1) throw new MalformedBytes(reader.offset - 1, 'a block has one parent at most');
  return {
    block,
    vote: { kind: 'propose', epoch, view, digest, voter, signature },
    parentCertificate: parents === 1 ? readCertificate(reader) : null,
    nullifications: readList(reader, justificationAcceptedMax, () => readCertificate(reader)),
  };
}

type ReadPlace = Place & { readonly kind: VoteKind };

function readPlace(reader: Reader): ReadPlace {
  const at = reader.offset;
  const code = reader.u8();
  const kind = voteKinds.find((candidate) => voteKindCodes[candidate] === code);
  if (kind === undefined) throw new MalformedBytes(at, 'no vote has this kind');
  const epoch = reader.u64();
  const view = readView(reader);
  const digest = reader.digest();
  if ((kind === 'nullify') !== (digest === zeroDigest)) {
    throw new MalformedBytes(at, 'only a nullify vote has the zero digest');
  }
  return { kind, epoch, view, digest };
}

const voteKinds: readonly VoteKind[] = ['propose', 'notarize', 'nullify', 'finalize'];

function readView(reader: Reader): bigint {
  const at = reader.offset;
  const view = reader.u64();
  if (view === 0n) throw new MalformedBytes(at, 'views count from one');
  return view;
}

function readList<T>(reader: Reader, max: number, read: () => T): readonly T[] {
  const at = reader.offset;
  const count = reader.u16();
  if (count > max) throw new MalformedBytes(at, `a list has more than ${max} items`);
  return Array.from({ length: count }, read);
}

function isCertificateKind(kind: VoteKind): kind is CertificateKind {
  return kind !== 'propose';
}
