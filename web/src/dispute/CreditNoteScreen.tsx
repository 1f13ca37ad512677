/** One credit note: what it is for, what it stops meanwhile, and what it was taken from. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney, toMinor } from '../lib/format-money.ts';
import type { CreditNotePartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Screen, Section } from '../ui/Screen.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { CreditTag } from './CreditTag.tsx';
import { AcknowledgeCreditNoteDocument, CreditNoteDocument } from './credit-queries.ts';
import { creditTexts } from './credit-texts.ts';

function useCreditNote(): CreditNotePartsFragment {
  const { id = '' } = useParams();
  return useSuspenseQuery(CreditNoteDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  }).data.creditNote;
}

export function CreditNoteScreen() {
  const say = useTexts(creditTexts);
  const viewer = useViewer();
  const note = useCreditNote();
  const isOpen = note.state === 'ISSUED' || note.state === 'ACKNOWLEDGED';
  const mayAcknowledge =
    note.state === 'ISSUED' &&
    !note.isWaiting &&
    note.buyer.id === viewer.party.id &&
    mandateFor(viewer, 'invoice.propose') !== undefined;
  return (
    <Screen
      narrow
      title={say('title', { number: note.number })}
      lead={
        <>
          <CreditTag note={note} /> <ProofMark anchor={note.anchor} subjectId={note.id} withWord />
        </>
      }
      actions={
        mayAcknowledge && (
          <ActionLink to={`/credit-notes/${note.id}/acknowledge`}>{say('acknowledge')}</ActionLink>
        )
      }
    >
      {isOpen && <Notice tone="warn" title={say('blocks')} />}
      <Section title={say('facts')}>
        <NoteFacts note={note} />
      </Section>
      <Section title={say('taken')}>
        <Applications note={note} />
      </Section>
    </Screen>
  );
}

function NoteFacts({ note }: { readonly note: CreditNotePartsFragment }) {
  const say = useTexts(creditTexts);
  const { invoice, dispute } = note;
  return (
    <Facts
      facts={[
        { name: say('amount'), value: <MoneyText money={note.amount} />, strong: true },
        { name: say('applied'), value: <MoneyText money={note.applied} /> },
        { name: say('seller'), value: note.seller.name },
        { name: say('buyer'), value: note.buyer.name },
        {
          name: say('invoice'),
          value:
            invoice === null || invoice === undefined ? (
              say('atLarge')
            ) : (
              <Link to={`/invoices/${invoice.id}`}>{invoice.number}</Link>
            ),
        },
        dispute === null || dispute === undefined
          ? undefined
          : {
              name: say('dispute'),
              value: <Link to={`/disputes/${dispute.id}`}>{say('seeDispute')}</Link>,
            },
        { name: say('issued'), value: <DayText day={note.issueDate} /> },
        { name: say('reason'), value: note.reason },
      ]}
    />
  );
}

function Applications({ note }: { readonly note: CreditNotePartsFragment }) {
  const say = useTexts(creditTexts);
  const language = useLanguage();
  if (note.applications.length === 0) {
    return <p className="small dim">{say('takenNothing')}</p>;
  }
  const names = { buyer: note.buyer.name, seller: note.seller.name };
  return note.applications.map(({ invoice, amount, owedBack, appliedOn }) => (
    <div key={`${invoice?.id} ${appliedOn}`} className="small">
      <p>
        {say('takenLine', {
          amount: formatMoney(amount),
          number: invoice?.number ?? '',
          day: formatDay(appliedOn, language),
        })}
      </p>
      {toMinor(owedBack) > 0n && (
        <p className="dim">{say('owedBackLine', { amount: formatMoney(owedBack), ...names })}</p>
      )}
    </div>
  ));
}

export function AcknowledgeScreen() {
  const say = useTexts(creditTexts);
  const note = useCreditNote();
  const { amount, currency } = note.amount;
  const words = {
    ...{ number: note.number, seller: note.seller.name, buyer: note.buyer.name },
    amount: formatMoney(note.amount),
  };
  const act = useAct(AcknowledgeCreditNoteDocument, {
    kind: 'credit.acknowledge',
    form: `credit.acknowledge:${note.id}`,
    shows: [note.anchor],
  });
  return (
    <SignatureScreen
      title={say('acknowledgeTitle', words)}
      back={`/credit-notes/${note.id}`}
      statement={say('acknowledgeSentence', words)}
      facts={[
        { name: say('number'), value: note.number },
        { name: say('invoice'), value: note.invoice?.number ?? say('atLarge') },
        { name: say('amount'), value: <MoneyText money={note.amount} />, strong: true },
      ]}
      happens={[say('acknowledgeHappens'), say('acknowledgeHappensMore', words)]}
      action={say('acknowledgeAction', words)}
      act={act}
      onSign={() => void act.run({ creditNote: note.id, amount: { amount, currency } })}
      done={{
        title: say('acknowledgeDone'),
        text: say('acknowledgeHappens'),
        next: <ActionLink to={`/credit-notes/${note.id}`}>{say('see')}</ActionLink>,
      }}
    />
  );
}
