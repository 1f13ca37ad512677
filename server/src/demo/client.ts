/**
 * A program that speaks GraphQL and signs with its own key: what the demo, the benchmarks and the
 * crash tests are made of, and an example for members' own programs.
 *
 * It builds each act from its own input, asks the server only for its place in the sequence, and
 * signs; when another act of its key came first it signs again by itself.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { InputOf, KindName } from '../../../chain/src/act/kinds.ts';
import {
  type ActContext,
  base64url,
  bodyFromInput,
  channelOf,
  type Envelope,
  fromBase64url,
  fromHex,
  hex,
  keyIdOf,
  pkcs8Signer,
  type Signer,
  signAct,
  signActs,
} from '../../../chain/src/verify.ts';

export type Json = Readonly<Record<string, unknown>>;

/** An expected no of the server, or errors of the request itself. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export type ActAnswer = {
  readonly act: {
    readonly id: string;
    readonly kind: string;
    readonly anchor: {
      readonly status: string;
      readonly actHash: string;
      readonly height: number | null;
      readonly index: number | null;
      readonly timeToFinalityMs: number | null;
    };
    readonly signer: {
      readonly partyName: string;
      readonly personName: string | null;
      readonly custody: string;
    };
  };
};

export const actFields = `act { id kind anchor { status actHash height index timeToFinalityMs } signer { partyName personName custody } }`;

/** Signing again after another act of the same key came first, at most so often. */
const triesMax = 5;

export type ActClient = {
  /** Runs a document; throws Refused for errors. */
  query<T>(document: string, variables?: Json): Promise<T>;
  /** Runs a mutation that is an act, signed by this program's key once it has one. */
  act<T extends Json>(
    mutation: string,
    kind: KindName,
    input: Json,
    options?: ActOptions,
  ): Promise<T & ActAnswer>;
  /** Sends a file with a mutation, by the GraphQL multipart request specification. */
  upload<T>(document: string, variables: Json, file: File, at: string): Promise<T>;
  /** Makes a key of this program and has it admitted, countersigned by the custodial key. */
  enrol(label: string): Promise<void>;
};

export type ActOptions = {
  /** The selection of the success's object, such as 'invoice { id state }'. */
  readonly select?: string;
  readonly idempotencyKey?: string;
  /** Answer when final; true unless said. */
  readonly wait?: boolean;
  /** Input that is not part of the signed act. */
  readonly beside?: Json;
};

type Context = {
  readonly chainId: string;
  readonly channel: string;
  readonly keyId: string;
  readonly seq: string;
  readonly previousAct: string;
  readonly epoch: string;
  readonly timeMs: string;
  readonly refs: readonly string[];
  readonly party: string;
  readonly person: string | null;
  readonly mandate: string | null;
  readonly businessDate: string;
  readonly fingerprint: string | null;
  readonly notes: readonly string[];
  readonly group: string | null;
};

const contextDocument = `query ($input: ActContextInput!) { actContext(input: $input) {
  ... on ActContext { chainId channel keyId seq previousAct epoch timeMs refs party person mandate businessDate fingerprint notes group }
  ... on Refusal { code path message seen expected help } } }`;

/** Signs in and returns the client of that person. */
export async function signedInClient(
  url: string,
  login: string,
  password: string,
): Promise<ActClient> {
  const anonymous = actClient(url, null);
  const { signIn } = await anonymous.query<{ signIn: { token?: string; code?: string } }>(
    'mutation ($login: String!, $password: String!) { signIn(login: $login, password: $password) { ... on Session { token } ... on Refusal { code message } } }',
    { login, password },
  );
  if (signIn.token === undefined) throw new Refused(signIn.code ?? '?', `sign-in of ${login}`);
  return actClient(url, signIn.token);
}

export function actClient(url: string, token: string | null): ActClient {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  let signer: Signer | null = null;

  async function query<T>(document: string, variables: Json = {}): Promise<T> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: document, variables }),
    });
    return dataOf<T>(response);
  }

  async function act<T extends Json>(
    mutation: string,
    kind: KindName,
    input: Json,
    options: ActOptions = {},
  ): Promise<T & ActAnswer> {
    const { select = '', wait = true, beside = {} } = options;
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const document = `mutation ($input: ${type}Input!) { answer: ${mutation}(input: $input) {
      ... on ${type}Success { status ${select} ${actFields} } ... on Refusal { code path message seen expected help } } }`;
    const idempotencyKey = options.idempotencyKey ?? randomBytes(16).toString('hex');
    for (let tries = 1; ; tries++) {
      const envelope = signer === null ? null : await signedAlone(kind, input, signer);
      const { answer } = await query<{ answer: (T & ActAnswer) | RefusalAnswer }>(document, {
        input: { ...input, ...beside, idempotencyKey, wait, envelope },
      });
      if (!isRefusal(answer)) return answer;
      if (answer.code !== 'SEQUENCE_STALE' || tries >= triesMax) throw refused(answer);
    }
  }

  async function signedAlone(kind: KindName, input: Json, by: Signer): Promise<Json> {
    const keyId = hex(keyIdOf(await channel(), by.publicKey));
    const { actContext } = await query<{ actContext: Context | RefusalAnswer }>(contextDocument, {
      input: { kind, keyId, input: JSON.stringify(input) },
    });
    if (isRefusal(actContext)) throw refused(actContext);
    return signed(kind, input, actContext, by);
  }

  let knownChannel: Uint8Array | null = null;
  async function channel(): Promise<Uint8Array> {
    if (knownChannel === null) {
      const { chain } = await query<{ chain: { anchorFile: string } }>('{ chain { anchorFile } }');
      const { chainId } = JSON.parse(chain.anchorFile) as { readonly chainId: string };
      knownChannel = channelOf(octets(fromHex(chainId)), 'hub');
    }
    return knownChannel;
  }

  return {
    query,
    act,
    async upload<T>(document: string, variables: Json, file: File, at: string) {
      const form = new FormData();
      form.set('operations', JSON.stringify({ query: document, variables }));
      form.set('map', JSON.stringify({ 0: [at] }));
      form.set('0', file);
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'apollo-require-preflight': '1', ...headers },
        body: form,
      });
      return dataOf<T>(response);
    },
    async enrol(label) {
      const { privateKey } = generateKeyPairSync('ed25519');
      const mine = await pkcs8Signer(privateKey.export({ type: 'pkcs8', format: 'der' }));
      const { viewer } = await query<{
        viewer: { person: { id: string; name: string }; party: { id: string; name: string } };
      }>('{ viewer { person { id name } party { id name } } }');
      await act('registerKey', 'key.register', {
        owner: viewer.party.id,
        ownerName: viewer.party.name,
        holder: viewer.person.id,
        holderName: viewer.person.name,
        publicKey: base64url(mine.publicKey),
        custody: 'program',
        label,
      });
      signer = mine;
    },
  };
}

/** The envelope of an input: built from that input here, and signed. */
async function signed<N extends KindName>(
  kind: N,
  input: Json,
  context: Context,
  signer: Signer,
): Promise<Json> {
  const place = { ...placeOf(context), seed: new Uint8Array(randomBytes(32)) };
  const { envelope } = await signAct(
    {
      kind,
      input: bodyFromInput(kind, input) as InputOf<N>,
      place,
      context: builtIn(context, context),
    },
    signer,
  );
  return envelopeOf(envelope, context, context);
}

/** Where the acts of a key go on, and what each of several builds on, in their order. */
export type Contexts = Omit<Context, keyof Standing> & { readonly results: readonly Standing[] };
type Standing = Pick<Context, 'refs' | 'mandate' | 'fingerprint' | 'notes' | 'group'>;

/** The envelopes of many inputs, built from those inputs here and signed with one signature. */
export async function envelopesOf<N extends KindName>(
  kind: N,
  inputs: readonly Json[],
  contexts: Contexts,
  signer: Signer,
): Promise<readonly Json[]> {
  const { results } = contexts;
  const standings = inputs.map((_, order) => {
    const standing = results[order];
    if (standing === undefined) throw new Refused('BAD_CONTEXT', 'the server sent too few');
    return standing;
  });
  const requests = standings.map((standing, order) => ({
    kind,
    input: bodyFromInput(kind, inputs[order]) as InputOf<N>,
    context: builtIn(contexts, standing),
    seed: new Uint8Array(randomBytes(32)),
  }));
  const acts = await signActs(requests, placeOf(contexts), signer);
  return standings.map((standing, order) => {
    const act = acts[order];
    if (act === undefined) throw new Refused('BAD_CONTEXT', 'the server sent too few');
    return envelopeOf(act.envelope, contexts, standing);
  });
}

/** Where a key's next act stands. */
function placeOf(context: Omit<Context, keyof Standing>) {
  const previousAct = bytes(context.previousAct);
  return {
    keyId: octets(fromHex(context.keyId)),
    seq: BigInt(context.seq),
    previousAct: previousAct.length === 0 ? null : previousAct,
    timeMs: BigInt(context.timeMs),
  };
}

/** What an act is built in, beside its input and its place. */
function builtIn(context: Omit<Context, keyof Standing>, standing: Standing): ActContext {
  const { party, person, businessDate } = context;
  const { fingerprint, group } = standing;
  return {
    ...{ party, person, businessDate, mandate: standing.mandate },
    chainId: bytes(context.chainId),
    channel: bytes(context.channel),
    epoch: BigInt(context.epoch),
    refs: standing.refs.map(bytes),
    facts: {
      ...(fingerprint === null ? {} : { fingerprint: bytes(fingerprint) }),
      ...(group === null ? {} : { group: bytes(group) }),
      notes: standing.notes.map(bytes),
    },
  };
}

function envelopeOf(
  { seq, previousAct, timeMs, seed, signature }: Envelope,
  { keyId, epoch, businessDate }: Omit<Context, keyof Standing>,
  { refs, mandate }: Standing,
): Json {
  return {
    ...{ keyId, epoch, businessDate, refs, mandate },
    seq: seq.toString(),
    timeMs: timeMs.toString(),
    previousAct: base64url(previousAct ?? new Uint8Array()),
    seed: base64url(seed),
    signature: base64url(signature),
  };
}

function bytes(text: string): Uint8Array {
  return octets(fromBase64url(text));
}

function octets(value: Uint8Array | undefined): Uint8Array {
  if (value === undefined) throw new Refused('BAD_CONTEXT', 'the server sent no octets');
  return value;
}

type RefusalAnswer = {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly seen: string;
  readonly expected: string;
  readonly help: string;
};

function isRefusal(answer: object): answer is RefusalAnswer {
  return 'code' in answer && 'expected' in answer;
}

function refused({ code, path, message, seen, expected, help }: RefusalAnswer): Refused {
  const where = path === '' ? '' : ` (${path})`;
  return new Refused(code, `${message}${where} Seen: ${seen}. Expected: ${expected}. ${help}`);
}

async function dataOf<T>(response: Response): Promise<T> {
  const body = (await response.json()) as {
    readonly data?: T;
    readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
  };
  const [error] = body.errors ?? [];
  if (error !== undefined) throw new Refused(error.extensions?.code ?? 'ERROR', error.message);
  if (body.data === undefined) throw new Refused('NO_ANSWER', `status ${response.status}`);
  return body.data;
}
