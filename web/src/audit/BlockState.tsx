/** What is worth knowing of a block before one opens it, in a word. */
import { useTexts } from '../lib/texts.ts';
import { StateTag } from '../ui/StateTag.tsx';
import { explorerTexts } from './explorer-texts.ts';

export function BlockState({
  evidenceCount,
  handsOver,
  refusedCount,
}: {
  readonly evidenceCount: number;
  readonly handsOver: boolean;
  readonly refusedCount: number;
}) {
  const say = useTexts(explorerTexts);
  if (evidenceCount > 0) return <StateTag tone="bad">{say('holdsEvidence')}</StateTag>;
  if (handsOver) return <StateTag tone="accent">{say('endsEpoch')}</StateTag>;
  if (refusedCount > 0) {
    return <StateTag tone="warn">{say('refusedCount', { count: refusedCount })}</StateTag>;
  }
  return <StateTag tone="good">{say('plain')}</StateTag>;
}
