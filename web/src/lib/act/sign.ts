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
  type Envelope,
  fromBase64url,
  fromHex,
  hex,
  type KindName,
  parseAnchor,
  signActs,
  webCryptoSigner,
} from '../../../../chain/src/verify.ts';
import type { ActContextQuery, ActContextsQuery, EnvelopeInput } from '../graphql/graphql.ts';
import { type ContextProblem, type ContextShown, contextProblem } from './context.ts';
import type { DeviceKey } from './device-key.ts';

export type ServerContext = Extract<
  ActContextQuery['actContext'],
  { readonly __typename: 'ActContext' }
>;
export type ServerContexts = Extract<
  ActContextsQuery['actContexts'],
  { readonly __typename: 'ActContexts' }
>;
/** Where the acts of a key go on, and what one of them builds on. */
type Place = Omit<ServerContexts, '__typename' | 'results'>;
type Standing = Omit<ServerContexts['results'][number], '__typename' | 'refusal' | 'isDone'>;

type Disagrees = { readonly kind: 'disagrees'; readonly problem: ContextProblem };
export type Signed = { readonly kind: 'signed'; readonly envelope: EnvelopeInput } | Disagrees;
export type SignedMany =
  | { readonly kind: 'signed'; readonly envelopes: readonly EnvelopeInput[] }
  | Disagrees;

/** What the page shows, as far as it must agree with the context. */
export type Shown = Omit<ContextShown, 'chainId' | 'keyId' | 'nowMs'> & {
  /** The anchor file that this device remembers. */
  readonly anchorFile: string;
};

/** What is signed: an input from the page, where it stands, and the octets that hide it. */
type ToSign = {
  readonly input: unknown;
  readonly standing: Standing;
  /** The last acts of the objects on the page, in hex; undefined where the page names none. */
  readonly refs: readonly string[] | undefined;
  readonly seed: Uint8Array;
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
  const { context, shown, input, seed, ...rest } = request;
  const item = { input, seed, standing: context, refs: shown.refs };
  const signed = await signMany({ ...rest, place: context, shown, items: [item] });
  if (signed.kind === 'disagrees') {
    return signed;
  }
  const [envelope] = signed.envelopes;
  return envelope === undefined
    ? { kind: 'disagrees', problem: 'contextPlace' }
    : { kind: 'signed', envelope };
}

/**
 * Signs many inputs with one signature, in their order; each envelope stands alone. Signs nothing when
 * the context of one of them disagrees with the page.
 */
export async function signMany(request: {
  readonly kind: KindName;
  readonly place: Place;
  readonly items: readonly ToSign[];
  readonly shown: Omit<Shown, 'refs'>;
  readonly key: DeviceKey;
  /** This device's clock. */
  readonly nowMs: number;
}): Promise<SignedMany> {
  const { place, items, key } = request;
  for (const item of items) {
    const problem = problemOf(request, item);
    if (problem !== undefined) {
      return { kind: 'disagrees', problem };
    }
  }

  const signed = await signActs(
    items.map(({ input, standing, seed }) => ({
      kind: request.kind,
      input: bodyFromInput(request.kind, input),
      context: builtIn(place, standing),
      seed,
    })),
    {
      keyId: hexOctets(place.keyId),
      seq: BigInt(place.seq),
      previousAct: optionalBytes(place.previousAct),
      timeMs: BigInt(place.timeMs),
    },
    webCryptoSigner(key.privateKey, key.publicKey),
  ).catch(impossiblePlace);
  if (signed === undefined) {
    return { kind: 'disagrees', problem: 'contextPlace' };
  }
  const envelopes = signed.flatMap(({ envelope }, order) => {
    const item = items[order];
    return item === undefined ? [] : [travelling(envelope, place, item.standing)];
  });
  return { kind: 'signed', envelopes };
}

function problemOf(
  request: Pick<Parameters<typeof signMany>[0], 'place' | 'shown' | 'key' | 'nowMs'>,
  { standing, refs }: ToSign,
): ContextProblem | undefined {
  const { place, key, nowMs } = request;
  const { anchorFile, ...page } = request.shown;
  return contextProblem(
    {
      ...place,
      person: place.person ?? null,
      mandate: standing.mandate ?? null,
      timeMs: Number(place.timeMs),
      refs: standing.refs.map((ref) => hex(octets(ref))),
    },
    {
      ...{ ...page, refs, nowMs, keyId: key.keyId },
      chainId: base64url(parseAnchor(anchorFile).chainId),
    },
  );
}

/** What an act is built in, beside its input and its place in the sequence. */
function builtIn(place: Place, standing: Standing) {
  return {
    chainId: octets(place.chainId),
    channel: octets(place.channel),
    epoch: BigInt(place.epoch),
    refs: standing.refs.map(octets),
    party: place.party,
    person: place.person ?? null,
    mandate: standing.mandate ?? null,
    businessDate: place.businessDate,
    facts: {
      ...optional('fingerprint', standing.fingerprint),
      ...optional('group', standing.group),
      notes: standing.notes.map(octets),
    },
  };
}

/** The envelope as it travels beside the input. */
function travelling(envelope: Envelope, place: Place, standing: Standing): EnvelopeInput {
  const { keyId, epoch, timeMs, businessDate } = place;
  const { refs, mandate } = standing;
  return {
    ...{ keyId, epoch, timeMs, refs, mandate, businessDate },
    seq: envelope.seq.toString(),
    previousAct: envelope.previousAct === null ? '' : base64url(envelope.previousAct),
    seed: base64url(envelope.seed),
    signature: base64url(envelope.signature),
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
