/** The seller credits one invoice, or what it is owed at large; it sees before what that will do. */
import { useQuery, useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatAmount, formatMoney, parseAmount, toMinor } from '../lib/format-money.ts';
import type { CreditedInvoiceQuery, CreditPlanQuery } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import type { Fact } from '../ui/Facts.tsx';
import { Facts } from '../ui/Facts.tsx';
import {
  AmountField,
  amountError,
  type Checked,
  DayField,
  fieldId,
  TextField,
  useChecked,
} from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import {
  CreditedInvoiceDocument,
  CreditPlanDocument,
  IssueCreditNoteDocument,
} from './credit-queries.ts';
import { creditTexts } from './credit-texts.ts';

type Money = { readonly amount: string; readonly currency: string };
type Typed = {
  readonly amount: string;
  readonly number: string;
  readonly issueDate: string;
  readonly reason: string;
};

/** What was conceded and is not credited yet, if anything: the credit note is then exactly for that. */
function concededIn({ disputes }: CreditedInvoiceQuery['invoice']) {
  return disputes.find(
    ({ state, ofPromise, creditNote }) =>
      (state === 'ACCEPTED' || state === 'SETTLED') && ofPromise && creditNote == null,
  );
}

export function IssueScreen() {
  const say = useTexts(creditTexts);
  const ui = useTexts(uiTexts);
  const viewer = useViewer();
  const { id = '' } = useParams();
  const { invoice } = useSuspenseQuery(CreditedInvoiceDocument, { variables: { id } }).data;
  const open = invoice.openToCredit ?? {
    amount: '0',
    currency: viewer.programmes[0]?.currency ?? 'CNY',
  };
  const conceded = concededIn(invoice);
  const form = useKeptForm(`credit.issue:${id}`, {
    amount: formatAmount(conceded?.settled ?? open),
    ...{ number: '', issueDate: viewer.businessDate, reason: '' },
  });
  const { amount, minor } = read(form.values, open.currency);
  const words = {
    ...{ number: invoice.number, buyer: invoice.buyer.name, open: formatMoney(open) },
    amount: formatMoney(amount),
  };
  const isTooMuch = minor > toMinor(open);
  const checked = useIssueChecked(
    form.values,
    open.currency,
    isTooMuch ? ui('tooLarge', { max: words.open }) : undefined,
  );
  const act = useAct(IssueCreditNoteDocument, {
    kind: 'credit.issue',
    form: `credit.issue:${id}`,
    shows: [invoice.anchor],
  });
  const isWhole = conceded?.settled != null && toMinor(conceded.settled) === minor;
  const plan = usePlan(id, minor > 0n && !isTooMuch ? amount : null);
  return (
    <SignatureScreen
      title={say('issueTitle', words)}
      back={`/invoices/${id}`}
      checked={checked}
      form={
        <>
          <IssueFields form={form} currency={open.currency} checked={checked} hint={words.open} />
          {isWhole && (
            <Notice tone="info" title={say('concerns', { amount: formatMoney(amount) })} />
          )}
          {plan !== undefined && <PlanView plan={plan} buyer={words.buyer} />}
        </>
      }
      statement={say('issueSentence', words)}
      facts={[
        { name: say('invoice'), value: invoice.number },
        { name: say('number'), value: form.values.number },
        { name: say('amount'), value: <MoneyText money={amount} />, strong: true },
      ]}
      happens={[say('issueHappens', words)]}
      forGood={say('issueForGood')}
      action={say('issueAction', words)}
      act={act}
      onSign={() =>
        void act
          .run({
            ...{ programme: invoice.programme.id, seller: invoice.seller.id },
            ...{ buyer: invoice.buyer.id, invoice: id, amount },
            dispute: isWhole ? (conceded?.id ?? null) : null,
            ...said(form.values),
          })
          .then((done) => {
            if (done !== undefined) form.done();
          })
      }
      done={{
        title: say('issueDone'),
        text: say('issueHappens', words),
        next: <ActionLink to="/credit-notes">{say('notes')}</ActionLink>,
      }}
    />
  );
}

export function IssueAtLargeScreen() {
  const say = useTexts(creditTexts);
  const viewer = useViewer();
  const { programmes } = viewer;
  const form = useKeptForm('credit.issue:at-large', {
    ...{ programme: programmes[0]?.id ?? '', currency: programmes[0]?.currency ?? 'CNY' },
    ...{ amount: '', number: '', issueDate: viewer.businessDate, reason: '' },
  });
  const programme = programmes.find(({ id }) => id === form.values.programme);
  const currency = programme?.currency ?? form.values.currency;
  const { amount } = read(form.values, currency);
  const words = { buyer: programme?.core.name ?? '', amount: formatMoney(amount) };
  const checked = useIssueChecked(
    form.values,
    currency,
    undefined,
    /^[A-Z]{3}$/.test(currency) ? undefined : say('currencyWrong'),
  );
  const act = useAct(IssueCreditNoteDocument, {
    kind: 'credit.issue',
    form: 'credit.issue:at-large',
    shows: [],
  });
  return (
    <SignatureScreen
      title={say('issueTitleAtLarge')}
      back="/credit-notes"
      checked={checked}
      form={
        <>
          <div className="fields-row">
            <Select
              id={fieldId('programme')}
              label={say('programme')}
              data={programmes.map(({ id, name }) => ({ value: id, label: name }))}
              value={form.values.programme}
              onChange={(value) => form.set('programme', value ?? '')}
              allowDeselect={false}
            />
            {programme?.currency == null && (
              <TextField
                name="currency"
                label={say('currency')}
                hint={say('currencyHint')}
                value={form.values.currency}
                onChange={(value) => form.set('currency', value.toUpperCase())}
                checked={checked}
              />
            )}
          </div>
          <IssueFields form={form} currency={currency} checked={checked} />
        </>
      }
      statement={say('issueSentenceAtLarge', words)}
      facts={[
        { name: say('buyer'), value: words.buyer },
        { name: say('number'), value: form.values.number },
        { name: say('amount'), value: <MoneyText money={amount} />, strong: true },
      ]}
      happens={[say('atLargeHappens'), say('issueHappens', words)]}
      forGood={say('issueForGood')}
      action={say('issueAction', words)}
      act={act}
      onSign={() =>
        void act
          .run({
            ...{ programme: form.values.programme, seller: viewer.party.id },
            ...{ buyer: programme?.core.id ?? '', invoice: null, dispute: null, amount },
            ...said(form.values),
          })
          .then((done) => {
            if (done !== undefined) form.done();
          })
      }
      done={{
        title: say('issueDone'),
        text: say('issueHappens', words),
        next: <ActionLink to="/credit-notes">{say('notes')}</ActionLink>,
      }}
    />
  );
}

function IssueFields({
  form,
  currency,
  checked,
  hint,
}: {
  readonly form: {
    readonly values: Typed;
    readonly set: (name: keyof Typed, value: string) => void;
  };
  readonly currency: string;
  readonly checked: Checked;
  readonly hint?: string;
}) {
  const say = useTexts(creditTexts);
  const { values, set } = form;
  return (
    <div className="fields">
      <div className="fields-row">
        <AmountField
          name="amount"
          label={say('amount')}
          hint={hint === undefined ? '\u00a0' : say('amountHint', { open: hint })}
          currency={currency}
          value={values.amount}
          onChange={(value) => set('amount', value)}
          checked={checked}
        />
        <TextField
          name="number"
          label={say('number')}
          hint={say('numberHint')}
          value={values.number}
          onChange={(value) => set('number', value)}
          checked={checked}
        />
        <DayField
          name="issueDate"
          label={say('issueDate')}
          value={values.issueDate}
          onChange={(value) => set('issueDate', value)}
          checked={checked}
        />
      </div>
      <TextField
        name="reason"
        label={say('reason')}
        hint={say('reasonHint')}
        lines={2}
        value={values.reason}
        onChange={(value) => set('reason', value)}
        checked={checked}
      />
    </div>
  );
}

type Plan = NonNullable<CreditPlanQuery['invoice']['creditPlan']>;

/** What a credit note of that amount would do now; nothing while it is not readable. */
function usePlan(id: string, amount: Money | null): Plan | undefined {
  const [settled] = useDebouncedValue(amount, 300);
  const { data, previousData } = useQuery(CreditPlanDocument, {
    variables: { id, amount: settled ?? { amount: '0', currency: 'XXX' } },
    skip: settled === null,
    fetchPolicy: 'no-cache',
  });
  return settled === null ? undefined : ((data ?? previousData)?.invoice.creditPlan ?? undefined);
}

function PlanView({ plan, buyer }: { readonly plan: Plan; readonly buyer: string }) {
  const say = useTexts(creditTexts);
  if (plan.isWaiting) {
    return <Notice tone="warn" title={say('planWaits')} />;
  }
  const line = (name: string, money: Money | null | undefined): Fact | undefined =>
    money === null || money === undefined || toMinor(money) === 0n
      ? undefined
      : { name, value: <MoneyText money={money} /> };
  return (
    <>
      <p className="small dim">{say('whatItDoes')}</p>
      <Facts
        facts={[
          line(say('held'), plan.held),
          line(say('sold'), plan.sold),
          line(say('owedBack', { buyer }), plan.owedBack),
        ]}
      />
    </>
  );
}

function read(values: Typed, currency: string) {
  const amount = { amount: parseAmount(values.amount, currency) ?? '0', currency };
  return { amount, minor: toMinor(amount) };
}

function said({ number, issueDate, reason }: Typed) {
  return { number: number.trim(), issueDate, reason: reason.trim(), documentDigest: null };
}

function useIssueChecked(
  values: Typed,
  currency: string,
  tooMuch: string | undefined,
  currencyError?: string,
) {
  const ui = useTexts(uiTexts);
  const required = (text: string) => (text.trim() === '' ? ui('required') : undefined);
  const { minor } = read(values, currency);
  return useChecked({
    currency: currencyError,
    amount: amountError(ui, values.amount, currency) ?? (minor === 0n ? ui('required') : tooMuch),
    number: required(values.number),
    issueDate: required(values.issueDate),
    reason: required(values.reason),
  });
}
