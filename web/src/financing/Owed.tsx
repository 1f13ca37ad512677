/** After the money was paid out: what is owed today, what came, who bears what is missing. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney, toMinor } from '../lib/format-money.ts';
import type { AdvancePartsFragment, RequestPartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { Facts } from '../ui/Facts.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Recompute } from '../ui/Recompute.tsx';
import { Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { Why } from '../ui/Why.tsx';
import { claimTones, mostToClaim, ratePercent } from './late.ts';
import { AdvanceDocument } from './late-queries.ts';
import { lateTexts } from './late-texts.ts';
import { useRequestWords } from './sentence.ts';

type Props = { readonly request: RequestPartsFragment; readonly advance: AdvancePartsFragment };

export function Owed({ request }: { readonly request: RequestPartsFragment }) {
  const { data } = useSuspenseQuery(AdvanceDocument, {
    variables: { id: request.id },
    fetchPolicy: 'cache-and-network',
  });
  const { advance } = data.financeRequest;
  if (advance === null || advance === undefined) {
    return null;
  }
  return (
    <>
      <HappensNow request={request} advance={advance} />
      <OwedToday request={request} advance={advance} />
      <Receipts request={request} advance={advance} />
      <Claims request={request} advance={advance} />
      <Bears request={request} advance={advance} />
      <Books request={request} advance={advance} />
    </>
  );
}

/** One sentence for each side: how late it is, and who bears it. */
function HappensNow({ request, advance }: Props) {
  const say = useTexts(lateTexts);
  const viewer = useViewer();
  const words = useRequestWords(request);
  const { owed, graceDays } = advance;
  if (request.state === 'OVERDUE') {
    const late = { ...words, days: owed.daysLate, grace: graceDays };
    return <Notice tone="warn" title={say('nowOverdue', late)} />;
  }
  if (request.state !== 'DEFAULTED') {
    return null;
  }
  const most = mostToClaim(advance);
  const said = { ...words, most: most === undefined ? '' : formatMoney(most) };
  const isSeller = viewer.party.id === request.holder.id;
  if (isSeller) {
    return most === undefined ? (
      <Notice tone="info" title={say('nowYouNothing', said)} />
    ) : (
      <Notice tone="warn" title={say('nowYouUpTo', said)} />
    );
  }
  return (
    <Notice tone="warn" title={say(most === undefined ? 'nowBankNothing' : 'nowBankUpTo', said)} />
  );
}

function OwedToday({ request, advance }: Props) {
  const say = useTexts(lateTexts);
  const words = useRequestWords(request);
  const { owed, graceDays, graceRule, loss, writtenOff } = advance;
  const terms = { percent: ratePercent(advance.rateMicros), days: graceDays };
  const some = (money: AdvancePartsFragment['loss'], name: string) =>
    toMinor(money) === 0n ? undefined : { name, value: <MoneyText money={money} /> };
  return (
    <Section title={say('owed', words)}>
      {toMinor(owed.total) === 0n && <p>{say('nothingOwed', words)}</p>}
      <Facts
        facts={[
          { name: say('principal'), value: <MoneyText money={owed.principal} /> },
          {
            name: say('interest'),
            value: (
              <span className="row">
                <MoneyText money={owed.interest} />
                <Recompute file={owed.calculation.file} what={say('interest')} />
              </span>
            ),
          },
          some(owed.fees, say('fees')),
          { name: say('total'), value: <MoneyText money={owed.total} />, strong: true },
          owed.daysLate === 0
            ? undefined
            : { name: say('daysLate'), value: owed.daysLate.toString() },
          {
            name: say('terms'),
            value: say(graceRule === 'DEFER' ? 'termsDefer' : 'termsForgive', terms),
          },
          some(loss, say('lost')),
          some(writtenOff, say('writtenOff', words)),
        ]}
      />
    </Section>
  );
}

function Receipts({ request, advance }: Props) {
  const say = useTexts(lateTexts);
  const language = useLanguage();
  const words = useRequestWords(request);
  if (advance.receipts.length === 0) {
    return null;
  }
  return (
    <Section title={say('receipts')}>
      {advance.receipts.map((receipt) => (
        <Facts
          key={`${receipt.paidOn} ${receipt.open.amount} ${receipt.amount.amount}`}
          facts={[
            {
              name: say('paidOn'),
              value: (
                <span className="row">
                  {formatDay(receipt.paidOn, language)}
                  {receipt.isRecovery && <StateTag tone="quiet">{say('recovered')}</StateTag>}
                </span>
              ),
            },
            { name: say('came'), value: <MoneyText money={receipt.amount} />, strong: true },
            toMinor(receipt.fees) === 0n
              ? undefined
              : { name: say('fees'), value: <MoneyText money={receipt.fees} /> },
            { name: say('interest'), value: <MoneyText money={receipt.interest} /> },
            { name: say('principal'), value: <MoneyText money={receipt.principal} /> },
            { name: say('over', words), value: <MoneyText money={receipt.over} /> },
            { name: say('open'), value: <MoneyText money={receipt.open} /> },
          ]}
        />
      ))}
    </Section>
  );
}

function Claims({ advance }: Props) {
  const say = useTexts(lateTexts);
  const language = useLanguage();
  if (advance.claims.length === 0) {
    return null;
  }
  return (
    <Section title={say('claims')}>
      {advance.claims.map((claim) => (
        <div key={claim.id} className="claim">
          <p className="row">
            <StateTag tone={claimTones[claim.state]}>{say(claim.state)}</StateTag>
            <span>
              {say('claimOf', {
                amount: formatMoney(claim.amount),
                date: formatDay(claim.dueDate, language),
              })}
            </span>
            <Link to={`/payments/${claim.legId}`}>{say('seePayment')}</Link>
            {claim.calculation != null && (
              <Recompute file={claim.calculation.file} what={formatMoney(claim.amount)} />
            )}
          </p>
          <p className="small dim">
            {say(`ground.${claim.ground}`)}. {claim.reason}
          </p>
        </div>
      ))}
    </Section>
  );
}

/** Ground by ground, before anything goes wrong and after. */
function Bears({ request, advance }: Props) {
  const say = useTexts(lateTexts);
  const words = useRequestWords(request);
  if (request.state === 'REPAID') {
    return null;
  }
  return (
    <Section title={say('bears', words)}>
      <Facts
        facts={advance.recourses.map(({ ground, most, code }) => ({
          name: say(`ground.${ground}`),
          value:
            most === null || most === undefined ? (
              <span className="row">
                {say('nothing')}
                <Why rule={whyWords(say, code)} label={say('nothingWhy')} />
              </span>
            ) : (
              say('upTo', { amount: formatMoney(most) })
            ),
        }))}
      />
    </Section>
  );
}

/** What only the bank and its auditors are shown. */
function Books({ advance }: Props) {
  const say = useTexts(lateTexts);
  const { provisions, writeOff } = advance;
  const isEmpty = (provisions?.length ?? 0) === 0 && writeOff == null;
  if (isEmpty) {
    return null;
  }
  return (
    <Section title={say('books')}>
      {provisions?.map(({ days, provided, carrying }) => (
        <p key={days}>
          {say('provision', {
            ...{ days, provided: formatMoney(provided), carrying: formatMoney(carrying) },
          })}
        </p>
      ))}
      {writeOff != null && (
        <p>
          {say(writeOff.state === 'OPEN' ? 'writeOffOpen' : 'writeOffDone', {
            ...{ by: writeOff.proposedBy, amount: formatMoney(writeOff.amount) },
            reason: writeOff.reason,
          })}
        </p>
      )}
    </Section>
  );
}

type WhyKey = `why.${'RECOURSE_NONE' | 'RECOURSE_TOO_EARLY' | 'RECOURSE_GROUND' | 'NOTHING_OWED'}`;

export function whyWords(say: (key: WhyKey) => string, code: string | null | undefined): string {
  switch (code) {
    case 'RECOURSE_TOO_EARLY':
    case 'RECOURSE_GROUND':
    case 'NOTHING_OWED':
      return say(`why.${code}`);
    default:
      return say('why.RECOURSE_NONE');
  }
}
