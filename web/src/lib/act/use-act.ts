/**
 * One act from a form to its answer.
 *
 * With a key on this device the act is built and signed here, under a lock that the tabs of this
 * browser share, so that two tabs never use one place in the key's sequence; a stale sequence is
 * signed again by itself. Without such a key the platform's custodial key signs, and the proof says
 * so. The idempotency key belongs to the form, survives a reload, and goes when the act is done:
 * sending twice does it once.
 */
import type { ApolloClient, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import type { KindName } from '../../../../chain/src/act/kinds.ts';
import { pinnedAnchor } from '../anchor-pin.ts';
import { graphql } from '../graphql/gql.ts';
import type { EnvelopeInput, RefusalPartsFragment } from '../graphql/graphql.ts';
import { forgetIdempotencyKey, idempotencyKeyOf } from '../kept.ts';
import { useViewer, type Viewer } from '../viewer.ts';
import type { ContextProblem } from './context.ts';
import { type DeviceKey, deviceKeyOf, onKeyChange } from './device-key.ts';

export const ActContextDocument = graphql(`
  query ActContext($input: ActContextInput!) {
    actContext(input: $input) {
      ... on ActContext {
        chainId
        channel
        keyId
        seq
        previousAct
        epoch
        timeMs
        refs
        party
        person
        mandate
        businessDate
        fingerprint
        notes
        group
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);

/** How often a stale sequence is signed again before the person is asked. */
export const resignMax = 4;

export type SentInput = {
  readonly idempotencyKey: string;
  readonly envelope?: EnvelopeInput | null | undefined;
  readonly wait?: boolean | null | undefined;
};
export type Answer = { readonly __typename: string };
type RefusalAnswer = RefusalPartsFragment & { readonly __typename: 'Refusal' };

/** A mutation that performs an act: its answer stands under `result`, its input carries key and envelope. */
export type ActMutation<R extends Answer, V extends Variables> = TypedDocumentNode<
  { readonly result: R },
  V
>;
type Variables = { readonly input: SentInput };
export type Success<R extends Answer> = Exclude<R, { readonly __typename: 'Refusal' }>;
/** What the form itself gives: the act's own fields, and what travels beside it. */
export type OwnInput<V extends Variables> = Omit<V['input'], keyof SentInput>;

export type ActState<S> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly step: 'context' | 'signing' | 'sending' }
  | { readonly kind: 'refused'; readonly refusal: RefusalPartsFragment }
  | { readonly kind: 'tampered'; readonly problem: ContextProblem }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'done'; readonly success: S; readonly signedAgain: boolean };

export type ActRun<S, I> = {
  readonly state: ActState<S>;
  /** The key that will sign; undefined for the platform's custody. */
  readonly device: DeviceKey | undefined;
  readonly run: (input: I) => Promise<S | undefined>;
  readonly reset: () => void;
};

export type ActOptions = {
  readonly kind: KindName;
  /** Names the filled form: the kind and what it is about. */
  readonly form: string;
  /** Input that travels beside the act and is not in its body. */
  readonly beside?: readonly string[];
  /** The last acts of the objects that the act changes, as the page shows them. */
  readonly shows?: readonly ({ readonly actHash: string } | null | undefined)[];
};

export function useAct<R extends Answer, V extends Variables>(
  mutation: ActMutation<R, V>,
  options: ActOptions,
): ActRun<Success<R>, OwnInput<V>> {
  const client = useApolloClient();
  const viewer = useViewer();
  const device = useDeviceKey(viewer.person.id);
  const [state, setState] = useState<ActState<Success<R>>>({ kind: 'idle' });

  const run = async (input: OwnInput<V>): Promise<Success<R> | undefined> => {
    try {
      const end = await perform<R, V>(
        { client, viewer, device, mutation, options, input },
        (step) => setState({ kind: 'working', step }),
      );
      if (end.kind === 'done') {
        forgetIdempotencyKey(options.form);
        void client.refetchQueries({ include: 'active' });
      }
      setState(end);
      return end.kind === 'done' ? end.success : undefined;
    } catch (error) {
      // What is shown is for the person; what was thrown is for whoever looks into it.
      console.error(error);
      setState({ kind: 'failed', error });
      return undefined;
    }
  };
  return { state, device, run, reset: () => setState({ kind: 'idle' }) };
}

/** The person's key on this device, kept up to date while the page is open. */
export function useDeviceKey(personId: string): DeviceKey | undefined {
  const [key, setKey] = useState<DeviceKey>();
  useEffect(() => {
    let open = true;
    const load = () =>
      void deviceKeyOf(personId).then((found) => {
        if (open) {
          setKey(found);
        }
      });
    load();
    const stop = onKeyChange(load);
    return () => {
      open = false;
      stop();
    };
  }, [personId]);
  return key;
}

type Work<R extends Answer, V extends Variables> = {
  readonly client: ApolloClient;
  readonly viewer: Viewer;
  readonly device: DeviceKey | undefined;
  readonly mutation: ActMutation<R, V>;
  readonly options: ActOptions;
  readonly input: OwnInput<V>;
};
type End<S> = Extract<ActState<S>, { readonly kind: 'done' | 'refused' | 'tampered' }>;
type Step = (step: 'context' | 'signing' | 'sending') => void;

async function perform<R extends Answer, V extends Variables>(
  work: Work<R, V>,
  onStep: Step,
): Promise<End<Success<R>>> {
  // The key may have been enrolled or dropped in another tab since this page was drawn.
  const device = await deviceKeyOf(work.viewer.person.id);
  if (device === undefined) {
    onStep('sending');
    return ended<R>(await post(work, undefined), false);
  }
  return underLock(device.keyId, async () => {
    for (let again = 0; ; again += 1) {
      const signed = await signWith(work, device, onStep);
      if (signed.kind === 'disagrees') {
        return { kind: 'tampered', problem: signed.problem };
      }
      if (signed.kind === 'refused') {
        return signed;
      }
      onStep('sending');
      const result = await post(work, signed.envelope);
      if (!isRefusal(result) || result.code !== 'SEQUENCE_STALE' || again === resignMax) {
        return ended<R>(result, again > 0);
      }
    }
  });
}

async function signWith<R extends Answer, V extends Variables>(
  work: Work<R, V>,
  key: DeviceKey,
  onStep: Step,
) {
  const { client, viewer, options } = work;
  const beside = options.beside ?? [];
  const input = Object.fromEntries(
    Object.entries(work.input).filter(([name]) => !beside.includes(name)),
  );
  onStep('context');
  const [{ sign }, { data }] = await Promise.all([
    import('./sign.ts'),
    client.query({
      query: ActContextDocument,
      variables: { input: { kind: options.kind, keyId: key.keyId, input: JSON.stringify(input) } },
      fetchPolicy: 'no-cache',
    }),
  ]);
  const anchorFile = pinnedAnchor();
  if (data === undefined || anchorFile === undefined) {
    throw new Error('an act is signed only for a network that this device remembers');
  }
  const context = data.actContext;
  if (context.__typename === 'Refusal') {
    return { kind: 'refused', refusal: context } as const;
  }
  onStep('signing');
  return sign({
    kind: options.kind,
    input,
    context,
    shown: {
      anchorFile,
      party: viewer.party.id,
      person: viewer.person.id,
      businessDate: viewer.businessDate,
      mandates: viewer.person.mandates.map((mandate) => mandate.id),
      refs: shownActs(options.shows),
    },
    key,
    nowMs: Date.now(),
    seed: crypto.getRandomValues(new Uint8Array(32)),
  });
}

/** Undefined where the page shows none, or may not read one of them: then there is nothing to compare. */
export function shownActs(shows: ActOptions['shows']): readonly string[] | undefined {
  const hashes = shows?.flatMap((anchor) =>
    anchor === null || anchor === undefined ? [] : [anchor.actHash],
  );
  return hashes?.length === shows?.length ? hashes : undefined;
}

async function post<R extends Answer, V extends Variables>(
  { client, mutation, options, input }: Work<R, V>,
  envelope: EnvelopeInput | undefined,
): Promise<R> {
  const variables = {
    input: {
      ...input,
      idempotencyKey: idempotencyKeyOf(options.form),
      ...(envelope === undefined ? {} : { envelope }),
    },
  } as unknown as V;
  const { data } = await client.mutate<{ readonly result: R }, V>({ mutation, variables });
  if (data === undefined) {
    throw new Error('the server answered nothing');
  }
  return data.result as R;
}

function ended<R extends Answer>(result: R, signedAgain: boolean): End<Success<R>> {
  return isRefusal(result)
    ? { kind: 'refused', refusal: result }
    : { kind: 'done', success: result as Success<R>, signedAgain };
}

export function isRefusal(answer: Answer): answer is RefusalAnswer {
  return answer.__typename === 'Refusal';
}

/** One act of a key at a time in all tabs of this browser; without locks, the sequence decides. */
export function underLock<T>(keyId: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined
    ? work()
    : navigator.locks.request(`tallystick-key-${keyId}`, work);
}
