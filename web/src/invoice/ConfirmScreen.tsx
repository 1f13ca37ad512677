/** The buyer's approver promises, for good. Everything that is signed stands here, word for word. */
import { useAct } from '../lib/act/use-act.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { policyTexts } from '../ui/policy-texts.ts';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { DueNotices, hasNotices, useDuePreview, usePayableWords } from './DuePreview.tsx';
import { ConfirmInvoiceDocument } from './queries.ts';
import { useInvoiceWords } from './sentence.ts';
import { confirmationStatement } from './statement.ts';
import { invoiceTexts } from './texts.ts';
import { useInvoice } from './use-invoice.ts';

export function ConfirmScreen() {
  const say = useTexts(invoiceTexts);
  const policy = useTexts(policyTexts);
  const invoice = useInvoice();
  const now = useInvoiceWords(invoice);
  const act = useAct(ConfirmInvoiceDocument, {
    kind: 'invoice.confirm',
    form: `confirm:${invoice.proposal?.id ?? invoice.id}`,
    shows: [invoice.anchor],
  });
  const preview = useDuePreview(invoice.programme.id, invoice.proposal?.dueDate ?? '');
  const payableWords = usePayableWords()(preview);
  const isDone = act.state.kind === 'done';
  const { proposal } = invoice;
  if (proposal === null || proposal === undefined || (proposal.state !== 'OPEN' && !isDone)) {
    return (
      <Empty
        title={say('confirmNothing')}
        action={<ActionLink to={`/invoices/${invoice.id}`}>{say('seeInvoice')}</ActionLink>}
      />
    );
  }
  const isPart = proposal.approved.amount !== invoice.payable.amount;
  const translation = say('confirmBoundChinese');

  return (
    <SignatureScreen
      title={say('confirmTitle', now)}
      back={`/invoices/${invoice.id}`}
      statement={
        <>
          <p>{say('confirmSentence', now)}</p>
          {isPart && (
            <p className="small">{say('confirmOf', { ...now, reason: proposal.reason ?? '' })}</p>
          )}
        </>
      }
      form={hasNotices(preview) ? <DueNotices preview={preview} /> : undefined}
      facts={[
        { name: say('number'), value: invoice.number },
        { name: say('seller'), value: invoice.seller.name },
        { name: say('toPay'), value: <MoneyText money={invoice.payable} /> },
        {
          name: say('promisedAmount'),
          value: <MoneyText money={proposal.approved} />,
          strong: true,
        },
        { name: say('due'), value: <DayText day={proposal.dueDate} />, strong: true },
        payableWords === undefined ? undefined : { name: policy('payable'), value: payableWords },
        isPart || proposal.reason === null || proposal.reason === undefined
          ? undefined
          : { name: policy('reason'), value: proposal.reason },
        {
          name: say('confirmBound'),
          value: (
            <>
              <span lang="en">{confirmationStatement}</span>
              {translation !== '' && translation !== 'confirmBoundChinese' && (
                <span className="dim"> {translation}</span>
              )}
            </>
          ),
        },
      ]}
      happens={[
        say('confirmHappens1', now),
        say('confirmHappens2', now),
        say('confirmHappens3', now),
      ]}
      cost={say('confirmCost', now)}
      forGood={say('confirmForGood', now)}
      action={say('confirmAction', now)}
      act={act}
      onSign={() =>
        void act.run({
          invoice: invoice.id,
          proposal: proposal.id,
          approved: { amount: proposal.approved.amount, currency: proposal.approved.currency },
          dueDate: proposal.dueDate,
          reason: proposal.reason ?? null,
          statement: confirmationStatement,
        })
      }
      done={{
        title: say('confirmDone', now),
        text: say('confirmDoneText', now),
        next: (
          <>
            <ActionLink to="/">{say('next')}</ActionLink>
            <ActionLink to={`/invoices/${invoice.id}`} quiet>
              {say('seeInvoice')}
            </ActionLink>
          </>
        ),
      }}
    />
  );
}
