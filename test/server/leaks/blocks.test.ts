/**
 * No business plaintext in any block: every value of a played world, in every form that we know, is
 * looked for in every entry and leaf, and in every file of the chain. A leak planted in each form is
 * found.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CodecError,
  decode,
  type Encodable,
  encode,
  type Value,
} from '../../../chain/src/act/codec.ts';
import { chainHome } from '../../../server/src/foundation.ts';
import { type PlayedWorld, playedWorld } from '../../support/played-world.ts';
import {
  type BusinessValue,
  isSearched,
  type Pattern,
  patternsOf,
  searchLimits,
} from './encodings.ts';
import { type Search, searchFor } from './search.ts';
import { businessValues, publicWords } from './values.ts';

type Piece = { readonly name: string; readonly octets: Uint8Array };

let played: PlayedWorld;
let values: ReadonlyMap<string, BusinessValue>;
let everywhere: Search;
let closely: Search;
let patterns: readonly Pattern[];
/** Entries as they were sent, and leaves as they stand in the log. */
let pieces: readonly Piece[];

beforeAll(async () => {
  played = await playedWorld(['A'], 3);
  values = await businessValues(played);
  pieces = await piecesOf(played);
  const isPublic = publicWords('Test network');
  const searched = [...values.values()]
    .filter(isSearched)
    .filter((value) => value.kind !== 'text' || !isPublic(value.text));
  patterns = searched.flatMap(patternsOf);
  everywhere = searchFor(patterns.filter(({ octets }) => octets.length >= searchLimits.strongMin));
  closely = searchFor(patterns.filter(({ octets }) => octets.length < searchLimits.strongMin));
  console.log(
    `leaks: ${searched.length} of ${values.size} values, ${patterns.length} forms, ${pieces.length} entries and leaves`,
  );
}, 400_000);
afterAll(() => played?.stop());

describe('the blocks of a chain', () => {
  it('show no value of the trade, in any form', () => {
    const found = pieces.flatMap(({ name, octets }) => [
      ...everywhere(name, octets),
      ...closely(name, withoutTokens(octets)),
    ]);

    expect(found.map(say)).toEqual([]);
  });

  it('are on disk, in the log to write ahead and elsewhere, without any value of the trade either', () => {
    const files = filesUnder(chainHome(played.world.home));
    const found = files.flatMap(({ name, octets }) => everywhere(name, octets));
    const size = files.reduce((sum, { octets }) => sum + octets.length, 0);
    console.log(`leaks: ${files.length} files of the chain, ${size} octets`);

    expect(size).toBeGreaterThan(100_000);
    expect(found.map(say)).toEqual([]);
  });

  it('stand beside documents that show nothing either', () => {
    const files = filesUnder(path.join(played.world.home, 'documents'));

    expect(files.length).toBeGreaterThan(5);
    expect(files.flatMap(({ name, octets }) => everywhere(name, octets)).map(say)).toEqual([]);
    const names = new TextEncoder().encode(files.map(({ name }) => name).join('\n'));
    expect(everywhere('names of files', new Uint8Array(names)).map(say)).toEqual([]);
  });
});

describe('the search', () => {
  it('knows the texts, amounts, dates, names, accounts and files of the journey', () => {
    const known = new Set(values.keys());
    const canaries = [...played.canaries.all.keys()];
    // Accounts are written in capitals; logins and drafts' file names are no part of the trade.
    const missing = canaries.filter(
      (canary) =>
        !known.has(`text ${canary}`) &&
        ![...known].some((key) => key.toLowerCase().includes(canary)),
    );

    expect(missing.map((each) => played.canaries.all.get(each))).toEqual([]);
    expect(known).toContain('text 2026-03-02');
    expect(known).toContain('number 90000000000');
  });

  it('finds a leak planted in each form, in a leaf and in a file', () => {
    const planted = new Map<string, Pattern>();
    for (const pattern of patterns) {
      if (!planted.has(pattern.encoding)) planted.set(pattern.encoding, pattern);
    }
    const leaf = pieces.find(({ name }) => name.startsWith('leaf'));
    if (leaf === undefined) throw new Error('there is a leaf');
    const missed = [...planted.values()].filter((pattern) => {
      const octets = withInside(leaf.octets, pattern.octets);
      const isStrong = pattern.octets.length >= searchLimits.strongMin;
      const found = isStrong ? everywhere('leaf', octets) : closely('leaf', withoutTokens(octets));
      return !found.some((each) => sameOctets(each.pattern.octets, pattern.octets));
    });
    const kinds = [...planted.keys()];
    console.log(`leaks: ${kinds.length} forms planted, ${kinds.length - missed.length} found`);

    expect(missed).toEqual([]);
    for (const form of formsThatMustBe) expect(kinds).toContain(form);
  });

  it('finds a value in base64 wherever its groups of three begin', () => {
    const [canary = ''] = played.canaries.all.keys();
    for (const before of ['', 'x', 'xy', 'xyz']) {
      for (const form of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${before}${canary} and more`).toString(form);
        const found = everywhere('text', new Uint8Array(Buffer.from(text)));

        expect(found.map(({ pattern }) => pattern.of)).toContain(canary);
      }
    }
  });

  it('does not find what nobody said', () => {
    const stranger = 'zqffffffffffffffffffffffffffffffff';
    const octets = new Uint8Array(
      Buffer.from(`${stranger} 1234509876 ${'lorem ipsum '.repeat(50)}`),
    );

    expect(everywhere('noise', octets).map(say)).toEqual([]);
  });
});

const formsThatMustBe: readonly string[] = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'hex', 'hex, upper case', 'cbor text', 'cbor integer'],
  ...['base64, shift 0', 'base64, shift 1', 'base64, shift 2', 'base64url, shift 1'],
  ...['32 bits, big endian', '32 bits, little endian', '64 bits, big endian'],
  ...['64 bits, little endian', 'whole number, utf-8', 'decimal, utf-8', 'id octets', 'octets'],
  ...[
    'sha-256',
    'lower case, sha-256',
    'sha-256 leaf',
    'decimal, sha-256',
    'sha-256 of a log leaf',
  ],
];

/** Every entry of every block as it was sent, and every leaf as the log has it. */
async function piecesOf({ world }: PlayedWorld): Promise<readonly Piece[]> {
  const { chain } = world.foundation;
  const { height } = chain.status();
  const found: Piece[] = [];
  const ended = new AbortController();
  for await (const block of chain.blocksFrom(1n, ended.signal)) {
    for (const { header, signature, index } of block.entries) {
      found.push(
        { name: `header ${index}`, octets: header },
        { name: `signature ${index}`, octets: signature },
      );
    }
    if (block.height < height) continue;
    for (let index = 0n; index < block.size; index += 1n) {
      const { leaf } = await chain.inclusion(index);
      found.push({ name: `leaf ${index}`, octets: leaf });
    }
    break;
  }
  ended.abort();
  return found;
}

/** What is left of an entry when its digests, keys and tokens are taken out; nothing of a signature. */
function withoutTokens(octets: Uint8Array): Uint8Array {
  try {
    return encode(stripped(decode(octets)));
  } catch (error) {
    if (error instanceof CodecError) return new Uint8Array();
    throw error;
  }
}

/** The shortest token is a key's pseudonym. */
const tokenMin = 16;

function stripped(value: Value): Encodable {
  if (value instanceof Uint8Array) return value.length < tokenMin ? value : new Uint8Array();
  if (Array.isArray(value)) return value.map(stripped);
  if (value instanceof Map) {
    return new Map([...value].map(([key, each]) => [key, stripped(each)]));
  }
  return value as Encodable;
}

/** A leaf with one more item in its list. */
function withInside(octets: Uint8Array, planted: Uint8Array): Uint8Array {
  const value = decode(octets);
  if (!Array.isArray(value)) throw new Error('a leaf is a list');
  return encode([...(value as readonly Encodable[]), planted]);
}

function filesUnder(folder: string): readonly Piece[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({
      name: path.relative(folder, file),
      octets: new Uint8Array(readFileSync(file)),
    }));
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function say({ where, pattern: { encoding, of } }: ReturnType<Search>[number]): string {
  return `${where}: ${of} as ${encoding}`;
}
