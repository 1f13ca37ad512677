/**
 * An invoice looks like earlier ones: a person of the buyer sees them side by side, what differs marked,
 * and says whether it is another bill or the same one again.
 */
import { Radio } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Empty } from '../ui/Empty.tsx';
import { fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { uiTexts } from '../ui/texts.ts';
import type { Invoice } from './queries.ts';
import { ReviewMatchesDocument } from './queries.ts';
import { useInvoiceWords } from './sentence.ts';
import { riskTones, waitsForReview } from './states.ts';
import { invoiceTexts } from './texts.ts';
import { useInvoice } from './use-invoice.ts';
import './MatchReviewScreen.css';

type NearMatch = Invoice['nearMatches'][number];
type Other = NonNullable<NearMatch['other']>;

export function MatchReviewScreen() {
  const say = useTexts(invoiceTexts);
  const ui = useTexts(uiTexts);
  const invoice = useInvoice();
  const words = useInvoiceWords(invoice);
  const form = useKeptForm(`review:${invoice.id}`, { verdict: '', reason: '' });
  const { verdict, reason } = form.values;
  const checked = useChecked({
    verdict: verdict === '' ? ui('required') : undefined,
    reason: reason.trim() === '' ? ui('required') : undefined,
  });
  const act = useAct(ReviewMatchesDocument, {
    kind: 'match.review',
    form: `review:${invoice.id}`,
    shows: [invoice.anchor],
  });
  const waiting = invoice.nearMatches.filter(waitsForReview);
  if (waiting.length === 0 && act.state.kind !== 'done') {
    return (
      <Empty
        title={say('reviewNothing')}
        action={<ActionLink to={`/invoices/${invoice.id}`}>{say('seeInvoice')}</ActionLink>}
      />
    );
  }
  const isSame = verdict === 'DUPLICATE';
  const happens = isSame ? 'reviewSameHappens' : 'reviewOtherHappens';
  const found = isSame ? 'reviewSameSentence' : 'reviewOtherSentence';
  const sign = async () => {
    const matches = waiting.map(({ id }) => id);
    const done = await act.run({ invoice: invoice.id, matches, verdict, reason: reason.trim() });
    if (done !== undefined) form.done();
  };

  return (
    <SignatureScreen
      title={say('reviewTitle', words)}
      back={`/invoices/${invoice.id}`}
      checked={checked}
      form={
        <div className="fields">
          {waiting.map((match) => (
            <Comparison key={match.id} invoice={invoice} match={match} />
          ))}
          <Radio.Group
            id={fieldId('verdict')}
            label={say('reviewVerdict')}
            value={verdict}
            onChange={(value) => form.set('verdict', value)}
            error={checked.error('verdict')}
            withAsterisk
          >
            <Radio value="CLEARED" label={say('CLEARED')} mt={8} />
            <Radio value="DUPLICATE" label={say('DUPLICATE')} mt={8} />
          </Radio.Group>
          <TextField
            name="reason"
            label={say('reviewReason')}
            hint={say('wordsHintBoth')}
            lines={3}
            value={reason}
            onChange={(value) => form.set('reason', value)}
            checked={checked}
          />
        </div>
      }
      statement={say(verdict === '' ? 'reviewChoose' : found, words)}
      facts={[
        { name: say('number'), value: invoice.number },
        { name: say('reviewBeside'), value: waiting.map(({ other }) => other?.number).join(', ') },
      ]}
      happens={[say(verdict === '' ? 'reviewHappensLater' : happens, words)]}
      forGood={say('reviewForGood')}
      tone={isSame ? 'danger' : 'normal'}
      action={say('reviewAction')}
      act={act}
      onSign={() => void sign()}
      done={{
        title: say('reviewDone'),
        text: say(happens, words),
        next: <ActionLink to={`/invoices/${invoice.id}`}>{say('seeInvoice')}</ActionLink>,
      }}
    />
  );
}

/** Both invoices, line by line; why they are compared stands above. */
function Comparison({ invoice, match }: { readonly invoice: Invoice; readonly match: NearMatch }) {
  const say = useTexts(invoiceTexts);
  const { other } = match;
  if (other === null || other === undefined) return null;
  return (
    <Notice tone={match.riskClass === 'HIGH' ? 'bad' : 'warn'} title={say(match.rule)}>
      <StateTag tone={riskTones[match.riskClass]}>{say(match.riskClass)}</StateTag>
      <table className="match-table">
        <thead>
          <tr>
            <th scope="col">{say('reviewWhat')}</th>
            <th scope="col">{say('reviewThis')}</th>
            <th scope="col">
              <Link to={`/invoices/${other.id}`}>{say('reviewEarlier')}</Link>
            </th>
          </tr>
        </thead>
        <tbody>
          <Compared invoice={invoice} other={other} />
        </tbody>
      </table>
    </Notice>
  );
}

function Compared({ invoice, other }: { readonly invoice: Invoice; readonly other: Other }) {
  const say = useTexts(invoiceTexts);
  const language = useLanguage();
  const day = (date: string | null | undefined) =>
    date === null || date === undefined ? '–' : formatDay(date, language);
  const rows: readonly (readonly [string, string, string])[] = [
    [say('number'), invoice.number, other.number],
    [say('toPay'), formatMoney(invoice.payable), formatMoney(other.payable)],
    [say('issued'), day(invoice.issueDate), day(other.issueDate)],
    [say('due'), day(invoice.dueDate), day(other.dueDate)],
    [say('order'), invoice.orderReference ?? '–', other.orderReference ?? '–'],
    [say('state'), say(invoice.state), say(other.state)],
  ];
  return rows.map(([name, mine, theirs]): ReactNode => {
    const differs = mine === theirs ? undefined : 'match-differs';
    return (
      <tr key={name}>
        <th scope="row">{name}</th>
        <td className={differs}>{mine}</td>
        <td className={differs}>{theirs}</td>
      </tr>
    );
  });
}
