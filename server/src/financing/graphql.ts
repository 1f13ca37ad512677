/** Translates between GraphQL and competing finance. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import { whole } from '../../../chain/src/calc/amount.ts';
import { dayCounts } from '../../../chain/src/calc/days.ts';
import { discountMethods, type Price, type PriceTerms } from '../../../chain/src/calc/price.ts';
import type { CalculationOf } from '../../../chain/src/calc/run.ts';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema, type Types } from '../graphql/builder.ts';
import { defineCalculation } from '../graphql/calculation.ts';
import { type Context, signedIn, type Viewer } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { WorkItem } from '../graphql/today.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { Reader } from '../kernel/act.ts';
import { Fault } from '../kernel/fault.ts';
import { type Money, parseAmount } from '../kernel/money.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { AccountRow, MandateRow, PartyRow, ProgrammeRow } from '../party/model.ts';
import type { Seen } from '../platform/see.ts';
import type { ReceivableSchema } from '../receivable/graphql.ts';
import { priceCalculation } from './calculation.ts';
import { checksOf } from './checks.ts';
import { microsOfPercent, percentOfMicros } from './decimal.ts';
import {
  type Check,
  financingLimits,
  type LimitSubject,
  limitDimensions,
  quoteStates,
  requestStates,
} from './model.ts';
import { eligibilityGuards, guardsOf } from './service-guards.ts';
import { limitUsage } from './service-room.ts';
import { checksIn } from './snapshot.ts';
import {
  type FundingProposalView,
  financingStore,
  type LimitProposalView,
  type LimitView,
  type QuoteView,
  type RequestView,
  type SnapshotView,
} from './store.ts';
import { priceOf } from './transitions.ts';

export type FinancingSchema = ReturnType<typeof defineFinancing>;

/** The types of the slices to the left that financing shows. */
type FinancingNeeds = Pick<PartySchema, 'PartyType' | 'AccountType' | 'ProgrammeType'> &
  Pick<ReceivableSchema, 'CertificateType' | 'Recourse' | 'certificateSeen'> & {
    readonly InvoiceType: ObjectRef<Types, Seen<InvoiceRow>>;
    /** Reads rows for the guards, which look further than the viewer does. */
    readonly reader: () => Reader;
  };

type PricedView = { readonly price: Price; readonly currency: string };
type UsedLimit = LimitView & { readonly used: Awaited<ReturnType<typeof limitUsage>> };

const storeOf = ({ see }: Context) => financingStore(see);

/** What came before a request and after it is told to holder and auditor, not to a bank. */
const seesAll = ({ level, bank, invited }: RequestView, { see }: Context): boolean =>
  level === 'F' && see.reader !== bank && !invited.includes(see.reader);

export function defineFinancing(
  schema: Schema,
  anchors: AnchorSchema,
  { actMutation }: ReturnType<typeof defineActMutations>,
  needs: FinancingNeeds,
) {
  const { builder, NodeType, MoneyType, connection, pageArgs } = schema;
  const { Anchor, ActType } = anchors;
  const { PartyType, AccountType, ProgrammeType, InvoiceType, CertificateType, Recourse, reader } =
    needs;
  const party = async (id: string, { see }: Context) => found(await see.row<PartyRow>('party', id));

  const RequestState = builder.enumType('RequestState', {
    description: 'Where a request for financing stands.',
    values: requestStates,
  });
  const QuoteState = builder.enumType('QuoteState', {
    description: 'Where a quote stands.',
    values: quoteStates,
  });
  const FundingProposalState = builder.enumType('FundingProposalState', {
    description: 'Whether a proposal to pay was approved.',
    values: ['OPEN', 'CONFIRMED', 'RETURNED', 'VOID'] as const,
  });
  const CalculationType = defineCalculation(schema);
  const DayCount = builder.enumType('DayCount', {
    description: 'How the days of a discount are counted, and the year that they are part of.',
    values: dayCounts,
  });
  const DiscountMethod = builder.enumType('DiscountMethod', {
    description: 'STRAIGHT: on the advance. YIELD: on what is left of it.',
    values: discountMethods,
  });
  const PriceType = builder.objectRef<PricedView>('Price').implement({
    description: 'What a quote brings and costs, to the last minor unit.',
    fields: (t) => ({
      days: t.int({
        description: 'Days that the discount is counted for.',
        resolve: ({ price }) => price.days,
      }),
      advance: t.field({
        type: MoneyType,
        description: 'The part of the face that is paid out.',
        resolve: ({ price, currency }) => ({ minor: price.advanceMinor, currency }),
      }),
      discount: t.field({
        type: MoneyType,
        description: 'Interest, taken at the front.',
        resolve: ({ price, currency }) => ({ minor: price.discountMinor, currency }),
      }),
      fees: t.field({
        type: MoneyType,
        description: 'All fees.',
        resolve: ({ price, currency }) => ({ minor: price.feesMinor, currency }),
      }),
      net: t.field({
        type: MoneyType,
        description: 'What arrives.',
        resolve: ({ price, currency }) => ({ minor: price.netMinor, currency }),
      }),
      reserve: t.field({
        type: MoneyType,
        description: 'Kept back until the buyer has paid.',
        resolve: ({ price, currency }) => ({ minor: price.reserveMinor, currency }),
      }),
      allInPercent: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'Yearly cost on what arrives; null where nothing arrives.',
        resolve: ({ price }) =>
          price.allInMicros === null ? null : percentOfMicros(price.allInMicros),
      }),
    }),
  });

  /** The price of a quote: from the day it was chosen, or if it were chosen today. */
  async function priced(quote: QuoteView, context: Context): Promise<PricedView> {
    const asked = found(await storeOf(context).request(quote.request));
    const start = asked.valueDate ?? (await context.services.today());
    return { price: priceOf(quote, asked, start), currency: quote.currency };
  }
  /** What was decided by when it was chosen, or what it would be decided by today. */
  async function calculated(quote: QuoteView, context: Context): Promise<CalculationOf> {
    const [decided] = await storeOf(context).calculationsOf(quote.id);
    if (decided !== undefined) return decided;
    const asked = found(await storeOf(context).request(quote.request));
    const start = asked.valueDate ?? (await context.services.today());
    return { ...priceCalculation(quote, asked, start), subject: quote.id, act: null };
  }
  const amountOf = (pick: (price: Price) => bigint) => ({
    type: MoneyType,
    resolve: async (quote: QuoteView, _args: object, context: Context): Promise<Money> => {
      const { price, currency } = await priced(quote, context);
      return { minor: pick(price), currency };
    },
  });
  const QuoteType = builder.objectRef<QuoteView>('Quote').implement({
    description: "A bank's firm price; sealed until the window closes.",
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: QuoteState, description: 'Where it stands.' }),
      bank: t.field({
        type: PartyType,
        description: 'Whose it is.',
        resolve: ({ bank }, _args, context) => party(bank, context),
      }),
      ratePercent: t.field({
        type: 'Decimal',
        description: 'Yearly rate in percent: 6.85.',
        resolve: ({ rateMicros }) => percentOfMicros(rateMicros),
      }),
      method: t.expose('method', { type: DiscountMethod, description: 'How it discounts.' }),
      dayCount: t.expose('dayCount', { type: DayCount, description: 'How it counts days.' }),
      advancePercent: t.field({
        type: 'Decimal',
        description: 'Share of the face that is paid out.',
        resolve: ({ advanceMicros }) => percentOfMicros(advanceMicros),
      }),
      feeFlat: t.field({
        type: MoneyType,
        description: 'A fee whatever the face.',
        resolve: ({ feeFlatMinor, currency }) => ({ minor: feeFlatMinor, currency }),
      }),
      feePercent: t.field({
        type: 'Decimal',
        description: 'A fee as a share of the face.',
        resolve: ({ feeMicros }) => percentOfMicros(feeMicros),
      }),
      feeMin: t.field({
        type: MoneyType,
        description: 'All fees are at least this.',
        resolve: ({ feeMinMinor, currency }) => ({ minor: feeMinMinor, currency }),
      }),
      recourse: t.expose('recourse', {
        type: Recourse,
        description: 'What the bank may claim back if the buyer does not pay.',
      }),
      validTo: t.expose('validToDate', { type: 'Date', description: 'Its last business day.' }),
      days: t.int({
        description: 'Days that the discount is counted for.',
        resolve: async (quote, _args, context) => (await priced(quote, context)).price.days,
      }),
      advance: t.field({
        ...amountOf(({ advanceMinor }) => advanceMinor),
        description: 'The part of the face that is paid out.',
      }),
      discount: t.field({
        ...amountOf(({ discountMinor }) => discountMinor),
        description: 'Interest, taken at the front.',
      }),
      fees: t.field({ ...amountOf(({ feesMinor }) => feesMinor), description: 'All fees.' }),
      net: t.field({
        ...amountOf(({ netMinor }) => netMinor),
        description: 'What arrives: counted from the day it was chosen, or from today.',
      }),
      reserve: t.field({
        ...amountOf(({ reserveMinor }) => reserveMinor),
        description: 'Kept back until the buyer has paid.',
      }),
      allInPercent: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'Yearly cost on what arrives, fees and all.',
        resolve: async (quote, _args, context) => {
          const { allInMicros } = (await priced(quote, context)).price;
          return allInMicros === null ? null : percentOfMicros(allInMicros);
        },
      }),
      calculation: t.field({
        type: CalculationType,
        description: 'How these amounts come about: by which it was chosen, or as it stands today.',
        resolve: (quote, _args, context) => calculated(quote, context),
      }),
      rank: t.exposeInt('rank', {
        nullable: true,
        description: '1 was the most net cash at the close; null before it.',
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was given.' }),
    }),
  });
  const FundingProposalType = builder.objectRef<FundingProposalView>('FundingProposal').implement({
    description: "The analyst's proposal to pay; another person approves it.",
    interfaces: [NodeType],
    fields: (t) => ({
      net: t.field({
        type: MoneyType,
        description: 'What is to be paid.',
        resolve: ({ netMinor, currency }) => ({ minor: netMinor, currency }),
      }),
      proposedBy: t.string({
        description: 'The person who proposed it.',
        resolve: async ({ proposedBy }, _args, { see }) =>
          (await see.row<{ readonly id: string; readonly name: string }>('person', proposedBy))
            ?.name ?? '',
      }),
      proposedById: t.exposeID('proposedBy', { description: 'Who may not approve it.' }),
      state: t.expose('state', {
        type: FundingProposalState,
        description: 'Whether it was approved.',
      }),
      reason: t.exposeString('reason', { nullable: true, description: 'Why it was returned.' }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  const CheckType = builder.objectRef<Check>('Check').implement({
    description: 'One guard: what it saw and what it needs.',
    fields: (t) => ({
      rule: t.exposeString('rule', { description: 'Its name.' }),
      ok: t.exposeBoolean('ok', { description: 'Lets the money go.' }),
      message: t.exposeString('message', { description: 'For a person.' }),
      seen: t.exposeString('seen', { description: 'What was found.' }),
      expected: t.exposeString('expected', { description: 'What it needs.' }),
    }),
  });
  const SnapshotType = builder.objectRef<SnapshotView>('FundingSnapshot').implement({
    description: 'What every guard saw at the instant at which the payment was approved.',
    interfaces: [NodeType],
    fields: (t) => ({
      checks: t.field({
        type: [CheckType],
        description: 'Each rule that was looked at, in order; all of them let the money go.',
        resolve: (snapshot) => [...checksIn(snapshot)],
      }),
      policies: t.exposeStringList('policies', {
        description: 'The policy packs of the programme that held, with their versions.',
      }),
      calculator: t.exposeString('calculator', {
        description: 'The calculator that priced the quote, with its version.',
      }),
      takenOn: t.expose('takenDate', { type: 'Date', description: 'The business day.' }),
      takenAt: t.expose('createdMs', { type: 'DateTime', description: 'The moment.' }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'The act that approved, which keeps it.',
        resolve: ({ request }, _args, { acts }) => acts.anchorOf(request),
      }),
    }),
  });
  const RequestType = builder.objectRef<RequestView>('FinanceRequest').implement({
    description: 'A holder asks banks for cash now against a certificate.',
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: RequestState, description: 'Where it stands.' }),
      certificate: t.field({
        type: CertificateType,
        nullable: true,
        description: 'What is financed; null for a bank until its quote is chosen.',
        resolve: ({ certificate }, _args, context) => needs.certificateSeen(context, certificate),
      }),
      invoice: t.field({
        type: InvoiceType,
        nullable: true,
        description: 'The invoice behind it; null where it is not yours to see.',
        resolve: ({ invoice }, _args, { see }) => see.row<InvoiceRow>('invoice', invoice),
      }),
      holder: t.field({
        type: PartyType,
        description: 'Who asks.',
        resolve: ({ holder }, _args, context) => party(holder, context),
      }),
      issuer: t.field({
        type: PartyType,
        description: 'The buyer, who owes.',
        resolve: ({ issuer }, _args, context) => party(issuer, context),
      }),
      face: t.field({
        type: MoneyType,
        description: 'What the buyer owes.',
        resolve: ({ faceMinor, currency }) => ({ minor: faceMinor, currency }),
      }),
      maturity: t.expose('payableDate', {
        type: 'Date',
        description: 'The business day on which the buyer pays.',
      }),
      payTo: t.field({
        type: AccountType,
        nullable: true,
        description: 'Where the money is to arrive; null where it is not yours to see.',
        resolve: ({ payTo }, _args, { see }) => see.row<AccountRow>('account', payTo),
      }),
      closesAt: t.expose('closesAtMs', { type: 'DateTime', description: 'When quotes end.' }),
      invited: t.int({
        nullable: true,
        description: 'How many banks were invited; null for a bank.',
        resolve: ({ level, invited, bank }, _args, { see }) =>
          level === 'F' && see.reader !== bank ? invited.length : null,
      }),
      quoteCount: t.int({
        nullable: true,
        description: 'How many sealed quotes there are; null for a bank.',
        resolve: ({ level, quoteCount, bank }, _args, { see }) =>
          level === 'F' && see.reader !== bank ? quoteCount : null,
      }),
      quotes: t.field({
        type: [QuoteType],
        description:
          'A bank sees its own; the holder and the auditor see all once the window has closed.',
        resolve: async ({ id }, _args, context) => [...(await storeOf(context).quotes(id))],
      }),
      chosen: t.field({
        type: QuoteType,
        nullable: true,
        description: 'The quote that was chosen.',
        resolve: ({ chosen }, _args, context) =>
          chosen === null ? null : storeOf(context).quote(chosen),
      }),
      net: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What the chosen quote brings.',
        resolve: ({ netMinor, currency }) =>
          netMinor === null ? null : { minor: netMinor, currency },
      }),
      proposal: t.field({
        type: FundingProposalType,
        nullable: true,
        description: "The bank's last proposal to pay; for the bank and the auditor.",
        resolve: ({ proposal }, _args, context) =>
          proposal === null ? null : storeOf(context).proposal(proposal),
      }),
      checks: t.field({
        type: [CheckType],
        description: 'Each guard between here and the money: why it can or cannot go on.',
        resolve: async (asked, _args, { see, services }) => [
          ...checksOf(await guardsOf(reader(), asked, see.reader, await services.today())),
        ],
      }),
      snapshot: t.field({
        type: SnapshotType,
        nullable: true,
        description: 'The state at funding; for the bank that pays and the auditor.',
        resolve: ({ id }, _args, context) => storeOf(context).snapshotOf(id),
      }),
      fundBy: t.expose('fundByDate', {
        type: 'Date',
        nullable: true,
        description: 'The last business day on which the instructed payment may arrive.',
      }),
      failReason: t.exposeString('failReason', {
        nullable: true,
        description: "Why it was not paid: the bank's words, or NOT_PAID_IN_TIME.",
      }),
      followsId: t.id({
        nullable: true,
        description: 'The failed request whose remaining quotes it offers; null for a bank.',
        resolve: (asked, _args, context) => (seesAll(asked, context) ? asked.follows : null),
      }),
      followedById: t.id({
        nullable: true,
        description: 'The request that offers what is left after this one failed; null for a bank.',
        resolve: async (asked, _args, context) =>
          asked.state === 'FUNDING_FAILED' && seesAll(asked, context)
            ? storeOf(context).following(asked)
            : null,
      }),
      isWaiting: t.boolean({
        description: 'An act on it waits for the chain; until then nothing else may happen.',
        resolve: ({ pendingAct }) => pendingAct !== null,
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
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was asked.' }),
    }),
  });
  builder.objectField(QuoteType, 'request', (t) =>
    t.field({
      type: RequestType,
      description: 'What it answers.',
      resolve: async ({ request }, _args, context) =>
        found(await storeOf(context).request(request)),
    }),
  );
  builder.objectField(CertificateType, 'request', (t) =>
    t.field({
      type: RequestType,
      nullable: true,
      description: 'The newest request to finance it that you may see.',
      resolve: ({ id }, _args, context) => storeOf(context).ofCertificate(id),
    }),
  );
  builder.objectField(CertificateType, 'eligibility', (t) =>
    t.field({
      type: [CheckType],
      nullable: true,
      description: 'Why cash can or cannot be asked for on it, rule by rule; for its holder.',
      resolve: async (certificate, _args, { see, services }) =>
        certificate.holder === see.reader
          ? [...checksOf(await eligibilityGuards(reader(), certificate, await services.today()))]
          : null,
    }),
  );
  const LimitDimension = builder.enumType('LimitDimension', {
    description: 'What a limit is about: everything, or what is out on one of these.',
    values: limitDimensions,
  });
  const named = (pick: (limit: LimitSubject) => string | null) => ({
    type: PartyType,
    nullable: true as const,
    resolve: (limit: LimitSubject, _args: object, context: Context) => {
      const id = pick(limit);
      return id === null ? null : context.see.row<PartyRow>('party', id);
    },
  });
  const LimitProposalType = builder.objectRef<LimitProposalView>('LimitProposal').implement({
    description: 'A limit as one person of the bank wants it; another puts it in force.',
    interfaces: [NodeType],
    fields: (t) => ({
      dimension: t.expose('dimension', { type: LimitDimension, description: 'What it is about.' }),
      buyer: t.field({ ...named(({ buyer }) => buyer), description: 'On which buyer.' }),
      supplier: t.field({
        ...named(({ supplier }) => supplier),
        description: 'On which supplier.',
      }),
      programme: t.field({
        type: ProgrammeType,
        nullable: true,
        description: 'In which programme.',
        resolve: ({ programme }, _args, { see }) =>
          programme === null ? null : see.row<ProgrammeRow>('programme', programme),
      }),
      sanctioned: t.field({
        type: MoneyType,
        description: 'In all.',
        resolve: ({ sanctionedMinor, currency }) => ({ minor: sanctionedMinor, currency }),
      }),
      adhoc: t.field({
        type: MoneyType,
        description: 'On top of it, up to a day.',
        resolve: ({ adhocMinor, currency }) => ({ minor: adhocMinor, currency }),
      }),
      adhocTo: t.expose('adhocToDate', {
        type: 'Date',
        nullable: true,
        description: 'The last business day of the ad hoc part.',
      }),
      validTo: t.expose('validToDate', { type: 'Date', description: 'Its last business day.' }),
      proposedBy: t.string({
        description: 'The person who proposed it, and may not approve it.',
        resolve: async ({ proposedBy }, _args, { see }) =>
          (await see.row<{ readonly id: string; readonly name: string }>('person', proposedBy))
            ?.name ?? '',
      }),
      isOwn: t.boolean({
        description: 'You proposed it yourself; a colleague approves.',
        resolve: ({ proposedBy }, _args, context) => signedIn(context).person === proposedBy,
      }),
      isOpen: t.boolean({
        description: 'It waits for another person.',
        resolve: ({ state }) => state === 'OPEN',
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  const LimitType = builder.objectRef<UsedLimit>('CreditLimit').implement({
    description: 'What a bank is willing to have out, and how much of it is taken.',
    interfaces: [NodeType],
    fields: (t) => ({
      dimension: t.expose('dimension', { type: LimitDimension, description: 'What it is about.' }),
      supplier: t.field({
        ...named(({ supplier }) => supplier),
        description: 'On which supplier.',
      }),
      programme: t.field({
        type: ProgrammeType,
        nullable: true,
        description: 'In which programme.',
        resolve: ({ programme }, _args, { see }) =>
          programme === null ? null : see.row<ProgrammeRow>('programme', programme),
      }),
      adhoc: t.field({
        type: MoneyType,
        description: 'On top of what is sanctioned, up to a day.',
        resolve: ({ adhocMinor, currency }) => ({ minor: adhocMinor, currency }),
      }),
      adhocTo: t.expose('adhocToDate', {
        type: 'Date',
        nullable: true,
        description: 'The last business day of the ad hoc part.',
      }),
      bank: t.field({
        type: PartyType,
        description: 'Whose limit it is.',
        resolve: ({ bank }, _args, context) => party(bank, context),
      }),
      buyer: t.field({ ...named(({ buyer }) => buyer), description: 'On which buyer.' }),
      sanctioned: t.field({
        type: MoneyType,
        description: 'In all.',
        resolve: ({ sanctionedMinor, currency }) => ({ minor: sanctionedMinor, currency }),
      }),
      blocked: t.field({
        type: MoneyType,
        description: 'Taken by chosen quotes that are not paid yet.',
        resolve: ({ used, currency }) => ({ minor: used.blockedMinor, currency }),
      }),
      utilised: t.field({
        type: MoneyType,
        description: 'Taken by what was paid out and not paid back.',
        resolve: ({ used, currency }) => ({ minor: used.utilisedMinor, currency }),
      }),
      available: t.field({
        type: MoneyType,
        description: 'Left.',
        resolve: ({ used, currency }) => ({ minor: used.availableMinor, currency }),
      }),
      validTo: t.expose('validToDate', { type: 'Date', description: 'Its last business day.' }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  async function used(limit: LimitView | null, context: Context): Promise<UsedLimit | null> {
    if (limit === null) return null;
    return { ...limit, used: await limitUsage(reader(), limit, await context.services.today()) };
  }
  const loadLimit = async (context: Context, id: string) =>
    used(await storeOf(context).limit(id), context);

  const RequestConnection = connection('FinanceRequest', RequestType);
  const RequestFilter = builder.inputType('FinanceRequestFilter', {
    description: 'Which requests.',
    fields: (t) => ({
      states: t.field({ type: [RequestState], description: 'Only in these states.' }),
    }),
  });
  const decimal = { type: 'Decimal', required: true } as const;
  builder.queryFields((t) => ({
    financeRequest: t.field({
      type: RequestType,
      description: 'A request for financing that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the request.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).request(id));
      },
    }),
    financeRequests: t.field({
      type: RequestConnection,
      description: 'Requests for financing that you may see, newest first.',
      args: { ...pageArgs, filter: t.arg({ type: RequestFilter, description: 'Only these.' }) },
      resolve: (_root, { filter, ...page }, context) => {
        signedIn(context);
        return storeOf(context).requests(pageOf(page), filter?.states ?? null);
      },
    }),
    limits: t.field({
      type: [LimitType],
      description:
        "Your bank's limits: in all, on buyers, suppliers, pairs of them, and in programmes.",
      resolve: async (_root, _args, context) => {
        signedIn(context);
        const limits = await storeOf(context).limits();
        return (await Promise.all(limits.map((limit) => used(limit, context)))).map(found);
      },
    }),
    limitProposals: t.field({
      type: [LimitProposalType],
      description: 'Limits that were proposed, the newest first; those that wait are open.',
      resolve: async (_root, _args, context) => {
        signedIn(context);
        return [...(await storeOf(context).limitProposals())];
      },
    }),
    priceQuote: t.field({
      type: PriceType,
      description: 'What a quote would bring if it were chosen today. Pure arithmetic, no state.',
      args: {
        requestId: t.arg.id({ required: true, description: 'Of the request.' }),
        ratePercent: t.arg({ ...decimal, description: 'Yearly rate: 6.85.' }),
        method: t.arg({ type: DiscountMethod, required: true, description: 'How it discounts.' }),
        dayCount: t.arg({ type: DayCount, required: true, description: 'How days are counted.' }),
        advancePercent: t.arg({ ...decimal, description: 'Share of the face that is paid out.' }),
        feeFlat: t.arg({ ...decimal, description: 'Amount.' }),
        feePercent: t.arg({ ...decimal, description: 'Share of the face.' }),
        feeMin: t.arg({ ...decimal, description: 'Amount that all fees are at least.' }),
      },
      resolve: async (_root, args, context) => {
        signedIn(context);
        const asked = found(await storeOf(context).request(args.requestId));
        const start = asked.valueDate ?? (await context.services.today());
        const terms = termsOf(args, asked.currency);
        return { price: priceOf(terms, asked, start), currency: asked.currency };
      },
    }),
  }));

  const answer = {
    field: 'request',
    type: RequestType,
    load: (context: Context, id: string) => storeOf(context).request(id),
  } as const;
  actMutation('proposeLimit', {
    kind: 'limit.propose',
    description: 'Proposes what your bank is willing to have out; another person approves.',
    field: 'proposal',
    type: LimitProposalType,
    load: (context, id) => storeOf(context).limitProposal(id),
  });
  actMutation('approveLimit', {
    kind: 'limit.approve',
    description: 'Puts in force a limit that another person has proposed.',
    field: 'limit',
    type: LimitType,
    load: loadLimit,
  });
  actMutation('requestFinancing', {
    ...answer,
    kind: 'finance.request',
    description: 'Asks banks for cash now against a certificate.',
  });
  actMutation('submitQuote', {
    kind: 'quote.submit',
    description: "Gives your bank's firm price; sealed until the window closes.",
    field: 'quote',
    type: QuoteType,
    load: (context, id) => storeOf(context).quote(id),
  });
  actMutation('withdrawQuote', {
    kind: 'quote.withdraw',
    description: 'Takes a quote back while it is sealed.',
    field: 'quote',
    type: QuoteType,
    load: (context, id) => storeOf(context).quote(id),
  });
  actMutation('withdrawRequest', {
    ...answer,
    kind: 'finance.withdraw',
    description: 'Takes a request back before a quote is chosen.',
  });
  actMutation('chooseQuote', {
    ...answer,
    kind: 'quote.choose',
    description: 'Takes a quote; the certificate is locked for that bank when the chain has it.',
  });
  actMutation('proposeFunding', {
    ...answer,
    kind: 'finance.propose',
    description: "The bank's analyst proposes the payment.",
  });
  actMutation('returnFunding', {
    ...answer,
    kind: 'finance.return',
    description: "The bank's approver sends a proposal back, with the reason.",
  });
  actMutation('approveFunding', {
    ...answer,
    kind: 'finance.approve',
    description: "The bank's approver, another person, instructs the payment.",
  });
  actMutation('declineFunding', {
    ...answer,
    kind: 'finance.decline',
    description: 'The bank will not pay what it has instructed; all that it held is free again.',
  });

  const nodes: readonly NodeLoader[] = [
    { prefix: 'req', type: 'FinanceRequest', load: (context, id) => storeOf(context).request(id) },
    { prefix: 'quo', type: 'Quote', load: (context, id) => storeOf(context).quote(id) },
    {
      prefix: 'fnd',
      type: 'FundingProposal',
      load: (context, id) => storeOf(context).proposal(id),
    },
    {
      prefix: 'snp',
      type: 'FundingSnapshot',
      load: (context, id) => storeOf(context).snapshot(id),
    },
    { prefix: 'lim', type: 'CreditLimit', load: loadLimit },
    {
      prefix: 'lpr',
      type: 'LimitProposal',
      load: (context, id) => storeOf(context).limitProposal(id),
    },
  ];
  const requestSeen = (context: Context, id: string) => storeOf(context).request(id);
  return { RequestType, QuoteType, CalculationType, requestSeen, nodes };
}

/** The terms of a price as numbers; what is no such number is named with its path. */
function termsOf(
  args: {
    readonly ratePercent: string;
    readonly method: PriceTerms['method'];
    readonly dayCount: PriceTerms['dayCount'];
    readonly advancePercent: string;
    readonly feeFlat: string;
    readonly feePercent: string;
    readonly feeMin: string;
  },
  currency: string,
): PriceTerms {
  const share = (path: keyof typeof args, most: bigint): bigint => {
    const micros = microsOfPercent(args[path]);
    if (micros !== null && micros >= 0n && micros <= most) return micros;
    throw wrongNumber(path, args[path], `0 to ${percentOfMicros(most)} with at most 4 decimals`);
  };
  const amount = (path: keyof typeof args): bigint => {
    const parsed = parseAmount(args[path], currency);
    if (parsed !== null && parsed.minor >= 0n) return parsed.minor;
    throw wrongNumber(path, args[path], `an amount in ${currency}`);
  };
  return {
    rateMicros: share('ratePercent', financingLimits.rateMicrosMax),
    method: args.method,
    dayCount: args.dayCount,
    advanceMicros: share('advancePercent', whole),
    feeFlatMinor: amount('feeFlat'),
    feeMicros: share('feePercent', financingLimits.feeMicrosMax),
    feeMinMinor: amount('feeMin'),
  };
}

function wrongNumber(path: string, seen: string, expected: string): Fault {
  return new Fault('BAD_INPUT', `${path} is not a number that a price can have.`, {
    path,
    seen: seen.slice(0, 100),
    expected,
  });
}

/** What waits for the viewer in this slice, by what the viewer may sign. */
export async function financingWork(
  context: Context,
  viewer: Viewer,
): Promise<readonly WorkItem[]> {
  const store = storeOf(context);
  const today = await context.services.today();
  const mandates = await context.see.children<MandateRow>('mandate', 'holder', viewer.person);
  const may = (action: string) =>
    mandates.some(
      (each) =>
        each.action === action &&
        !each.revoked &&
        each.validFromDate <= today &&
        today <= each.validToDate,
    );
  const none: readonly RequestView[] = [];
  const [quoting, choosing, paying, limits] = await Promise.all([
    may('quote.submit') ? store.requestsToQuote(context.services.now()) : none,
    may('finance.request') ? store.requestsToChoose() : none,
    may('finance.propose') || may('finance.approve') ? store.requestsToPay() : none,
    may('limit.set') ? store.limitProposals() : [],
  ]);
  const proposing = paying.filter(({ state }) => state === 'RESERVED' && may('finance.propose'));
  const approving: RequestView[] = [];
  for (const asked of paying) {
    if (asked.state !== 'APPROVAL' || asked.proposal === null || !may('finance.approve')) continue;
    const proposal = await store.proposal(asked.proposal);
    if (proposal !== null && proposal.proposedBy !== viewer.person) approving.push(asked);
  }
  const closing = ({ closesAtMs }: RequestView) =>
    new Date(Number(closesAtMs)).toISOString().slice(0, 10);
  return Promise.all([
    ...quoting.map((asked) => item('quote', asked, asked.issuer, closing(asked), context)),
    ...choosing.map((asked) => item('choose', asked, asked.issuer, today, context)),
    ...proposing.map((asked) => item('propose-funding', asked, asked.holder, today, context)),
    ...approving.map((asked) => item('approve-funding', asked, asked.holder, today, context)),
    ...limits
      .filter(
        ({ state, bank, proposedBy }) =>
          state === 'OPEN' && bank === context.see.reader && proposedBy !== viewer.person,
      )
      .map((proposal) => limitItem(proposal, today, context)),
  ]);
}

async function limitItem(
  proposal: LimitProposalView,
  deadline: string,
  { see }: Context,
): Promise<WorkItem> {
  const about = proposal.buyer ?? proposal.supplier;
  const other = about === null ? null : await see.row<PartyRow>('party', about);
  return {
    ...{ id: `approve-limit:${proposal.id}`, action: 'approve-limit', deadline },
    ...{ subjectId: proposal.id, subjectType: 'LimitProposal' },
    ...{ title: other?.name ?? proposal.dimension, counterparty: other?.name ?? '' },
    amount: { minor: proposal.sanctionedMinor, currency: proposal.currency },
  };
}

async function item(
  action: string,
  asked: RequestView,
  counterparty: string,
  deadline: string,
  { see }: Context,
): Promise<WorkItem> {
  const [other, invoice] = await Promise.all([
    see.row<PartyRow>('party', counterparty),
    see.row<InvoiceRow>('invoice', asked.invoice),
  ]);
  return {
    id: `${action}:${asked.id}`,
    action,
    subjectId: asked.id,
    subjectType: 'FinanceRequest',
    title: invoice?.number ?? asked.id,
    counterparty: other?.name ?? '',
    amount: { minor: asked.faceMinor, currency: asked.currency },
    deadline,
  };
}
