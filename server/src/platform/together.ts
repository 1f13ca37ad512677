/**
 * Questions of one moment are asked together.
 *
 * What is asked until the event loop has turned becomes one query, whoever asks, so that under load a
 * query serves many and alone it waits for nothing. Nothing is remembered: each question is answered
 * by a query that began after it was asked. A question must name whom it is for where the answer
 * depends on it, as those of `see.ts` do.
 */
import DataLoader from 'dataloader';

/** Questions in one query at most. */
const togetherMax = 200;

/** `ask` answers in the order of the questions. */
export function together<Q, A>(
  ask: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  const loader = new DataLoader<Q, A>(ask, {
    cache: false,
    maxBatchSize: togetherMax,
    batchScheduleFn: setImmediate,
  });
  return (question) => loader.load(question);
}
