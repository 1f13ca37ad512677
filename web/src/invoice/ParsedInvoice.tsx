/** An invoice as we read it from its file: parties, lines, sums. */
import { grouped } from '../lib/format-money.ts';
import type { ParsedPartsFragment } from '../lib/graphql/graphql.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { DayText } from '../ui/DateText.tsx';
import { type Fact, Facts } from '../ui/Facts.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { invoiceTexts } from './texts.ts';
import './ParsedInvoice.css';

type Parsed = ParsedPartsFragment;

export function ParsedFacts({ parsed }: { readonly parsed: Parsed }) {
  const say = useTexts(invoiceTexts);
  const party = (name: string, { ...each }: Parsed['seller']): Fact => ({
    name,
    value: (
      <>
        {each.name}
        <span className="small dim parsed-registration">
          {each.registrationNumber === null || each.registrationNumber === undefined
            ? ''
            : say('registration', {
                scheme: each.registrationScheme ?? '',
                number: each.registrationNumber,
              })}
          {each.partyId === null || each.partyId === undefined ? ` ${say('unknownParty')}` : ''}
        </span>
      </>
    ),
  });
  return (
    <Facts
      facts={[
        { name: say('number'), value: parsed.number, strong: true },
        party(say('seller'), parsed.seller),
        party(say('buyer'), parsed.buyer),
        { name: say('issued'), value: <DayText day={parsed.issueDate} /> },
        parsed.dueDate === null || parsed.dueDate === undefined
          ? undefined
          : { name: say('due'), value: <DayText day={parsed.dueDate} /> },
        parsed.orderReference === null || parsed.orderReference === undefined
          ? undefined
          : { name: say('order'), value: parsed.orderReference },
        { name: say('toPay'), value: <MoneyText money={parsed.payable} />, strong: true },
      ]}
    />
  );
}

/** The lines and how they add up to what is to be paid. */
export function ParsedLines({ parsed }: { readonly parsed: Parsed }) {
  const say = useTexts(invoiceTexts);
  const known = useKnown(invoiceTexts);
  /** '60000 C62' is '60,000 pcs': a unit's code, where we know a word for it, in words. */
  const quantityText = (quantity: string) => {
    const [number = '', unit = ''] = quantity.split(' ');
    return `${grouped(number)} ${known(`unit.${unit}`) ?? unit}`.trim();
  };
  const sums = [
    ['net', parsed.net],
    ['tax', parsed.tax],
    ['gross', parsed.gross],
    ['prepaid', parsed.prepaid],
    ['rounding', parsed.rounding],
    ['toPay', parsed.payable],
  ] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="parsed-scroll" tabIndex={0} aria-label={say('lines')}>
      <table className="parsed">
        <thead>
          <tr>
            <th scope="col">{say('lineText')}</th>
            <th scope="col" className="right">
              {say('quantity')}
            </th>
            <th scope="col" className="right">
              {say('net')}
            </th>
          </tr>
        </thead>
        <tbody>
          {parsed.lines.map((line) => (
            <tr key={line.id}>
              <td>{line.description}</td>
              <td className="right figures">{quantityText(line.quantity)}</td>
              <td className="right">
                <MoneyText money={line.net} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {sums.map(
            ([name, money]) =>
              money !== null &&
              money !== undefined && (
                <tr key={name} className={name === 'toPay' ? 'parsed-total' : undefined}>
                  <th scope="row" colSpan={2}>
                    {say(name)}
                  </th>
                  <td className="right">
                    <MoneyText money={money} />
                  </td>
                </tr>
              ),
          )}
        </tfoot>
      </table>
    </section>
  );
}
