/** The two lists: what is disputed, and what is credited. */
import { useTexts } from '../lib/texts.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { creditTexts } from './credit-texts.ts';

export function DisputeTabs() {
  const say = useTexts(creditTexts);
  return (
    <Tabs
      label={say('views')}
      tabs={[
        { to: '/disputes', label: say('disputes'), end: true },
        { to: '/credit-notes', label: say('notes'), end: true },
      ]}
    />
  );
}
