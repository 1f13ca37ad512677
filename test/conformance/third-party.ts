/**
 * `npm run test:third-party`: a verifier that is not ours judges our files and our log over HTTP.
 *
 * It is a small Go program on the Go project's own libraries (`go/`). It must accept what a real chain
 * serves, several epochs long, and refuse every tampering below. Needs Go; stands beside the tests for that
 * reason, and .ci/run always runs it. Ends `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import type { ChainClient } from '../../chain/src/client.ts';
import { startEmbeddedChain } from '../../chain/src/index.ts';
import { leafHash } from '../../chain/src/log/merkle.ts';
import { encodeNote, parseNote } from '../../chain/src/log/note.ts';
import { encodePack, type Pack } from '../../chain/src/log/pack.ts';
import { tlogPolicy } from '../../chain/src/log/policy.ts';
import { encodeTlogProof, parseTlogProof } from '../../chain/src/log/proof.ts';
import { addLog } from '../../server/src/audit/download.ts';
import { actor, fourBanks, operator } from '../support/chain-world.ts';
import { confirmedInvoice, confirmedTogether, itemOf, origin, proofOf } from '../support/proofs.ts';
import { buildVerifier } from './go-verifier.ts';

type Case = {
  readonly name: string;
  readonly accepted: boolean;
  readonly args: () => readonly string[];
  /** What a forger does to an answer of the log. */
  readonly tamper?: Tamper;
};
type Tamper = (path: string, body: Buffer) => Buffer;

const folder = mkdtempSync(join(tmpdir(), 'third-party-'));
const verifier = join(folder, 'verifier');
let written = 0;

/** A file with that content; each its own. */
function file(content: string): string {
  written += 1;
  const path = join(folder, `${written}`);
  writeFileSync(path, content);
  return path;
}

/** A proof of a leaf among a million, and what a forger makes of it. */
async function proofCases(): Promise<readonly Case[]> {
  const size = 1_000_000n;
  const { council, leaves, nodeAt } = await confirmedInvoice({ size });
  const index = size - 10n;
  const leaf = leaves.get(index) ?? new Uint8Array();
  const proof = await proofOf(nodeAt, index, size, council, { leaf });
  const thin = await proofOf(nodeAt, index, size, council, { leaf, signing: [0, 1] });
  const text = encodeTlogProof(proof);
  const policy = file(tlogPolicy(origin, council.log.publicKey, council.validators));
  const of = (name: string, accepted: boolean, content: string): Case => ({
    ...{ name: `proof: ${name}`, accepted },
    args: () => ['proof', file(content), policy],
  });
  return [
    of('whole', true, text),
    of('two cosignatures of four', false, encodeTlogProof(thin)),
    of('another index', false, text.replace(`index ${index}`, `index ${index - 1n}`)),
    of('another size', false, text.replace(`\n${size}\n`, `\n${size + 1n}\n`)),
    of('another leaf', false, encodeTlogProof({ ...proof, leaf: leaf.slice(1) })),
  ];
}

/** Acts that were signed together: each is accepted by itself, and none with what is another's. */
async function actCases(): Promise<readonly Case[]> {
  const { packs, council } = await confirmedTogether(5);
  const alone = await confirmedInvoice();
  const { validators, log } = council;
  const policy = file(tlogPolicy(origin, log.publicKey, validators));
  const of = (name: string, accepted: boolean, pack: Pack): Case => ({
    ...{ name: `act: ${name}`, accepted },
    args: () => ['act', file(encodePack(pack)), policy],
  });
  const [one, two] = [itemOf(packs, 0), itemOf(packs, 1)];
  const altered = (change: Partial<Pack['act']>): Pack => ({
    ...one,
    act: { ...one.act, ...change },
  });
  const turned = (bytes: Uint8Array, at: number) =>
    bytes.map((octet, order) => (order === at ? octet ^ 1 : octet));
  const { signature, headerBytes } = one.act;
  return [
    of('signed alone', true, alone.pack),
    ...packs.map((pack, order) => of(`${order + 1} of 5 under one signature`, true, pack)),
    of('with the place of another in the batch', false, altered({ signature: two.act.signature })),
    of('a batch of another size', false, altered({ signature: turned(signature, 1) })),
    of('another place in the batch', false, altered({ signature: turned(signature, 2) })),
    of('a bit of a sibling', false, altered({ signature: turned(signature, 10) })),
    of(
      'a bit of the signature',
      false,
      altered({ signature: turned(signature, signature.length - 9) }),
    ),
    of(
      'a bit of the signed header',
      false,
      altered({ headerBytes: turned(headerBytes, headerBytes.length - 10) }),
    ),
    of('another key', false, altered({ publicKey: alone.founder.publicKey })),
    of('the place of another in the log', false, { ...one, proof: two.proof }),
  ];
}

/** A real chain that goes through several epochs, 600 acts long; in the midst of it the log gets another key. */
async function startChain(): Promise<{
  readonly chain: ChainClient;
  readonly early: bigint;
  readonly earlyProof: string;
}> {
  const parameters = { epochBlocks: 2n, timeLockMs: 0n };
  const chain = await startEmbeddedChain({
    ...{ home: join(folder, 'chain'), networkName: 'test' },
    genesis: { ...fourBanks, parameters },
  });
  const writer = actor(chain.chainId, operator);
  let early = 0n;
  let earlyProof = '';
  for (const [order, count] of [1, 2, 300, 1, 296].entries()) {
    const from = chain.status().height + 1n;
    if (order === 2) {
      const offer = await chain.makeLogKey();
      await chain.submit([writer.act({ governance: { op: 'rotate', ...offer } })]);
    }
    await chain.submit(writer.batch(Math.max(2, count)));
    for await (const block of chain.blocksFrom(from, AbortSignal.timeout(30_000))) {
      if (early === 0n) {
        early = block.size;
        earlyProof = await chain.tlogProof(0n);
      }
      if (block.entries.length > 0) break;
    }
  }
  return { chain, early, earlyProof };
}

/** The log as it is served, and between it and the reader a forger who alters what passes. */
async function serve(chain: ChainClient) {
  const app = Fastify();
  addLog(app, chain);
  let tamper: Tamper = (_path, body) => body;
  const server = createServer((request, answer) => {
    const url = request.url ?? '/';
    void app.inject({ url }).then(({ statusCode, rawPayload }) => {
      answer.writeHead(statusCode).end(tamper(url, rawPayload));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    app,
    url: `http://127.0.0.1:${port}`,
    tamperWith: (next: Tamper | undefined) => {
      tamper = next ?? ((_path, body) => body);
    },
    stop: async () => {
      server.close();
      await app.close();
    },
  };
}

function logCases(
  url: string,
  texts: {
    readonly policy: string;
    /** Of the first epoch, when the log had another key. */
    readonly firstPolicy: string;
    readonly early: string;
    /** The same leaf under the early checkpoint. */
    readonly earlyProof: string;
    readonly proof: string;
    readonly firstLeaf: Uint8Array;
  },
): readonly Case[] {
  const policy = file(texts.policy);
  const first = file(texts.firstPolicy);
  const early = file(texts.early);
  const on = (part: string, alter: (body: Buffer) => Buffer): Tamper => {
    return (path, body) => (path.startsWith(part) ? alter(body) : body);
  };
  const bitAt = (at: number) => (body: Buffer) => {
    const altered = Buffer.from(body);
    const place = at < 0 ? altered.length + at : at;
    altered[place] = (altered[place] ?? 0) ^ 1;
    return altered;
  };
  const lines = (alter: (lines: string[]) => readonly string[]) => (body: Buffer) =>
    Buffer.from(alter(body.toString().split('\n')).join('\n'));
  const of = (name: string, accepted: boolean, tamper?: Tamper, old = early): Case => ({
    ...{ name: `log: ${name}`, accepted, args: () => ['log', url, policy, old, first] },
    ...(tamper === undefined ? {} : { tamper }),
  });
  const note = parseNote(texts.early);
  const root = note.checkpoint.root.map((octet, order) => (order === 3 ? octet ^ 1 : octet));
  const rewritten = encodeNote({ ...note, checkpoint: { ...note.checkpoint, root } });
  return [
    of('checkpoint, every leaf and an older checkpoint over tiles', true),
    { ...of('a proof file of it', true), args: () => ['proof', file(texts.proof), policy] },
    {
      ...of('a proof file from before the log got another key', true),
      args: () => ['proof', file(texts.earlyProof), first],
    },
    {
      ...of('a proof file by the key that the log no longer has', false),
      args: () => ['proof', file(texts.earlyProof), policy],
    },
    {
      ...of('a proof file by the key that the log did not have yet', false),
      args: () => ['proof', file(texts.proof), first],
    },
    {
      ...of('an older checkpoint by a key that its time did not have', false),
      args: () => ['log', url, policy, early, policy],
    },
    of(
      'three cosignatures of four',
      true,
      on(
        '/checkpoint',
        lines((all) => [...all.slice(0, 5), ...all.slice(6)]),
      ),
    ),
    of(
      'two cosignatures of four',
      false,
      on(
        '/checkpoint',
        lines((all) => [...all.slice(0, 5), ...all.slice(7)]),
      ),
    ),
    of(
      'no line of the log',
      false,
      on(
        '/checkpoint',
        lines((all) => [...all.slice(0, 4), ...all.slice(5)]),
      ),
    ),
    of(
      'one cosigner twice for two',
      false,
      on(
        '/checkpoint',
        lines((all) => [...all.slice(0, 7), itemOf(all, 6), '']),
      ),
    ),
    of(
      'another root',
      false,
      on(
        '/checkpoint',
        lines((all) => [...all.slice(0, 2), `A${itemOf(all, 2).slice(1)}`, ...all.slice(3)]),
      ),
    ),
    of(
      'another size',
      false,
      on(
        '/checkpoint',
        lines((all) => [itemOf(all, 0), `${Number(all[1]) - 1}`, ...all.slice(2)]),
      ),
    ),
    of('a bit of a cosignature', false, on('/checkpoint', bitAt(-8))),
    of('a bit of a full tile of hashes', false, on('/tile/0/000', bitAt(40))),
    of('a bit of the partial tile', false, on('/tile/0/002', bitAt(40))),
    of('a bit of a tile above', false, on('/tile/1/', bitAt(3))),
    of(
      'a tile cut short',
      false,
      on('/tile/0/001', (body) => body.subarray(32)),
    ),
    of('a bit of an entry', false, on('/tile/entries/001', bitAt(90))),
    of('an entry and its hash, altered together', false, (path, body) => {
      if (path.startsWith('/tile/entries/000')) return bitAt(2)(body);
      return path.startsWith('/tile/0/000') ? hashedAnew(body, texts.firstLeaf) : body;
    }),
    of(
      'an entry left out',
      false,
      on('/tile/entries/000', (body) => body.subarray(2 + body.readUInt16BE(0))),
    ),
    of(
      'an entry too many',
      false,
      on('/tile/entries/002', (body) => Buffer.concat([body, Buffer.of(0, 1, 7)])),
    ),
    of('an older checkpoint with another root', false, undefined, file(rewritten)),
  ];
}

/** A tile of hashes in which the first is that of the leaf with one bit turned. */
function hashedAnew(tile: Buffer, leaf: Uint8Array): Buffer {
  const altered = leaf.map((octet, order) => (order === 0 ? octet ^ 1 : octet));
  return Buffer.concat([leafHash(altered), tile.subarray(32)]);
}

/** Runs the verifier beside us, because the log that it reads is in this process. */
function judge(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const child = spawn(verifier, args, { timeout: 60_000 });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said += part.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 2, said: said.trim() }));
  });
}

async function main(): Promise<number> {
  try {
    console.log(`the verifier was built: ${buildVerifier(verifier)}`);
  } catch (fault) {
    console.log(`FAILED  ${fault instanceof Error ? fault.message : String(fault)}`);
    console.log('0 passed, 1 failed');
    return 1;
  }
  const { chain, early, earlyProof } = await startChain();
  const served = await serve(chain);
  const text = async (url: string) => (await served.app.inject({ url })).body;
  const epoch = (await chain.log.handovers()).length + 1;
  const proof = parseTlogProof(await text('/log/proof/0'));
  const cases = [
    ...(await proofCases()),
    ...(await actCases()),
    ...logCases(served.url, {
      policy: await text(`/log/policy/${epoch}`),
      firstPolicy: await text('/log/policy/1'),
      early: await text(`/log/checkpoint/${early}`),
      proof: encodeTlogProof(proof),
      earlyProof,
      firstLeaf: await chain.log.leaf(0n),
    }),
  ];
  let failed = 0;
  for (const { name, accepted, args, tamper } of cases) {
    served.tamperWith(tamper);
    const { code, said } = await judge(args());
    const isRight = code === (accepted ? 0 : 1);
    if (!isRight) failed += 1;
    console.log(`${isRight ? 'passed' : 'FAILED'}  ${name}: ${said}`);
  }
  await served.stop();
  await chain.stop();
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
