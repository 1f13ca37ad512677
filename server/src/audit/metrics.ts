/**
 * GET /metrics: the chain and this process, for Prometheus.
 *
 * Nobody outside reads it by default. With a token only who presents it as `Authorization: Bearer …` does,
 * from anywhere. Without one a demo world answers callers of the same machine that came straight here, and
 * in production there is no such address. Whoever may not read it finds nothing, as where nothing is.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Gauge, Histogram, Registry } from 'prom-client';
import { notFound } from '../kernel/fault.ts';
import type { Anchoring } from '../platform/anchoring.ts';
import type { ChainWatch } from '../platform/chain-watch.ts';

export type MetricsOptions = {
  readonly watch: ChainWatch;
  readonly anchoring: Pick<Anchoring, 'waiting' | 'oldestWaitingMs'>;
  /** Null: no token is set. */
  readonly token: string | null;
  readonly isProduction: boolean;
};

/** What a proxy adds for whom it speaks. */
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

const loopback = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;

/** Bounds of the histogram, in seconds: promises §4 speaks of 12, 30, 50 and 150 ms. */
const finalityBuckets = [
  ...[0.005, 0.012, 0.02, 0.03, 0.05, 0.1, 0.15, 0.3, 0.6],
  ...[1, 3, 10, 30, 120],
];

/** Adds the address, and begins to count. */
export function addMetrics(app: FastifyInstance, options: MetricsOptions): void {
  const registry = registryOf(options);
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request, options)) throw notFound();
    return reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics());
  });
}

function mayRead(request: FastifyRequest, { token, isProduction }: MetricsOptions): boolean {
  const { headers, socket } = request;
  if (token !== null) return isSame(headers.authorization ?? '', `Bearer ${token}`);
  const isForwarded = forwardingHeaders.some((name) => headers[name] !== undefined);
  return !isProduction && !isForwarded && loopback.test(socket.remoteAddress ?? '');
}

/** In a time that does not tell how much was right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function registryOf({ watch, anchoring }: MetricsOptions): Registry {
  const { chain } = watch;
  const registry = new Registry();
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(read());
      },
    });
  };
  gauge('tallystick_chain_height', 'Height of the last final block.', () =>
    Number(chain.status().height),
  );
  gauge('tallystick_chain_size', 'Leaves of the log.', () => Number(chain.status().size));
  gauge('tallystick_chain_view', 'The highest view that this process knows to be entered.', () =>
    Number(chain.status().view),
  );
  gauge('tallystick_chain_epoch', 'The epoch that runs.', () => Number(chain.status().epoch));
  gauge(
    'tallystick_chain_mempool_entries',
    'Acts that wait for a block.',
    () => chain.status().mempool,
  );
  gauge(
    'tallystick_wal_bytes',
    'Octets of the write-ahead log of this process.',
    () => chain.status().walBytes,
  );
  gauge(
    'tallystick_chain_pending_changes',
    'Changes of the network that wait.',
    () => chain.status().network.pending.length,
  );
  gauge(
    'tallystick_chain_accused_validators',
    'Validators that the end of the epoch judges.',
    () => chain.status().network.accused.length,
  );
  gauge('tallystick_acts_pending', 'Acts that are committed and not yet final.', () =>
    anchoring.waiting(),
  );
  gauge(
    'tallystick_acts_pending_oldest_seconds',
    'How long the oldest of them has waited.',
    () => anchoring.oldestWaitingMs() / 1_000,
  );
  gauge(
    'tallystick_validators',
    'Validators that vote in this epoch.',
    () => chain.status().validators.length,
  );
  gauge(
    'tallystick_validators_running',
    'Of them, those that take part now.',
    () => chain.status().validators.filter(({ running }) => running).length,
  );
  perValidator(registry, watch);
  gauge('process_resident_memory_bytes', 'Memory of this process.', () =>
    process.memoryUsage.rss(),
  );
  gauge('process_heap_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed);
  gauge('process_uptime_seconds', 'Since this process started.', () => process.uptime());

  const finality = new Histogram({
    name: 'tallystick_finality_seconds',
    help: 'From the moment the chain was given an act until its block was final and cosigned.',
    buckets: finalityBuckets,
    registers: [registry],
  });
  watch.events.on('final', (ms: number) => finality.observe(ms / 1_000));
  return registry;
}

function perValidator(registry: Registry, { chain }: ChainWatch): void {
  const labelNames = ['validator'] as const;
  const registers = [registry];
  new Gauge({
    ...{ name: 'tallystick_validator_up', help: '1 while it takes part.', labelNames, registers },
    collect() {
      this.reset();
      for (const { name, running } of chain.status().validators) {
        this.set({ validator: name }, running ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'tallystick_validator_wal_bytes',
    help: 'Octets of it in the write-ahead log of this process; absent for one that runs elsewhere.',
    ...{ labelNames, registers },
    collect() {
      this.reset();
      for (const { name, walBytes } of chain.status().validators) {
        if (walBytes !== null) this.set({ validator: name }, walBytes);
      }
    },
  });
}
