/**
 * The schema builder that all slices share, its scalars, and the forms that repeat: money, pages,
 * nodes, refusals.
 */
import SchemaBuilder, { type ObjectRef } from '@pothos/core';
import type { Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { amountText, type Money } from '../kernel/money.ts';
import type { Page } from '../platform/see.ts';
import type { Context } from './context.ts';
import type { UploadedFile } from './scalars.ts';
import { bytesScalar, dateScalar, dateTimeScalar, decimalScalar, uploadScalar } from './scalars.ts';

export type SchemaTypes = {
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    Date: { Input: string; Output: string };
    /** Moments leave as milliseconds since 1970 and come in the same. */
    DateTime: { Input: bigint; Output: bigint };
    Decimal: { Input: string; Output: string };
    Bytes: { Input: Uint8Array; Output: Uint8Array };
    Upload: { Input: UploadedFile; Output: never };
  };
};

/** The schema types with the library's defaults filled in, for refs that travel between rooms. */
export type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

export function newBuilder() {
  const builder = new SchemaBuilder<SchemaTypes>({
    defaultFieldNullability: false,
  });
  builder.addScalarType('Date', dateScalar);
  builder.addScalarType('DateTime', dateTimeScalar);
  builder.addScalarType('Decimal', decimalScalar);
  builder.addScalarType('Bytes', bytesScalar);
  builder.addScalarType('Upload', uploadScalar);
  builder.queryType({ description: 'All that can be read. What is not yours is not found.' });
  builder.mutationType({
    description: 'All that changes state: each is one signed, anchored act.',
  });
  builder.subscriptionType({ description: 'What changes, as it changes.' });

  const MoneyType = builder.objectRef<Money>('Money').implement({
    description: 'An exact amount: decimal text and ISO 4217 code.',
    fields: (t) => ({
      amount: t.field({
        type: 'Decimal',
        description: 'With all decimals of the currency.',
        resolve: amountText,
      }),
      currency: t.exposeString('currency', { description: 'ISO 4217, three capitals.' }),
    }),
  });
  const MoneyInput = builder
    .inputRef<{ amount: string; currency: string }>('MoneyInput')
    .implement({
      description: 'An exact amount: decimal text and ISO 4217 code.',
      fields: (t) => ({
        amount: t.field({ type: 'Decimal', required: true, description: 'Such as "98000.00".' }),
        currency: t.string({ required: true, description: 'ISO 4217, three capitals.' }),
      }),
    });
  const NodeType = builder.interfaceRef<{ readonly id: string }>('Node').implement({
    description: 'Anything with an id of its own.',
    fields: (t) => ({ id: t.exposeID('id', { description: 'Opaque and global.' }) }),
  });
  const PageInfoType = builder
    .objectRef<{ hasNextPage: boolean; startCursor: string | null; endCursor: string | null }>(
      'PageInfo',
    )
    .implement({
      description: 'Where a page stands in its list.',
      fields: (t) => ({
        hasNextPage: t.exposeBoolean('hasNextPage', { description: 'More rows follow.' }),
        hasPreviousPage: t.boolean({
          description: 'Always false: lists are read forwards.',
          resolve: () => false,
        }),
        startCursor: t.exposeString('startCursor', {
          nullable: true,
          description: 'Of the first row.',
        }),
        endCursor: t.exposeString('endCursor', {
          nullable: true,
          description: 'Of the last row; pass it as `after`.',
        }),
      }),
    });
  const RefusalType = builder.objectRef<Refusal>('Refusal').implement({
    description: 'An expected no: what, why, and the way out.',
    fields: (t) => ({
      code: t.exposeString('code', { description: 'Stable, for programs.' }),
      path: t.exposeString('path', { description: 'The input that it is about.' }),
      message: t.exposeString('message', { description: 'For a person: the thing and the rule.' }),
      seen: t.exposeString('seen', { description: 'What was found.' }),
      expected: t.exposeString('expected', { description: 'What the rule needs.' }),
      help: t.exposeString('help', { description: 'The way out.' }),
      receipt: t.exposeString('receipt', {
        nullable: true,
        description: 'A signed file that proves the refusal, for anyone to verify offline.',
      }),
    }),
  });

  /** The arguments of every list. */
  const pageArgs = builder.args((t) => ({
    first: t.int({ description: 'Rows of the page, 20 when not said.' }),
    after: t.string({ description: 'The endCursor of the page before.' }),
  }));

  /** `<Name>Connection` and `<Name>Edge` of an object type. */
  function connection<T extends object>(name: string, node: ObjectRef<Types, T>) {
    const Edge = builder.objectRef<{ node: T; cursor: string }>(`${name}Edge`).implement({
      description: `One ${name} of a page.`,
      fields: (t) => ({
        node: t.field({
          type: node,
          description: 'The row.',
          resolve: (edge) => edge.node as never,
        }),
        cursor: t.exposeString('cursor', { description: 'The place in the list.' }),
      }),
    });
    return builder.objectRef<Page<T>>(`${name}Connection`).implement({
      description: `A page of ${name}s, newest first.`,
      fields: (t) => ({
        edges: t.field({
          type: [Edge],
          description: 'The rows with their cursors.',
          resolve: (page) =>
            page.rows.map((row, order) => ({ node: row as T, cursor: page.cursors[order] ?? '' })),
        }),
        pageInfo: t.field({
          type: PageInfoType,
          description: 'Where the page stands.',
          resolve: (page) => ({
            hasNextPage: page.hasNextPage,
            startCursor: page.cursors[0] ?? null,
            endCursor: page.cursors.at(-1) ?? null,
          }),
        }),
      }),
    });
  }

  return { builder, MoneyType, MoneyInput, NodeType, RefusalType, connection, pageArgs };
}

export type Schema = ReturnType<typeof newBuilder>;

/** The row, or the one answer for what is not there and what is not yours. */
export function found<T>(row: T | null): T {
  if (row === null) throw notFound();
  return row;
}

export function pageOf(args: {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}) {
  return { first: args.first ?? null, after: args.after ?? null };
}
