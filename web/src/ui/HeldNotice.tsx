/** Tells whoever is about to pay that the account was changed and is held. */
import { formatMoment } from '../lib/format-date.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { Notice } from './Notice.tsx';
import { uiTexts } from './texts.ts';

export function HeldNotice({ until }: { readonly until: string | null | undefined }) {
  const say = useTexts(uiTexts);
  const language = useLanguage();
  if (until === null || until === undefined) return null;
  return (
    <Notice tone="warn" title={say('heldTitle', { moment: formatMoment(until, language) })}>
      {say('heldText')}
    </Notice>
  );
}
