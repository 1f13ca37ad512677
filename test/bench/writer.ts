/**
 * One writer of `npm run bench acts`: a person with a key of her own, who prepares signed acts as a
 * program would and sends them one after the other over one kept connection.
 *
 * A program knows its own sequence, so it asks for a context once and then signs ahead: every act
 * names the hash of the one before. Signing ahead keeps the client's work out of the measured time,
 * because in earnest it is done on another machine.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { Client } from 'undici';
import type { InputOf, KindName } from '../../chain/src/act/kinds.ts';
import {
  type ActContext,
  base64url,
  bodyFromInput,
  channelOf,
  fromBase64url,
  fromHex,
  hex,
  keyIdOf,
  type Signer,
  signAct,
} from '../../chain/src/verify.ts';
import { actFields, type Json } from '../../server/src/demo/client.ts';

/** One act of the trade to be done: its mutation, its kind, and the input of both. */
export type Errand = {
  readonly mutation: string;
  readonly kind: KindName;
  readonly input: Json;
  /** The selection of the answer's object. */
  readonly select: string;
};

/** An errand ready to be sent: the body of its request. */
export type Prepared = { readonly body: string; readonly place: Place };
type Place = { readonly seq: bigint; readonly previousAct: Uint8Array | null };

export type Answered = {
  readonly actHash: string;
  readonly status: string;
  readonly timeToFinalityMs: number | null;
};

export type Writer = {
  /** Prepares errands: signed ahead by her own key, or left to the key that the platform holds. */
  prepare(
    errands: readonly Errand[],
    custody: Custody,
    wait: boolean,
  ): Promise<readonly Prepared[]>;
  /** Sends one; throws unless the act was done. */
  send(prepared: Prepared): Promise<Answered>;
  close(): Promise<void>;
};
export type Custody = 'signed' | 'custodial';

/** Signs in, and has a key of one's own admitted. */
export async function openWriter(url: string, login: string, password: string): Promise<Writer> {
  const client = new Client(url);
  let token: string | null = null;
  const ask = async <T>(query: string, variables: Json): Promise<T> =>
    dataOf<T>(await post(client, token, JSON.stringify({ query, variables })));

  const { signIn } = await ask<{ signIn: { token: string } }>(signInDocument, { login, password });
  token = signIn.token;
  const { viewer, chain } = await ask<Standing>(standingDocument, {});
  const { chainId: chainIdHex } = JSON.parse(chain.anchorFile) as { readonly chainId: string };
  const chainId = octets(fromHex(chainIdHex));
  const channel = channelOf(chainId, 'hub');
  const signer = newSigner();
  const keyId = keyIdOf(channel, signer.publicKey);
  await ask(documentOf('registerKey', ''), {
    input: {
      ...{ owner: viewer.party.id, ownerName: viewer.party.name },
      ...{ holder: viewer.person.id, holderName: viewer.person.name },
      ...{ publicKey: base64url(signer.publicKey), custody: 'program', label: 'bench' },
      ...{ idempotencyKey: randomBytes(16).toString('hex'), wait: true },
    },
  });
  let place: Place = { seq: 0n, previousAct: null };

  async function contextOf({ kind, input }: Errand): Promise<ActContext> {
    const { actContext } = await ask<{ actContext: Context }>(contextDocument, {
      input: { kind, keyId: hex(keyId), input: JSON.stringify(input) },
    });
    const { epoch, refs, party, person, mandate, businessDate } = actContext;
    return {
      ...{ chainId, channel, party, person, mandate, businessDate },
      epoch: BigInt(epoch),
      refs: refs.map((each) => octets(fromBase64url(each))),
      facts: {},
    };
  }

  return {
    async prepare(errands, custody, wait) {
      const prepared: Prepared[] = [];
      const contexts = new Map<KindName, ActContext>();
      let at = place;
      for (const errand of errands) {
        const { mutation, kind, input, select } = errand;
        const context = contexts.get(kind) ?? (await contextOf(errand));
        contexts.set(kind, context);
        const signed =
          custody === 'signed' ? await signedAt(errand, context, keyId, at, signer) : null;
        const idempotencyKey = randomBytes(16).toString('hex');
        const envelope = signed?.envelope ?? null;
        const variables = { input: { ...input, idempotencyKey, wait, envelope } };
        at = signed?.place ?? at;
        prepared.push({
          place: at,
          body: JSON.stringify({ query: documentOf(mutation, select), variables }),
        });
      }
      return prepared;
    },
    async send(prepared) {
      const text = await post(client, token, prepared.body);
      const { answer } = dataOf<{ answer: Answer }>(text);
      if (!('act' in answer)) throw new Error(`not done: ${text}`);
      place = prepared.place;
      const { status, actHash, timeToFinalityMs } = answer.act.anchor;
      return { status, actHash, timeToFinalityMs };
    },
    close: () => client.close(),
  };
}

/** The envelope of an errand at that place in the key's sequence, and the place after it. */
async function signedAt<N extends KindName>(
  { kind, input }: Errand,
  context: ActContext,
  keyId: Uint8Array,
  { seq, previousAct }: Place,
  signer: Signer,
): Promise<{ readonly envelope: Json; readonly place: Place }> {
  const place = {
    ...{ keyId, previousAct, seq: seq + 1n },
    timeMs: BigInt(Date.now()),
    seed: new Uint8Array(randomBytes(32)),
  };
  const body = bodyFromInput(kind as N, input) as InputOf<N>;
  const { act, envelope } = await signAct({ kind: kind as N, input: body, context, place }, signer);
  const { epoch, refs, mandate, businessDate } = context;
  return {
    place: { seq: place.seq, previousAct: act.actHash },
    envelope: {
      ...{ keyId: hex(keyId), seq: place.seq.toString(), epoch: epoch.toString() },
      ...{ timeMs: place.timeMs.toString(), refs: refs.map(base64url), mandate, businessDate },
      previousAct: previousAct === null ? '' : base64url(previousAct),
      seed: base64url(place.seed),
      signature: base64url(envelope.signature),
    },
  };
}

function newSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    publicKey: new Uint8Array(spki.subarray(-32)),
    sign: async (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

type Standing = {
  readonly viewer: { readonly person: Named; readonly party: Named };
  readonly chain: { readonly anchorFile: string };
};
type Named = { readonly id: string; readonly name: string };
type Context = {
  readonly epoch: string;
  readonly refs: readonly string[];
  readonly party: string;
  readonly person: string | null;
  readonly mandate: string | null;
  readonly businessDate: string;
};
type Answer = { readonly act: { readonly anchor: Answered } } | { readonly code: string };

const signInDocument =
  'mutation ($login: String!, $password: String!) { signIn(login: $login, password: $password) { ... on Session { token } } }';
const standingDocument = '{ viewer { person { id name } party { id name } } chain { anchorFile } }';
const contextDocument = `query ($input: ActContextInput!) { actContext(input: $input) {
  ... on ActContext { epoch refs party person mandate businessDate } } }`;

function documentOf(mutation: string, select: string): string {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  return `mutation ($input: ${type}Input!) { answer: ${mutation}(input: $input) {
    ... on ${type}Success { status ${select} ${actFields} } ... on Refusal { code path message seen expected help } } }`;
}

/** One request over the writer's own connection. */
async function post(client: Client, token: string | null, body: string): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const answer = await client.request({ path: '/graphql', method: 'POST', headers, body });
  return answer.body.text();
}

function dataOf<T>(text: string): T {
  const { data, errors } = JSON.parse(text) as { readonly data?: T; readonly errors?: unknown };
  if (data === undefined || data === null || errors !== undefined) throw new Error(text);
  return data;
}

function octets(value: Uint8Array | undefined): Uint8Array {
  if (value === undefined) throw new Error('the server sent no octets');
  return value;
}
