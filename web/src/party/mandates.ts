/** Where a mandate stands on a business day, for the people who grant it. Pure. */

export type MandateDays = {
  readonly validFrom: string;
  readonly validTo: string;
  readonly revoked: boolean;
};

export function standingOf(
  { validFrom, validTo, revoked }: MandateDays,
  today: string,
): 'VALID' | 'REVOKED' | 'EXPIRED' | 'COMING' {
  if (revoked) return 'REVOKED';
  if (validTo < today) return 'EXPIRED';
  return validFrom > today ? 'COMING' : 'VALID';
}

/** The first day on which one of the mandates that are valid today ends; undefined without any. */
export function nextEnd(mandates: readonly MandateDays[], today: string): string | undefined {
  return mandates
    .filter((each) => standingOf(each, today) === 'VALID')
    .map(({ validTo }) => validTo)
    .sort()[0];
}
