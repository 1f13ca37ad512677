/** One dispute: what is disputed, what both sides say, what it means for the promise, what may be done. */
import { Link } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Screen, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { actsOffered, tones } from './states.ts';
import { disputeTexts } from './texts.ts';
import { useDispute, wordsOf } from './use-dispute.ts';

export function DisputeScreen() {
  const say = useTexts(disputeTexts);
  const viewer = useViewer();
  const dispute = useDispute();
  const words = wordsOf(dispute);
  const { state, invoice, offered, offeredBy, settled, answer, closedReason } = dispute;
  const acts = actsOffered(
    dispute,
    viewer.party.id,
    mandateFor(viewer, 'dispute.raise') !== undefined,
  );
  const toCredit =
    (state === 'ACCEPTED' || state === 'SETTLED') &&
    dispute.ofPromise &&
    dispute.creditNote == null &&
    invoice?.seller.id === viewer.party.id &&
    mandateFor(viewer, 'credit.issue') !== undefined;
  const othersOffer = offeredBy !== null && offeredBy?.id !== viewer.party.id;
  return (
    <Screen
      narrow
      title={say('title', words)}
      lead={
        <>
          <StateTag tone={tones[state]}>{say(state)}</StateTag>{' '}
          <ProofMark anchor={dispute.anchor} subjectId={dispute.id} withWord />
        </>
      }
      actions={[
        ...(toCredit
          ? [
              <ActionLink key="credit" to={`/invoices/${invoice?.id}/credit`}>
                {say('credit')}
              </ActionLink>,
            ]
          : []),
        ...acts.map((act, order) => (
          <ActionLink key={act} to={`/disputes/${dispute.id}/${act}`} quiet={order > 0}>
            {say(act === 'settle' && othersOffer ? 'agree' : act)}
          </ActionLink>
        )),
      ]}
    >
      {state !== 'CLOSED' && (
        <Notice tone="warn" title={say(dispute.ofPromise ? 'dutyStands' : 'heldBack', words)} />
      )}
      <Section title={say('facts')}>
        <Facts
          facts={[
            invoice === null || invoice === undefined
              ? undefined
              : {
                  name: say('invoice'),
                  value: <Link to={`/invoices/${invoice.id}`}>{invoice.number}</Link>,
                },
            { name: say('amount'), value: <MoneyText money={dispute.amount} />, strong: true },
            { name: say('why'), value: say(dispute.reasonCode) },
            { name: say('raised'), value: <DayText day={dispute.raisedOn} /> },
            dispute.raisedBy === ''
              ? undefined
              : { name: say('raisedBy'), value: dispute.raisedBy },
            offered === null || offered === undefined
              ? undefined
              : { name: say('offered'), value: <MoneyText money={offered} /> },
            offeredBy === null || offeredBy === undefined
              ? undefined
              : { name: say('offeredBy'), value: offeredBy.name },
            settled === null || settled === undefined
              ? undefined
              : { name: say('settled'), value: <MoneyText money={settled} />, strong: true },
            dispute.creditNote === null || dispute.creditNote === undefined
              ? undefined
              : {
                  name: say('creditNote'),
                  value: (
                    <Link to={`/credit-notes/${dispute.creditNote.id}`}>
                      {dispute.creditNote.number}
                    </Link>
                  ),
                },
            closedReason === null || closedReason === undefined
              ? undefined
              : { name: say('closed'), value: closedReason },
          ]}
        />
      </Section>
      <Section title={say('talk')}>
        <p className="small dim">{say('buyerSays', words)}</p>
        <p className="prose">{dispute.claim}</p>
        {answer !== null && answer !== undefined && (
          <>
            <p className="small dim">{say('sellerSays', words)}</p>
            <p className="prose">{answer}</p>
          </>
        )}
      </Section>
    </Screen>
  );
}
