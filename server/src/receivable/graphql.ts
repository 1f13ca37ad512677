/** Translates between GraphQL and certificates. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import type { DocumentView, defineDocument } from '../document/graphql.ts';
import type { Documents } from '../document/service.ts';
import type { defineActMutations, MutationInput } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema, type Types } from '../graphql/builder.ts';
import { type Context, signedIn, type Viewer } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { WorkItem } from '../graphql/today.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { PartyRow } from '../party/model.ts';
import type { Seen } from '../platform/see.ts';
import { certificateStates, recourses, transferStates } from './model.ts';
import { type Claim, claimsOf } from './passport.ts';
import { type CertificateView, receivableStore, type TransferView } from './store.ts';
import { texts } from './texts.ts';

export type ReceivableSchema = ReturnType<typeof defineReceivable>;

/** The types of the slices to the left that certificates show. */
type ReceivableNeeds = {
  readonly PartyType: PartySchema['PartyType'];
  readonly InvoiceType: ObjectRef<Types, Seen<InvoiceRow>>;
  readonly DocumentType: ObjectRef<Types, DocumentView>;
  readonly documentOf: ReturnType<typeof defineDocument>['documentOf'];
  readonly documents: Documents;
};

const storeOf = ({ see }: Context) => receivableStore(see);

export function defineReceivable(
  schema: Schema,
  anchors: AnchorSchema,
  { actMutation }: ReturnType<typeof defineActMutations>,
  { PartyType, InvoiceType, DocumentType, documentOf, documents }: ReceivableNeeds,
) {
  const { builder, NodeType, MoneyType, connection, pageArgs } = schema;
  const { Anchor, ActType } = anchors;
  const party = async (id: string, { see }: Context) => found(await see.row<PartyRow>('party', id));

  const CertificateState = builder.enumType('CertificateState', {
    description: 'Where a certificate stands in its life.',
    values: certificateStates,
  });
  const TransferState = builder.enumType('TransferState', {
    description: 'Whether an offer was answered, and how.',
    values: transferStates,
  });
  const Recourse = builder.enumType('Recourse', {
    description: 'What the holder may claim from whom it had the certificate.',
    values: recourses,
  });
  const TransferType = builder.objectRef<TransferView>('Transfer').implement({
    description: 'An offer to pass a certificate on, and its answer.',
    interfaces: [NodeType],
    fields: (t) => ({
      certificateId: t.exposeID('certificate', { description: 'What was offered.' }),
      from: t.field({
        type: PartyType,
        description: 'Who offered it.',
        resolve: ({ transferor }, _args, context) => party(transferor, context),
      }),
      to: t.field({
        type: PartyType,
        description: 'To whom.',
        resolve: ({ transferee }, _args, context) => party(transferee, context),
      }),
      tradeReference: t.exposeString('tradeReference', {
        description: 'The contract or order that is paid with it.',
      }),
      recourse: t.expose('recourse', {
        type: Recourse,
        description: 'What the transferee may claim back if the buyer does not pay.',
      }),
      tradeDocument: t.field({
        type: DocumentType,
        nullable: true,
        description: 'The file of that contract or order.',
        resolve: ({ tradeDocument }, _args, { see }) =>
          tradeDocument === null ? null : documentOf(see.reader, tradeDocument),
      }),
      tradeDocumentDigest: t.expose('tradeDocumentDigest', {
        type: 'Bytes',
        nullable: true,
        description: 'SHA-256 of that file, as its act carries it.',
      }),
      recourseDays: t.exposeInt('recourseDays', {
        nullable: true,
        description: 'Days after maturity within which that can be claimed.',
      }),
      recourseCapMicros: t.string({
        nullable: true,
        description: 'The most of the face that can be claimed, in millionths; null for all of it.',
        resolve: ({ recourseCapMicros }) => recourseCapMicros?.toString() ?? null,
      }),
      governingLaw: t.exposeString('governingLaw', {
        description: 'The law under which the hop stands.',
      }),
      state: t.expose('state', { type: TransferState, description: 'Whether it was answered.' }),
      answerBy: t.expose('answerBy', {
        type: 'Date',
        description: 'The last business day on which it may be answered.',
      }),
      reason: t.exposeString('reason', { nullable: true, description: 'Why it was rejected.' }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was offered.' }),
    }),
  });
  type ClaimView = Claim & { readonly currency: string };
  const ClaimGround = builder.enumType('ClaimGround', {
    description:
      'Why somebody can be claimed from: it promised to pay, or passed on with recourse.',
    values: ['PROMISE', 'RECOURSE'] as const,
  });
  const ClaimType = builder.objectRef<ClaimView>('PossibleClaim').implement({
    description: 'Somebody whom the holder of a certificate can claim from.',
    fields: (t) => ({
      from: t.field({
        type: PartyType,
        description: 'Who owes.',
        resolve: ({ from }, _args, context) => party(from, context),
      }),
      ground: t.expose('ground', { type: ClaimGround, description: 'Why.' }),
      most: t.field({
        type: MoneyType,
        description: 'The most that can be claimed.',
        resolve: ({ mostMinor, currency }) => ({ minor: mostMinor, currency }),
      }),
      since: t.expose('since', { type: 'Date', description: 'From this day on.' }),
      until: t.expose('until', {
        type: 'Date',
        nullable: true,
        description: 'The last day; null where none is set.',
      }),
    }),
  });
  const CertificateType = builder.objectRef<CertificateView>('Certificate').implement({
    description:
      "A part of a buyer's irrevocable promise, in one holder's hands. Passing it on or splitting it consumes it and makes new ones.",
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: CertificateState, description: 'Where it stands.' }),
      face: t.field({
        type: MoneyType,
        description: 'What the buyer owes by it.',
        resolve: ({ faceMinor, currency }) => ({ minor: faceMinor, currency }),
      }),
      open: t.field({
        type: MoneyType,
        description: 'What is not yet paid; nothing once it is consumed.',
        resolve: ({ openMinor, currency }) => ({ minor: openMinor, currency }),
      }),
      promised: t.field({
        type: MoneyType,
        description: 'The whole promise of the buyer that it is a part of.',
        resolve: ({ rootFaceMinor, currency }) => ({ minor: rootFaceMinor, currency }),
      }),
      maturity: t.expose('maturityDate', {
        type: 'Date',
        description: 'The day that the buyer promised.',
      }),
      payableOn: t.expose('payableDate', {
        type: 'Date',
        description: 'The business day on which the money moves.',
      }),
      issuer: t.field({
        type: PartyType,
        description: 'The buyer, who owes.',
        resolve: ({ issuer }, _args, context) => party(issuer, context),
      }),
      holder: t.field({
        type: PartyType,
        description: 'Whom the buyer owes.',
        resolve: ({ holder }, _args, context) => party(holder, context),
      }),
      invoice: t.field({
        type: InvoiceType,
        nullable: true,
        description: 'The invoice that was confirmed; null where it is not yours to see.',
        resolve: ({ invoice }, _args, { see }) => see.row<InvoiceRow>('invoice', invoice),
      }),
      depth: t.exposeInt('depth', { description: 'Hands that it passed through.' }),
      recourse: t.expose('recourse', {
        type: Recourse,
        description: 'What its holder may claim back if the buyer does not pay.',
      }),
      hop: t.field({
        type: TransferType,
        nullable: true,
        description: 'The transfer by which its holder had it, with the terms of that hop.',
        resolve: ({ hop }, _args, context) =>
          hop === null ? null : storeOf(context).transfer(hop),
      }),
      claims: t.field({
        type: [ClaimType],
        description:
          'Whom its holder can claim from; to whom it is offered, whom it could claim from as its holder.',
        resolve: async (certificate, _args, context) => {
          const hop = await storeOf(context).hopFor(certificate);
          return claimsOf(certificate, hop).map((claim) => ({
            ...claim,
            currency: certificate.currency,
          }));
        },
      }),
      isWaiting: t.boolean({
        description: 'An act on it waits for the chain; until then nothing else may happen.',
        resolve: ({ pendingAct }) => pendingAct !== null,
      }),
      transfer: t.field({
        type: TransferType,
        nullable: true,
        description: 'The last offer to pass it on.',
        resolve: ({ transfer }, _args, context) =>
          transfer === null ? null : storeOf(context).transfer(transfer),
      }),
      acts: t.field({
        type: [ActType],
        description: 'Acts about it that you may read, oldest first.',
        resolve: ({ id }, _args, { acts }) => acts.about(id),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it came to be.' }),
    }),
  });
  builder.objectFields(CertificateType, (t) => ({
    parent: t.field({
      type: CertificateType,
      nullable: true,
      description: 'What it was cut from or passed on from; null where it is not yours to see.',
      resolve: ({ parent }, _args, context) =>
        parent === null ? null : storeOf(context).certificate(parent),
    }),
    children: t.field({
      type: [CertificateType],
      description: 'What it was cut into, as far as you may see.',
      resolve: async ({ id }, _args, context) => [...(await storeOf(context).children(id))],
    }),
  }));
  builder.objectField(InvoiceType, 'certificate', (t) =>
    t.field({
      type: CertificateType,
      nullable: true,
      description: 'The certificate of the confirmed amount.',
      resolve: ({ id }, _args, context) => storeOf(context).ofInvoice(id),
    }),
  );

  const CertificateConnection = connection('Certificate', CertificateType);
  const CertificateFilter = builder.inputType('CertificateFilter', {
    description: 'Which certificates.',
    fields: (t) => ({
      states: t.field({ type: [CertificateState], description: 'Only in these states.' }),
      holderId: t.id({ description: 'Only in these hands.' }),
    }),
  });
  builder.queryFields((t) => ({
    certificate: t.field({
      type: CertificateType,
      description: 'A certificate that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the certificate.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).certificate(id));
      },
    }),
    certificates: t.field({
      type: CertificateConnection,
      description: 'Certificates that you may see, newest first.',
      args: {
        ...pageArgs,
        filter: t.arg({ type: CertificateFilter, description: 'Only these.' }),
      },
      resolve: (_root, { filter, ...page }, context) => {
        signedIn(context);
        return storeOf(context).certificates(pageOf(page), {
          states: filter?.states ?? null,
          holder: filter?.holderId ?? null,
        });
      },
    }),
  }));

  const answer = {
    field: 'certificate',
    type: CertificateType,
    load: (context: Context, id: string) => storeOf(context).certificate(id),
  } as const;
  actMutation('acceptCertificate', {
    ...answer,
    kind: 'certificate.accept',
    description: "The supplier takes the buyer's promise as a certificate.",
  });
  actMutation('declineCertificate', {
    ...answer,
    kind: 'certificate.decline',
    description: 'The supplier does not want a certificate; the invoice stays owed.',
  });
  actMutation('splitCertificate', {
    ...answer,
    kind: 'certificate.split',
    description:
      'Cuts a certificate into parts that sum to it, exactly. Final when the chain has it.',
  });
  actMutation('transferCertificate', {
    ...answer,
    kind: 'certificate.transfer',
    before: (context, input) => withTradeDocument(documents, context, input),
    description: 'Offers a certificate to a supplier that is paid with it.',
  });
  actMutation('receiveCertificate', {
    ...answer,
    kind: 'certificate.receive',
    description: "Takes an offered certificate. The answer is the new one, in the taker's hands.",
  });
  actMutation('rejectCertificate', {
    ...answer,
    kind: 'certificate.reject',
    description: 'Sends an offered certificate back, with the reason.',
  });

  const nodes: readonly NodeLoader[] = [
    { prefix: 'cer', type: 'Certificate', load: (context, id) => storeOf(context).certificate(id) },
    { prefix: 'trf', type: 'Transfer', load: (context, id) => storeOf(context).transfer(id) },
  ];
  const certificateSeen = ({ see }: Context, id: string) => receivableStore(see).certificate(id);
  return { CertificateType, Recourse, certificateSeen, nodes };
}

/** The document of the trade is one that the organisation stored, else not found, and the digest is that of its file. */
async function withTradeDocument(
  documents: Documents,
  context: Context,
  input: MutationInput,
): Promise<Refusal | MutationInput> {
  const { tradeDocument, tradeDocumentDigest } = input;
  if (typeof tradeDocument !== 'string') return input;
  const { party } = signedIn(context);
  const document = await documents.find(party, tradeDocument);
  if (document?.ownerParty !== party) throw notFound();
  const digest = Buffer.from(document.digest).toString('base64url');
  return digest === tradeDocumentDigest ? input : texts.tradeDocDiffers(digest);
}

/** What waits for the viewer in this slice. */
export async function receivableWork(
  context: Context,
  _viewer: Viewer,
): Promise<readonly WorkItem[]> {
  const store = storeOf(context);
  const nameOf = async (id: string) => (await context.see.row<PartyRow>('party', id))?.name ?? '';
  const [offers, transfers] = await Promise.all([store.offersToTake(), store.transfersToAnswer()]);
  const taking = offers.map(async ({ id, invoice, issuer, faceMinor, currency, payableDate }) => ({
    id: `accept-certificate:${id}`,
    action: 'accept-certificate',
    subjectId: id,
    subjectType: 'Certificate',
    title: (await context.see.row<InvoiceRow>('invoice', invoice))?.number ?? id,
    counterparty: await nameOf(issuer),
    amount: { minor: faceMinor, currency },
    deadline: payableDate,
  }));
  const answering = transfers.map(async ({ id, certificate, transferor, ...offer }) => {
    const offered = await store.certificate(certificate);
    return {
      id: `accept-transfer:${id}`,
      action: 'accept-transfer',
      subjectId: certificate,
      subjectType: 'Certificate',
      title: offer.tradeReference,
      counterparty: await nameOf(transferor),
      amount: offered === null ? null : { minor: offered.faceMinor, currency: offered.currency },
      deadline: offer.answerBy,
    };
  });
  return Promise.all([...taking, ...answering]);
}
