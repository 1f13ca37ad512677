/**
 * The log for everyone, by GET and HEAD, without signing in: what C2SP tlog-tiles v0.1.0 lays out, and
 * beside it the files that our verifier reads.
 *
 *   /checkpoint                           the newest checkpoint with all its cosignatures
 *   /tile/<L>/<N>[.p/<W>]                 hashes          /tile/entries/<N>[.p/<W>]   leaves
 *   /log/checkpoint/<size>                the checkpoint of an earlier block
 *   /log/proof/<index>   /log/proof/<act hash>      a .tlog-proof under the newest checkpoint
 *   /log/consistency/<older>/<newer>      two checkpoints and what shows that nothing was rewritten
 *   /log/state/<type>/<channel>/<id>      what the state says of it, [?height=H] among the last few
 *   /log/handovers                        the way from the first epoch's anchor to the newest
 *   /log/policy/<epoch>[.json]            k of n as a C2SP tlog-policy; with .json the weights
 *
 * Leaves hold hashes and tokens, no value of the trade, so all of it is public. A tile never changes and
 * may be kept for ever; the rest is asked for again, cheaply, by its tag. No answer costs more because
 * the log is longer, and no more than one leaf is held at a time.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { channelOf } from '../../../chain/src/act/act.ts';
import type { ChainClient, LogReader } from '../../../chain/src/client.ts';
import { fromHex } from '../../../chain/src/crypto/digest.ts';
import { hubName } from '../../../chain/src/index.ts';
import { encodeConsistencyProof } from '../../../chain/src/log/consistency.ts';
import { type Reign, reignsFrom } from '../../../chain/src/log/judge.ts';
import { encodeNote } from '../../../chain/src/log/note.ts';
import { tlogPolicy, weightedPolicy } from '../../../chain/src/log/policy.ts';
import { encodeHandovers } from '../../../chain/src/log/proof-files.ts';
import { type StateType, stateTypes } from '../../../chain/src/log/state.ts';
import { nodesOfTile, parseTilePath, type Tile, tiledEntry } from '../../../chain/src/log/tiles.ts';
import { notFound } from '../kernel/fault.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
type Text = (given: Given) => Promise<string>;
/** The parts of an address, and what stands behind its question mark. */
type Given = {
  readonly part: (name: string) => string;
  readonly asked: (name: string) => string | undefined;
};

const forEver = 'public, max-age=31536000, immutable';
const askAgain = 'no-cache';

/** Adds the addresses of the log. What the chain does not have is not found. */
export function addLog(app: FastifyInstance, chain: ChainClient): void {
  const { log } = chain;
  const reigns = walk(chain);
  const add = (url: string, handler: Handler): void => {
    app.get(url, (request, reply) => handler(request, reply).catch(orNotFound));
    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      onRequest: (_request, reply) => {
        reply.code(405).header('allow', 'GET, HEAD').send();
      },
      handler: () => undefined,
    });
  };
  const addText = (url: string, text: Text, type = 'text/plain; charset=utf-8'): void =>
    add(url, async (request, reply) => {
      const body = await text(givenBy(request));
      return sendWhole(request, reply.type(type), body, askAgain);
    });

  addText('/checkpoint', async () => encodeNote(await log.checkpoint()));
  add('/tile/*', (request, reply) => sendTile(log, request, reply));
  addText('/log/checkpoint/:size', async ({ part }) =>
    encodeNote(await log.checkpoint(decimal(part('size')))),
  );
  addText('/log/proof/:leaf', ({ part }) => proofOf(chain, part('leaf')));
  addText('/log/consistency/:older/:newer', async ({ part }) =>
    consistencyOf(log, decimal(part('older')), decimal(part('newer'))),
  );
  addText('/log/state/:type/:channel/:id', ({ part, asked }) => {
    const height = asked('height');
    return log.stateProof(
      {
        type: stateType(part('type')),
        channel:
          part('channel') === hubName ? channelOf(chain.chainId, hubName) : octets(part('channel')),
        id: octets(part('id')),
      },
      height === undefined ? undefined : decimal(height),
    );
  });
  addText('/log/handovers', async () => encodeHandovers(await log.handovers()));
  addText(
    '/log/policy/:epoch.json',
    async ({ part }) => policyOf(chain, await reigns(), part('epoch'), 'weights'),
    'application/json; charset=utf-8',
  );
  addText('/log/policy/:epoch', async ({ part }) =>
    policyOf(chain, await reigns(), part('epoch'), 'count'),
  );
}

async function proofOf(chain: ChainClient, leaf: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(leaf)) {
    const index = await chain.find(octets(leaf));
    if (index === null) throw notFound();
    return chain.tlogProof(index);
  }
  return chain.tlogProof(decimal(leaf));
}

async function consistencyOf(log: LogReader, older: bigint, newer: bigint): Promise<string> {
  const [first, second] = [await log.checkpoint(older), await log.checkpoint(newer)];
  const hashes = await log.consistency(older, newer);
  const handovers = await log.handovers(newer);
  return encodeConsistencyProof({ hashes, older: first, newer: second, handovers });
}

function policyOf(
  { origin }: ChainClient,
  reigns: readonly Reign[],
  epoch: string,
  form: 'weights' | 'count',
): string {
  const reign = reigns.find((each) => each.epoch === decimal(epoch));
  if (reign === undefined) throw notFound();
  return form === 'weights'
    ? weightedPolicy({ ...reign, origin })
    : tlogPolicy(origin, reign.logKey, reign.validators);
}

/** The reigns so far; the handovers are verified anew only when another epoch has begun. */
function walk(chain: ChainClient): () => Promise<readonly Reign[]> {
  let known: readonly Reign[] = [];
  return async () => {
    const handovers = await chain.log.handovers();
    if (known.length !== handovers.length + 1) known = reignsFrom(await chain.anchor(), handovers);
    return known;
  };
}

async function sendTile(
  log: LogReader,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // The address as it was sent: an encoded one is another address, and a cache would keep it apart.
  const [path = ''] = request.url.slice(1).split('?');
  const tile = parseTilePath(path);
  if (tile === undefined) throw notFound();
  const { level, first, count } = nodesOfTile(tile);
  const nodes = await log.nodes(level, first, count);
  const typed = reply.type('application/octet-stream');
  if (tile.kind === 'hashes') return sendWhole(request, typed, Buffer.from(nodes), forEver);
  // The hashes of the leaves stand for the leaves.
  if (isFresh(request, typed, tagOf('entries', nodes), forEver)) return typed.code(304).send();
  const lengths = await log.leafLengths(first, count);
  typed.header(
    'content-length',
    lengths.reduce((sum, length) => sum + 2 + length, 0),
  );
  return typed.send(Readable.from(request.method === 'HEAD' ? [] : entriesOf(log, tile)));
}

/** The leaves of a tile, one at a time, as fast as they are taken. */
async function* entriesOf(log: LogReader, tile: Tile): AsyncGenerator<Uint8Array> {
  const { first, count } = nodesOfTile(tile);
  for (let order = 0n; order < count; order += 1n) yield tiledEntry(await log.leaf(first + order));
}

function sendWhole(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string | Buffer,
  cache: string,
): FastifyReply {
  if (isFresh(request, reply, tagOf('whole', body), cache)) return reply.code(304).send();
  return reply.send(body);
}

/** Sets what caches need, and says whether the caller has this very answer already. */
function isFresh(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  tag: string,
  cache: string,
): boolean {
  reply.header('cache-control', cache).header('etag', tag);
  // Public for pages of any origin: nothing here depends on who asks.
  reply.header('access-control-allow-origin', '*');
  reply.header('cross-origin-resource-policy', 'cross-origin');
  const asked = headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return asked !== undefined && (asked.includes(tag) || asked.includes('*'));
}

function tagOf(what: string, body: string | Uint8Array): string {
  return `"${createHash('sha256').update(what).update(body).digest('hex').slice(0, 32)}"`;
}

function givenBy(request: FastifyRequest): Given {
  const textIn = (from: unknown, name: string): string | undefined => {
    const value: unknown = Object.entries(from ?? {}).find(([key]) => key === name)?.[1];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    part: (name) => textIn(request.params, name) ?? '',
    asked: (name) => textIn(request.query, name),
  };
}

function decimal(text: string): bigint {
  if (!/^(?:0|[1-9][0-9]{0,17})$/.test(text)) throw notFound();
  return BigInt(text);
}

function octets(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined || bytes.length === 0 || bytes.length > 32) throw notFound();
  return bytes;
}

function stateType(text: string): StateType {
  if (!Object.hasOwn(stateTypes, text)) throw notFound();
  return text as StateType;
}

/** The chain refuses with a RangeError what it does not have. */
function orNotFound(error: unknown): never {
  if (error instanceof RangeError) throw notFound();
  throw error;
}
