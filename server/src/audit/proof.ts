/**
 * The proof pack of one act: what an auditor downloads and verifies without us.
 *
 * It shows the act's fields that are short enough to read, the registration of the key that signed
 * and the grant of the mandate it was signed under, each included in the same checkpoint.
 */
import type pg from 'pg';
import { decodeBody } from '../../../chain/src/act/body.ts';
import { fieldsOf } from '../../../chain/src/act/field.ts';
import { fieldToJson } from '../../../chain/src/act/input.ts';
import { kindNamed } from '../../../chain/src/act/kinds.ts';
import type { ChainClient } from '../../../chain/src/client.ts';
import { encodePack, packAct, type Supporting } from '../../../chain/src/log/pack.ts';
import { parseTlogProof } from '../../../chain/src/log/proof.ts';
import { invariant } from '../kernel/invariant.ts';

/** A field whose text is longer stays hidden in a pack; its leaf is still bound by the act. */
const shownCharactersMax = 200;

type ProvenAct = {
  readonly kind: string;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly keyId: string;
  readonly mandate: string | null;
  readonly refusal: string | null;
  readonly index: bigint;
  readonly height: bigint;
};

const select = `SELECT a."kind", a."header", a."signature", a."body", k."publicKey", a."keyId", a."mandate", a."refusal", a."index", a."height"
  FROM act a JOIN signing_key k ON k."id" = a."keyId" WHERE a."status" <> 'PENDING'`;

/** The pack as its file's text, or null while the act, its key or its mandate is not final. */
export async function proofPack(
  pool: pg.Pool,
  chain: ChainClient,
  hash: Uint8Array,
): Promise<string | null> {
  const [act] = (await pool.query<ProvenAct>(`${select} AND a."hash" = $1`, [hash])).rows;
  if (act === undefined) return null;
  const proof = parseTlogProof(await chain.tlogProof(act.index));
  const { size } = proof.checkpoint;
  // One that was made since then is not needed, and would be refused.
  const handovers = (await chain.log.handovers()).filter(
    (text) => parseTlogProof(text).checkpoint.size < size,
  );
  const included = async (index: bigint) => {
    const { hashes, leaf } = await chain.inclusion(index, size);
    return { index, hashes, leaf };
  };

  const supporting: Supporting[] = [];
  for (const [role, subject, kind] of [
    ['key', act.keyId, 'key.register'],
    ['mandate', act.mandate, 'mandate.grant'],
  ] as const) {
    if (subject === null) continue;
    const result = await pool.query<ProvenAct>(
      `${select} AND a."status" = 'FINAL' AND a."subject" = $1 AND a."kind" = $2 ORDER BY a."index" LIMIT 1`,
      [subject, kind],
    );
    const [found] = result.rows;
    if (found === undefined) continue;
    const { index, hashes } = await included(found.index);
    supporting.push({ ...shown(found), index, hashes, role });
  }
  const block = await included(await headerIndexOf(chain, act.height));
  return encodePack({
    act: shown(act),
    supporting,
    block,
    handovers,
    proof: { ...proof, leaf: null },
  });
}

function shown(act: ProvenAct) {
  const kind = kindNamed(act.kind);
  invariant(kind !== undefined, `${act.kind} is a kind of act`);
  const body = decodeBody(kind, new Uint8Array(act.body));
  const show = fieldsOf(kind)
    .filter(({ path, type }) => {
      const json = fieldToJson(type, body.fields[path] ?? null);
      return json !== null && JSON.stringify(json).length <= shownCharactersMax;
    })
    .map(({ path }) => path);
  return packAct({
    headerBytes: new Uint8Array(act.header),
    signature: new Uint8Array(act.signature),
    publicKey: new Uint8Array(act.publicKey),
    refusal: act.refusal,
    body,
    show,
  });
}

async function headerIndexOf(chain: ChainClient, height: bigint): Promise<bigint> {
  const stop = new AbortController();
  for await (const block of chain.blocksFrom(height, stop.signal)) {
    stop.abort();
    return block.headerIndex;
  }
  throw new Error(`the chain has no block ${height}`);
}
