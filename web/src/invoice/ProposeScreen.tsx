/** The buyer's clerk proposes what to promise: the whole, or a part with its reason. */
import { useAct } from '../lib/act/use-act.ts';
import { addDays, formatDay } from '../lib/format-date.ts';
import { formatAmount, formatMoney, parseAmount, toMinor } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import {
  AmountField,
  amountError,
  DayField,
  type FieldErrors,
  TextField,
  useChecked,
} from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { policyTexts } from '../ui/policy-texts.ts';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { DueNotices, needsReason, useDuePreview, usePayableWords } from './DuePreview.tsx';
import type { Invoice } from './queries.ts';
import { ProposeConfirmationDocument } from './queries.ts';
import { useInvoiceWords } from './sentence.ts';
import { invoiceTexts } from './texts.ts';
import { useInvoice } from './use-invoice.ts';

/** Where the file states no due date, as long as the programme of the demo allows. */
const usualTenorDays = 90;

export function ProposeScreen() {
  const say = useTexts(invoiceTexts);
  const policy = useTexts(policyTexts);
  const language = useLanguage();
  const invoice = useInvoice();
  const viewer = useViewer();
  const { currency } = invoice.payable;
  const form = useKeptForm(`propose:${invoice.id}`, {
    approved: formatAmount(invoice.payable),
    due: invoice.dueDate ?? addDays(viewer.businessDate, usualTenorDays),
    reason: '',
  });
  const { values, set } = form;
  const amount = parseAmount(values.approved, currency);
  const approved = { amount: amount ?? '0', currency };
  const isPart = amount !== undefined && toMinor(approved) < toMinor(invoice.payable);
  const preview = useDuePreview(invoice.programme.id, values.due);
  const payableWords = usePayableWords()(preview);
  const wantsReason = isPart || needsReason(preview);
  const checked = useChecked(useErrors(invoice, values, wantsReason));
  const act = useAct(ProposeConfirmationDocument, {
    kind: 'invoice.propose',
    form: `propose:${invoice.id}`,
    shows: [invoice.anchor],
  });
  const words = {
    ...useInvoiceWords(invoice),
    approved: amount === undefined ? '…' : formatMoney(approved),
    due: values.due === '' ? '…' : formatDay(values.due, language),
  };
  const sign = async () => {
    const reason = wantsReason ? values.reason.trim() : null;
    if (
      (await act.run({ invoice: invoice.id, approved, dueDate: values.due, reason })) !== undefined
    ) {
      form.done();
    }
  };

  return (
    <SignatureScreen
      title={say('proposeTitle', words)}
      back={`/invoices/${invoice.id}`}
      checked={checked}
      form={
        <div className="fields">
          <div className="fields-row">
            <AmountField
              name="approved"
              label={say('proposeApproved')}
              hint={say('proposeApprovedHint', words)}
              currency={currency}
              value={values.approved}
              onChange={(value) => set('approved', value)}
              checked={checked}
            />
            <DayField
              name="due"
              label={say('proposeDue')}
              hint={'\u00a0'}
              value={values.due}
              min={addDays(viewer.businessDate, 1)}
              onChange={(value) => set('due', value)}
              checked={checked}
            />
          </div>
          <DueNotices preview={preview} />
          {wantsReason && (
            <TextField
              name="reason"
              label={isPart ? say('proposeReason') : policy('reason')}
              hint={isPart ? say('proposeReasonHint') : undefined}
              lines={2}
              value={values.reason}
              onChange={(value) => set('reason', value)}
              checked={checked}
            />
          )}
        </div>
      }
      statement={say('proposeSentence', words)}
      facts={[
        { name: say('number'), value: invoice.number },
        { name: say('toPay'), value: <MoneyText money={invoice.payable} /> },
        { name: say('promisedAmount'), value: <MoneyText money={approved} />, strong: true },
        { name: say('due'), value: values.due === '' ? '' : <DayText day={values.due} /> },
        payableWords === undefined ? undefined : { name: policy('payable'), value: payableWords },
      ]}
      happens={[say('proposeHappens1', words), say('proposeHappens2', words)]}
      action={say('proposeAction', words)}
      act={act}
      onSign={() => void sign()}
      done={{
        title: say('proposeDone', words),
        text: say('proposeDoneText', words),
        next: <ActionLink to="/">{say('next')}</ActionLink>,
      }}
    />
  );
}

function useErrors(
  invoice: Invoice,
  values: { readonly approved: string; readonly due: string; readonly reason: string },
  wantsReason: boolean,
): FieldErrors {
  const say = useTexts(invoiceTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const { currency } = invoice.payable;
  const amount = parseAmount(values.approved, currency);
  const tooMuch =
    amount !== undefined && toMinor({ amount, currency }) > toMinor(invoice.payable)
      ? ui('tooLarge', { max: formatMoney(invoice.payable) })
      : undefined;
  const nothing =
    amount !== undefined && toMinor({ amount, currency }) === 0n ? ui('required') : undefined;
  return {
    approved: amountError(ui, values.approved, currency) ?? tooMuch ?? nothing,
    due:
      values.due === ''
        ? ui('notADay')
        : values.due <= invoice.issueDate
          ? ui('tooEarly', { min: formatDay(addDays(invoice.issueDate, 1), language) })
          : undefined,
    reason: wantsReason && values.reason.trim() === '' ? say('proposeReasonNeeded') : undefined,
  };
}
