/**
 * The words of a receivable certificate: what it is, the states it passes, how it changes hands.
 *
 * A certificate is one hop of one part of a buyer's promise. A split or a received transfer consumes
 * it and makes new ones below it, so that each holder's hop is a row of its own: who held a part
 * before does not see where it went. The certificates of one promise that are not consumed always
 * sum to the promised amount. Amounts are minor units of the certificate's currency.
 */
import type { Act } from '../kernel/act.ts';
import type { Change, Grant } from '../kernel/change.ts';
import type { BusinessDate } from '../kernel/time.ts';

export const certificateStates = [
  'OFFERED',
  'ACTIVE',
  'RESERVED',
  'ASSIGNED',
  'PLEDGED',
  'DUE',
  'PART_REDEEMED',
  'REDEEMED',
  'BURNT',
  'TRANSFER_PENDING',
  'TRANSFERRED',
  'SPLIT',
  'MERGED',
  'FROZEN',
  'OVERDUE',
  'DEFAULTED',
  'RECOVERED',
  'WRITTEN_OFF',
  'VOID',
] as const;
export type CertificateState = (typeof certificateStates)[number];

/** States in which a certificate was consumed: its face lives on in the certificates below it. */
export const consumedStates: ReadonlySet<CertificateState> = new Set([
  'SPLIT',
  'TRANSFERRED',
  'MERGED',
]);

export const recourses = ['NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL'] as const;
export type Recourse = (typeof recourses)[number];

export type CertificateRow = {
  readonly id: string;
  readonly version: number;
  readonly state: CertificateState;
  readonly invoice: string;
  readonly programme: string;
  /** The buyer, who owes. */
  readonly issuer: string;
  /** Whom the buyer owes: the holder of record. */
  readonly holder: string;
  readonly faceMinor: bigint;
  /** What is still owed; nothing on a consumed certificate. */
  readonly openMinor: bigint;
  /** What credit notes took off it in a bank's hands. */
  readonly creditedMinor: bigint;
  readonly currency: string;
  /** As the buyer promised. */
  readonly maturityDate: BusinessDate;
  /** The business day on which money moves, by the programme's rule. */
  readonly payableDate: BusinessDate;
  /** What this holder may claim from whom it had it, if the buyer does not pay. */
  readonly recourse: Recourse;
  /** The transfer by which its holder had it, with the terms of that hop; null for the supplier whom the buyer owes. */
  readonly hop: string | null;
  /** Hands it passed through: 0 for the supplier whom the buyer owes. */
  readonly depth: number;
  readonly parent: string | null;
  /** The first certificate of the promise; itself for the first. */
  readonly root: string;
  /** The whole promise that it is a part of; every holder on the way may know it. */
  readonly rootFaceMinor: bigint;
  /** Its place among the parts of one split. */
  readonly part: number;
  /** The last transfer that was offered for it. */
  readonly transfer: string | null;
  /** The note on the chain that is this certificate, while it lives. */
  readonly note: Uint8Array;
  /** The contested act that waits for the chain; while it stands nothing else may happen. */
  readonly pendingAct: Uint8Array | null;
  readonly createdMs: bigint;
};

export const transferStates = ['PENDING', 'RECEIVED', 'REJECTED', 'LAPSED'] as const;
/** LAPSED: not answered by its day, or before maturity. */
export type TransferState = (typeof transferStates)[number];

export type TransferRow = {
  readonly id: string;
  readonly version: number;
  readonly state: TransferState;
  readonly certificate: string;
  readonly programme: string;
  readonly transferor: string;
  readonly transferee: string;
  /** The contract or order that the transferee is paid for. */
  readonly tradeReference: string;
  readonly tradeDocument: string | null;
  readonly tradeDocumentDigest: Uint8Array | null;
  readonly recourse: Recourse;
  /** Days after maturity within which the transferor may be claimed from; null without recourse. */
  readonly recourseDays: number | null;
  /** The most of the face that may be claimed, in millionths; null for all of it. */
  readonly recourseCapMicros: bigint | null;
  /** The law under which the hop stands. */
  readonly governingLaw: string;
  /** The last business day on which it may be answered. */
  readonly answerBy: BusinessDate;
  /** Why it was rejected. */
  readonly reason: string | null;
  readonly createdMs: bigint;
};

/** Rows that another slice adds to a decision of this one. */
export type Addition = { readonly changes: readonly Change[]; readonly grants: readonly Grant[] };

/** What settlement must know to expect the buyer's payment of one certificate. */
export type RepaymentInput = {
  readonly act: Act;
  /** As it stands after the act: DUE. */
  readonly certificate: CertificateRow;
  readonly payer: string;
  readonly payee: string;
  /** The payee's account, or null while it has named none in that currency. */
  readonly payTo: string | null;
  readonly dueDate: BusinessDate;
  /** Parties beyond payer and payee that may read the leg. */
  readonly auditors: readonly string[];
};

/** Settlement's part of `certificate.due`, handed in where the parts are joined. */
export type RepaymentLegs = { readonly repayment: (input: RepaymentInput) => Addition };

/** The limits of this slice. */
export const receivableLimits = {
  /** Parts of one split: each is a note in the act's header. */
  partsMax: 256,
  /** Characters of a trade reference. */
  tradeReferenceCharactersMax: 200,
  /** Characters of the name of a law. */
  governingLawCharactersMax: 100,
  /** Business days within which an offer is answered. */
  offerDays: 10,
  /** Days after maturity within which a transferor may be claimed from. */
  recourseDaysMax: 3650,
  /** Characters of a reason. */
  reasonCharactersMax: 500,
  /** Hops that are followed from a certificate to its root. */
  pathMax: 1000,
} as const;
