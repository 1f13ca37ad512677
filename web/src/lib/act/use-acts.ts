/**
 * Many acts of one kind from a page to their answers, with one signature.
 *
 * What would be refused is said before anything is signed, and left out. With a key on this device the
 * rest is built and signed here, once, under the lock of that key; where an act is refused after all,
 * what stands behind it is signed again and goes on. Each act has an idempotency key of its own that
 * survives a reload: what was done before is told apart and not done again.
 */
import type { ApolloClient, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import type { KindName } from '../../../../chain/src/verify.ts';
import { pinnedAnchor } from '../anchor-pin.ts';
import { graphql } from '../graphql/gql.ts';
import type { EnvelopeInput, RefusalPartsFragment } from '../graphql/graphql.ts';
import { forgetIdempotencyKey, idempotencyKeyOf } from '../kept.ts';
import { useViewer, type Viewer } from '../viewer.ts';
import type { ContextProblem } from './context.ts';
import { type DeviceKey, deviceKeyOf } from './device-key.ts';
import {
  type ActOptions,
  type Answer,
  isRefusal,
  resignMax,
  type SentInput,
  type Success,
  shownActs,
  underLock,
  useDeviceKey,
} from './use-act.ts';

export const ActContextsDocument = graphql(`
  query ActContexts($input: ActContextsInput!) {
    actContexts(input: $input) {
      ... on ActContexts {
        chainId
        channel
        keyId
        seq
        previousAct
        epoch
        timeMs
        party
        person
        businessDate
        results {
          isDone
          refs
          mandate
          fingerprint
          notes
          group
          refusal {
            ...RefusalParts
          }
        }
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);

/** Acts in one request; one signature covers all the requests of a run. */
const requestMax = 100;

/** A mutation of many: its input lists what each is alone, its answers stand in that order. */
export type ActsMutation<R extends Answer, V extends Variables> = TypedDocumentNode<
  { readonly result: { readonly results: readonly R[] } },
  V
>;
type Variables = { readonly input: { readonly items: SentInput | readonly SentInput[] } };
type ItemOf<V extends Variables> = V['input']['items'] extends infer I
  ? I extends readonly (infer E)[]
    ? E
    : I
  : never;

/** One of the acts: its own fields, the form that it is, and what the page shows of its object. */
export type Item<V extends Variables> = {
  /** Names it on the page. */
  readonly id: string;
  readonly form: string;
  readonly input: Omit<ItemOf<V>, keyof SentInput>;
  readonly shows?: ActOptions['shows'];
};

export type ItemAnswer<S> =
  | { readonly kind: 'done'; readonly success: S | undefined }
  | { readonly kind: 'refused'; readonly refusal: RefusalPartsFragment };
export type Answers<S> = ReadonlyMap<string, ItemAnswer<S>>;

export type ActsState<S> =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'working';
      readonly step: 'context' | 'signing' | 'sending';
      readonly answers: Answers<S>;
    }
  | { readonly kind: 'tampered'; readonly problem: ContextProblem; readonly answers: Answers<S> }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'refused'; readonly refusal: RefusalPartsFragment }
  | { readonly kind: 'done'; readonly answers: Answers<S> };

export type ActsRun<S, V extends Variables> = {
  readonly state: ActsState<S>;
  /** The key that will sign; undefined for the platform's custody. */
  readonly device: DeviceKey | undefined;
  /** True when every act has its answer. */
  readonly run: (items: readonly Item<V>[]) => Promise<boolean>;
};

export function useActs<R extends Answer, V extends Variables>(
  mutation: ActsMutation<R, V>,
  kind: KindName,
): ActsRun<Success<R>, V> {
  const client = useApolloClient();
  const viewer = useViewer();
  const device = useDeviceKey(viewer.person.id);
  const [state, setState] = useState<ActsState<Success<R>>>({ kind: 'idle' });

  const run = async (items: readonly Item<V>[]) => {
    try {
      const end = await performAll<R, V>({ client, viewer, mutation, kind, items }, (step, so) =>
        setState({ kind: 'working', step, answers: new Map(so) }),
      );
      if (end.kind === 'done') {
        for (const { id, form } of items) {
          if (end.answers.get(id)?.kind === 'done') {
            forgetIdempotencyKey(form);
          }
        }
      }
      setState(end);
      void client.refetchQueries({ include: 'active' });
      return end.kind === 'done';
    } catch (error) {
      // What is shown is for the person; what was thrown is for whoever looks into it.
      console.error(error);
      setState({ kind: 'failed', error });
      return false;
    }
  };
  return { state, device, run };
}

type Work<R extends Answer, V extends Variables> = {
  readonly client: ApolloClient;
  readonly viewer: Viewer;
  readonly mutation: ActsMutation<R, V>;
  readonly kind: KindName;
  readonly items: readonly Item<V>[];
};
type Tell<S> = (step: 'context' | 'signing' | 'sending', answers: Answers<S>) => void;
type End<S> = Extract<ActsState<S>, { readonly kind: 'done' | 'tampered' | 'refused' }>;

async function performAll<R extends Answer, V extends Variables>(
  work: Work<R, V>,
  tell: Tell<Success<R>>,
): Promise<End<Success<R>>> {
  const answers = new Map<string, ItemAnswer<Success<R>>>();
  // The key may have been enrolled or dropped in another tab since this page was drawn.
  const device = await deviceKeyOf(work.viewer.person.id);
  if (device === undefined) {
    for (const part of parts(work.items)) {
      tell('sending', answers);
      take(answers, part, await post(work, part, undefined), () => true);
    }
    return { kind: 'done', answers };
  }
  return underLock(device.keyId, async () => {
    let open = work.items;
    for (let idle = 0; open.length > 0 && idle <= resignMax; idle += 1) {
      const end = await signAndSend({ ...work, items: open }, device, answers, tell);
      if (end !== undefined) {
        return end;
      }
      const left = open.filter(({ id }) => !answers.has(id));
      if (left.length < open.length) {
        idle = 0;
      }
      open = left;
    }
    return { kind: 'done', answers };
  });
}

/** One round: look where each stands, sign what can be, send it. Undefined when it may go on. */
async function signAndSend<R extends Answer, V extends Variables>(
  work: Work<R, V>,
  key: DeviceKey,
  answers: Map<string, ItemAnswer<Success<R>>>,
  tell: Tell<Success<R>>,
): Promise<End<Success<R>> | undefined> {
  tell('context', answers);
  const given = await contextsOf(work, key);
  if (given.kind === 'refused') {
    return given;
  }
  const ready: { readonly item: Item<V>; readonly standing: Standing }[] = [];
  for (const [order, item] of work.items.entries()) {
    const standing = given.standings[order];
    if (standing === undefined) {
      throw new Error('the server answers for each act that it was asked about');
    }
    const { refusal, isDone } = standing;
    if (isDone) {
      answers.set(item.id, { kind: 'done', success: undefined });
    } else if (refusal !== null && refusal !== undefined) {
      answers.set(item.id, { kind: 'refused', refusal });
    } else {
      ready.push({ item, standing });
    }
  }
  if (ready.length === 0) {
    return undefined;
  }
  tell('signing', answers);
  const { signMany } = await import('./sign.ts');
  const signed = await signMany({
    kind: work.kind,
    place: given.place,
    key,
    nowMs: Date.now(),
    shown: shownBy(work.viewer),
    items: ready.map(({ item, standing }) => ({
      input: item.input,
      standing,
      refs: shownActs(item.shows),
      seed: crypto.getRandomValues(new Uint8Array(32)),
    })),
  });
  if (signed.kind === 'disagrees') {
    return { kind: 'tampered', problem: signed.problem, answers };
  }
  const items = ready.map(({ item }) => item);
  for (const [order, part] of parts(items).entries()) {
    tell('sending', answers);
    const from = order * requestMax;
    const envelopes = signed.envelopes.slice(from, from + requestMax);
    const isWhole = take(answers, part, await post(work, part, envelopes), isLast);
    if (!isWhole) {
      return undefined;
    }
  }
  return undefined;
}

/** Refusals after which an act is signed again by itself; every other is the answer. */
const again: readonly string[] = ['NOT_TRIED', 'SEQUENCE_STALE'];
const isLast = (refusal: RefusalPartsFragment) => !again.includes(refusal.code);

/** Notes the answers; false when an act of the request was not done. */
function take<R extends Answer, V extends Variables>(
  answers: Map<string, ItemAnswer<Success<R>>>,
  part: readonly Item<V>[],
  results: readonly R[],
  counts: (refusal: RefusalPartsFragment) => boolean,
): boolean {
  for (const [order, { id }] of part.entries()) {
    const result = results[order];
    if (result === undefined) {
      throw new Error('the server answers for each act that it was sent');
    }
    if (!isRefusal(result)) {
      answers.set(id, { kind: 'done', success: result as Success<R> });
    } else if (counts(result)) {
      answers.set(id, { kind: 'refused', refusal: result });
    }
  }
  return results.every((result) => !isRefusal(result));
}

async function contextsOf<R extends Answer, V extends Variables>(
  { client, kind, items }: Work<R, V>,
  key: DeviceKey,
) {
  const pages = [];
  for (const part of parts(items)) {
    const { data } = await client.query({
      query: ActContextsDocument,
      variables: {
        input: {
          ...{ kind, keyId: key.keyId },
          acts: part.map(({ input, form }) => ({
            input: JSON.stringify(input),
            idempotencyKey: idempotencyKeyOf(form),
          })),
        },
      },
      fetchPolicy: 'no-cache',
    });
    if (data === undefined) {
      throw new Error('the server answered nothing');
    }
    if (data.actContexts.__typename === 'Refusal') {
      return { kind: 'refused', refusal: data.actContexts } as const;
    }
    pages.push(data.actContexts);
  }
  const [first] = pages;
  if (first === undefined) {
    throw new Error('there is an act to sign');
  }
  const standings = pages.flatMap(({ results }) => results);
  return { kind: 'given', place: first, standings } as const;
}
type Standing = Extract<
  Awaited<ReturnType<typeof contextsOf>>,
  { readonly kind: 'given' }
>['standings'][number];

function shownBy({ party, person, businessDate }: Viewer) {
  const anchorFile = pinnedAnchor();
  if (anchorFile === undefined) {
    throw new Error('an act is signed only for a network that this device remembers');
  }
  return {
    anchorFile,
    party: party.id,
    person: person.id,
    businessDate,
    mandates: person.mandates.map((mandate) => mandate.id),
  };
}

async function post<R extends Answer, V extends Variables>(
  { client, mutation }: Work<R, V>,
  part: readonly Item<V>[],
  envelopes: readonly EnvelopeInput[] | undefined,
): Promise<readonly R[]> {
  const items = part.map(({ input, form }, order) => ({
    ...input,
    idempotencyKey: idempotencyKeyOf(form),
    ...(envelopes === undefined ? {} : { envelope: envelopes[order] }),
  }));
  const { data } = await client.mutate({
    mutation,
    variables: { input: { items } } as unknown as V,
  });
  if (data === undefined) {
    throw new Error('the server answered nothing');
  }
  return (data as { readonly result: { readonly results: readonly R[] } }).result.results;
}

function parts<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / requestMax);
  return Array.from({ length: count }, (_, order) =>
    items.slice(order * requestMax, (order + 1) * requestMax),
  );
}
