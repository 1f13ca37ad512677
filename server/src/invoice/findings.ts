/**
 * Collects what the checks of one file find. An element that is missing or unreadable may leave the
 * file without an invoice in it; the collector remembers that.
 */
import { type Finding, findingsMax, type Severity } from './model.ts';

export type Checks = {
  add(severity: Severity, rule: string, path: string, what: What): void;
  addAll(findings: readonly Finding[]): void;
  /** An element is missing; without a needed one there is no invoice to be read. */
  missing(severity: Severity, rule: string, path: string, what: string, isNeeded?: boolean): void;
  /** An element is there and cannot be understood. */
  unreadable(rule: string, path: string, what: What): void;
  /** False once a needed element was missing or any was unreadable. */
  isReadable(): boolean;
  /** Errors first, else in the order of the checks; bounded. */
  all(): readonly Finding[];
};

type What = Pick<Finding, 'message' | 'seen' | 'expected'>;

export function newChecks(): Checks {
  const findings: Finding[] = [];
  let readable = true;

  function add(severity: Severity, rule: string, path: string, what: What): void {
    findings.push({ severity, rule, path, ...what });
  }

  return {
    add,
    addAll: (more) => findings.push(...more),
    missing(severity, rule, path, what, isNeeded = false) {
      if (isNeeded) readable = false;
      add(severity, rule, path, {
        message: `${what} is missing.`,
        seen: 'nothing',
        expected: what,
      });
    },
    unreadable(rule, path, what) {
      readable = false;
      add('ERROR', rule, path, what);
    },
    isReadable: () => readable,
    all() {
      const errors = findings.filter(({ severity }) => severity === 'ERROR');
      const warnings = findings.filter(({ severity }) => severity === 'WARNING');
      return [...errors, ...warnings].slice(0, findingsMax);
    },
  };
}

/** The text, or null and a finding where it is longer than the field may be. */
export function withinChars(
  text: string,
  charsMax: number,
  path: string,
  checks: Checks,
): string | null {
  if (text.length <= charsMax) return text;
  checks.unreadable('TEXT_TOO_LONG', path, {
    message: 'The text is too long.',
    seen: `${text.length} characters`,
    expected: `at most ${charsMax} characters`,
  });
  return null;
}
