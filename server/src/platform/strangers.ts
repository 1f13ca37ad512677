/**
 * Acts of the chain that are not this database's: those that validators bring by keys of their own.
 *
 * A validator of a network agrees to a change by an act of its home (chain/src/cli/governing.ts). Its key is a
 * founder's that no organisation here owns, and what it may decide is the state of the chain, not a row.
 */
import type pg from 'pg';
import { channelOf, decodeHeader, keyIdOf } from '../../../chain/src/act/act.ts';
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';

/** A block with the acts that are this database's; where the genesis admits no other keys, with all. */
export type OwnPart = (block: FinalBlock) => FinalBlock;

export async function ownPartOf(
  pool: Pick<pg.ClientBase, 'query'>,
  chain: ChainClient,
): Promise<OwnPart> {
  const { founders, origin, chainId } = await chain.anchor();
  const channel = channelOf(chainId, origin.slice(origin.lastIndexOf('/') + 1));
  const ids = founders.map(({ publicKey }) => hex(keyIdOf(channel, publicKey)));
  const known = await pool.query<{ id: string }>(
    'SELECT "id" FROM signing_key WHERE "id" = ANY($1)',
    [ids],
  );
  const own = known.rows.map(({ id }) => id);
  const strange = new Set(ids.filter((id) => !own.includes(id)));
  if (strange.size === 0) return (block) => block;
  return (block) => ({
    ...block,
    entries: block.entries.filter(({ header }) => !strange.has(hex(decodeHeader(header).keyId))),
  });
}
