/** Where a credit note stands, as a coloured word. */
import type { CreditNoteRowFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { StateTag, type Tone } from '../ui/StateTag.tsx';
import { creditTexts } from './credit-texts.ts';

const tones: Readonly<Record<CreditNoteRowFragment['state'], Tone>> = {
  ISSUED: 'warn',
  ACKNOWLEDGED: 'accent',
  APPLIED: 'good',
  INVALID: 'bad',
};

export function CreditTag({ note }: { readonly note: CreditNoteRowFragment }) {
  const say = useTexts(creditTexts);
  return note.isWaiting ? (
    <StateTag tone="quiet">{say('pending')}</StateTag>
  ) : (
    <StateTag tone={tones[note.state]}>{say(note.state)}</StateTag>
  );
}
