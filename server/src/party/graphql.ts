/** Translates between GraphQL and taking part. No decision lives here. */
import type { Json } from '../../../chain/src/act/input.ts';
import type { defineActMutations, MutationInput } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema } from '../graphql/builder.ts';
import { type Context, signedIn, type Viewer } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { Reader } from '../kernel/act.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Seen } from '../platform/see.ts';
import { type Sessions, sessionLimits } from '../platform/sessions.ts';
import { defineAccounts } from './accounts-graphql.ts';
import {
  type CalendarRow,
  type IssuanceRow,
  type MembershipRow,
  mandateActions,
  type PersonRow,
  type PolicyDecisionRow,
  partyRoles,
  type SigningKeyRow,
} from './model.ts';
import type { PolicyPack, PolicyRule } from './policy-pack.ts';
import { packHash, packLabel, policyPacks } from './policy-packs.ts';
import { type PolicyWord, policyPreview, policyThen, policyToday } from './policy-words.ts';
import { type Payable, payableOn } from './service.ts';
import { type PartyView, type ProgrammeView, partyStore } from './store.ts';

export type PartyServices = {
  readonly sessions: Sessions;
  readonly keyring: Keyring;
  /** The viewer behind a session. */
  readonly viewerOf: (personId: string) => Promise<Viewer | null>;
  readonly keyIdOf: (publicKey: Uint8Array) => string;
  readonly isDemo: boolean;
  readonly reader: () => Reader;
  readonly calendars: () => Promise<readonly CalendarRow[]>;
};

export type PartySchema = ReturnType<typeof defineParty>;

export function defineParty(
  schema: Schema,
  anchors: AnchorSchema,
  mutations: ReturnType<typeof defineActMutations>,
  services: PartyServices,
) {
  const { builder, MoneyType, NodeType, RefusalType, connection, pageArgs } = schema;
  const { Anchor, Custody, MandateType } = anchors;
  const { actMutation } = mutations;
  const storeOf = ({ see }: Context) => partyStore(see);

  const PartyRole = builder.enumType('PartyRole', {
    description: 'What an organisation does in the network.',
    values: partyRoles,
  });
  const PartyState = builder.enumType('PartyState', {
    description: 'Where an organisation stands.',
    values: {
      ACTIVE: { description: 'It takes part.' },
      SUSPENDED: { description: 'Nothing new is begun with it; what was promised goes on.' },
    },
  });
  const PartyType = builder.objectRef<PartyView>('Party').implement({
    description: 'An organisation that takes part.',
    interfaces: [NodeType],
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its registered name.' }),
      country: t.exposeString('country', { description: 'ISO 3166-1 alpha-2.' }),
      roles: t.field({
        type: [PartyRole],
        description: 'What it does in the network.',
        resolve: ({ roles }) => roles as readonly (typeof partyRoles)[number][],
      }),
      state: t.field({
        type: PartyState,
        description: 'Whether something new may be begun with it.',
        resolve: ({ state }) => state,
      }),
      registrationScheme: t.exposeString('scheme', {
        description: 'Of the number: USCC, VAT, LEI …',
      }),
      registrationNumber: t.exposeString('number', { description: 'As registered.' }),
      registrationMadeUp: t.exposeBoolean('numberMadeUp', {
        description: 'True where the number was made up because a document had none.',
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read; null where you may read none.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  const KeyType = builder.objectRef<Seen<SigningKeyRow>>('Key').implement({
    description: 'A key that signs acts.',
    interfaces: [NodeType],
    fields: (t) => ({
      keyId: t.string({
        description: 'Its pseudonym in the channel, hex.',
        resolve: ({ id }) => id,
      }),
      custody: t.field({
        type: Custody,
        description: 'Who holds the private key.',
        resolve: ({ custody }) => custody.toUpperCase() as 'DEVICE',
      }),
      publicKey: t.expose('publicKey', { type: 'Bytes', description: 'As acts name it.' }),
      label: t.exposeString('label', { description: 'Such as the device.' }),
      holderName: t.exposeString('holderName', { description: 'Whose it is.' }),
      revoked: t.exposeBoolean('revoked', { description: 'No longer valid.' }),
      registeredAt: t.expose('createdMs', {
        type: 'DateTime',
        description: 'When it was admitted.',
      }),
    }),
  });
  const PersonType = builder.objectRef<Seen<PersonRow>>('Person').implement({
    description: 'A person who acts for an organisation.',
    interfaces: [NodeType],
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Their name.' }),
      role: t.exposeString('role', { description: 'What they do there.' }),
      party: t.field({
        type: PartyType,
        description: 'The organisation.',
        resolve: async ({ party }, _args, context) => found(await storeOf(context).party(party)),
      }),
      mandates: t.field({
        type: [MandateType],
        description: 'What they may sign.',
        resolve: async ({ id, name }, _args, context) =>
          (await storeOf(context).mandates(id)).map((row) => ({ ...row, holderName: name })),
      }),
      keys: t.field({
        type: [KeyType],
        description: 'Their keys.',
        resolve: ({ id }, _args, context) => storeOf(context).keys(id),
      }),
    }),
  });
  const accounts = defineAccounts(schema, anchors, mutations, {
    ...{ PartyType, reader: services.reader },
  });
  const { AccountType } = accounts;
  const MembershipType = builder.objectRef<MembershipRow>('Membership').implement({
    description: 'An organisation in a programme.',
    fields: (t) => ({
      party: t.field({
        type: PartyType,
        description: 'The member.',
        resolve: async ({ member }, _args, context) => found(await storeOf(context).party(member)),
      }),
      role: t.field({
        type: PartyRole,
        description: 'What it does there.',
        resolve: ({ role }) => role,
      }),
    }),
  });
  const PayableType = builder.objectRef<Payable>('Payable').implement({
    description: 'The business day of a due date, and how sure it is.',
    fields: (t) => ({
      date: t.field({
        type: 'Date',
        description: 'The business day.',
        resolve: ({ date }) => date,
      }),
      extraDays: t.exposeInt('extraDays', {
        description: 'Days after the due date; negative before it.',
      }),
      unpublished: t.exposeStringList('unpublished', {
        description: 'Calendars whose year is not published yet: there weekdays count.',
      }),
    }),
  });
  const CalendarYearType = builder.objectRef<CalendarRow>('CalendarYear').implement({
    description: 'The days of one year of a published calendar.',
    fields: (t) => ({
      calendar: t.exposeString('calendar', { description: 'Its name, such as CN.' }),
      year: t.exposeInt('year', { description: 'The year.' }),
      closed: t.exposeStringList('closed', { description: 'Days on which banks are closed.' }),
      open: t.exposeStringList('open', { description: 'Weekend days that are worked.' }),
      source: t.exposeString('source', { description: 'Who decided it.' }),
    }),
  });
  const PolicyOutcomeType = builder.enumType('PolicyOutcome', {
    description: 'What a rule says.',
    values: ['PASS', 'WARN', 'REFUSE'] as const,
  });
  const PolicyRuleType = builder.objectRef<PolicyRule>('PolicyRule').implement({
    description: 'A rule of a policy pack.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Stable within the pack.' }),
      occasions: t.exposeStringList('occasions', {
        description: 'Kinds of acts on which it speaks.',
      }),
      says: t.exposeString('says', { description: 'The rule in words.' }),
    }),
  });
  const PolicyPackType = builder.objectRef<PolicyPack>('PolicyPack').implement({
    description: 'A version of a policy pack. A released version never changes.',
    fields: (t) => ({
      label: t.string({
        description: 'Id and version, as programmes name it.',
        resolve: packLabel,
      }),
      title: t.exposeString('title', { description: 'Whose rules.' }),
      hash: t.string({ description: 'SHA-256 of its rule table, hex.', resolve: packHash }),
      rules: t.field({
        type: [PolicyRuleType],
        description: 'In the order in which they speak.',
        resolve: ({ rules }) => rules,
      }),
    }),
  });
  const PolicyVerdictType = builder.objectRef<PolicyWord>('PolicyVerdict').implement({
    description: 'What one rule says.',
    fields: (t) => ({
      pack: t.exposeString('pack', { description: 'Id and version of the pack.' }),
      rule: t.exposeString('rule', { description: 'The rule.' }),
      says: t.exposeString('says', { description: 'The rule in words.' }),
      outcome: t.field({
        type: PolicyOutcomeType,
        description: 'Whether it passes.',
        resolve: ({ outcome }) => outcome,
      }),
      needsReason: t.exposeBoolean('needsReason', { description: 'A warning needs a reason.' }),
      seen: t.exposeString('seen', { description: 'What it saw.' }),
      expected: t.exposeString('expected', { description: 'What it wants.' }),
    }),
  });
  const PolicyDecisionType = builder.objectRef<PolicyDecisionRow>('PolicyDecision').implement({
    description: 'What a rule of a policy pack said when it was decided; stored with the decision.',
    fields: (t) => ({
      occasion: t.exposeString('occasion', { description: 'The kind of the act.' }),
      decidedOn: t.field({
        type: 'Date',
        description: 'The business day.',
        resolve: ({ decidedDate }) => decidedDate,
      }),
      hash: t.exposeString('packHash', {
        description: 'SHA-256 of the rule table of that version.',
      }),
      reason: t.exposeString('reason', { nullable: true, description: 'Given with the decision.' }),
      verdict: t.field({
        type: PolicyVerdictType,
        description: 'What it said then.',
        resolve: policyThen,
      }),
      today: t.field({
        type: PolicyVerdictType,
        nullable: true,
        description: 'What the newest version says to the same facts; null where the rule is gone.',
        resolve: policyToday,
      }),
    }),
  });
  const ProgrammeType = builder.objectRef<ProgrammeView>('Programme').implement({
    description: "A core enterprise's programme; its terms bind every certificate in it.",
    interfaces: [NodeType],
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name.' }),
      core: t.field({
        type: PartyType,
        description: 'The core enterprise.',
        resolve: async ({ core }, _args, context) => found(await storeOf(context).party(core)),
      }),
      technique: t.exposeString('technique', { description: 'By its standard name.' }),
      currency: t.exposeString('currency', {
        nullable: true,
        description: 'Null: every currency.',
      }),
      minSplitMinor: t.string({
        description: 'Smallest part of a split, in minor units.',
        resolve: ({ minSplitMinor }) => minSplitMinor.toString(),
      }),
      minTenorDays: t.exposeInt('minTenorDays', { description: 'Fewest days to the due date.' }),
      maxTenorDays: t.exposeInt('maxTenorDays', { description: 'Most days to the due date.' }),
      confirmDays: t.exposeInt('confirmDays', { description: 'Business days to confirm in.' }),
      graceDays: t.exposeInt('graceDays', { description: 'Days after due before overdue.' }),
      dayCount: t.exposeString('dayCount', { description: 'ACT_365F, ACT_360 or THIRTY_360.' }),
      businessDayRule: t.exposeString('businessDayRule', { description: 'FOLLOWING and its kin.' }),
      recourse: t.exposeString('recourse', { description: 'Of its certificates.' }),
      requireDelivery: t.exposeBoolean('requireDelivery', {
        description: 'Money only after the goods arrived.',
      }),
      maxDepth: t.exposeInt('maxDepth', {
        nullable: true,
        description: 'Hands that a certificate may pass through; null: any number.',
      }),
      calendars: t.exposeStringList('calendars', {
        description: 'A day is a business day when it is one in all of these.',
      }),
      timeZone: t.exposeString('timeZone', { description: "Of the market's hours." }),
      marketOpens: t.exposeString('marketOpens', { description: 'From when banks may quote.' }),
      marketCloses: t.exposeString('marketCloses', { description: 'Until before when.' }),
      exDays: t.exposeInt('exDays', {
        description: 'Business days before maturity from which nothing is passed on.',
      }),
      issueLimit: t.field({
        type: MoneyType,
        nullable: true,
        description:
          'What the core enterprise may owe in it at a time. Shown to itself only; null for any amount.',
        resolve: ({ core, currency, issueLimitMinor }, _args, { see }) =>
          core === see.reader && currency !== null && issueLimitMinor !== null
            ? { currency, minor: issueLimitMinor }
            : null,
      }),
      promised: t.field({
        type: MoneyType,
        nullable: true,
        description:
          'What the core enterprise has promised and not yet paid, where it has a limit. Shown to itself only.',
        resolve: async ({ id, core }, _args, { see }) => {
          if (core !== see.reader) return null;
          const row = await services.reader().get<IssuanceRow>('issuance', id);
          return row === null ? null : { currency: row.currency, minor: row.openMinor };
        },
      }),
      policyPacks: t.exposeStringList('policyPacks', {
        description: 'The policy packs that it follows, by id and version.',
      }),
      policy: t.field({
        type: [PolicyVerdictType],
        description:
          'What its policy would say to a promise made today that falls due on this date.',
        args: { dueDate: t.arg({ type: 'Date', required: true, description: 'To be promised.' }) },
        resolve: async ({ policyPacks }, { dueDate }, { services: { today } }) =>
          policyPreview(policyPacks, await today(), dueDate),
      }),
      payable: t.field({
        type: PayableType,
        description: 'When money moves for a promise that falls due on this date.',
        args: { dueDate: t.arg({ type: 'Date', required: true, description: 'As promised.' }) },
        resolve: (programme, { dueDate }) => payableOn(services.reader(), programme, dueDate),
      }),
      members: t.field({
        type: [MembershipType],
        description: 'Those members that you may see.',
        resolve: ({ id }, _args, context) => storeOf(context).members(id),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  const PartyConnection = connection('Party', PartyType);
  const ProgrammeConnection = connection('Programme', ProgrammeType);
  const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
    description: 'You.',
    fields: (t) => ({
      person: t.field({
        type: PersonType,
        description: 'Who you are.',
        resolve: async ({ person }, _args, context) => found(await storeOf(context).person(person)),
      }),
      party: t.field({
        type: PartyType,
        description: 'For whom you act.',
        resolve: async ({ party }, _args, context) => found(await storeOf(context).party(party)),
      }),
      businessDate: t.field({
        type: 'Date',
        description: 'The business day.',
        resolve: (_viewer, _args, context) => context.services.today(),
      }),
      demo: t.boolean({
        description: 'A demo world with a movable clock.',
        resolve: () => services.isDemo,
      }),
      programmes: t.field({
        type: [ProgrammeType],
        description: 'Programmes that you are in.',
        resolve: async (_viewer, _args, context) =>
          (await storeOf(context).programmes({ first: 100 })).rows,
      }),
      colleagues: t.field({
        type: [PersonType],
        description: 'The people of your organisation, you among them.',
        resolve: ({ party }, _args, context) => storeOf(context).people(party),
      }),
      accounts: t.field({
        type: [AccountType],
        description: "Your organisation's accounts.",
        resolve: ({ party }, _args, context) => storeOf(context).accounts(party),
      }),
    }),
  });
  const SessionType = builder.objectRef<{ token: string; viewer: Viewer }>('Session').implement({
    description: 'Signed in. Browsers have a cookie too; programs send the token as Bearer.',
    fields: (t) => ({
      token: t.exposeString('token', { description: 'Keep it secret.' }),
      viewer: t.field({ type: ViewerType, description: 'You.', resolve: ({ viewer }) => viewer }),
    }),
  });
  const SignInResult = builder.unionType('SignInResult', {
    description: 'A session, or why not.',
    types: [SessionType, RefusalType],
    resolveType: (value) => ('code' in value ? 'Refusal' : 'Session'),
  });

  builder.queryFields((t) => ({
    policyPacks: t.field({
      type: [PolicyPackType],
      description: 'Every released version of every policy pack.',
      resolve: (_root, _args, context) => {
        signedIn(context);
        return policyPacks;
      },
    }),
    policyDecisions: t.field({
      type: [PolicyDecisionType],
      description:
        'Which rules of which policy version were applied to an invoice, a certificate or a transfer that you see whole.',
      args: { subjectId: t.arg.id({ required: true, description: 'Of the object.' }) },
      resolve: (_root, { subjectId }, context) => {
        signedIn(context);
        return storeOf(context).policyDecisions(subjectId);
      },
    }),
    calendars: t.field({
      type: [CalendarYearType],
      description: 'Every published year of every calendar, the newest year first.',
      resolve: (_root, _args, context) => {
        signedIn(context);
        return services.calendars();
      },
    }),
    viewer: t.field({
      type: ViewerType,
      nullable: true,
      description: 'You; null before sign-in.',
      resolve: (_root, _args, { viewer }) => viewer,
    }),
    mandateActions: t.stringList({
      description: 'What a mandate can be for.',
      resolve: (_root, _args, context) => {
        signedIn(context);
        return mandateActions;
      },
    }),
    person: t.field({
      type: PersonType,
      description: 'A person that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the person.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).person(id));
      },
    }),
    party: t.field({
      type: PartyType,
      description: 'An organisation that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the organisation.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).party(id));
      },
    }),
    parties: t.field({
      type: PartyConnection,
      description: 'Organisations that you may see.',
      args: {
        ...pageArgs,
        role: t.arg({ type: PartyRole, description: 'Only with this role.' }),
      },
      resolve: (_root, { role, ...page }, context) => {
        signedIn(context);
        return storeOf(context).parties(pageOf(page), role ?? null);
      },
    }),
    programme: t.field({
      type: ProgrammeType,
      description: 'A programme that you are in.',
      args: { id: t.arg.id({ required: true, description: 'Of the programme.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).programme(id));
      },
    }),
    programmes: t.field({
      type: ProgrammeConnection,
      description: 'Programmes that you are in.',
      args: pageArgs,
      resolve: (_root, page, context) => {
        signedIn(context);
        return storeOf(context).programmes(pageOf(page));
      },
    }),
  }));

  builder.mutationFields((t) => ({
    signIn: t.field({
      type: SignInResult,
      description: 'Opens a session. Wrong attempts are counted per login and address.',
      args: {
        login: t.arg.string({ required: true, description: 'As given by your administrator.' }),
        password: t.arg.string({ required: true, description: 'At most 256 characters.' }),
      },
      resolve: async (_root, { login, password }, context) => {
        const { request } = context;
        const answer = await services.sessions.signIn(login, password, request.address);
        const viewer =
          answer.kind === 'signedIn' ? await services.viewerOf(answer.session.personId) : null;
        if (answer.kind !== 'signedIn' || viewer === null) {
          return refuse('SIGN_IN_REFUSED', 'Login and password do not fit together.', {
            path: 'login',
            help: 'Try again, or ask your administrator.',
          });
        }
        request.giveCookie(answer.token, answer.session);
        Object.assign(context, context.as(viewer));
        return { token: answer.token, viewer };
      },
    }),
    signOut: t.boolean({
      description: 'Ends the session; its subscriptions end too.',
      resolve: async (_root, _args, context) => {
        const { request } = context;
        if (request.session !== null) await services.sessions.signOut(request.session.key);
        request.takeCookie();
        Object.assign(context, context.as(null));
        return true;
      },
    }),
    prepareCustodialKey: t.field({
      type: 'Bytes',
      description:
        'Makes a key that the platform holds for a person of your organisation, or of one that you set up. It signs nothing until registerKey admits it.',
      args: { holder: t.arg.id({ required: true, description: 'The person.' }) },
      resolve: async (_root, { holder }, context) => {
        signedIn(context);
        const person = found(await storeOf(context).person(holder));
        return services.keyring.create(person.id, services.keyIdOf, context.services.now());
      },
    }),
  }));

  const oneParty = {
    field: 'party',
    type: PartyType,
    load: (context: Context, id: string) => storeOf(context).party(id),
  } as const;
  actMutation('registerParty', {
    ...oneParty,
    kind: 'party.register',
    description: 'An organisation joins the network.',
  });
  actMutation('suspendParty', {
    ...oneParty,
    kind: 'party.suspend',
    description: 'The operator stops new business with an organisation. What was promised goes on.',
  });
  actMutation('reinstateParty', {
    ...oneParty,
    kind: 'party.reinstate',
    description: 'The operator lets new business with an organisation begin again.',
  });
  actMutation('appointPerson', {
    kind: 'person.appoint',
    description: 'A person may act for an organisation, and gets a login.',
    field: 'person',
    type: PersonType,
    beside: ['login?', 'password?'],
    load: (context, id) => storeOf(context).person(id),
    before: async (context, input) => (await loginProblem(services, context, input)) ?? input,
    after: async (_context, { login, password }, personId) => {
      if (!isText(login) || !isText(password)) return;
      await services.sessions.setLogin({ personId, login, password });
    },
  });
  const withHolder = async (context: Context, id: string) => {
    const row = await storeOf(context).mandate(id);
    const holder = row === null ? null : await storeOf(context).person(row.holder);
    return row === null ? null : { ...row, holderName: holder?.name ?? '' };
  };
  actMutation('grantMandate', {
    kind: 'mandate.grant',
    description: 'What a person may sign, up to how much, until when.',
    field: 'mandate',
    type: MandateType,
    load: withHolder,
  });
  actMutation('revokeMandate', {
    kind: 'mandate.revoke',
    description: 'Takes a mandate back. What was signed under it stays valid.',
    field: 'mandate',
    type: MandateType,
    load: withHolder,
  });
  actMutation('registerKey', {
    kind: 'key.register',
    description: 'Admits a key. An existing key of the organisation signs for it.',
    field: 'key',
    type: KeyType,
    load: (context, id) => storeOf(context).key(id),
  });
  actMutation('revokeKey', {
    kind: 'key.revoke',
    description: 'A key signs nothing more. What it signed before stays valid.',
    field: 'key',
    type: KeyType,
    load: (context, id) => storeOf(context).key(id),
  });
  actMutation('openProgramme', {
    kind: 'programme.open',
    description: 'A core enterprise sets the terms for its suppliers.',
    field: 'programme',
    type: ProgrammeType,
    load: (context, id) => storeOf(context).programme(id),
  });
  actMutation('amendProgramme', {
    kind: 'programme.amend',
    description: 'Other terms for what is submitted, promised and quoted from now on.',
    field: 'programme',
    type: ProgrammeType,
    load: (context, id) => storeOf(context).programme(id),
  });
  actMutation('publishCalendar', {
    kind: 'calendar.publish',
    description: 'The operator publishes the holidays of a year. Again: a correction.',
    field: 'calendar',
    type: CalendarYearType,
    load: async (_context, id) => services.reader().get<CalendarRow>('calendar', id),
  });
  actMutation('admitMember', {
    kind: 'programme.admit',
    description: 'An organisation joins a programme.',
    field: 'programme',
    type: ProgrammeType,
    load: (context, id) => storeOf(context).programme(id),
  });
  if (services.isDemo) {
    actMutation('setBusinessDate', {
      kind: 'clock.set',
      description: 'Moves the business day forward. In demo and tests only.',
      field: 'viewer',
      type: ViewerType,
      load: async ({ viewer }) => viewer,
    });
  }

  const nodes: readonly NodeLoader[] = [
    { prefix: 'pty', type: 'Party', load: (context, id) => storeOf(context).party(id) },
    { prefix: 'per', type: 'Person', load: (context, id) => storeOf(context).person(id) },
    { prefix: 'mdt', type: 'Mandate', load: withHolder },
    { prefix: 'prg', type: 'Programme', load: (context, id) => storeOf(context).programme(id) },
    ...accounts.nodes,
  ];
  return { PartyType, ProgrammeType, AccountType, PersonType, PartyRole, nodes };
}

/** A login must be free and a password long enough before the act, since the act cannot be taken back. */
async function loginProblem(
  { sessions }: PartyServices,
  { see }: Context,
  { login, password, employer, name }: MutationInput,
): Promise<Refusal | null> {
  if (!isText(login) && !isText(password)) return null;
  const { passwordLengthMin: min, passwordLengthMax: max, loginLengthMax } = sessionLimits;
  if (!isText(login) || !/^\S+$/.test(login) || login.length > loginLengthMax) {
    return refuse('LOGIN_MALFORMED', 'A login has no spaces.', {
      path: 'login',
      seen: String(login ?? ''),
      expected: `1 to ${loginLengthMax} characters`,
    });
  }
  if (!isText(password) || password.length < min || password.length > max) {
    return refuse('PASSWORD_LENGTH', `A password has ${min} to ${max} characters.`, {
      path: 'password',
      seen: `${isText(password) ? password.length : 0} characters`,
      expected: `${min} to ${max} characters`,
    });
  }
  const holder = await sessions.holderOf(login);
  if (holder === null) return null;
  // The same request again finds the person that it appointed.
  const person = await partyStore(see).person(holder);
  if (person !== null && person.party === employer && person.name === name) return null;
  return refuse('LOGIN_TAKEN', 'Somebody has this login already.', {
    path: 'login',
    seen: login,
    expected: 'a login that is free',
    help: 'Choose another login.',
  });
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
