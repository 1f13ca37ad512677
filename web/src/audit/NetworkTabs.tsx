/** The views of the network: what goes on now, its blocks, and who votes since when. */
import { useTexts } from '../lib/texts.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { explorerTexts } from './explorer-texts.ts';

export function NetworkTabs() {
  const say = useTexts(explorerTexts);
  return (
    <Tabs
      label={say('tabs')}
      tabs={[
        { to: '/network', label: say('tabNow'), end: true },
        { to: '/network/blocks', label: say('tabBlocks') },
        { to: '/network/epochs', label: say('tabEpochs') },
      ]}
    />
  );
}
