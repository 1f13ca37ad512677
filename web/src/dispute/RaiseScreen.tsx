/** The buyer disputes a part of an invoice, or all of it that is open. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatAmount, formatMoney, fromMinor, parseAmount, toMinor } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { AmountField, amountError, fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { DisputedInvoiceDocument, RaiseDisputeDocument } from './queries.ts';
import { disputeTexts } from './texts.ts';

const reasons = [
  ...(['QUALITY', 'QUANTITY', 'PRICE', 'NOT_DELIVERED'] as const),
  ...(['NEVER_EXISTED', 'CARRIAGE', 'OTHER'] as const),
] as const;

export function RaiseScreen() {
  const say = useTexts(disputeTexts);
  const ui = useTexts(uiTexts);
  const { id = '' } = useParams();
  const { invoice } = useSuspenseQuery(DisputedInvoiceDocument, { variables: { id } }).data;
  const { currency } = invoice.payable;
  const openMinor =
    toMinor(invoice.approved ?? invoice.payable) -
    toMinor(invoice.paid) -
    (invoice.disputed === null || invoice.disputed === undefined ? 0n : toMinor(invoice.disputed));
  const open = fromMinor(openMinor, currency);
  const form = useKeptForm(`dispute:${id}`, {
    amount: formatAmount(open),
    reasonCode: 'QUALITY',
    text: '',
  });
  const { values, set } = form;
  const parsed = parseAmount(values.amount, currency);
  const amount = { amount: parsed ?? '0', currency };
  const minor = toMinor(amount);
  const wrongAmount =
    parsed === undefined || minor === 0n
      ? ui('required')
      : minor > openMinor
        ? ui('tooLarge', { max: formatMoney(open) })
        : undefined;
  const text = values.text.trim();
  const checked = useChecked({
    amount: amountError(ui, values.amount, currency) ?? wrongAmount,
    text: text === '' ? ui('required') : undefined,
  });
  const act = useAct(RaiseDisputeDocument, {
    kind: 'dispute.raise',
    form: `dispute:${id}`,
    shows: [invoice.anchor],
  });
  const reasonCode = reasons.find((each) => each === values.reasonCode) ?? 'OTHER';
  const words = {
    ...{ number: invoice.number, seller: invoice.seller.name, open: formatMoney(open) },
    amount: formatMoney(amount),
  };
  const isPromised = invoice.approved !== null && invoice.approved !== undefined;
  return (
    <SignatureScreen
      title={say('raiseTitle', words)}
      back={`/invoices/${id}`}
      checked={checked}
      form={
        <div className="fields">
          <div className="fields-row">
            <AmountField
              name="amount"
              label={say('raiseAmount')}
              hint={say('raiseAmountHint', words)}
              currency={currency}
              value={values.amount}
              onChange={(value) => set('amount', value)}
              checked={checked}
            />
            <Select
              id={fieldId('reasonCode')}
              label={say('why')}
              description={'\u00a0'}
              data={reasons.map((value) => ({ value, label: say(value) }))}
              value={reasonCode}
              onChange={(value) => set('reasonCode', value ?? 'OTHER')}
              allowDeselect={false}
            />
          </div>
          <TextField
            name="text"
            label={say('words')}
            hint={say('wordsHint')}
            lines={3}
            value={values.text}
            onChange={(value) => set('text', value)}
            checked={checked}
          />
        </div>
      }
      statement={say('raiseSentence', words)}
      facts={[
        { name: say('invoice'), value: invoice.number },
        { name: say('amount'), value: <MoneyText money={amount} />, strong: true },
        { name: say('why'), value: say(reasonCode) },
      ]}
      happens={[
        say(isPromised ? 'raiseHappensAfter' : 'raiseHappensBefore'),
        say('raiseHappens', words),
      ]}
      action={say('raiseAction')}
      act={act}
      onSign={() =>
        void act
          .run({ invoice: id, amount, reasonCode, text, documentDigest: null })
          .then((done) => {
            if (done !== undefined) form.done();
          })
      }
      done={{
        title: say('raiseDone'),
        text: say('raiseHappens', words),
        next: <ActionLink to={`/invoices/${id}`}>{say('open')}</ActionLink>,
      }}
    />
  );
}
