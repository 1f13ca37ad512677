/** The views of money: what is expected, what goes out to a bank, and what the banks said. */
import { useTexts } from '../lib/texts.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { paymentTexts } from './texts.ts';

export function PaymentTabs() {
  const say = useTexts(paymentTexts);
  return (
    <Tabs
      label={say('tabs')}
      tabs={[
        { to: '/payments', label: say('legs'), end: true },
        { to: '/payments/files', label: say('files') },
        { to: '/payments/lines', label: say('lines') },
      ]}
    />
  );
}
