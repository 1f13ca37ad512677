/**
 * From a form's own input to a signed envelope, on this device.
 *
 * The act's bytes are built here, from what the person typed, never from bytes that the server sent.
 * The server builds the same act from the same input; a context that was tampered with is refused
 * before (`context.ts`), and if it were not, the signature would fail over there.
 */
import {
  base64url,
  bodyFromInput,
  fromBase64url,
  fromHex,
  hex,
  type KindName,
  parseAnchor,
  signAct,
  webCryptoSigner,
} from '../../../../chain/src/verify.ts';
import type { ActContextQuery, EnvelopeInput } from '../graphql/graphql.ts';
import { type ContextProblem, type ContextShown, contextProblem } from './context.ts';
import type { DeviceKey } from './device-key.ts';

export type ServerContext = Extract<
  ActContextQuery['actContext'],
  { readonly __typename: 'ActContext' }
>;

export type Signed =
  | { readonly kind: 'signed'; readonly envelope: EnvelopeInput }
  | { readonly kind: 'disagrees'; readonly problem: ContextProblem };

/** What the page shows, as far as it must agree with the context. */
export type Shown = Omit<ContextShown, 'chainId' | 'keyId' | 'nowMs'> & {
  /** The anchor file that this device remembers. */
  readonly anchorFile: string;
};

/** Signs the input in this context, or says in what the context disagrees with the page. */
export async function sign(request: {
  readonly kind: KindName;
  readonly input: unknown;
  readonly context: ServerContext;
  readonly shown: Shown;
  readonly key: DeviceKey;
  /** This device's clock. */
  readonly nowMs: number;
  readonly seed: Uint8Array;
}): Promise<Signed> {
  const { context, key, shown } = request;
  const { anchorFile, ...page } = shown;
  const problem = contextProblem(
    {
      ...context,
      person: context.person ?? null,
      mandate: context.mandate ?? null,
      timeMs: Number(context.timeMs),
      refs: context.refs.map((ref) => hex(octets(ref))),
    },
    {
      ...page,
      chainId: base64url(parseAnchor(anchorFile).chainId),
      keyId: key.keyId,
      nowMs: request.nowMs,
    },
  );
  if (problem !== undefined) {
    return { kind: 'disagrees', problem };
  }

  const signed = await signAct(
    {
      kind: request.kind,
      input: bodyFromInput(request.kind, request.input),
      context: {
        chainId: octets(context.chainId),
        channel: octets(context.channel),
        epoch: BigInt(context.epoch),
        refs: context.refs.map(octets),
        party: context.party,
        person: context.person ?? null,
        mandate: context.mandate ?? null,
        businessDate: context.businessDate,
        facts: {
          ...optional('fingerprint', context.fingerprint),
          ...optional('group', context.group),
          notes: context.notes.map(octets),
        },
      },
      place: {
        keyId: hexOctets(context.keyId),
        seq: BigInt(context.seq),
        previousAct: optionalBytes(context.previousAct),
        timeMs: BigInt(context.timeMs),
        seed: request.seed,
      },
    },
    webCryptoSigner(key.privateKey, key.publicKey),
  ).catch(impossiblePlace);
  if (signed === undefined) {
    return { kind: 'disagrees', problem: 'contextPlace' };
  }
  const { envelope } = signed;
  return {
    kind: 'signed',
    envelope: {
      keyId: context.keyId,
      seq: context.seq,
      previousAct: context.previousAct,
      epoch: context.epoch,
      timeMs: context.timeMs,
      refs: context.refs,
      mandate: context.mandate,
      businessDate: context.businessDate,
      seed: base64url(request.seed),
      signature: base64url(envelope.signature),
    },
  };
}

function optional<K extends string>(name: K, value: string | null | undefined) {
  return value === null || value === undefined ? {} : { [name]: octets(value) };
}

/** A place in the sequence at which no act can stand: the builder refuses it, and nothing is signed. */
function impossiblePlace(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ActError') {
    return undefined;
  }
  throw error;
}

/** Octets as the server writes them. Anything else is a server that we do not understand. */
function octets(text: string): Uint8Array {
  const read = fromBase64url(text);
  if (read === undefined) {
    throw new Error('the context holds octets as base64url');
  }
  return read;
}

function hexOctets(text: string): Uint8Array {
  const read = fromHex(text);
  if (read === undefined) {
    throw new Error('the context holds the key as hex');
  }
  return read;
}

/** Null where the key has not acted before: the server writes that as no octets, or as null. */
function optionalBytes(value: string | null | undefined): Uint8Array | null {
  return value === null || value === undefined || value === '' ? null : octets(value);
}
