/**
 * Errors as the outside sees them: a code, a message for a person, and nothing of our inside.
 *
 * A `Fault` shows its code and facts. What the GraphQL language itself refuses keeps its own code.
 * Everything else is our bug: it is logged whole under a reference, and only the reference is shown.
 */
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { Fault, type FaultCode } from '../kernel/fault.ts';
import type { Ids } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { graphqlLimits } from './limits.ts';

export type ErrorFormatter = (
  formatted: GraphQLFormattedError,
  error: unknown,
) => GraphQLFormattedError;

/** Codes that are not ours but are ours to show: the request itself was not GraphQL as agreed. */
const languageCodes: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

export function errorFormatter(log: Log, ids: Ids): ErrorFormatter {
  return (formatted, error) => {
    const cause = unwrapResolverError(error);
    if (cause instanceof Fault) return fromFault(formatted, cause);
    const code = formatted.extensions?.code;
    if (/more that \d+ tokens/.test(formatted.message)) return tooManyTokens();
    if (cause instanceof GraphQLError && isShown(cause, code)) return formatted;

    const reference = ids.next('err');
    log.error({ err: cause, reference, path: formatted.path }, 'a request met a bug');
    return {
      ...place(formatted),
      message: internalMessage,
      extensions: { code: 'INTERNAL', reference },
    };
  };
}

const internalMessage =
  'Something went wrong on our side. Nothing was changed unless you see it; quote the reference when you ask for help.';

/** The HTTP status of a fault outside GraphQL, for downloads and other plain routes. */
export function statusOf(code: FaultCode): number {
  switch (code) {
    case 'NOT_FOUND':
      return 404;
    case 'UNAUTHENTICATED':
      return 401;
    case 'BAD_INPUT':
      return 400;
    case 'IDEMPOTENCY_CONFLICT':
      return 409;
    case 'LIMIT_EXCEEDED':
      return 413;
    case 'RATE_LIMITED':
      return 429;
    case 'UNAVAILABLE':
      return 503;
  }
}

/** Language errors, and errors of ours that were thrown as GraphQL errors with a code of their own. */
function isShown(error: GraphQLError, code: unknown): boolean {
  if (languageCodes.has(code)) return true;
  return code !== undefined && code !== 'INTERNAL_SERVER_ERROR' && error.extensions.code === code;
}

function fromFault(formatted: GraphQLFormattedError, fault: Fault): GraphQLFormattedError {
  const extensions = { code: fault.code, ...fault.facts };
  return { ...place(formatted), message: fault.message, extensions };
}

function place({ locations, path }: GraphQLFormattedError): Partial<GraphQLFormattedError> {
  return {
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
  };
}

function tooManyTokens(): GraphQLFormattedError {
  const { tokensMax } = graphqlLimits;
  return {
    message: `The request asks for more than is allowed: more than ${tokensMax} tokens.`,
    extensions: {
      code: 'QUERY_TOO_LONG',
      seen: `more than ${tokensMax}`,
      expected: `at most ${tokensMax}`,
    },
  };
}
