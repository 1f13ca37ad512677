/** The two views of money: what is expected, and what the banks said. */
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
        { to: '/payments/lines', label: say('lines') },
      ]}
    />
  );
}
