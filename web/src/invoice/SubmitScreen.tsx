/** The supplier submits: the invoice leaves the draft and the buyer is asked for a promise. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatMoney } from '../lib/format-money.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { DraftDocument, SubmitInvoiceDocument } from './queries.ts';
import { invoiceTexts } from './texts.ts';

export function SubmitScreen() {
  const say = useTexts(invoiceTexts);
  const viewer = useViewer();
  const { id = '' } = useParams();
  const { data } = useSuspenseQuery(DraftDocument, { variables: { id } });
  const { draft } = data;
  const act = useAct(SubmitInvoiceDocument, {
    kind: 'invoice.submit',
    form: `submit:${id}`,
    beside: ['draft'],
  });
  const { parsed, programme, document } = draft;
  if (parsed === null || parsed === undefined || programme === null || programme === undefined) {
    return <Empty title={say('draftBroken')} />;
  }
  const days = viewer.programmes.find((each) => each.id === programme.id)?.confirmDays ?? 0;
  const words = {
    number: parsed.number,
    payable: formatMoney(parsed.payable),
    buyer: programme.core.name,
    days,
  };
  const sign = () =>
    act.run({
      programme: programme.id,
      seller: viewer.party.id,
      buyer: parsed.buyer.partyId ?? programme.core.id,
      document: document.id,
      documentDigest: document.digest,
      format: parsed.format,
      number: parsed.number,
      typeCode: parsed.typeCode,
      issueDate: parsed.issueDate,
      dueDate: parsed.dueDate ?? null,
      payable: { amount: parsed.payable.amount, currency: parsed.payable.currency },
      orderReference: parsed.orderReference ?? null,
      draft: draft.id,
    });

  return (
    <SignatureScreen
      title={say('submitTitle', words)}
      back={`/drafts/${id}`}
      statement={say('submitSentence', words)}
      facts={[
        { name: say('number'), value: parsed.number },
        { name: say('buyer'), value: words.buyer },
        { name: say('toPay'), value: <MoneyText money={parsed.payable} />, strong: true },
        { name: say('issued'), value: <DayText day={parsed.issueDate} /> },
        parsed.dueDate === null || parsed.dueDate === undefined
          ? undefined
          : { name: say('due'), value: <DayText day={parsed.dueDate} /> },
        { name: say('programme'), value: programme.name },
        { name: say('document'), value: document.name },
      ]}
      happens={[
        say('submitHappens1', words),
        say('submitHappens2', words),
        say('submitHappens3', words),
      ]}
      cost={say('submitCost')}
      action={say('submitAction', words)}
      act={act}
      onSign={() => void sign()}
      done={{
        title: say('submitDone', words),
        text: say('submitDoneText', words),
        next: (
          <>
            {act.state.kind === 'done' && (
              <ActionLink to={`/invoices/${act.state.success.invoice.id}`}>
                {say('seeInvoice')}
              </ActionLink>
            )}
            <ActionLink to="/invoices/upload" quiet>
              {say('uploadNext')}
            </ActionLink>
          </>
        ),
      }}
    />
  );
}
