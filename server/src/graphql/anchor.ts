/** Acts and anchors in the schema: who signed what, and where the chain has it. */

import { decodeBody } from '../../../chain/src/act/body.ts';
import { fieldsOf } from '../../../chain/src/act/field.ts';
import { fieldToJson } from '../../../chain/src/act/input.ts';
import type { FieldType } from '../../../chain/src/act/kind.ts';
import { kindNamed } from '../../../chain/src/act/kinds.ts';
import { invariant } from '../kernel/invariant.ts';
import type { ActRow } from '../platform/acts-seen.ts';
import type { MandateRow } from '../platform/mandates.ts';
import { found, type Schema } from './builder.ts';
import { signedIn } from './context.ts';

export type AnchorSchema = ReturnType<typeof defineAnchor>;

export function defineAnchor({ builder, NodeType, MoneyType, connection }: Schema) {
  const AnchorStatus = builder.enumType('AnchorStatus', {
    description: 'Where an act stands on its way into the chain.',
    values: {
      PENDING: { description: 'Committed here, not yet in a final block.' },
      FINAL: { description: 'In a final block.' },
      REFUSED: { description: 'In a final block as refused: it lost a contest.' },
    } as const,
  });
  const Custody = builder.enumType('Custody', {
    description: 'Who holds the private key that signed.',
    values: {
      DEVICE: { description: 'The person, in a browser that cannot export it.' },
      PROGRAM: { description: 'A program of the organisation.' },
      CUSTODIAL: { description: 'The platform, for the person.' },
      AUTOMATION: { description: 'The platform, for acts that anyone can re-derive.' },
      OPERATOR: { description: 'The operator of the network.' },
    } as const,
  });
  const Anchor = builder.objectRef<ActRow>('Anchor').implement({
    description: 'Where the chain has it. A state change is pending until its block is final.',
    fields: (t) => ({
      status: t.field({
        type: AnchorStatus,
        description: 'Pending, final or refused.',
        resolve: ({ status }) => status,
      }),
      actHash: t.string({ description: 'Hex.', resolve: ({ hash }) => hex(hash) }),
      height: t.int({
        nullable: true,
        description: 'Of its block.',
        resolve: ({ height }) => numberOf(height),
      }),
      index: t.int({
        nullable: true,
        description: 'Of its leaf in the log.',
        resolve: ({ index }) => numberOf(index),
      }),
      finalAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When we saw it final.',
        resolve: ({ finalMs }) => finalMs,
      }),
      timeToFinalityMs: t.int({
        nullable: true,
        description: 'From commit to finality.',
        resolve: ({ finalMs, committedMs }) =>
          finalMs === null ? null : Number(finalMs - committedMs),
      }),
      refusal: t.string({
        nullable: true,
        description: "The chain's refusal of a contested act.",
        resolve: ({ refusal }) => refusal,
      }),
      proof: t.string({
        nullable: true,
        description: 'The proof pack (JSON text) that an auditor downloads, once final.',
        resolve: (act, _args, { services }) => services.proofPack(act),
      }),
    }),
  });
  const MandateType = builder.objectRef<MandateRow & { holderName: string }>('Mandate').implement({
    description: 'What a person may sign: an action, up to an amount, for a time.',
    interfaces: [NodeType],
    fields: (t) => ({
      action: t.exposeString('action', { description: "Such as 'invoice.confirm'." }),
      limit: t.field({
        type: MoneyType,
        nullable: true,
        description:
          'The most that one act may promise; null: no amount is involved or no limit set.',
        resolve: ({ limitMinor, limitCurrency }) =>
          limitMinor === null || limitCurrency === null
            ? null
            : { minor: limitMinor, currency: limitCurrency },
      }),
      validFrom: t.field({
        type: 'Date',
        description: 'First day.',
        resolve: ({ validFromDate }) => validFromDate,
      }),
      validTo: t.field({
        type: 'Date',
        description: 'Last day.',
        resolve: ({ validToDate }) => validToDate,
      }),
      revoked: t.exposeBoolean('revoked', { description: 'Taken back.' }),
      holderName: t.exposeString('holderName', { description: 'Who holds it.' }),
    }),
  });
  const Signer = builder.objectRef<ActRow>('Signer').implement({
    description: 'Who signed, as their key is registered.',
    fields: (t) => ({
      partyId: t.id({ description: 'The organisation.', resolve: ({ party }) => party }),
      partyName: t.string({ description: 'Its name.', resolve: ({ ownerName }) => ownerName }),
      personName: t.string({
        nullable: true,
        description: 'The person; null for the automation.',
        resolve: ({ person, holderName }) => (person === null ? null : holderName),
      }),
      custody: t.field({
        type: Custody,
        description: 'Who held the key.',
        resolve: ({ custody }) => custody.toUpperCase() as 'DEVICE',
      }),
      keyId: t.string({ description: "The key's pseudonym, hex.", resolve: ({ keyId }) => keyId }),
      mandate: t.field({
        type: MandateType,
        nullable: true,
        description: 'Under which mandate; null where none is needed or it is not yours to see.',
        resolve: async ({ mandate, holderName }, _args, { see }) => {
          const row = mandate === null ? null : await see.row<MandateRow>('mandate', mandate);
          return row === null ? null : { ...row, holderName };
        },
      }),
    }),
  });
  const ActField = builder.objectRef<{ name: string; value: string }>('ActField').implement({
    description: 'One field of the body of an act.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'As in the registry of kinds.' }),
      value: t.exposeString('value', { description: 'As text.' }),
    }),
  });
  const ActType = builder.objectRef<ActRow>('Act').implement({
    description: 'One state change, signed by the party that made it.',
    interfaces: [NodeType],
    fields: (t) => ({
      kind: t.exposeString('kind', { description: "As in the registry: 'invoice.confirm'." }),
      sequence: t.int({
        description: "The key's own count of acts.",
        resolve: ({ seq }) => Number(seq),
      }),
      signer: t.field({ type: Signer, description: 'Who signed.', resolve: (act) => act }),
      at: t.field({
        type: 'DateTime',
        description: "By the signer's clock.",
        resolve: ({ atMs }) => atMs,
      }),
      businessDate: t.expose('businessDate', { type: 'Date', description: 'The business day.' }),
      subjectId: t.id({
        description: 'The object that it is about.',
        resolve: ({ subject }) => subject,
      }),
      fields: t.field({
        type: [ActField],
        description: 'The body, for its readers.',
        resolve: (act) => (act.level === 'F' ? bodyTexts(act) : []),
      }),
      anchor: t.field({
        type: Anchor,
        description: 'Where the chain has it.',
        resolve: (act) => act,
      }),
    }),
  });
  const ActConnection = connection('Act', ActType);

  builder.queryField('act', (t) =>
    t.field({
      type: ActType,
      description: 'One act that you may read.',
      args: { id: t.arg.id({ required: true, description: 'Of the act.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await context.acts.act(id));
      },
    }),
  );
  builder.queryField('acts', (t) =>
    t.field({
      type: ActConnection,
      description: 'Acts that you may read, newest first.',
      args: {
        first: t.arg.int({ description: 'Rows of the page, 20 when not said.' }),
        after: t.arg.string({ description: 'The endCursor of the page before.' }),
        kind: t.arg.string({ description: 'Only of this kind.' }),
        subjectId: t.arg.id({ description: 'Only about this object.' }),
      },
      resolve: (_root, { first, after, kind, subjectId }, context) => {
        signedIn(context);
        return context.acts.page(
          { first: first ?? null, after: after ?? null },
          { kind: kind ?? null, subject: subjectId ?? null },
        );
      },
    }),
  );

  return { Anchor, AnchorStatus, ActType, Custody, MandateType };
}

function bodyTexts({ kind, body }: ActRow): readonly { name: string; value: string }[] {
  const known = kindNamed(kind);
  invariant(known !== undefined, `${kind} is a kind of act`);
  const { fields } = decodeBody(known, new Uint8Array(body));
  return fieldsOf(known).map(({ path, type }) => ({
    name: path,
    value: textOf(type, fields[path] ?? null),
  }));
}

function textOf(type: FieldType, value: Parameters<typeof fieldToJson>[1]): string {
  const json = fieldToJson(type, value);
  if (json === null) return '';
  if (typeof json !== 'object') return String(json);
  if (Array.isArray(json))
    return json.map((each) => (typeof each === 'object' ? moneyText(each) : each)).join(', ');
  return moneyText(json);
}

function moneyText(json: unknown): string {
  const { amount, currency } = json as { readonly amount: string; readonly currency: string };
  return `${currency} ${amount}`;
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
