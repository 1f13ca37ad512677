/** Acts about who takes part: organisations, people, mandates, keys, programmes, accounts, the business day. */
import { kind } from '../kind.ts';

export const partyKinds = [
  /** An organisation joins. Signed by the operator or by the core enterprise that sponsors it. */
  kind('party.register', {
    name: 'text',
    country: 'text',
    scheme: 'text',
    number: 'text',
    numberMadeUp: 'bool',
    roles: 'texts',
    sponsor: 'id?',
  }),
  /** The operator stops new business with an organisation; what was promised before goes on. */
  kind('party.suspend', { suspended: 'id', reason: 'text' }),
  kind('party.reinstate', { reinstated: 'id', reason: 'text' }),
  /** A person may act for an organisation. */
  kind('person.appoint', { employer: 'id', name: 'text', role: 'text' }),
  /** What a person may sign: an action, up to an amount, for a time. */
  kind('mandate.grant', {
    holder: 'id',
    action: 'text',
    limit: 'money?',
    validFrom: 'date',
    validTo: 'date',
  }),
  kind('mandate.revoke', { revoked: 'id', reason: 'text' }),
  /** A key is admitted for a person, or for an organisation's program. Names stand in it so that a proof can show them. */
  kind(
    'key.register',
    {
      owner: 'id',
      ownerName: 'text',
      holder: 'id?',
      holderName: 'text',
      publicKey: 'bytes',
      custody: 'text',
      label: 'text',
    },
    {
      effects: ({ fields, facts, keyId }) =>
        facts.group === undefined
          ? {}
          : {
              keys: [
                {
                  op: 'add',
                  keyId: keyId(fields.publicKey),
                  publicKey: fields.publicKey,
                  group: facts.group,
                  custody: custodyOf(fields.custody),
                },
              ],
            },
    },
  ),
  kind(
    'key.revoke',
    { publicKey: 'bytes', reason: 'text' },
    {
      effects: ({ fields, facts, keyId }) =>
        facts.group === undefined
          ? {}
          : {
              keys: [
                {
                  op: 'revoke',
                  keyId: keyId(fields.publicKey),
                  publicKey: null,
                  group: facts.group,
                  custody: 'device',
                },
              ],
            },
    },
  ),
  /** A core enterprise opens a programme; its terms bind every certificate that it issues in it. */
  kind('programme.open', {
    name: 'text',
    technique: 'text',
    /** Null admits every currency. */
    currency: 'text?',
    /** Smallest part of a split, in minor units of the certificate's currency. */
    minSplitMinor: 'int',
    minTenorDays: 'int',
    maxTenorDays: 'int',
    confirmDays: 'int',
    graceDays: 'int',
    dayCount: 'text',
    businessDayRule: 'text',
    recourse: 'text',
    requireDelivery: 'bool',
    maxDepth: 'int?',
    /** A day is a business day when it is one in all of these. */
    calendars: 'texts',
    /** IANA name of the zone of the market's hours. */
    timeZone: 'text',
    /** From and until when banks may quote, '09:00' and '21:00'. */
    marketOpens: 'text',
    marketCloses: 'text',
    /** Business days before maturity from which a certificate is no longer passed on. */
    exDays: 'int',
    /** Packs of rules by id and version, such as CN-77/1. */
    policyPacks: 'texts',
    /** What the core enterprise may owe in it at a time, in minor units of its one currency. */
    issueLimitMinor: 'int?',
  }),
  /** Terms that bind only what is submitted, promised and quoted from now on. */
  kind('programme.amend', {
    programme: 'id',
    name: 'text',
    minTenorDays: 'int',
    maxTenorDays: 'int',
    confirmDays: 'int',
    marketOpens: 'text',
    marketCloses: 'text',
    policyPacks: 'texts',
    issueLimitMinor: 'int?',
    reason: 'text',
  }),
  kind('programme.admit', { programme: 'id', member: 'id', role: 'text' }),
  /** The days of one year on which a country's banks are closed, or open on a weekend. Again: a correction. */
  kind('calendar.publish', {
    calendar: 'text',
    year: 'int',
    closed: 'texts',
    open: 'texts',
    source: 'text',
  }),
  /** Where an organisation is paid, and from where it pays. */
  kind('account.open', {
    owner: 'id',
    scheme: 'text',
    identifier: 'text',
    holderName: 'text',
    currency: 'text?',
    servicer: 'id?',
  }),
  /** Another account in the place of one; two other people agree to it. */
  kind('account.change', {
    account: 'id',
    scheme: 'text',
    identifier: 'text',
    holderName: 'text',
    reason: 'text',
  }),
  /** Somebody else agrees. The second brings it into force, and it is held for 48 hours. */
  kind('account.approve', { change: 'id', account: 'id' }),
  kind('account.retract', { change: 'id', account: 'id', reason: 'text' }),
  /** The movable business day of tests and demo; refused in production. */
  kind('clock.set', { date: 'date' }),
  /** Midnight has passed in the network's zone: the next business day. */
  kind('clock.tick', { date: 'date' }, { automatic: true }),
] as const;

function custodyOf(text: string) {
  switch (text) {
    case 'device':
    case 'program':
    case 'custodial':
    case 'automation':
      return text;
    default:
      throw new RangeError(`custody is device, program, custodial or automation; seen ${text}`);
  }
}
