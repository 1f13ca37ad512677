/**
 * Mutations that are acts. The input's fields are the act's own fields, by name and order, so that
 * what was signed is what is done; beside them stand the idempotency key, the signer's envelope, and
 * whether to wait for finality. The answer is a success or a refusal with a name. Some can be sent for
 * many objects at once.
 */
import type { ObjectRef } from '@pothos/core';
import type { Json } from '../../../chain/src/act/input.ts';
import type { FieldType } from '../../../chain/src/act/kind.ts';
import { type KindName, kindNamed } from '../../../chain/src/act/kinds.ts';
import type { Refusal } from '../kernel/decision.ts';
import { Fault } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Envelope } from '../platform/acts.ts';
import { actId } from '../platform/acts.ts';
import type { ActRow } from '../platform/acts-seen.ts';
import { actsAtOnceMax } from '../platform/many-acts.ts';
import type { AnchorSchema } from './anchor.ts';
import { found, type Schema, type Types } from './builder.ts';
import { type ActRequest, type Context, type Outcome, signedIn } from './context.ts';

/** The mutation's input as JSON, act fields and others. */
export type MutationInput = Readonly<Record<string, Json>>;

export type ActMutationOptions<T extends object> = {
  readonly kind: KindName;
  readonly description: string;
  /** The object of the answer: its field name, type, and how its row is loaded for the viewer. */
  readonly field: string;
  readonly type: ObjectRef<Types, T>;
  readonly load: (context: Context, subject: string) => Promise<T | null>;
  /** Input fields that are not part of the act, all text; named like 'draft' or 'login?'. */
  readonly beside?: readonly string[];
  /**
   * Looks at the input at the edge, before the pipeline: refuses it, or gives the act's fields
   * (to fill what the server knows). What `decide` can check belongs there instead.
   */
  readonly before?: (context: Context, input: MutationInput) => Promise<Refusal | MutationInput>;
  /** What has to happen beside the act once it is committed (a login, a draft that is done). */
  readonly after?: (context: Context, input: MutationInput, subject: string) => Promise<void>;
};

type Success = { readonly object: object; readonly act: ActRow };
type EnvelopeShape = Omit<Envelope, 'seq' | 'epoch' | 'timeMs' | 'previousAct' | 'mandate'> & {
  readonly seq: string;
  readonly epoch: string;
  readonly timeMs: string;
  readonly previousAct: Uint8Array;
  readonly mandate?: string | null | undefined;
};

export function defineActMutations(schema: Schema, anchors: AnchorSchema) {
  const { builder, MoneyInput, RefusalType } = schema;
  const EnvelopeInput = builder.inputRef<EnvelopeShape>('EnvelopeInput').implement({
    description:
      'The signature over the act that the client built, with what it built it from beside the input.',
    fields: (t) => ({
      keyId: t.string({ required: true, description: 'The signing key, hex.' }),
      seq: t.string({ required: true, description: "The key's sequence number of this act." }),
      previousAct: t.field({
        type: 'Bytes',
        required: true,
        description: "Hash of the key's act before; empty for its first.",
      }),
      epoch: t.string({ required: true, description: 'From the context.' }),
      timeMs: t.string({ required: true, description: 'Milliseconds since 1970.' }),
      refs: t.field({ type: ['Bytes'], required: true, description: 'From the context.' }),
      mandate: t.id({ required: false, description: 'The mandate acted under.' }),
      businessDate: t.field({
        type: 'Date',
        required: true,
        description: 'The business day that was shown.',
      }),
      seed: t.field({
        type: 'Bytes',
        required: true,
        description: '32 random octets of this act.',
      }),
      signature: t.field({ type: 'Bytes', required: true, description: 'Ed25519 over the act.' }),
    }),
  });

  function actMutation<T extends object>(name: string, options: ActMutationOptions<T>) {
    const kind = kindNamed(options.kind);
    invariant(kind !== undefined, `${options.kind} is a kind of act`);
    const typeName = name.charAt(0).toUpperCase() + name.slice(1);
    const Input = builder.inputType(`${typeName}Input`, {
      description: `What ${name} signs, and how it is sent.`,
      fields: (t) => ({
        ...Object.fromEntries(
          Object.entries(kind.fields).map(([field, type]) => [field, inputField(t, field, type)]),
        ),
        ...Object.fromEntries(
          (options.beside ?? []).map((each) => [
            each.replace('?', ''),
            t.string({ required: !each.endsWith('?'), description: 'Not part of the signed act.' }),
          ]),
        ),
        idempotencyKey: t.string({
          required: true,
          description: 'The same key with the same input gives the same answer.',
        }),
        envelope: t.field({
          type: EnvelopeInput,
          required: false,
          description: "The client's signature; without it the caller's custodial key signs.",
        }),
        wait: t.boolean({
          required: false,
          description: 'Answer when final, within ten seconds, instead of at once.',
        }),
      }),
    });
    const SuccessType = builder.objectRef<Success>(`${typeName}Success`).implement({
      description: `What ${name} did.`,
      fields: (t) => ({
        [options.field]: t.field({
          type: options.type,
          description: 'The object as it is now.',
          resolve: ({ object }) => object as never,
        }),
        act: t.field({ type: anchors.ActType, description: 'The act.', resolve: ({ act }) => act }),
        status: t.field({
          type: anchors.AnchorStatus,
          description: 'Pending until final.',
          resolve: ({ act }) => act.status,
        }),
      }),
    });
    const ResultType = builder.unionType(`${typeName}Result`, {
      description: `${typeName}Success, or why not.`,
      types: [SuccessType, RefusalType],
      resolveType: (value) => ('code' in value ? 'Refusal' : `${typeName}Success`),
    });
    builder.mutationField(name, (t) =>
      t.field({
        type: ResultType,
        description: options.description,
        args: { input: t.arg({ type: Input, required: true, description: 'What is signed.' }) },
        resolve: (_root, { input }, context) =>
          performed(options, Object.keys(kind.fields), input as Record<string, unknown>, context),
      }),
    );
    return { options, fields: Object.keys(kind.fields), Input, ResultType };
  }

  /**
   * The same act on many objects at once: `items` are inputs of the mutation of one, and the answers
   * stand in their order. Each is an act with a proof of its own, under an idempotency key of its own.
   */
  function actsMutation<T extends object>(
    name: string,
    one: ReturnType<typeof actMutation<T>>,
    description: string,
  ): void {
    const { options, fields } = one;
    invariant(
      options.before === undefined && options.after === undefined && options.beside === undefined,
      'an act of many has nothing beside it',
    );
    const typeName = name.charAt(0).toUpperCase() + name.slice(1);
    const Input = builder.inputType(`${typeName}Input`, {
      description: `What ${name} signs, each as if it were sent alone.`,
      fields: (t) => ({
        items: t.field({
          type: [one.Input],
          required: true,
          description: `1 to ${actsAtOnceMax}, in the order in which they were signed.`,
        }),
      }),
    });
    type Answers = readonly (Success | Refusal)[];
    const Results = builder.objectRef<Answers>(`${typeName}Results`).implement({
      description: `What ${name} did and what not.`,
      fields: (t) => ({
        results: t.field({
          type: [one.ResultType],
          description: 'In the order of the items.',
          resolve: (answers) => [...answers],
        }),
        done: t.int({
          description: 'How many were done.',
          resolve: (answers) => answers.filter((each) => !isRefusal(each)).length,
        }),
        refused: t.int({
          description: 'How many were refused or not tried.',
          resolve: (answers) => answers.filter(isRefusal).length,
        }),
      }),
    });
    builder.mutationField(name, (t) =>
      t.field({
        type: Results,
        description,
        args: { input: t.arg({ type: Input, required: true, description: 'What is signed.' }) },
        resolve: (_root, { input }, context) =>
          allPerformed(options, fields, input.items as readonly JsonRecord[], context),
      }),
    );
  }

  /** The form of one act field in GraphQL. 64-bit integers travel as text. */
  function inputField(
    t: Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0],
    field: string,
    type: FieldType,
  ) {
    const required = !type.endsWith('?');
    const description = `The act's ${field}.`;
    switch (required ? type : type.slice(0, -1)) {
      case 'id':
        return t.id({ required, description });
      case 'date':
        return t.field({ type: 'Date', required, description });
      case 'bool':
        return t.boolean({ required, description });
      case 'bytes':
        return t.field({ type: 'Bytes', required, description });
      case 'money':
        return t.field({ type: MoneyInput, required, description });
      case 'moneys':
        return t.field({ type: [MoneyInput], required, description });
      case 'ids':
        return t.idList({ required, description });
      case 'texts':
        return t.stringList({ required, description });
      default:
        return t.string({ required, description });
    }
  }

  return { actMutation, actsMutation };
}

type JsonRecord = Readonly<Record<string, unknown>>;

async function performed<T extends object>(
  options: ActMutationOptions<T>,
  fields: readonly string[],
  input: JsonRecord,
  context: Context,
): Promise<Success | Refusal> {
  const viewer = signedIn(context);
  const json = plainInput(input);
  const looked = (await options.before?.(context, json)) ?? json;
  if (isRefusal(looked)) return looked;
  const outcome = await context.services.act(
    viewer,
    requestOf(options.kind, fields, looked, input),
  );
  if (outcome.kind === 'refusal') return outcome;
  await options.after?.(context, json, outcome.subject);
  return succeeded(options, outcome, context);
}

async function allPerformed<T extends object>(
  options: ActMutationOptions<T>,
  fields: readonly string[],
  items: readonly JsonRecord[],
  context: Context,
): Promise<readonly (Success | Refusal)[]> {
  const requests = items.map((item) => requestOf(options.kind, fields, plainInput(item), item));
  const outcomes = await context.services.manyActs(signedIn(context), requests);
  return Promise.all(
    outcomes.map((outcome) =>
      outcome.kind === 'refusal' ? outcome : succeeded(options, outcome, context),
    ),
  );
}

function requestOf(
  kind: KindName,
  fields: readonly string[],
  json: MutationInput,
  input: JsonRecord,
): ActRequest {
  return {
    kind,
    input: Object.fromEntries(fields.map((field) => [field, json[field] ?? null])),
    idempotencyKey: String(input.idempotencyKey),
    envelope: envelopeOf(input.envelope as EnvelopeShape | null | undefined),
    wait: input.wait === true,
  };
}

/** The answer: the object as it is now, and the act. */
async function succeeded<T extends object>(
  options: ActMutationOptions<T>,
  outcome: Outcome,
  context: Context,
): Promise<Success> {
  const [object, act] = await Promise.all([
    options.load(context, outcome.subject),
    actOf(context, outcome),
  ]);
  return { object: found(object), act: found(act) };
}

/** The act of the answer: as it was written by this request, or as an earlier one wrote it. */
async function actOf({ acts }: Context, { act, actHash, anchor }: Outcome): Promise<ActRow | null> {
  if (act === null) return acts.act(actId(actHash));
  const { status, height, index, finalMs, refusal } = anchor;
  return { ...act, status, height, index, finalMs, refusal };
}

export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refusal';
}

function envelopeOf(shape: EnvelopeShape | null | undefined): Envelope | null {
  if (shape == null) return null;
  return {
    ...shape,
    seq: natural('envelope.seq', shape.seq),
    epoch: natural('envelope.epoch', shape.epoch),
    timeMs: natural('envelope.timeMs', shape.timeMs),
    previousAct: shape.previousAct.length === 0 ? null : shape.previousAct,
    mandate: shape.mandate ?? null,
  };
}

function natural(path: string, text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new Fault('BAD_INPUT', `${path} is a whole number.`, {
    path,
    seen: text.slice(0, 100),
    expected: 'up to 18 digits',
  });
}

/** GraphQL's parsed input as JSON: octets as base64url, the rest as it is. */
function plainInput(input: JsonRecord): MutationInput {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([name]) => name !== 'envelope')
      .map(([name, value]) => [
        name,
        (value instanceof Uint8Array
          ? Buffer.from(value).toString('base64url')
          : (value ?? null)) as Json,
      ]),
  );
}
