/** `chain verify`: what a person and a program are told, and the exit code. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { limits } from '@tallystick/chain/src/act/limits.ts';
import { anchorFingerprint, encodeAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { encodeNote } from '@tallystick/chain/src/log/note.ts';
import { encodePack } from '@tallystick/chain/src/log/pack.ts';
import { encodeTlogProof } from '@tallystick/chain/src/log/proof.ts';
import { encodeHandovers } from '@tallystick/chain/src/log/proof-files.ts';
import { isTileOf, nodesOfTile, parseTilePath } from '@tallystick/chain/src/log/tiles.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { epochLog, token, twoSets } from '../../support/epochs.ts';
import { confirmedInvoice } from '../../support/proofs.ts';

const cli = fileURLToPath(new URL('../../../chain/src/cli.ts', import.meta.url));
const world = await confirmedInvoice({ handovers: 1 });
const text = encodePack(world.pack);
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'verify-'));
  await writeFile(join(home, 'pack.json'), text);
  await writeFile(join(home, 'bare.tlog-proof'), encodeTlogProof(world.pack.proof));
  await writeFile(join(home, 'altered.json'), text.replace('123456.78', '123456.79'));
  await writeFile(join(home, 'given.json'), encodeAnchor(world.anchor));
  await writeFile(join(home, 'broken.json'), '{}');
  await writeFile(join(home, 'huge.json'), ' '.repeat(limits.packCharactersMax + 1));
  await writeFile(join(home, 'octets.bin'), Uint8Array.of(0xff, 0xfe));
});

afterAll(async () => {
  await rm(home, { recursive: true });
});

describe('verifying a file on the command line', () => {
  it('says what is proven, by whom, under which mandate and with what trust', async () => {
    const { code, output } = await run('pack.json', '--anchor', join(home, 'given.json'));

    expect(code).toBe(0);
    for (const part of [
      'proven',
      'invoice.confirm/1',
      'Ada Approver of Aurora Motors',
      'action invoice.confirm',
      '4 organisations',
      '100/100 of the stake (100.00 %)',
      '{"amount":"123456.78","currency":"CNY"}',
      anchorFingerprint(world.anchor),
      'run by one operator',
    ]) {
      expect(output).toContain(part);
    }
  });

  it('tells a program the same in one JSON object', async () => {
    const { code, output } = await run('pack.json', '--json', '--anchor', join(home, 'given.json'));

    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      ok: true,
      outcome: 'proven',
      proven: { index: '999990', refusal: null },
      trust: { stakeSigned: '100', stakeTotal: '100', epoch: '1' },
    });
  });

  it('uses the anchor that was pinned at first boot', async () => {
    const pinned = await mkdtemp(join(tmpdir(), 'pinned-'));
    await writeFile(join(pinned, 'anchor.json'), encodeAnchor(world.anchor));

    const { code } = await runAt(pinned, join(home, 'pack.json'));

    await rm(pinned, { recursive: true });
    expect(code).toBe(0);
  });

  it('is unanchored, exit code 1, where no anchor is pinned or given', async () => {
    const { code, output } = await run('pack.json');

    expect(code).toBe(1);
    expect(output).toContain('UNANCHORED');
  });

  it.each([
    ['altered.json', 'disclosure'],
    ['bare.tlog-proof', 'leaf'],
    ['broken.json', 'leaf'],
    ['huge.json', 'leaf'],
    ['octets.bin', 'leaf'],
    ['missing.json', 'leaf'],
    ['.', 'leaf'],
  ])('refuses %s and names the step %s', async (file, step) => {
    const { code, output } = await run(file, '--json', '--anchor', join(home, 'given.json'));

    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ ok: false, failed: step });
  });

  it.each(['broken.json', 'missing.json'])(
    'refuses %s as the anchor that was given',
    async (file) => {
      const { code, output } = await run('pack.json', '--json', '--anchor', join(home, file));

      expect(code).toBe(1);
      expect(JSON.parse(output)).toMatchObject({ ok: false, failed: 'anchor' });
    },
  );

  it.each([[[]], [['--unknown']]])('explains itself when it is asked %j', async (args) => {
    const { code, output } = await runAt(home, ...args);

    expect(code).toBe(1);
    expect(output).toContain('usage');
  });

  it('judges several files in one call, and one bad file makes the call fail', async () => {
    const anchored = ['--anchor', join(home, 'given.json'), join(home, 'pack.json')];
    const good = await runAt(home, ...anchored, join(home, 'pack.json'));
    const mixed = await runAt(home, ...anchored, join(home, 'none.json'));

    expect(good).toMatchObject({ code: 0 });
    expect(good.output).toContain('2 of 2 files proven');
    expect(mixed).toMatchObject({ code: 1 });
    expect(mixed.output).toContain('1 of 2 files proven');
  });
});

describe('proofs over several epochs on the command line', async () => {
  const log = await epochLog(twoSets, 2);
  const [first, last] = [log.sealing(1).size, log.sealing(2).size];
  let server: Server;
  let url = '';
  /** Served in place of the true tile, when a test says so. */
  const lies = new Map<string, Uint8Array>();

  beforeAll(async () => {
    await writeFile(join(home, 'epochs.json'), encodeAnchor(log.anchor));
    await writeFile(join(home, 'handovers'), encodeHandovers(log.handovers(1)));
    await writeFile(join(home, 'early'), await log.tlogProof(0n, first, log.council(1)));
    await writeFile(join(home, 'late'), await log.tlogProof(0n, last, log.council(2)));
    await writeFile(join(home, 'absent'), await log.stateProof(token(5), 4n));
    await writeFile(join(home, 'old'), encodeNote(await log.note(first, log.council(1))));
    await writeFile(join(home, 'new'), encodeNote(await log.note(last, log.council(2))));
    await writeFile(join(home, 'stale'), encodeNote(await log.note(last, log.council(1))));
    server = createServer(({ url: asked = '' }, answer) => {
      const tile = parseTilePath(asked.slice(1));
      if (tile === undefined || !isTileOf(last, tile)) {
        answer.writeHead(404).end();
        return;
      }
      const { level, first: from, count } = nodesOfTile(tile);
      const nodes = Array.from({ length: count }, (_, order) =>
        log.nodeAt(level, from + BigInt(order)),
      );
      answer.end(lies.get(asked) ?? Buffer.concat(nodes));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  afterAll(() => {
    server.close();
  });

  const anchored = () => ['--anchor', join(home, 'epochs.json')];
  const handed = () => [...anchored(), '--handovers', join(home, 'handovers')];
  const pair = (older: string, newer: string) => [
    ...['consistency', join(home, older), join(home, newer), '--log', url],
  ];

  it('a proof of a later epoch needs the handovers; one of the first does not mind them', async () => {
    expect(await run('late', ...anchored())).toMatchObject({ code: 1 });
    const late = await run('late', ...handed());
    const early = await run('early', ...handed());

    expect(late.code).toBe(0);
    expect(late.output).toContain('handed over   at the end of epoch 1 by 3 organisations, 3 of 3');
    expect(early.code).toBe(0);
  });

  it('a state proof says what is there and what is not', async () => {
    const { code, output } = await run('absent', ...anchored());

    expect(code).toBe(0);
    for (const part of ['state.fingerprint', 'status: absent', 'financed: false', 'block 4']) {
      expect(output).toContain(part);
    }
  });

  it('two checkpoints are shown consistent with nothing but the tiles of the log', async () => {
    const { code, output } = await runAt(home, ...pair('old', 'new'), ...handed());

    expect(code).toBe(0);
    expect(output).toContain(`the first ${first} leaves are the same`);
    expect(output).toContain(`newerSize: ${last}`);
  });

  it('a log that lies about a tile shows nothing, and neither does one that has none', async () => {
    lies.set(`/tile/0/000.p/${last}`, new Uint8Array(Number(last) * 32));
    const lied = await runAt(home, ...pair('old', 'new'), ...handed(), '--json');
    lies.set(`/tile/0/000.p/${last}`, new Uint8Array(7));
    const short = await runAt(home, ...pair('old', 'new'), ...handed(), '--json');
    lies.clear();
    const gone = await runAt(
      ...([home, 'consistency', join(home, 'old'), join(home, 'new')] as const),
      ...['--log', `${url}/elsewhere`, ...handed(), '--json'],
    );

    for (const { code, output } of [lied, short, gone]) {
      expect(code).toBe(1);
      expect(JSON.parse(output)).toMatchObject({ ok: false, failed: 'consistency' });
    }
  });

  it.each([
    ['new', 'old', 'consistency'],
    ['old', 'stale', 'signatures'],
    ['old', 'late', 'checkpoint'],
    ['old', 'missing', 'leaf'],
  ])('%s and %s are refused at %s', async (older, newer, step) => {
    const { code, output } = await runAt(home, ...pair(older, newer), ...handed(), '--json');

    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ ok: false, failed: step });
  });
});

function run(file: string, ...options: readonly string[]) {
  return runAt(home, join(home, file), ...options);
}

async function runAt(homeFolder: string, ...args: readonly string[]) {
  const env = { ...process.env, TALLYSTICK_HOME: homeFolder };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [cli, 'verify', ...args], {
      env,
    });
    return { code: 0, output: stdout };
  } catch (fault) {
    const { code, stdout } = fault as { readonly code: number; readonly stdout: string };
    return { code, output: stdout };
  }
}
