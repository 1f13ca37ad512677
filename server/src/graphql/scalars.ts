/** The scalars of the schema. Each refuses what is not exactly of its form and says what it saw. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { isDate } from '../kernel/time.ts';

/** A file of a multipart request, wholly received and within its limit. */
export type UploadedFile = {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
};

export const dateScalar = textScalar('Date', 'Calendar date, YYYY-MM-DD.', {
  parse: (text) => (isDate(text) ? text : null),
  write: (value: unknown) => String(value),
});

export const dateTimeScalar = textScalar('DateTime', 'Moment in UTC, RFC 3339 with milliseconds.', {
  parse: (text) => {
    const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
    return Number.isNaN(ms) ? null : BigInt(ms);
  },
  write: (value: unknown) => new Date(Number(value)).toISOString(),
});

export const decimalScalar = textScalar('Decimal', 'Exact decimal number as text: "98000.00".', {
  parse: (text) => (/^-?\d{1,18}(\.\d{1,9})?$/.test(text) ? text : null),
  write: (value: unknown) => String(value),
});

export const bytesScalar = textScalar('Bytes', 'Octets as base64url without padding.', {
  parse: (text) => {
    const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
    return Buffer.from(bytes).toString('base64url') === text ? bytes : null;
  },
  write: (value: unknown) => Buffer.from(value as Uint8Array).toString('base64url'),
});

export const uploadScalar = new GraphQLScalarType<UploadedFile, never>({
  name: 'Upload',
  description: 'A file of a multipart request (GraphQL multipart request specification).',
  parseValue(value) {
    if (isUploadedFile(value)) return value;
    throw new GraphQLError('Upload is a file of a multipart request.', {
      extensions: { code: 'BAD_USER_INPUT', seen: typeof value, expected: 'a file part' },
    });
  },
  serialize() {
    throw new GraphQLError('A file is never an answer.');
  },
});

function isUploadedFile(value: unknown): value is UploadedFile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'bytes' in value &&
    value.bytes instanceof Uint8Array
  );
}

function textScalar<Internal>(
  name: string,
  description: string,
  form: {
    readonly parse: (text: string) => Internal | null;
    readonly write: (value: unknown) => string;
  },
) {
  function parsed(value: unknown): Internal {
    const result = typeof value === 'string' ? form.parse(value) : null;
    if (result !== null) return result;
    throw new GraphQLError(`${name}: ${description}`, {
      extensions: {
        code: 'BAD_USER_INPUT',
        seen: String(value).slice(0, 100),
        expected: description,
      },
    });
  }
  return new GraphQLScalarType<Internal, string>({
    name,
    description,
    serialize: form.write,
    parseValue: parsed,
    parseLiteral: (node) => parsed(node.kind === Kind.STRING ? node.value : null),
  });
}
