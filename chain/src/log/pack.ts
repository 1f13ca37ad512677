/**
 * The proof pack: everything that shows who signed what, with which mandate, and when.
 *
 * One line of canonical JSON. It holds the act's header, signature and shown
 * fields, the acts that registered its key and granted its mandate, the header of
 * its block, the handovers since the anchor, and the `.tlog-proof` of the act. All
 * of them are included in the one checkpoint of that proof.
 *
 * Hashes are written once: a path is a list of positions in the hashes of the
 * `.tlog-proof` followed by the pack's own list, which is in the order of first use.
 *
 * Pure. Parsing only reads the form; what it says is judged in verify.ts.
 */
import type { ActHeader } from '../act/act.ts';
import { decodeHeader } from '../act/act.ts';
import type { Body } from '../act/body.ts';
import type { Disclosure } from '../act/disclosure.ts';
import { disclose } from '../act/disclosure.ts';
import { fieldsOf, kindLabel } from '../act/field.ts';
import type { Json } from '../act/input.ts';
import { fieldFromJson, fieldToJson } from '../act/input.ts';
import type { ActKind } from '../act/kind.ts';
import { kindNamed } from '../act/kinds.ts';
import { limits } from '../act/limits.ts';
import { base64, fromBase64 } from '../crypto/digest.ts';
import { parseDecimal } from './checkpoint.ts';
import type { TlogProof } from './proof.ts';
import { encodeTlogProof, parseTlogProof } from './proof.ts';
import { said } from './said.ts';
import type { Step } from './step.ts';
import { StepError, within } from './step.ts';

/** An act as it stands in a pack. */
export type PackAct = {
  readonly kind: ActKind;
  readonly header: ActHeader;
  readonly headerBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
  /** The code with which the chain included and refused it; null when it was accepted. */
  readonly refusal: string | null;
  readonly disclosed: readonly Disclosure[];
};

export type Included = { readonly index: bigint; readonly hashes: readonly Uint8Array[] };
export type Role = 'key' | 'mandate';
export type Supporting = PackAct & Included & { readonly role: Role };

export type Pack = {
  readonly act: PackAct;
  readonly supporting: readonly Supporting[];
  readonly block: Included & { readonly leaf: Uint8Array };
  /** Proof files that carry their leaf, from the anchor's epoch onwards. */
  readonly handovers: readonly string[];
  /** Of the act's entry; it carries no leaf, because the pack itself does. */
  readonly proof: TlogProof;
};

const format = 'tallystick-proof-pack/1';

/** An act for a pack, showing the named fields of its body. */
export function packAct(parts: {
  readonly headerBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly refusal: string | null;
  readonly body: Body;
  readonly show: readonly string[];
}): PackAct {
  const { headerBytes, signature, publicKey, refusal, body, show } = parts;
  const header = decodeHeader(headerBytes);
  const disclosed = disclose(body, show);
  return { kind: body.kind, header, headerBytes, signature, publicKey, refusal, disclosed };
}

/** The pack's file: one line of JSON and a line feed. */
export function encodePack(pack: Pack): string {
  const table = hashTable(pack.proof.hashes);
  const json = {
    format,
    act: actToJson(pack.act, table),
    supporting: pack.supporting.map((each) => ({
      role: each.role,
      ...actToJson(each, table),
      ...includedToJson(each, table),
    })),
    block: { leaf: base64(pack.block.leaf), ...includedToJson(pack.block, table) },
    handovers: pack.handovers,
    proof: encodeTlogProof(pack.proof),
    hashes: table.added.map(base64),
  };
  return `${JSON.stringify(json)}\n`;
}

/** The pack that `text` is. Throws StepError for anything that encodePack would not have written. */
export function parsePack(text: string): Pack {
  if (text.length > limits.packCharactersMax) throw new StepError('leaf', said('file.long', {}));
  const json = recordOf('leaf', parseJson(text));
  if (json.format !== format) throw new StepError('leaf', said('file.format', { format }));
  const proof = within('checkpoint', () => parseTlogProof(textOf('checkpoint', json.proof)));
  if (proof.leaf !== null) throw new StepError('leaf', said('leaf.inPack', {}));
  const own = listOf('inclusion', json.hashes, 10_000).map((each) => octets('inclusion', each, 32));
  const hashes = [...proof.hashes, ...own];
  const act = actFromJson('leaf', json.act, hashes);
  const block = recordOf('epoch', json.block);
  const pack: Pack = {
    act,
    supporting: listOf('key', json.supporting, limits.supportingMax).map((each) =>
      supportingFromJson(each, hashes),
    ),
    block: { leaf: octets('epoch', block.leaf), ...includedFromJson('inclusion', block, hashes) },
    handovers: listOf('epoch', json.handovers, limits.handoversMax).map((each) =>
      textOf('epoch', each),
    ),
    proof,
  };
  if (encodePack(pack) !== text) throw new StepError('leaf', said('file.canonical', {}));
  return pack;
}

type HashTable = {
  /** How many hashes the proof itself brings. */
  readonly given: number;
  readonly positions: Map<string, number>;
  readonly added: Uint8Array[];
};

function hashTable(given: readonly Uint8Array[]): HashTable {
  const positions = new Map<string, number>();
  given.forEach((hash, position) => {
    if (!positions.has(base64(hash))) positions.set(base64(hash), position);
  });
  return { given: given.length, positions, added: [] };
}

function positionsOf(hashes: readonly Uint8Array[], table: HashTable): readonly number[] {
  return hashes.map((hash) => {
    const name = base64(hash);
    const known = table.positions.get(name);
    if (known !== undefined) return known;
    const position = table.given + table.added.length;
    table.positions.set(name, position);
    table.added.push(hash);
    return position;
  });
}

function actToJson(act: PackAct, table: HashTable) {
  const types = new Map(fieldsOf(act.kind).map(({ path, type }) => [path, type]));
  return {
    header: base64(act.headerBytes),
    signature: base64(act.signature),
    publicKey: base64(act.publicKey),
    refusal: act.refusal,
    disclosed: act.disclosed.map(({ index, path, salt, value, siblings }) => ({
      index,
      path,
      salt: base64(salt),
      value: fieldToJson(types.get(path) ?? 'text', value) satisfies Json,
      siblings: positionsOf(siblings, table),
    })),
  };
}

function includedToJson({ index, hashes }: Included, table: HashTable) {
  return { index: `${index}`, path: positionsOf(hashes, table) };
}

/** A broken act of the pack belongs to `step`, its shown fields and signature to theirs. */
function actFromJson(step: Step, value: unknown, hashes: readonly Uint8Array[]): PackAct {
  const json = recordOf(step, value);
  const headerBytes = octets(step, json.header);
  const header = within(step, () => decodeHeader(headerBytes));
  const kind = kindNamed(header.kind.split('/')[0] ?? '');
  if (kind === undefined || kindLabel(kind) !== header.kind) {
    throw new StepError(step, said('leaf.unknown', { kind: header.kind }));
  }
  const refusal = json.refusal === null ? null : textOf(step, json.refusal);
  return {
    kind,
    header,
    headerBytes,
    signature: octets(step === 'leaf' ? 'act signature' : step, json.signature),
    publicKey: octets('key', json.publicKey, 32),
    refusal,
    disclosed: listOf('disclosure', json.disclosed, 64).map((each) =>
      disclosureFromJson(kind, each, hashes),
    ),
  };
}

function disclosureFromJson(
  kind: ActKind,
  value: unknown,
  hashes: readonly Uint8Array[],
): Disclosure {
  const json = recordOf('disclosure', value);
  const { index } = json;
  const path = textOf('disclosure', json.path);
  const field = typeof index === 'number' ? fieldsOf(kind)[index] : undefined;
  if (typeof index !== 'number' || field === undefined || field.path !== path) {
    throw new StepError(
      'disclosure',
      said('fields.place', { index: `${index}`, kind: kind.name, path }),
    );
  }
  return {
    index,
    path,
    salt: octets('disclosure', json.salt, 16),
    value: within('disclosure', () => fieldFromJson(path, field.type, json.value)),
    siblings: hashesAt('disclosure', json.siblings, hashes),
  };
}

function supportingFromJson(value: unknown, hashes: readonly Uint8Array[]): Supporting {
  const json = recordOf('key', value);
  const { role } = json;
  if (role !== 'key' && role !== 'mandate') throw new StepError('key', said('key.role', {}));
  return {
    role,
    ...actFromJson('key', json, hashes),
    ...includedFromJson('inclusion', json, hashes),
  };
}

function includedFromJson(
  step: Step,
  json: Readonly<Record<string, unknown>>,
  hashes: readonly Uint8Array[],
): Included {
  const index = within(step, () => parseDecimal(textOf(step, json.index)));
  return { index, hashes: hashesAt(step, json.path, hashes) };
}

function hashesAt(step: Step, value: unknown, hashes: readonly Uint8Array[]): Uint8Array[] {
  return listOf(step, value, 64).map((position) => {
    const hash = typeof position === 'number' ? hashes[position] : undefined;
    if (hash === undefined) throw new StepError(step, said('file.positions', {}));
    return hash;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StepError('leaf', said('file.json', {}));
  }
}

function recordOf(step: Step, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new StepError(step, said('file.object', {}));
  }
  return value as Readonly<Record<string, unknown>>;
}

function listOf(step: Step, value: unknown, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > max) {
    throw new StepError(step, said('file.list', { max }));
  }
  return value;
}

function textOf(step: Step, value: unknown): string {
  if (typeof value !== 'string') throw new StepError(step, said('file.text', {}));
  return value;
}

function octets(step: Step, value: unknown, length?: number): Uint8Array {
  const bytes = fromBase64(textOf(step, value));
  if (bytes === undefined || (length !== undefined && bytes.length !== length)) {
    throw new StepError(
      step,
      length === undefined ? said('file.base64', {}) : said('file.octets', { length }),
    );
  }
  return bytes;
}
