/**
 * What a command of the simulation was asked to do, read strictly: what is not understood is refused
 * with the field, what was seen and what was expected.
 */
import { parseArgs } from 'node:util';

type Flags = Readonly<Record<string, 'number' | 'text' | 'switch'>>;

export type Arguments = {
  /** A whole number from `least` to `most`; the default when it was not given. */
  readonly number: (name: string, byDefault: number, least: number, most: number) => number;
  /** One of the choices, or null when it was not given. */
  readonly choice: <T extends string>(name: string, choices: readonly T[]) => T | null;
  readonly has: (name: string) => boolean;
};

/** Refused arguments; the message is for the person who typed them. */
export class ArgumentsRefused extends Error {
  override readonly name = 'ArgumentsRefused';
}

export function readArguments(given: readonly string[], flags: Flags): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, kind]) => [
      name,
      { type: kind === 'switch' ? 'boolean' : 'string' } as const,
    ]),
  );
  const values = valuesOf(given, options, flags);
  return {
    number: (name, byDefault, least, most) => {
      const seen = values[name];
      if (seen === undefined) return byDefault;
      const value = typeof seen === 'string' && /^\d{1,10}$/.test(seen) ? Number(seen) : Number.NaN;
      if (value >= least && value <= most) return value;
      throw refused(`--${name}`, String(seen), `a whole number from ${least} to ${most}`);
    },
    choice: (name, choices) => {
      const seen = values[name];
      if (seen === undefined) return null;
      const chosen = choices.find((each) => each === seen);
      if (chosen !== undefined) return chosen;
      throw refused(`--${name}`, String(seen), `one of ${choices.join(', ')}`);
    },
    has: (name) => values[name] === true,
  };
}

function valuesOf(
  given: readonly string[],
  options: Readonly<Record<string, { readonly type: 'boolean' | 'string' }>>,
  flags: Flags,
): Readonly<Record<string, string | boolean | undefined>> {
  try {
    return parseArgs({ args: [...given], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const known = Object.entries(flags).map(([name, kind]) =>
      kind === 'switch' ? `--${name}` : `--${name} ${kind === 'number' ? 'N' : 'NAME'}`,
    );
    throw refused('arguments', given.join(' '), known.join(' '));
  }
}

function refused(field: string, seen: string, expected: string): ArgumentsRefused {
  return new ArgumentsRefused(`${field}: seen "${seen}", expected ${expected}`);
}

/** Runs a command: 2 for refused arguments, else what it returns. */
export async function runCommand(command: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof ArgumentsRefused)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
