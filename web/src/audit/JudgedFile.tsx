/** One judged file: the verdict step by step, then what it proves and how much trust it carries, by names. */
import type { Json, Trust, Verdict } from '../../../chain/src/verify.ts';
import { formatMoment } from '../lib/format-date.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useActWords } from '../ui/act-words.ts';
import { Facts } from '../ui/Facts.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Card, Section } from '../ui/Screen.tsx';
import { SignedFields } from '../ui/SignedFields.tsx';
import { VerdictView } from '../ui/VerdictView.tsx';
import type { Judged } from './given.ts';
import { auditTexts } from './texts.ts';
import { verifierTexts } from './verifier-texts.ts';

export function JudgedFile({
  judged: { given, verdict, lacksHandovers },
  handoversAt,
}: {
  readonly judged: Judged;
  readonly handoversAt?: string;
}) {
  const say = useTexts(verifierTexts);
  return (
    <section className="judged" aria-label={given.name}>
      <h2 className="judged-name">{given.name}</h2>
      {verdict.outcome === 'unanchored' && <Notice tone="warn" title={say('unanchored')} />}
      {lacksHandovers && (
        <Notice tone="info" title={say('lacksTitle')}>
          {say('lacksText')}{' '}
          {handoversAt !== undefined && (
            <a href={handoversAt} download="handovers.txt">
              {say('lacksLink')}
            </a>
          )}
        </Notice>
      )}
      <VerdictView verdict={verdict} />
      <Proven verdict={verdict} />
    </section>
  );
}

/** What the file proves, in words: what, by whom, under which mandate, when, witnessed by whom. */
function Proven({ verdict }: { readonly verdict: Verdict }) {
  const say = useTexts(verifierTexts);
  const audit = useTexts(auditTexts);
  const language = useLanguage();
  const words = useActWords();
  const { proven, signedBy, trust } = verdict;
  if (proven === null || trust === null) {
    return null;
  }
  return (
    <>
      {proven.refusal !== null && (
        <Notice tone="warn" title={say('refused', { code: proven.refusal })} />
      )}
      <Section title={say('proven')}>
        <Card>
          <Facts
            facts={[
              { name: audit('kind'), value: words.kind(proven.kind), strong: true },
              signedBy === null
                ? undefined
                : {
                    name: say('by'),
                    value: `${[signedBy.person, signedBy.organisation]
                      .filter((each) => each !== null)
                      .join(', ')} (${custodyWord(audit, signedBy.custody)})`,
                  },
              signedBy === null || signedBy.mandate === null
                ? undefined
                : { name: say('mandate'), value: mandateWords(words, signedBy.mandate) },
              proven.timeMs === null
                ? undefined
                : {
                    name: say('at'),
                    value: formatMoment(new Date(Number(proven.timeMs)).toISOString(), language),
                  },
              { name: say('witness'), value: <Witnesses trust={trust} /> },
              trust.walked.length === 0
                ? undefined
                : { name: say('way'), value: <Way trust={trust} /> },
              proven.height === null
                ? undefined
                : {
                    name: audit('state'),
                    value: audit('place', { height: `${proven.height}`, index: `${proven.index}` }),
                  },
            ]}
          />
        </Card>
      </Section>
      {Object.keys(proven.fields).length > 0 && (
        <Section title={say('fields')}>
          <Card>
            <SignedFields
              fields={Object.entries(proven.fields).map(([name, value]) => ({
                name,
                value: jsonWords(value),
              }))}
            />
          </Card>
        </Section>
      )}
    </>
  );
}

/** Who vouches for the proof's checkpoint, with what part of the stake. */
function Witnesses({ trust }: { readonly trust: Trust }) {
  const say = useTexts(verifierTexts);
  return (
    <>
      {trust.organisations.join(', ')}
      <br />
      {say('stake', {
        share: trust.stakePercent,
        signed: `${trust.stakeSigned}`,
        total: `${trust.stakeTotal}`,
      })}
    </>
  );
}

/** Who vouched for each handover on the way from the anchor; the weakest bounds the whole. */
function Way({ trust }: { readonly trust: Trust }) {
  const say = useTexts(verifierTexts);
  return (
    <ul className="judged-way">
      {trust.walked.map(({ epoch, organisations, stakePercent }) => (
        <li key={`${epoch}`}>
          {say('wayStep', {
            epoch: `${epoch}`,
            share: stakePercent,
            organisations: organisations.join(', '),
          })}
        </li>
      ))}
    </ul>
  );
}

function custodyWord(
  say: ReturnType<
    typeof useTexts<'DEVICE' | 'PROGRAM' | 'CUSTODIAL' | 'AUTOMATION' | 'OPERATOR' | 'NETWORK'>
  >,
  custody: 'device' | 'program' | 'custodial' | 'automation' | 'operator' | 'network',
): string {
  switch (custody) {
    case 'device':
      return say('DEVICE');
    case 'program':
      return say('PROGRAM');
    case 'custodial':
      return say('CUSTODIAL');
    case 'automation':
      return say('AUTOMATION');
    case 'operator':
      return say('OPERATOR');
    case 'network':
      return say('NETWORK');
  }
}

function mandateWords(
  words: ReturnType<typeof useActWords>,
  mandate: Readonly<Record<string, Json>>,
): string {
  const { action, limit, validTo } = mandate;
  const shown = (value: Json | undefined) =>
    value === null || value === undefined ? '' : words.value(jsonWords(value));
  return [typeof action === 'string' ? words.action(action) : '', shown(limit), shown(validTo)]
    .filter((part) => part !== '')
    .join(', ');
}

/** A shown field as text, amounts as 'CNY 98000.00'. */
function jsonWords(value: Json): string {
  if (value === null) {
    return '';
  }
  if (Array.isArray(value)) {
    return value.map(jsonWords).join(', ');
  }
  if (typeof value === 'object' && 'amount' in value && 'currency' in value) {
    return `${value.currency} ${value.amount}`;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
