/**
 * From a typed input to a signed act, the same in a browser, a program and the server.
 *
 * The client builds the act from its own input, signs it, and sends the input with
 * the envelope; the server builds the act again from that input and the envelope
 * and checks the signature. A context that was tampered with can therefore only
 * make the signature fail.
 *
 * Pure but for the signer: time and seed are inputs.
 */
import { equalBytes } from '../crypto/digest.ts';
import type { Signer } from '../crypto/signature.ts';
import { actSigningBytes } from '../crypto/signature.ts';
import type { Act } from './act.ts';
import { ActError, batchOf, buildAct, keyIdOf, noteIdOf, verifyActSignature } from './act.ts';
import type { FieldRecord } from './body.ts';
import { wholeEffects } from './effects.ts';
import { checkedField, fieldsOf } from './field.ts';
import type { ActKind, CommonBody, EffectFacts, PublicEffects } from './kind.ts';
import type { InputOf, KindName } from './kinds.ts';
import { kindNamed } from './kinds.ts';

/** Who acts, where, and on which day: what the signer sees and the server knows as well. */
export type ActContext = CommonBody & {
  readonly chainId: Uint8Array;
  readonly channel: Uint8Array;
  readonly epoch: bigint;
  readonly refs: readonly Uint8Array[];
  readonly facts: EffectFacts;
};

/** The place of an act in the sequence of its key. */
export type ActPlace = {
  readonly keyId: Uint8Array;
  readonly seq: bigint;
  readonly previousAct: Uint8Array | null;
  /** The actor's clock, in milliseconds since 1970. */
  readonly timeMs: bigint;
  /** 32 random octets, never used for another act. */
  readonly seed: Uint8Array;
};

/** What travels beside the typed input. */
export type Envelope = ActPlace & { readonly signature: Uint8Array };

/** Where acts of one key that are signed together begin; each takes the place after the one before it. */
export type ActsPlace = Omit<ActPlace, 'seed'>;

export type SignedAct = { readonly act: Act; readonly envelope: Envelope };

export type ActRequest<N extends KindName> = {
  readonly kind: N;
  readonly input: InputOf<N>;
  readonly context: ActContext;
  readonly place: ActPlace;
};

/** The act that this input is, in this context, at this place. Same inputs, same bytes. */
export function actFor<N extends KindName>(request: ActRequest<N>): Act {
  const { context, place } = request;
  const kind = kindNamed(request.kind);
  if (kind === undefined) throw new ActError(`${request.kind} is no kind of act`);
  const { chainId, channel, epoch, refs, party, person, mandate, businessDate } = context;
  const own = request.input as FieldRecord;
  const fields: FieldRecord = { ...own, party, person, mandate, businessDate };
  const effects = effectsOf(kind, fields, channel, context.facts, place.seed);
  return buildAct({ ...place, chainId, channel, epoch, refs, kind, fields, effects });
}

/** Builds and signs. Refuses a key that is not the one whose place in the sequence is given. */
export async function signAct<N extends KindName>(
  request: ActRequest<N>,
  signer: Signer,
): Promise<SignedAct> {
  const { context, place } = request;
  if (!equalBytes(keyIdOf(context.channel, signer.publicKey), place.keyId)) {
    throw new ActError('the place in the sequence belongs to another key');
  }
  const act = actFor(request);
  const signature = await signer.sign(actSigningBytes(context.chainId, act.actHash));
  return { act, envelope: { ...place, signature } };
}

/**
 * Builds acts of one key in their order and signs them with one signature. Each envelope stands alone:
 * with its own input it proves its act without the others, so they may be sent in several requests,
 * the earlier ones first. One act alone gets the plain form. Refuses no act, more than a batch holds,
 * acts of different chains, and a key that is not the one whose place is given.
 */
export async function signActs<N extends KindName>(
  requests: readonly (Omit<ActRequest<N>, 'place'> & { readonly seed: Uint8Array })[],
  first: ActsPlace,
  signer: Signer,
): Promise<readonly SignedAct[]> {
  const [start] = requests;
  if (start === undefined) throw new ActError('there is an act to sign');
  const { chainId } = start.context;
  const placed: { readonly act: Act; readonly place: ActPlace }[] = [];
  for (const { seed, ...request } of requests) {
    if (!equalBytes(keyIdOf(request.context.channel, signer.publicKey), first.keyId)) {
      throw new ActError('the place in the sequence belongs to another key');
    }
    if (!equalBytes(request.context.chainId, chainId)) {
      throw new ActError('acts that are signed together are of one chain');
    }
    const before = placed.at(-1);
    const place: ActPlace = {
      ...first,
      seed,
      seq: first.seq + BigInt(placed.length),
      previousAct: before === undefined ? first.previousAct : before.act.actHash,
    };
    placed.push({ act: actFor({ ...request, place }), place });
  }
  const signatures = await signaturesOf(
    chainId,
    placed.map(({ act }) => act.actHash),
    signer,
  );
  return placed.flatMap(({ act, place }, order) => {
    const signature = signatures[order];
    return signature === undefined ? [] : [{ act, envelope: { ...place, signature } }];
  });
}

/** The signature value of each act, from one signature. */
async function signaturesOf(
  chainId: Uint8Array,
  hashes: readonly Uint8Array[],
  signer: Signer,
): Promise<readonly Uint8Array[]> {
  const [only, second] = hashes;
  if (only !== undefined && second === undefined) {
    return [await signer.sign(actSigningBytes(chainId, only))];
  }
  const { message, place } = batchOf(chainId, hashes);
  return place(await signer.sign(message));
}

/**
 * The act of a received input and envelope, when this key signed exactly that;
 * undefined otherwise. Throws FieldError or ActError when the input is not admitted at all.
 */
export function actFromEnvelope<N extends KindName>(
  request: Omit<ActRequest<N>, 'place'>,
  envelope: Envelope,
  publicKey: Uint8Array,
): Act | undefined {
  const { signature, ...place } = envelope;
  const { chainId, channel } = request.context;
  if (!equalBytes(keyIdOf(channel, publicKey), place.keyId)) return undefined;
  const act = actFor({ ...request, place });
  return verifyActSignature(publicKey, chainId, act.actHash, signature) ? act : undefined;
}

/** The public effects of a kind with these fields: the registry decides, the form is checked here. */
export function effectsOf(
  kind: ActKind,
  fields: FieldRecord,
  channel: Uint8Array,
  facts: EffectFacts,
  seed: Uint8Array,
): PublicEffects {
  for (const { path, type } of fieldsOf(kind)) checkedField(path, type, fields[path]);
  const some = kind.effects?.({
    fields: fields as FieldRecord & CommonBody,
    channel,
    facts,
    note: (order) => noteIdOf(seed, order),
    keyId: (publicKey) => keyIdOf(channel, publicKey),
  });
  return wholeEffects(some ?? {});
}
