/** Acts as they change, for one reader: what the reader may not see never arrives. */
import { type EventEmitter, on } from 'node:events';
import type { Context } from '../graphql/context.ts';
import type { ActRow } from '../platform/acts-seen.ts';
import type { AnchoredAct } from '../platform/anchoring.ts';

/** Changes that wait for a slow reader, before the oldest are left out. */
const waitingMax = 1_000;

export async function* subscribed(
  events: EventEmitter,
  { fresh }: Context,
): AsyncGenerator<ActRow> {
  const changes = on(events, 'act', { highWaterMark: waitingMax, lowWaterMark: waitingMax / 2 });
  for await (const [change] of changes as AsyncIterable<readonly [AnchoredAct]>) {
    const act = await fresh().acts.act(`act_${change.hash}`);
    if (act !== null) yield act;
  }
}
