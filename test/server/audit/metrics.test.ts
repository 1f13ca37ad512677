/** What Prometheus reads, and who does not. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChainClient } from '../../../chain/src/client.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import { addMetrics, type MetricsOptions } from '../../../server/src/audit/metrics.ts';
import { statusOf } from '../../../server/src/graphql/errors.ts';
import { Fault } from '../../../server/src/kernel/fault.ts';
import { type ChainWatch, watchChain } from '../../../server/src/platform/chain-watch.ts';
import { actor, fourBanks, operator } from '../../support/chain-world.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-metrics-'));
const open: FastifyInstance[] = [];
const token = 'a token of 16 or more'.replaceAll(' ', '-');
let chain: ChainClient;
let watch: ChainWatch;

beforeAll(async () => {
  chain = await startEmbeddedChain({
    ...{ home: path.join(folder, 'chain'), networkName: 'test', genesis: fourBanks },
  });
  watch = watchChain(
    chain,
    () => BigInt(Date.now()),
    (error) => {
      throw error;
    },
  );
});
afterAll(async () => {
  for (const app of open) await app.close();
  await watch.stop();
  await chain.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A server that offers its figures under these rules. */
function serving(rules: Partial<MetricsOptions> = {}): FastifyInstance {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof Fault ? statusOf(error.code) : 500).send(String(error)),
  );
  const anchoring = { waiting: () => 3, oldestWaitingMs: () => 250 };
  addMetrics(app, { watch, anchoring, token: null, isProduction: false, ...rules });
  open.push(app);
  return app;
}

async function status(
  app: FastifyInstance,
  remoteAddress: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  return (await app.inject({ url: '/metrics', remoteAddress, headers })).statusCode;
}

describe('who may read the figures', () => {
  it('is a caller on the same machine, when no token is set', async () => {
    const app = serving();

    for (const near of ['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1']) {
      expect([near, await status(app, near)]).toEqual([near, 200]);
    }
    for (const far of [
      '10.0.0.7',
      '192.168.1.127',
      '2001:db8::1',
      '::ffff:10.0.0.1',
      '128.0.0.1',
    ]) {
      expect([far, await status(app, far)]).toEqual([far, 404]);
    }
  });

  it('is not who comes through a proxy on the same machine', async () => {
    const app = serving();

    for (const name of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']) {
      expect([name, await status(app, '127.0.0.1', { [name]: '127.0.0.1' })]).toEqual([name, 404]);
    }
  });

  it('is nobody in production without a token', async () => {
    expect(await status(serving({ isProduction: true }), '127.0.0.1')).toBe(404);
  });

  it('is whoever presents the token, from anywhere, and then nobody else', async () => {
    const app = serving({ token, isProduction: true });

    expect(await status(app, '10.0.0.7', { authorization: `Bearer ${token}` })).toBe(200);
    for (const wrong of ['', 'Bearer ', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, token]) {
      expect(await status(app, '127.0.0.1', { authorization: wrong })).toBe(404);
    }
    expect(await status(app, '127.0.0.1')).toBe(404);
  });
});

describe('the figures', () => {
  it('follow the chain: its height, those who are there, and how long finality took', async () => {
    const app = serving();
    const writer = actor(chain.chainId, operator);
    const height = Number(chain.status().height);
    for (let count = 0; count < 3; count += 1) {
      await watch.chain.submit([writer.act()]);
      await expect.poll(() => watch.newest()?.height).toBe(BigInt(height + count + 1));
    }
    await chain.stopValidator('west');

    const { body, headers } = await app.inject('/metrics');
    const figure = (name: string) => {
      const line = body.split('\n').find((each) => each.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    };

    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(figure('tallystick_chain_height')).toBe(height + 3);
    expect(figure('tallystick_chain_view')).toBeGreaterThanOrEqual(height + 3);
    expect(figure('tallystick_chain_epoch')).toBe(1);
    expect(figure('tallystick_chain_mempool_entries')).toBe(0);
    expect(figure('tallystick_validators')).toBe(4);
    expect(figure('tallystick_validators_running')).toBe(3);
    expect(figure('tallystick_validator_up{validator="west"}')).toBe(0);
    expect(figure('tallystick_validator_up{validator="east"}')).toBe(1);
    expect(figure('tallystick_validator_wal_bytes{validator="east"}')).toBeGreaterThan(0);
    expect(figure('tallystick_acts_pending')).toBe(3);
    expect(figure('tallystick_acts_pending_oldest_seconds')).toBe(0.25);
    expect(figure('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(figure('tallystick_finality_seconds_count')).toBe(3);
    expect(figure('tallystick_finality_seconds_sum')).toBeGreaterThan(0);
    expect(figure('tallystick_finality_seconds_bucket{le="+Inf"}')).toBe(3);
    expect(body).not.toMatch(/NaN/);
    await chain.startValidator('west');
  });
});
