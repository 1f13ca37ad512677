/** What a resolver has at hand: who asks, what they may see, and the services of the application. */
import type { Json } from '../../../chain/src/act/input.ts';
import type { KindName } from '../../../chain/src/act/kinds.ts';
import type { Refusal } from '../kernel/decision.ts';
import { Fault } from '../kernel/fault.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';
import type { ActContext, ActContexts, Actor, Done, Envelope } from '../platform/acts.ts';
import type { ActRow, ActsSeen } from '../platform/acts-seen.ts';
import type { AnchoredAct } from '../platform/anchoring.ts';
import type { Portfolio } from '../platform/portfolio.ts';
import type { See } from '../platform/see.ts';
import type { RequestContext } from './request.ts';

export type Viewer = Actor & {
  readonly person: string;
  readonly personName: string;
  readonly partyName: string;
  readonly role: string;
};

/** What a mutation asks of the pipeline, already typed by the schema. */
export type ActRequest<N extends KindName = KindName> = {
  readonly kind: N;
  /** The kind's own fields as GraphQL gives them: JSON, as `bodyFromInput` reads it. */
  readonly input: Readonly<Record<string, Json>>;
  readonly idempotencyKey: string;
  readonly envelope: Envelope | null;
  /** Answer only when final (or refused), within the server's limit. */
  readonly wait: boolean;
};

export type Outcome = Done & { readonly anchor: AnchoredAct };

export type Services = {
  /** Performs one act for the viewer. */
  act<N extends KindName>(viewer: Viewer, request: ActRequest<N>): Promise<Outcome | Refusal>;
  /** Performs many acts of one kind for the viewer; the answers in the same order. */
  manyActs<N extends KindName>(
    viewer: Viewer,
    requests: readonly ActRequest<N>[],
  ): Promise<readonly (Outcome | Refusal)[]>;
  actContexts(
    viewer: Viewer,
    request: {
      readonly kind: string;
      readonly keyId: string | null;
      readonly acts: readonly { readonly input: unknown; readonly idempotencyKey: string }[];
    },
  ): Promise<ActContexts | Refusal>;
  actContext(
    viewer: Viewer,
    request: { readonly kind: string; readonly input: unknown; readonly keyId: string | null },
  ): Promise<ActContext | Refusal>;
  /** The proof pack of a final act, as its file's text; null while it is pending. */
  proofPack(act: ActRow): Promise<string | null>;
  today(): Promise<BusinessDate>;
  now(): Moment;
};

export type Context = {
  readonly viewer: Viewer | null;
  readonly request: RequestContext;
  readonly see: See;
  readonly acts: ActsSeen;
  readonly portfolio: Portfolio;
  readonly services: Services;
  /** The same reader with nothing remembered: each event of a subscription sees the rows as they are. */
  readonly fresh: () => Pick<Context, 'see' | 'acts'>;
  /** What a resolver that signs in or out assigns to its context, so that the rest of the request is that viewer's. */
  readonly as: (
    viewer: Viewer | null,
  ) => Pick<Context, 'viewer' | 'see' | 'acts' | 'portfolio' | 'fresh'>;
};

/** The viewer, or a fault: most of the schema is for those who signed in. */
export function signedIn(context: Context): Viewer {
  if (context.viewer === null) {
    throw new Fault('UNAUTHENTICATED', 'Sign in first.', { help: 'Use the signIn mutation.' });
  }
  return context.viewer;
}
