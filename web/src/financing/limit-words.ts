/** What a limit is about, in words. */
import type { LimitProposalPartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { financingTexts } from './texts.ts';

type Named = { readonly name: string } | null | undefined;
type Subject = Pick<LimitProposalPartsFragment, 'dimension'> & {
  readonly buyer?: Named;
  readonly supplier?: Named;
  readonly programme?: Named;
};

/** “Aurora Motors”, “Aurora Motors and Bolt Parts”, “Everything”. */
export function useLimitWords() {
  const say = useTexts(financingTexts);
  return ({ dimension, buyer, supplier, programme }: Subject): string => {
    switch (dimension) {
      case 'TOTAL':
        return say('limit.TOTAL');
      case 'PAIR':
        return say('limitPair', { buyer: buyer?.name ?? '', supplier: supplier?.name ?? '' });
      default:
        return buyer?.name ?? supplier?.name ?? programme?.name ?? '';
    }
  };
}
