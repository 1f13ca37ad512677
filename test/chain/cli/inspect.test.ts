/** Looking into a chain on disk: beside its running process, and after it. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectCommand } from '../../../chain/src/cli/inspect.ts';
import type { ChainClient } from '../../../chain/src/client.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import { type Act, actor, fourBanks, operator } from '../../support/chain-world.ts';

let home: string;
let server: string;
let chain: ChainClient | null = null;

beforeEach(() => {
  server = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-inspect-'));
  home = path.join(server, 'chain');
});

afterEach(async () => {
  await chain?.stop();
  chain = null;
  fs.rmSync(server, { recursive: true, force: true });
});

/** A running chain with that many final acts, each in a block of its own. */
async function running(count: number, walBytesMax?: number): Promise<readonly Act[]> {
  chain = await startEmbeddedChain({
    ...{ home, networkName: 'test', genesis: fourBanks },
    ...(walBytesMax === undefined ? {} : { walBytesMax }),
  });
  const author = actor(chain.chainId, operator);
  const stop = new AbortController();
  const blocks = chain.blocksFrom(1n, stop.signal)[Symbol.asyncIterator]();
  const acts: Act[] = [];
  for (let order = 0; order < count; order += 1) {
    const act = author.act();
    await chain.submit([act]);
    await blocks.next();
    acts.push(act);
  }
  stop.abort();
  return acts;
}

async function look(...args: readonly string[]) {
  let text = '';
  const code = await inspectCommand(args, {
    write: (part) => {
      text += part;
    },
  });
  return { code, text };
}

/** Every file under the home with the hash of its octets. */
function fingerprint(): ReadonlyMap<string, string> {
  const files = fs.readdirSync(home, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((each) => each.isFile())
      .map(({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        return [file, createHash('sha256').update(fs.readFileSync(file)).digest('hex')] as const;
      })
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

describe('looking into a running chain', () => {
  it('shows each final block, newest first, though the store has none of them durable', async () => {
    const acts = await running(3);

    const { code, text } = await look('--home', home, 'blocks', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject([
      { height: '3', epoch: '1', entries: '1', refused: 0 },
      { height: '2', epoch: '1' },
      { height: '1', epoch: '1' },
    ]);
    const { size, root } = (await chain?.log.checkpoint())?.checkpoint ?? {};
    expect(JSON.parse(text)[0]).toMatchObject({
      size: `${size}`,
      root: hex(root ?? new Uint8Array()),
    });
    expect(acts).toHaveLength(3);
  });

  it('shows the acts of a block by hash and outcome, and who made it final', async () => {
    const [, act] = await running(2);

    const { code, text } = await look(home, 'block', '2');

    expect(code).toBe(0);
    expect(text).toContain(`act ${hex(act?.actHash ?? new Uint8Array())}  accepted`);
    expect(text).toMatch(
      /final by view \d+: .*(north|east|south|west).* \((75|100)\.0 % of the stake\)/,
    );
  });

  it('changes nothing, takes no lock, and the chain goes on', async () => {
    await running(2);
    const before = fingerprint();

    for (const view of ['blocks', 'certificates', 'validators', 'wal']) {
      expect(await look('--home', home, view)).toMatchObject({ code: 0 });
    }

    expect(fingerprint()).toEqual(before);
    expect(chain?.status().height).toBe(2n);
  });

  it('follows a chain that shortens its log again and again', async () => {
    await running(40, 4_096);

    const { code, text } = await look(home, 'blocks', '--last', '1', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject([{ height: '40' }]);
  });

  it('names what each record of the write-ahead log is, and whose', async () => {
    await running(2);

    const { text } = await look(home, 'wal', '--last', '1000');

    for (const part of ['body', 'vote', 'certificate', 'final', 'cosigned']) {
      expect(text).toContain(`  ${part}`);
    }
    expect(text).toMatch(/north +vote +notarize, epoch 1, view \d+, block [0-9a-f]{16}/);
  });

  it('shows who votes, with the stake and share of each, and the epoch', async () => {
    await running(1);

    const { text } = await look(home, 'validators');

    expect(text).toContain('epoch 1 since height 1, now at height 1, stake 4');
    expect(text).toMatch(/north +Bank of the north +one machine +1 +25\.0 % +votes/);
  });

  it('says that a running chain is not recomputed, and what can be looked at meanwhile', async () => {
    await running(1);

    const { code, text } = await look(home);

    expect(code).toBe(1);
    expect(text).toContain('is already running');
    expect(text).toContain('can be looked at while it runs');
  });
});

describe('what is never printed', () => {
  it('is any key, private or public, in any view', async () => {
    await running(2);
    const files = fs.readdirSync(home, { recursive: true, withFileTypes: true });
    const secrets = files
      .filter(({ name }) => name.endsWith('.key'))
      .map(({ parentPath, name }) => fs.readFileSync(path.join(parentPath, name)).subarray(-32));
    const genesis = JSON.parse(fs.readFileSync(path.join(home, 'genesis.json'), 'utf8')) as {
      readonly validators: readonly Readonly<Record<string, string>>[];
    };
    const publicKeys = genesis.validators.flatMap(({ consensusKey, cosignerKey }) =>
      [consensusKey, cosignerKey].map((key) => Buffer.from(key ?? '', 'base64')),
    );
    expect(secrets.length).toBeGreaterThanOrEqual(8);
    expect(publicKeys.every((key) => key.length === 32)).toBe(true);

    const views = [['blocks'], ['certificates'], ['validators'], ['wal'], ['block', '1']];
    const shown = await Promise.all(
      views.flatMap((view) => [look(home, ...view), look(home, ...view, '--json')]),
    );

    const printed = shown.map(({ text }) => text).join('\n');
    for (const key of [...secrets, ...publicKeys]) {
      expect(printed).not.toContain(key.toString('hex'));
      expect(printed).not.toContain(key.toString('base64').slice(0, 40));
    }
  });
});

describe('looking into a stopped chain', () => {
  it("finds it in a server's home, and recomputes all of it", async () => {
    await running(2);
    await chain?.stop();
    chain = null;

    expect((await look('--home', server, 'blocks')).text).toMatch(/^2 +1 +\d/m);
    expect(await look('--home', server)).toMatchObject({ code: 0 });
  });

  it('refuses a folder that holds no chain, one that is not there, and a height beyond the end', async () => {
    await running(1);
    fs.mkdirSync(path.join(server, 'elsewhere'));

    const none = await look('--home', path.join(server, 'elsewhere'), 'blocks');
    const missing = await look('--home', path.join(server, 'nowhere'), 'wal');
    const beyond = await look(home, 'block', '2');

    expect(none).toMatchObject({
      code: 1,
      text: expect.stringContaining('it has no genesis.json'),
    });
    expect(missing).toMatchObject({ code: 1, text: expect.stringContaining('there is no folder') });
    expect(beyond).toEqual({ code: 1, text: 'there is no block 2; the last final one is 1\n' });
  });

  it('refuses a view that it does not know with the list of those it does', async () => {
    expect((await look(server, 'secrets')).text).toContain('usage: inspect HOME');
    expect((await look(server, 'block')).text).toContain('usage: inspect HOME');
    expect((await look(server, 'blocks', '--last', '0')).code).toBe(1);
  });
});
