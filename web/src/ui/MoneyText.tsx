/** An amount that is read: tabular figures, the currency's code beside, never abbreviated. */
import { type Amount, formatAmount } from '../lib/format-money.ts';
import './MoneyText.css';

export function MoneyText({
  money,
  size = 'normal',
  tone,
}: {
  readonly money: Amount;
  readonly size?: 'normal' | 'large';
  readonly tone?: 'bad' | 'good' | 'dim';
}) {
  const text = formatAmount(money);
  const point = text.lastIndexOf('.');
  const whole = point < 0 ? text : text.slice(0, point);
  const cents = point < 0 ? '' : text.slice(point);

  return (
    <span className={`money money-${size}${tone === undefined ? '' : ` money-${tone}`}`}>
      <span className="money-code">{money.currency}</span>
      <span>
        {whole}
        <span className="money-cents">{cents}</span>
      </span>
    </span>
  );
}
