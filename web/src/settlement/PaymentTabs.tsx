/** The two views of money: what is expected, and what the banks said. */
import { NavLink } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { paymentTexts } from './texts.ts';
import './PaymentTabs.css';

export function PaymentTabs() {
  const say = useTexts(paymentTexts);
  return (
    <nav className="tabs" aria-label={say('tabs')}>
      <NavLink to="/payments" end className="tab">
        {say('legs')}
      </NavLink>
      <NavLink to="/payments/lines" className="tab">
        {say('lines')}
      </NavLink>
    </nav>
  );
}
