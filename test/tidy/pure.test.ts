/**
 * What decides is pure: no clock, no chance, no I/O, no waiting. The same inputs give the same
 * answer in the server, in the audit, and on every validator.
 */
import { describe, expect, it } from 'vitest';
import { rooms } from './arrows.ts';
import { readSources, type Source } from './sources.ts';

const pureRooms = rooms.filter(
  ({ name }) =>
    ['chain.core', 'chain.crypto', 'chain.act', 'chain.log', 'chain.calc', 'kernel'].includes(
      name,
    ) || /\.(model|rules)$/.test(name),
);

type Ban = { readonly what: string; readonly form: RegExp };

const bans: readonly Ban[] = [
  {
    what: 'a clock',
    form: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b|\bprocess\.(uptime|hrtime)/,
  },
  { what: 'chance', form: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/ },
  { what: 'a timer', form: /\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/ },
  { what: 'waiting', form: /\bawait\b|\basync\b|\.then\(/ },
  { what: 'the process', form: /\bprocess\.(env|argv|cwd|exit|stdout|on)\b/ },
  { what: 'the network', form: /\bfetch\(|\bWebSocket\b|\bXMLHttpRequest\b/ },
  {
    what: 'the local time zone',
    form: /\.get(FullYear|Month|Date|Day|Hours|Minutes)\(|\btoLocale\w*\(/,
  },
];

/** Packages that compute and touch nothing. `node:crypto` is allowed for digests; chance is banned above. */
const purePackages =
  /^(@noble\/(curves|hashes)(\/.*)?|node:crypto|ajv|libxml2-wasm|csv-parse\/sync|stdnum|ibantools|temporal-polyfill)$/;

/** Each with its reason; one that is no longer needed fails. */
const exceptions: readonly {
  readonly file: string;
  readonly what: string;
  readonly why: string;
}[] = [
  {
    file: 'chain/src/crypto/signature.ts',
    what: 'waiting',
    why: 'WebCrypto signs asynchronously',
  },
  { file: 'chain/src/act/sign.ts', what: 'waiting', why: 'it hands the bytes to a signer' },
];

const pure = readSources().filter(({ file }) => {
  const room = rooms.find(({ files }) => files.test(file));
  return room !== undefined && pureRooms.includes(room);
});

function found({ file, code, imports }: Source): readonly { file: string; what: string }[] {
  const banned = bans.filter(({ form }) => form.test(code)).map(({ what }) => ({ file, what }));
  const strange = imports.flatMap((each) =>
    each.kind === 'package' && !purePackages.test(each.name)
      ? [{ file, what: `the package ${each.name}` }]
      : [],
  );
  return [...banned, ...strange];
}

describe('what decides', () => {
  const seen = pure.flatMap(found);

  it('knows no clock, no chance, no I/O and does not wait', () => {
    const unexcused = seen.filter(
      ({ file, what }) => !exceptions.some((each) => each.file === file && each.what === what),
    );

    expect(unexcused).toEqual([]);
  });

  it('has no exception that is no longer needed', () => {
    const idle = exceptions.filter(
      ({ file, what }) => !seen.some((each) => each.file === file && each.what === what),
    );

    expect(idle).toEqual([]);
  });

  it('is where most of the rules are', () => {
    expect(pure.length).toBeGreaterThan(50);
  });

  it.each([
    ['const now = Date.now();', 'a clock'],
    ['const now = new Date();', 'a clock'],
    ['const id = Math.random();', 'chance'],
    ['await reader.get();', 'waiting'],
    ['setTimeout(f, 1);', 'a timer'],
    ['date.getMonth();', 'the local time zone'],
  ])('would be found out with %j', (code, what) => {
    expect(found({ file: 'x.ts', code, imports: [] })).toEqual([{ file: 'x.ts', what }]);
  });

  it('would be found out with a package that does I/O', () => {
    const source: Source = {
      file: 'x.ts',
      code: '',
      imports: [{ kind: 'package', name: 'node:fs' }],
    };

    expect(found(source)).toEqual([{ file: 'x.ts', what: 'the package node:fs' }]);
  });
});
