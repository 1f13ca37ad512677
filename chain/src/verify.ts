/**
 * The public face for browsers and verifiers: build and sign an act, verify a proof.
 *
 * Verifying needs no network, no database and no belief in whoever hands over the
 * file, only the anchor. Whatever octet of a file is altered, a step fails and is
 * named. A pack proves that this key signed this act, that the key was registered
 * and the mandate granted before, and that a quorum of validators, who check keys
 * and sequence at every block, put all of them into one log.
 *
 * Pure, and free of everything that a browser lacks.
 */
import {
  actHash,
  decodeEntry,
  encodeEntry,
  keyIdOf,
  objectId,
  verifyActSignature,
} from './act/act.ts';
import { decode } from './act/codec.ts';
import { checkDisclosure, type Disclosure, type FieldFault } from './act/disclosure.ts';
import { fieldsOf } from './act/field.ts';
import type { Json } from './act/input.ts';
import { fieldToJson } from './act/input.ts';
import type { ActKind, Custody, FieldValue } from './act/kind.ts';
import { equalBytes, hex } from './crypto/digest.ts';
import type { Anchor } from './log/anchor.ts';
import { verifyConsistencyProof } from './log/consistency-verdict.ts';
import type { BlockHeader } from './log/handover.ts';
import {
  beginsWithText,
  decodeHandoverLeaf,
  decodeHeaderLeaf,
  isHandoverLeaf,
} from './log/handover.ts';
import type { Pack, PackAct, Supporting } from './log/pack.ts';
import { parsePack } from './log/pack.ts';
import type { TlogProof } from './log/proof.ts';
import { parseTlogProof } from './log/proof.ts';
import { refusalFormat, verifyRefusal } from './log/refusal.ts';
import { type Said, said } from './log/said.ts';
import { verifyStateProof } from './log/state-verdict.ts';
import type { Step } from './log/step.ts';
import { StepError, stepsWithout, within } from './log/step.ts';
import type { Proven, SignedBy, Trusted, Verdict } from './log/verdict.ts';
import { checkBlock, checkIncluded, checkpointFacts, trustOf, verdictOf } from './log/verdict.ts';

export type { Act, ActHeader, Entry } from './act/act.ts';
export { channelOf, keyIdOf, objectId, verifyActSignature } from './act/act.ts';
export type { HopTerms } from './act/hop-terms.ts';
export { hopTermsDigest } from './act/hop-terms.ts';
export type { Json } from './act/input.ts';
export { amountOf, bodyFromInput, inputToJson, minorOf } from './act/input.ts';
export type { BodyOf, InputOf, KindName } from './act/kinds.ts';
export type { ActContext, ActPlace, ActRequest, ActsPlace, Envelope } from './act/sign.ts';
export { actFor, actFromEnvelope, signAct, signActs } from './act/sign.ts';
export type { CalculationOf, DerivedLine } from './calc/run.ts';
export { parseCalculations, recompute } from './calc/run.ts';
export { base64url, fromBase64url, fromHex, hex } from './crypto/digest.ts';
export { admitPublicKey } from './crypto/ed25519.ts';
export type { Signer } from './crypto/signature.ts';
export { pkcs8Signer, webCryptoSigner } from './crypto/signature.ts';
export type { Anchor } from './log/anchor.ts';
export { anchorFingerprint, encodeAnchor, parseAnchor } from './log/anchor.ts';
export type { GivenFile, HandoverStep } from './log/given.ts';
export { givenFile, stepsTo } from './log/given.ts';
export type { Said, SaidCode } from './log/said.ts';
export { verdictWords } from './log/said.ts';
export type { Step } from './log/step.ts';
export type { Proven, SignedBy, StepResult, Trust, Verdict } from './log/verdict.ts';

/**
 * Judges a file of any form: a proof pack, a `.tlog-proof`, a state or consistency proof, a receipt. The
 * handovers are for a `.tlog-proof` of a later epoch than the anchor's; the other forms carry their own.
 */
export function verifyFile(
  text: string,
  anchor?: Anchor,
  handovers: readonly string[] = [],
): Verdict {
  if (text.startsWith('{')) return verifyPack(text, anchor);
  if (text.startsWith('tallystick-state-proof/')) return verifyStateProof(text, anchor);
  if (text.startsWith('tallystick-consistency-proof/')) return verifyConsistencyProof(text, anchor);
  if (text.startsWith(`${refusalFormat}\n`)) return verifyRefusal(text, anchor);
  return verifyTlogProof(text, anchor, undefined, handovers);
}

const packSteps = stepsWithout('state', 'consistency');
const bareSteps = stepsWithout('state', 'consistency', 'disclosure', 'act signature', 'key');

/** Judges a proof pack. Without an anchor the outcome is `unanchored`, a failure. */
export function verifyPack(text: string, anchor?: Anchor): Verdict {
  return verdictOf(packSteps, (note) => {
    const pack = parsePack(text);
    const { act, proof } = pack;
    const { header, refusal } = act;
    const { kind } = header;
    note(
      'leaf',
      refusal === null ? said('leaf.kind', { kind }) : said('leaf.refused', { kind, refusal }),
    );
    checkShown('disclosure', act);
    const shown = { shown: act.disclosed.length, all: fieldsOf(act.kind).length };
    note('disclosure', said('fields.shown', shown));
    checkSignature('act signature', act);
    note('act signature', said('act.signed', { key: hex(act.publicKey) }));
    const custody = checkKey(pack, anchor);
    if (custody !== undefined) {
      note('key', said('key.custody', { key: hex(header.keyId), custody }));
    }
    const block = checkInclusion(pack);
    const place = { index: proof.index, size: proof.checkpoint.size, height: block.height };
    note('inclusion', said('inclusion.block', place));
    note('checkpoint', said('checkpoint.is', checkpointFacts(proof)));
    const trusted = trustOf(note, proof, pack.handovers, anchor);
    checkChain(act, trusted);
    checkBlock(block, trusted);

    return {
      proven: provenBy(pack, block),
      signedBy: signedBy(pack, custody ?? 'operator', trusted.anchor),
      trust: trusted.trust,
      warnings: [...custodyWarnings(custody), ...trusted.warnings],
    };
  });
}

/**
 * Judges a bare proof of inclusion. The leaf stands in the file or is given as
 * `entry`; when both are there they must be equal. Who signed and what it said is
 * not in such a file: that needs the pack.
 */
export function verifyTlogProof(
  text: string,
  anchor?: Anchor,
  entry?: Uint8Array,
  handovers: readonly string[] = [],
): Verdict {
  return verdictOf(bareSteps, (note) => {
    const proof = within('checkpoint', () => parseTlogProof(text));
    const leaf = leafOfProof(proof, entry);
    const described = within('leaf', () => describeLeaf(leaf, proof.index));
    note('leaf', said('leaf.kind', { kind: described.kind }));
    const { index } = proof;
    checkIncluded(proof, leaf, proof, said('inclusion.noLeaf', { index }));
    note('inclusion', said('inclusion.is', { index, size: proof.checkpoint.size }));
    note('checkpoint', said('checkpoint.is', checkpointFacts(proof)));
    const { trust, warnings } = trustOf(note, proof, handovers, anchor);
    return { proven: described, signedBy: null, trust, warnings };
  });
}

function leafOfProof({ leaf }: TlogProof, entry: Uint8Array | undefined): Uint8Array {
  const found = leaf ?? entry;
  if (found === undefined) {
    throw new StepError('leaf', said('leaf.none', {}));
  }
  if (entry !== undefined && !equalBytes(found, entry)) {
    throw new StepError('leaf', said('leaf.other', {}));
  }
  return found;
}

/** What a leaf is, read strictly: an act's entry, a block header, a handover or evidence. */
function describeLeaf(leaf: Uint8Array, index: bigint): Proven {
  const bare = { actHash: null, refusal: null, index, height: null, timeMs: null, fields: {} };
  // An entry begins with octets, the others with text that names them.
  if (beginsWithText(leaf, 'tallystick/block/1')) {
    const { height, timeMs } = decodeHeaderLeaf(leaf);
    return { ...bare, kind: 'block header', height, timeMs };
  }
  if (isHandoverLeaf(leaf)) {
    const { epoch } = decodeHandoverLeaf(leaf);
    return { ...bare, kind: 'handover', fields: { epoch: `${epoch}` } };
  }
  if (beginsWithText(leaf, 'tallystick/evidence/1')) {
    return { ...bare, kind: 'evidence', fields: accusedIn(leaf) };
  }
  const entry = decodeEntry(leaf);
  return { ...bare, kind: 'act', actHash: hex(entry.actHash), refusal: entry.refusal };
}

/** Whom evidence is about. What it proves was judged by the validators when they took it in. */
function accusedIn(leaf: Uint8Array): Readonly<Record<string, Json>> {
  const items = decode(leaf);
  const [, chainId, epoch, voter] = Array.isArray(items) && items.length === 6 ? items : [];
  const isWhole = chainId instanceof Uint8Array && chainId.length === 32;
  if (!isWhole || typeof epoch !== 'bigint' || typeof voter !== 'bigint') {
    throw new StepError('leaf', said('leaf.evidence', {}));
  }
  return { chain: hex(chainId), epoch: `${epoch}`, voter: `${voter}` };
}

function checkShown(step: Step, act: PackAct): void {
  let last = -1;
  for (const shown of act.disclosed) {
    const found = checkDisclosure(act.kind, act.header.bodyRoot, shown);
    if (found !== 'ok') throw new StepError(step, wrongField(found, act.kind, shown));
    if (shown.index <= last) throw new StepError(step, said('fields.order', {}));
    last = shown.index;
  }
}

function wrongField(found: FieldFault, kind: ActKind, { index, path }: Disclosure): Said {
  switch (found) {
    case 'place':
      return said('fields.place', { index, kind: kind.name, path });
    case 'salt':
      return said('fields.salt', { path });
    case 'depth':
      return said('fields.depth', { path });
    case 'value':
      return said('fields.value', { path });
    case 'root':
      return said('fields.root', { path });
  }
}

/** The header commits to the key by its pseudonym, so the key in the file is the one that is meant. */
function checkSignature(step: Step, { header, headerBytes, publicKey, signature }: PackAct): void {
  if (!equalBytes(keyIdOf(header.channel, publicKey), header.keyId)) {
    throw new StepError('key', said('key.other', { kind: header.kind }));
  }
  if (!verifyActSignature(publicKey, header.chainId, actHash(headerBytes), signature)) {
    throw new StepError(step, said('act.unsigned', { kind: header.kind }));
  }
}

/**
 * The custody under which the act's key was admitted before the act, by an act in
 * the pack or by the genesis. Also checks every supporting act, and that nothing
 * stands in the pack that supports nothing. Undefined when only an anchor could tell.
 */
function checkKey(pack: Pack, anchor: Anchor | undefined): Custody | undefined {
  const { act, proof, supporting } = pack;
  const roles = supporting.map(({ role }) => role);
  if (roles.join() !== [...new Set(roles)].sort().join()) {
    throw new StepError('key', said('key.acts', {}));
  }
  for (const each of supporting) {
    checkShown('key', each);
    checkSignature('key', each);
    const { kind } = each.header;
    if (each.refusal !== null) throw new StepError('key', said('key.refused', { kind }));
    if (each.index >= proof.index) throw new StepError('key', said('key.later', { kind }));
    if (!equalBytes(each.header.chainId, act.header.chainId)) {
      throw new StepError('key', said('key.chain', { kind }));
    }
  }
  checkMandate(act, bearing('mandate', supporting), anchor);
  const registration = bearing('key', supporting);
  if (registration !== undefined) return custodyFrom(registration, act);
  const founder = anchor?.founders.find(({ publicKey }) => equalBytes(publicKey, act.publicKey));
  if (founder !== undefined) return founder.custody;
  if (anchor === undefined) return undefined;
  throw new StepError('key', said('key.unregistered', {}));
}

function custodyFrom(registration: Supporting, act: PackAct): Custody {
  const { channel, effects } = registration.header;
  const added = effects.keys.find(
    ({ op, keyId }) => op === 'add' && equalBytes(keyId, act.header.keyId),
  );
  if (added === undefined || !equalBytes(channel, act.header.channel)) {
    throw new StepError('key', said('key.registersOther', { kind: registration.header.kind }));
  }
  if (registration.kind.name === 'key.register') {
    refuseDifferent('organisation', shownIn(registration, 'owner'), shownIn(act, 'party'));
    refuseDifferent('person', shownIn(registration, 'holder'), shownIn(act, 'person'));
  }
  return added.custody;
}

/**
 * The grant must have made the very mandate that the act names, for the person who acts. It is
 * granted by that person's organisation, or by the operator that set the organisation up.
 */
function checkMandate(
  act: PackAct,
  grant: Supporting | undefined,
  anchor: Anchor | undefined,
): void {
  if (grant === undefined) return;
  if (grant.kind.name !== 'mandate.grant') {
    throw new StepError('key', said('key.grant', {}));
  }
  const mandate = shownIn(act, 'mandate');
  const prefix = typeof mandate === 'string' ? mandate.split('_')[0] : undefined;
  if (prefix === undefined || mandate !== objectId(prefix, actHash(grant.headerBytes))) {
    throw new StepError('key', said('key.mandate', {}));
  }
  const byOperator = anchor?.founders.some(
    ({ publicKey, custody }) => custody === 'operator' && equalBytes(publicKey, grant.publicKey),
  );
  if (byOperator === false) {
    refuseDifferent('organisation', shownIn(grant, 'party'), shownIn(act, 'party'));
  }
  refuseDifferent('person', shownIn(grant, 'holder'), shownIn(act, 'person'));
}

/** Compares two shown fields; what is not shown cannot differ. */
function refuseDifferent(
  what: 'organisation' | 'person',
  one: FieldValue | undefined,
  other: FieldValue | undefined,
): void {
  if (one !== undefined && other !== undefined && one !== other) {
    throw new StepError('key', said(`key.${what}`, {}));
  }
}

function bearing(role: Supporting['role'], supporting: Pack['supporting']): Supporting | undefined {
  return supporting.find((each) => each.role === role);
}

/** The header of the act's block; every part of the pack is in the one checkpoint. */
function checkInclusion(pack: Pack): BlockHeader {
  const { act, proof, supporting, block } = pack;
  for (const each of [{ ...act, index: proof.index, hashes: proof.hashes }, ...supporting]) {
    const absent = said('inclusion.noAct', { kind: each.header.kind, index: each.index });
    checkIncluded(proof, entryOf(each), each, absent);
  }
  const header = within('epoch', () => decodeHeaderLeaf(block.leaf));
  const noHeader = said('inclusion.noHeader', { index: block.index });
  checkIncluded(proof, block.leaf, block, noHeader);
  const end = header.firstIndex + header.entryCount;
  // A sealing block has its handover between the entries and the header.
  const isLast = block.index === end || block.index === end + 1n;
  if (!isLast || proof.index < header.firstIndex || proof.index >= end) {
    throw new StepError('inclusion', said('inclusion.otherBlock', {}));
  }
  return header;
}

function entryOf({ header, headerBytes, refusal }: PackAct): Uint8Array {
  const { channel, effects } = header;
  return within('leaf', () =>
    encodeEntry({ channel, actHash: actHash(headerBytes), effects, refusal }),
  );
}

function checkChain({ header }: PackAct, { anchor }: Trusted): void {
  if (!equalBytes(header.chainId, anchor.chainId)) {
    throw new StepError('anchor', said('anchor.actChain', {}));
  }
}

function provenBy({ act, proof }: Pack, { height, timeMs }: BlockHeader): Proven {
  return {
    kind: act.header.kind,
    actHash: hex(actHash(act.headerBytes)),
    refusal: act.refusal,
    index: proof.index,
    height,
    timeMs,
    fields: shownFields(act),
  };
}

function signedBy({ act, supporting }: Pack, custody: Custody, anchor: Anchor): SignedBy {
  const registration = bearing('key', supporting);
  const grant = bearing('mandate', supporting);
  const founder = anchor.founders.find(({ publicKey }) => equalBytes(publicKey, act.publicKey));
  return {
    keyId: hex(act.header.keyId),
    custody,
    organisation: textShown(registration, 'ownerName') ?? founder?.organisation ?? null,
    person: textShown(registration, 'holderName') ?? null,
    mandate: grant === undefined ? null : shownFields(grant),
  };
}

function shownIn(act: PackAct, path: string): FieldValue | undefined {
  return act.disclosed.find((shown) => shown.path === path)?.value;
}

function textShown(act: PackAct | undefined, path: string): string | undefined {
  const value = act === undefined ? undefined : shownIn(act, path);
  return typeof value === 'string' ? value : undefined;
}

function shownFields(act: PackAct): Readonly<Record<string, Json>> {
  const types = new Map(fieldsOf(act.kind).map(({ path, type }) => [path, type]));
  return Object.fromEntries(
    act.disclosed.map(({ path, value }) => [path, fieldToJson(types.get(path) ?? 'text', value)]),
  );
}

function custodyWarnings(custody: Custody | undefined): readonly Said[] {
  switch (custody) {
    case 'custodial':
      return [said('warning.custodial', {})];
    case 'automation':
      return [said('warning.automation', {})];
    case 'operator':
      return [said('warning.operator', {})];
    case 'network':
      return [said('warning.network', {})];
    default:
      return [];
  }
}
