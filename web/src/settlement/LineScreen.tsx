/** One bank line: what the bank says, why it waits, what people said of it, and what may be done. */
import { Link } from 'react-router';
import type { QueueLineFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Screen, Section } from '../ui/Screen.tsx';
import { LineResult } from './LineResult.tsx';
import { queueTexts } from './queue-texts.ts';
import { openOne, referencesOf, useLine, useLineWords } from './use-line.ts';

export function LineScreen() {
  const say = useTexts(queueTexts);
  const line = useLine();
  const words = useLineWords(line);
  return (
    <Screen
      narrow
      title={say('title')}
      lead={
        <>
          <LineResult line={line} /> <ProofMark anchor={line.anchor} subjectId={line.id} withWord />
        </>
      }
      actions={<LineActs line={line} />}
    >
      <p className="prose">{say(line.credit ? 'sayIn' : 'sayOut', words)}</p>
      {line.state === 'PARKED' && !line.isEvidence && (
        <Notice tone="info" title={say('unproven')} />
      )}
      <Section title={say('facts')}>
        <LineFacts line={line} />
      </Section>
      {line.assignments.length > 0 && (
        <Section title={say('said')}>
          {line.assignments.map((each) => (
            <div key={each.id}>
              <p className="prose">
                {say('saidBy', {
                  ...{ name: each.proposedBy, references: referencesOf(each) },
                  reason: each.reason,
                })}
              </p>
              <p className="small dim">{say(each.state, { why: each.returnedReason ?? '' })}</p>
            </div>
          ))}
        </Section>
      )}
    </Screen>
  );
}

function LineActs({ line }: { readonly line: QueueLineFragment }) {
  const say = useTexts(queueTexts);
  const viewer = useViewer();
  const open = openOne(line);
  const waits = line.state === 'PARKED' || line.state === 'DISMISSED';
  if (!waits || !line.isOwn || mandateFor(viewer, 'statement.reconcile') === undefined) return null;
  const place = `/payments/lines/${line.id}`;
  if (open !== undefined)
    return (
      <>
        {open.mayConfirm ? (
          <ActionLink to={`${place}/confirm`}>{say('confirm')}</ActionLink>
        ) : (
          <span className="small dim">{say('ownSaid')}</span>
        )}
        <ActionLink to={`${place}/return`} quiet>
          {say('return')}
        </ActionLink>
      </>
    );
  return (
    <>
      {line.isEvidence && <ActionLink to={`${place}/assign`}>{say('assign')}</ActionLink>}
      {line.isEvidence && line.credit && line.isForOurs && (
        <ActionLink to={`${place}/refund`} quiet>
          {say('refund')}
        </ActionLink>
      )}
      {line.state === 'PARKED' && !line.isForOurs && (
        <ActionLink to={`${place}/dismiss`} quiet>
          {say('dismiss')}
        </ActionLink>
      )}
    </>
  );
}

function LineFacts({ line }: { readonly line: QueueLineFragment }) {
  const say = useTexts(queueTexts);
  const { leg, applied, unapplied } = line;
  return (
    <Facts
      facts={[
        { name: say('amount'), value: <MoneyText money={line.amount} />, strong: true },
        { name: say('booked'), value: <DayText day={line.bookingDate} /> },
        { name: say('counterparty'), value: line.counterparty },
        {
          name: say('reference'),
          value:
            leg === null || leg === undefined ? (
              line.reference
            ) : (
              <Link to={`/payments/${leg.id}`}>{line.reference || leg.reference}</Link>
            ),
        },
        { name: say('bankReference'), value: line.bankReference },
        applied === null || applied === undefined
          ? undefined
          : { name: say('applied'), value: <MoneyText money={applied} /> },
        unapplied === null || unapplied === undefined
          ? undefined
          : { name: say('unapplied'), value: <MoneyText money={unapplied} /> },
      ]}
    />
  );
}
