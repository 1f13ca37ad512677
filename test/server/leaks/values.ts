/**
 * Every business value of a played world: what stands in the bodies of its acts, in its tables and in
 * its files. Left out is what the chain shows on purpose, each with its reason.
 */
import { createHash } from 'node:crypto';
import { decodeHeader } from '../../../chain/src/act/act.ts';
import { decodeBody } from '../../../chain/src/act/body.ts';
import { kindNamed, kindNames } from '../../../chain/src/act/kinds.ts';
import { operatorId } from '../../../server/src/party/model.ts';
import type { PlayedWorld } from '../../support/played-world.ts';
import { type BusinessValue, numberOf } from './encodings.ts';

/** Tables of business, and columns of them that the chain shows on purpose. */
const publicColumns: Readonly<Record<string, string>> = {
  'signing_key.id': 'the pseudonym of a key stands in every header',
  'signing_key.publicKey': 'validators check signatures with it',
  'signing_key.lastAct': 'the hash of an act',
  'document.blob': 'a keyed digest: the name of the encrypted file on the disk',
  'quote.act': 'the hash of an act',
  'certificate.note': 'a random token: what is spent once',
  'invoice.pendingAct': 'the hash of an act',
  'certificate.pendingAct': 'the hash of an act',
  'finance_request.pendingAct': 'the hash of an act',
  'leg.pendingAct': 'the hash of an act',
  'statement_line.pendingAct': 'the hash of an act',
};
/** Moments of the signer's clock: a header shows when it was signed. */
const clockColumns: ReadonlySet<string> = new Set(['createdMs', 'sinceMs']);
const tables: readonly string[] = [
  ...['party', 'person', 'mandate', 'signing_key', 'programme', 'membership', 'account', 'invoice'],
  'account_change',
  ...['proposal', 'draft', 'shipment', 'delivery_event', 'certificate', 'transfer', 'document'],
  ...['finance_request', 'quote', 'exposure', 'funding_proposal', 'credit_limit', 'leg', 'dispute'],
  ...['funding_snapshot', 'limit_proposal'],
  ...['statement', 'statement_line', 'payment', 'instruction', 'instructed_payment'],
  'assignment',
  'ledger_posting',
  ...['credit_note', 'credit_application'],
];

/** Words that stand in the chain's own language: kinds of acts, and the operator of the network. */
export function publicWords(operatorName: string): (text: string) => boolean {
  const labels = kindNames.map((name) => `${name}/1`);
  return (text) =>
    text === operatorName || labels.some((label) => label.includes(text.toLowerCase()));
}

export async function businessValues(
  played: PlayedWorld,
): Promise<ReadonlyMap<string, BusinessValue>> {
  const values = new Map<string, BusinessValue>();
  const put = (value: BusinessValue) => values.set(keyOf(value), value);
  const { pool } = played.world.database;
  const shown = await publicOctets(played);

  const putAny = (value: unknown, currency: string | null) => {
    if (typeof value === 'string') {
      put({ kind: 'text', text: value });
      for (const word of tellingWords(value)) put({ kind: 'text', text: word });
    } else if (typeof value === 'bigint') put(numberOf(value, currency));
    else if (value instanceof Uint8Array) {
      const octets = new Uint8Array(value);
      if (!shown.has(hex(octets))) put({ kind: 'octets', octets });
    } else if (Array.isArray(value)) {
      const [minor, unit] = value as readonly unknown[];
      const isMoney = typeof minor === 'bigint' && typeof unit === 'string';
      if (isMoney) put(numberOf(minor, unit));
      else for (const each of value) putAny(each, currency);
    } else if (typeof value === 'object' && value !== null) {
      for (const each of Object.values(value)) putAny(each, currency);
    }
  };

  for (const table of tables) {
    const rows = await pool.query<Readonly<Record<string, unknown>>>(`SELECT * FROM ${table}`);
    for (const row of rows.rows) {
      // The network names its operator in the genesis.
      if ([row.id, row.party].includes(operatorId)) continue;
      const currency = String(row.currency ?? row.limitCurrency ?? 'CNY');
      for (const [column, value] of Object.entries(row)) {
        if (`${table}.${column}` in publicColumns || clockColumns.has(column)) continue;
        putAny(value, currency);
      }
    }
  }
  const acts = await pool.query<{ kind: string; body: Uint8Array }>(
    'SELECT "kind", "body" FROM act',
  );
  for (const { kind, body } of acts.rows) {
    const known = kindNamed(kind);
    if (known === undefined) throw new Error(`${kind} is a kind of act`);
    for (const value of Object.values(decodeBody(known, new Uint8Array(body)).fields)) {
      putAny(value, 'CNY');
    }
  }
  for (const bytes of played.consortia.flatMap((each) => each.files)) {
    put({ kind: 'octets', octets: new Uint8Array(createHash('sha256').update(bytes).digest()) });
    const text = Buffer.from(bytes).toString('utf8');
    for (const line of text.split('\n')) put({ kind: 'text', text: line.trim() });
    for (const word of tellingWords(text)) put({ kind: 'text', text: word });
  }
  return values;
}

/** The parts of a text that tell something by themselves: with a digit. Others are words of a language. */
function tellingWords(text: string): readonly string[] {
  return text.split(/[\s,;:"/<>{}[\]=]+/).filter((word) => /\d/.test(word));
}

/** Octets that headers show: keys, key ids, hashes, tokens. In hex. */
async function publicOctets({ world }: PlayedWorld): Promise<ReadonlySet<string>> {
  const { rows } = await world.database.pool.query<{ hash: Uint8Array; header: Uint8Array }>(
    'SELECT "hash", "header" FROM act',
  );
  const octets = rows.flatMap(({ hash, header }) => {
    const { keyId, previousAct, refs, effects, bodyRoot } = decodeHeader(new Uint8Array(header));
    const { keys, fingerprints, notes } = effects;
    return [
      ...[hash, keyId, bodyRoot, ...(previousAct === null ? [] : [previousAct]), ...refs],
      ...keys.flatMap((each) => [each.keyId, each.group, each.publicKey ?? each.keyId]),
      ...fingerprints.map(({ token }) => token),
      ...[...notes.spend, ...notes.create],
    ];
  });
  return new Set(octets.map(hex));
}

function keyOf(value: BusinessValue): string {
  switch (value.kind) {
    case 'text':
      return `text ${value.text}`;
    case 'number':
      return `number ${value.number}`;
    case 'octets':
      return `octets ${hex(value.octets)}`;
  }
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
