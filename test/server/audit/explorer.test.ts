/** Looking at the chain: by anyone who is signed in, and never into the trade. */
import { createPrivateKey, sign } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, subscribe } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import { encodeProof } from '../../../chain/src/core/evidence.ts';
import { voteSigningBytes } from '../../../chain/src/core/vote.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import { type Explorer, explore } from '../../../server/src/audit/explorer.ts';
import { type ChainWatch, watchChain } from '../../../server/src/platform/chain-watch.ts';
import { type Act, type Actor, actor, fourBanks, operator } from '../../support/chain-world.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

const now = () => BigInt(Date.now());
const never = (error: unknown): void => {
  throw error;
};

describe('a chain that goes through epochs of two blocks', () => {
  let home: string;
  let chain: ChainClient;
  let watch: ChainWatch;
  let explorer: Explorer;
  let writer: Actor;

  beforeEach(async () => {
    home = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-explorer-')), 'chain');
    const parameters = { epochBlocks: 2n, timeLockMs: 0n };
    const genesis = { ...fourBanks, parameters };
    chain = await startEmbeddedChain({ home, networkName: 'test', genesis });
    writer = actor(chain.chainId, operator);
    watch = watchChain(chain, now, never);
    explorer = explore(watch);
  });
  afterEach(async () => {
    await watch.stop();
    await chain.stop();
    fs.rmSync(path.dirname(home), { recursive: true, force: true });
  });

  /** Makes acts final, in one block of their own each unless given together. */
  async function put(count: number): Promise<readonly Act[]> {
    const acts: Act[] = [];
    for (let order = 0; order < count; order += 1) {
      const act = writer.act();
      await watch.chain.submit([act]);
      acts.push(act);
      await expect.poll(() => explorer.find(hex(act.actHash))).not.toBeNull();
    }
    return acts;
  }

  /** Until every block is shown: the one that ends an epoch comes by itself. */
  const settled = async () => {
    await expect.poll(() => chain.status().height % 2n).toBe(0n);
    await expect.poll(() => watch.newest()?.height).toBe(chain.status().height);
  };

  it('pages blocks from the newest down to the first, none twice and none left out', async () => {
    await put(7);
    await settled();

    const heights: bigint[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await explorer.blocks({ first: 3, after });
      heights.push(...page.rows.map(({ height }) => height));
      after = page.cursors.at(-1) ?? null;
      if (!page.hasNextPage) break;
    }

    const { height } = chain.status();
    expect(heights).toEqual(Array.from({ length: Number(height) }, (_, at) => height - BigInt(at)));
  });

  it('shows no block below the first, above the newest, or for a cursor that is not ours', async () => {
    await put(2);
    await settled();
    const { height } = chain.status();

    expect(await explorer.block(0n)).toBeNull();
    expect((await explorer.block(height))?.height).toBe(height);
    expect(await explorer.block(height + 1n)).toBeNull();
    expect(await explorer.blocks({ first: 3, after: '1' })).toMatchObject({
      ...{ rows: [], hasNextPage: false },
    });
    const foreign = await explorer.blocks({ first: 1, after: 'x' });
    expect(foreign.rows.map(({ height }) => height)).toEqual([height]);
  });

  it('pages the acts of a block in their order', async () => {
    const acts = writer.batch(7);
    await watch.chain.submit(acts);
    await expect.poll(() => explorer.block(1n)).not.toBeNull();
    const block = (await explorer.block(1n)) as FinalBlock;

    const first = explorer.entries(block, { first: 4, after: null });
    const rest = explorer.entries(block, { first: 4, after: first.cursors.at(-1) ?? '' });

    expect(first.hasNextPage).toBe(true);
    expect(rest.hasNextPage).toBe(false);
    expect([...first.rows, ...rest.rows].map(({ actHash }) => hex(actHash))).toEqual(
      acts.map(({ actHash }) => hex(actHash)),
    );
  });

  it('finds the block and place of each act by its hash, and nothing for any other text', async () => {
    const acts = await put(5);

    for (const { actHash } of acts) {
      const found = await explorer.find(hex(actHash));
      expect(found).toMatchObject({ index: await chain.find(actHash), refusal: null });
      const block = await explorer.block(found?.height ?? 0n);
      expect(block?.entries.map((each) => hex(each.actHash))).toContain(hex(actHash));
    }
    expect(await explorer.find('00'.repeat(32))).toBeNull();
    expect(await explorer.find('acts')).toBeNull();
    expect(await explorer.find('')).toBeNull();
  });

  it('tells who voted when, and where each epoch was handed over by whom', async () => {
    await put(5);

    await settled();
    const epoch = watch.newest()?.epoch ?? 0n;
    const { rows, hasNextPage } = await explorer.epochs({ first: 2, after: null });
    const rest = await explorer.epochs({ first: 2, after: '2' });

    expect(rows.map(({ number }) => number)).toEqual([epoch, epoch - 1n]);
    expect(hasNextPage).toBe(true);
    expect(rest.rows).toMatchObject([{ number: 1n, handover: null }]);
    const { handover } = rows[0] ?? {};
    expect(handover).toMatchObject({ totalStake: 4n });
    expect(handover?.vouchedStake).toBeGreaterThanOrEqual(3n);
    const height = await explorer.handedOverAt(handover?.index ?? -1n);
    const sealing = (await explorer.block(height)) as FinalBlock;
    expect(sealing.epoch).toBe(epoch - 1n);
    expect(await explorer.others(sealing)).toEqual({ evidence: 0, handsOver: true });
    expect((await explorer.cosigners(sealing))?.total).toBe(4n);
    const before = (await explorer.block(sealing.height - 1n)) as FinalBlock;
    expect(await explorer.others(before)).toEqual({ evidence: 0, handsOver: false });
  });

  it('shows evidence against a validator, also when it begins to look only afterwards', async () => {
    await put(1);
    const key = createPrivateKey({
      key: fs.readFileSync(path.join(home, 'validators', 'east', 'consensus.key')),
      ...{ format: 'der', type: 'pkcs8' },
    });
    const voter = (await chain.anchor()).validators.findIndex(({ name }) => name === 'east');
    const [first, second] = ['11', '22'].map((octet) => {
      const vote = { kind: 'notarize', epoch: 1n, view: 900n, digest: octet.repeat(32) } as const;
      const message = voteSigningBytes(chain.chainId, vote);
      return { ...vote, voter, signature: new Uint8Array(sign(null, message, key)) };
    });
    if (first === undefined || second === undefined) throw new Error('there are two votes');
    const leaf = encodeProof(chain.chainId, { kind: 'votes', epoch: 1n, voter, first, second });
    expect(await chain.reportEvidence(leaf)).toBe('waiting');

    await expect.poll(() => watch.evidence().length, { timeout: 20_000 }).toBe(1);
    await put(2);
    const later = watchChain(chain, now, never);
    await expect.poll(() => later.evidence().length).toBe(1);
    await later.stop();

    const [seen] = watch.evidence();
    expect(later.evidence()).toEqual([seen]);
    expect(seen).toMatchObject({ epoch: 1n, voter });
    expect(await explorer.validatorAt(1n, voter)).toBe('east');
    const holding = (await explorer.block(seen?.height ?? 0n)) as FinalBlock;
    expect((await explorer.others(holding)).evidence).toBe(1);
  });

  it('times acts from the moment they are given until they are final and cosigned', async () => {
    expect(watch.finality()).toEqual({ count: 0, p50Ms: null, p99Ms: null });
    const heard: number[] = [];
    watch.events.on('final', (ms: number) => heard.push(ms));

    await put(4);

    const { count, p50Ms, p99Ms } = watch.finality();
    const sorted = heard.toSorted((a, b) => a - b);
    expect(count).toBe(4);
    expect([p50Ms, p99Ms]).toEqual([sorted[1], sorted[3]]);
    expect(sorted[0]).toBeGreaterThan(0);
  });

  it('sees who is away, and since when', async () => {
    expect(watch.presence('west')).toMatchObject({ uptime: 1 });
    await chain.stopValidator('west');

    await expect.poll(() => watch.presence('west').uptime, { timeout: 5_000 }).toBeLessThan(1);
    const { seenMs } = watch.presence('west');
    expect(seenMs).not.toBeNull();
    expect(seenMs).toBeLessThan(watch.presence('east').seenMs ?? 0n);
    expect(watch.presence('nobody')).toEqual({ seenMs: null, uptime: 0 });
  });
});

describe('the explorer by GraphQL', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await testWorld();
    await register('Aurora Motors', 'N-1');
  });
  afterAll(() => world.stop());

  /** One act, final before it returns. */
  const register = (name: string, number: string) =>
    world.ask(
      world.governor,
      'mutation ($input: RegisterPartyInput!) { registerParty(input: $input) { __typename } }',
      {
        input: {
          ...{ name, country: 'CN', scheme: 'USCC', number, numberMadeUp: true, roles: ['CORE'] },
          ...{ sponsor: null, idempotencyKey: number, wait: true },
        },
      },
    );

  const everything = `{
    networkHealth { height view epoch size mempool lastFinalAt since
      finality { count p50Ms p99Ms minutes }
      validators { name organisation operator stake running walBytes uptime seenAt }
      evidence { index height at epoch validator } }
    blocks { edges { cursor node { height epoch view at digest root size entryCount refusedCount
      evidenceCount handsOver headerIndex cosignedBy { validators stake total }
      entries { edges { node { index height actHash refusal } } } } } }
    epochs { edges { node { number firstHeight handoverIndex vouchedStake vouchedTotal
      validators { name organisation stake } } } } }`;

  it('tells a person how the chain is doing, and shows blocks without a word of the trade', async () => {
    await expect.poll(() => world.app.watch.finality().count).toBeGreaterThan(0);

    const answer = await world.ask(world.governor, everything);

    expect(answer).toMatchObject({
      networkHealth: {
        ...{ epoch: '1', evidence: [], mempool: 0 },
        finality: { minutes: 5, p50Ms: expect.any(Number), p99Ms: expect.any(Number) },
        validators: [
          {
            ...{ name: 'validator-a', organisation: 'Organisation A', operator: 'Test network' },
            ...{ stake: '1', running: true, uptime: 1, seenAt: expect.any(String) },
          },
          ...['b', 'c', 'd'].map((letter) => ({ name: `validator-${letter}`, running: true })),
        ],
      },
      epochs: { edges: [{ node: { number: '1', firstHeight: 1, handoverIndex: null } }] },
    });
    const text = JSON.stringify(answer);
    expect(text).not.toMatch(/Aurora|N-1|org_|per_|registerParty|party\.register/);
  });

  it('leads from the hash of an act to its block and entry', async () => {
    const { acts } = await world.ask<{
      acts: { edges: { node: { anchor: { actHash: string; height: number; index: number } } }[] };
    }>(world.governor, '{ acts(first: 1) { edges { node { anchor { actHash height index } } } } }');
    const anchor = acts.edges[0]?.node.anchor;

    const found = await world.ask(
      world.governor,
      'query ($hash: String!) { logEntry(actHash: $hash) { height index actHash refusal } }',
      { hash: ` ${anchor?.actHash.toUpperCase()} ` },
    );

    expect(found).toEqual({
      logEntry: {
        ...{ height: anchor?.height, index: `${anchor?.index}` },
        ...{ actHash: anchor?.actHash, refusal: null },
      },
    });
  });

  it('says nothing to who is not signed in', async () => {
    for (const field of [
      'networkHealth { height }',
      'blocks { edges { cursor } }',
      'block(height: 1) { height }',
      'logEntry(actHash: "00") { height }',
      'epochs { edges { cursor } }',
    ]) {
      const { data, errors } = await world.raw(null, `{ ${field} }`);
      expect(Object.values(data ?? {}).filter((each) => each !== null)).toEqual([]);
      expect(errors).toMatchObject([{ originalError: { code: 'UNAUTHENTICATED' } }]);
    }
  });

  it('answers a height that is not there as what is not there', async () => {
    const { errors } = await world.raw(world.governor, '{ block(height: 999999) { height } }');

    expect(errors).toMatchObject([{ originalError: { code: 'NOT_FOUND' } }]);
  });

  it('tells of a new block as it becomes final', async () => {
    const contextValue = await world.app.contextOf({
      session: { key: 'k', personId: world.governor, expiresMs: now() + 1_000_000n },
      ...{ address: '127.0.0.1', requestId: 'req_test' },
      ...{ giveCookie: () => {}, takeCookie: () => {} },
    });
    const news = await subscribe({
      ...{ schema: world.app.schema, contextValue },
      document: parse('subscription { blockFinal { height entryCount } }'),
    });
    if (!(Symbol.asyncIterator in news)) throw new Error(JSON.stringify(news));
    const before = world.app.watch.newest()?.height ?? 0n;
    const next = news.next();

    await register('Bolt Works', 'N-2');

    const { value } = await next;
    await news.return(undefined);
    const height = Number(before) + 1;
    expect(value).toMatchObject({ data: { blockFinal: { height, entryCount: 1 } } });
  });
});
