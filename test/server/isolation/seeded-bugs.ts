/**
 * Seeded bugs: one resolver at a time forgets whom it answers. The walk must notice each.
 *
 *   unfiltered   what it reads through `see` and `acts` is everything, as if `access` had been left out
 *   as the owner it takes the asker for the owner of the object, for what is filtered by organisation
 */
import type { GraphQLField, GraphQLSchema } from 'graphql';
import { isObjectType } from 'graphql';
import type { Context } from '../../../server/src/graphql/context.ts';
import { actsSeenBy } from '../../../server/src/platform/acts-seen.ts';
import { seeAs } from '../../../server/src/platform/see.ts';
import type { Principal } from '../../support/consortium.ts';
import type { PlayedWorld } from '../../support/played-world.ts';

export type Bug = 'unfiltered' | 'as the owner';

/** A reader with a right to everything, so that reading as it is reading without the filter. */
const everyone = 'pty_everyone';

export async function letEveryoneSee({ world }: PlayedWorld): Promise<void> {
  await world.database.pool.query(
    `INSERT INTO access ("id", "reader", "object", "type", "level", "sinceMs")
     SELECT DISTINCT ON ("object") $1 || ':' || "object", $1, "object", "type", 'F', "sinceMs" FROM access
     ON CONFLICT DO NOTHING`,
    [everyone],
  );
}

export async function forgetEveryone({ world }: PlayedWorld): Promise<void> {
  await world.database.pool.query('DELETE FROM access WHERE "reader" = $1', [everyone]);
}

/** Puts the bug into one field; the returned function mends it. */
export function plant(
  { world }: PlayedWorld,
  schema: GraphQLSchema,
  coordinate: string,
  bug: Bug,
  owner: Principal,
): () => void {
  const field = fieldAt(schema, coordinate);
  const { resolve, subscribe } = field;
  const { pool } = world.database;
  const blind = () => {
    // It still knows who asks; only the filter is gone.
    const see = seeAs(pool, everyone);
    return { see, acts: actsSeenBy(pool, everyone) };
  };
  const contextOf = async (context: Context): Promise<Context> => {
    if (bug === 'unfiltered') return { ...context, ...blind(), fresh: blind };
    const session = { key: owner.login, personId: owner.person, expiresMs: 2n ** 62n };
    return world.app.contextOf({ ...context.request, session });
  };
  if (resolve !== undefined) {
    field.resolve = async (source, args, context, info) =>
      resolve(source, args, await contextOf(context as Context), info);
  }
  if (subscribe !== undefined) {
    field.subscribe = async (source, args, context, info) =>
      subscribe(source, args, await contextOf(context as Context), info);
  }
  return () => {
    if (resolve !== undefined) field.resolve = resolve;
    if (subscribe !== undefined) field.subscribe = subscribe;
  };
}

function fieldAt(schema: GraphQLSchema, coordinate: string): GraphQLField<unknown, unknown> {
  const [name = '', field = ''] = coordinate.split('.');
  const type = schema.getType(name);
  const found = isObjectType(type) ? type.getFields()[field] : undefined;
  if (found === undefined) throw new Error(`there is no field ${coordinate}`);
  return found;
}
