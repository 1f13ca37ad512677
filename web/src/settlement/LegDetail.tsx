/** One payment: who pays whom, the reference that makes it match, and the bank lines that prove it. */
import { useSuspenseQuery } from '@apollo/client/react';
import { CopyButton, UnstyledButton } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import type { LegQuery } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { HeldNotice } from '../ui/HeldNotice.tsx';
import { Detail } from '../ui/ListDetail.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Recompute } from '../ui/Recompute.tsx';
import { Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { LineResult } from './LineResult.tsx';
import { LegDocument } from './queries.ts';
import { paymentTexts } from './texts.ts';
import { legTones } from './tones.ts';
import './LegDetail.css';

export function LegDetail() {
  const say = useTexts(paymentTexts);
  const { id = '' } = useParams();
  const { leg } = useSuspenseQuery(LegDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  }).data;
  const sentence = useSentence(leg);

  return (
    <Detail
      title={say(leg.kind)}
      back="/payments"
      state={
        <>
          <StateTag tone={legTones[leg.state]}>{say(leg.state)}</StateTag>
          <ProofMark anchor={leg.anchor} subjectId={leg.id} withWord />
        </>
      }
    >
      <div className="detail-lead">
        <MoneyText money={leg.amount} size="large" />
        <p className="prose">{sentence}</p>
        {leg.calculation !== null && leg.calculation !== undefined && (
          <Recompute file={leg.calculation.file} what={say(leg.kind)} />
        )}
      </div>
      <Section title={say('facts')}>
        <HeldNotice until={leg.payTo?.heldUntil} />
        <LegFacts leg={leg} />
      </Section>
      <Section title={say('evidence')}>
        {leg.lines.length === 0 && <p className="dim">{say('evidenceNone')}</p>}
        {leg.lines.map((line) => (
          <div key={line.id} className="leg-line">
            <div className="row">
              <DayText day={line.bookingDate} />
              <MoneyText money={line.amount} />
              <LineResult line={line} />
              {line.calculation !== null && line.calculation !== undefined && (
                <Recompute file={line.calculation.file} what={line.bankReference} />
              )}
              <ProofMark anchor={line.anchor} subjectId={line.id} />
            </div>
            <p className="small dim">
              {line.counterparty} · {line.bankReference}
            </p>
          </div>
        ))}
      </Section>
    </Detail>
  );
}

type Leg = LegQuery['leg'];

function useSentence(leg: Leg): string {
  const say = useTexts(paymentTexts);
  const language = useLanguage();
  const words = {
    payer: leg.payer.name,
    payee: leg.payee.name,
    amount: formatMoney(leg.amount),
    settled: formatMoney(leg.settled),
    due: formatDay(leg.dueDate, language),
  };
  switch (leg.state) {
    case 'SETTLED':
      return say('saySettled', words);
    case 'PART_SETTLED':
      return say('sayPart', words);
    default:
      return say('sayScheduled', words);
  }
}

function LegFacts({ leg }: { readonly leg: Leg }) {
  const say = useTexts(paymentTexts);
  const { payTo } = leg;
  return (
    <Facts
      facts={[
        { name: say('payer'), value: leg.payer.name },
        { name: say('payee'), value: leg.payee.name },
        { name: say('amount'), value: <MoneyText money={leg.amount} />, strong: true },
        { name: say('paid'), value: <MoneyText money={leg.settled} /> },
        { name: say('due'), value: <DayText day={leg.dueDate} /> },
        payTo === null || payTo === undefined
          ? undefined
          : { name: say('payTo'), value: `${payTo.identifier}, ${payTo.holderName}` },
        leg.instruction === null || leg.instruction === undefined
          ? undefined
          : {
              name: say('inFile'),
              value: <Link to={`/payments/files/${leg.instruction.id}`}>{say('seeFile')}</Link>,
            },
        leg.rootReference === null || leg.rootReference === undefined
          ? undefined
          : {
              name: say('rootReference'),
              value: (
                <>
                  <code className="mono leg-reference">{leg.rootReference}</code>
                  <span className="small dim">{say('rootReferenceHint')}</span>
                </>
              ),
            },
        {
          name: say('reference'),
          value: (
            <>
              <span className="row">
                <code className="mono leg-reference">{leg.reference}</code>
                <CopyButton value={leg.reference}>
                  {({ copied, copy }) => (
                    <UnstyledButton className="why" onClick={copy}>
                      <IconCopy size={16} aria-hidden="true" /> {say(copied ? 'copied' : 'copy')}
                    </UnstyledButton>
                  )}
                </CopyButton>
              </span>
              <span className="small dim">{say('referenceHint')}</span>
            </>
          ),
        },
      ]}
    />
  );
}
