/** What we read, beside the file itself: the last look before the invoice is submitted. */
import { useMutation, useSuspenseQuery } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { Link, useNavigate, useParams } from 'react-router';
import type { DraftQuery } from '../lib/graphql/graphql.ts';
import { defineTexts, useKnown, useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Card, Screen, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { SeenAndExpected } from '../ui/Why.tsx';
import { findingsInChinese } from './findings-zh.ts';
import { ParsedFacts, ParsedLines } from './ParsedInvoice.tsx';
import { DiscardDraftDocument, DraftDocument } from './queries.ts';
import { invoiceTexts } from './texts.ts';
import './DraftScreen.css';

type Draft = DraftQuery['draft'];

export function DraftScreen() {
  const say = useTexts(invoiceTexts);
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const { data } = useSuspenseQuery(DraftDocument, { variables: { id } });
  const [discard, { loading }] = useMutation(DiscardDraftDocument, { variables: { id } });
  const { draft } = data;
  const errors = draft.findings.filter(({ severity }) => severity === 'ERROR').length;
  const mayGo = errors === 0 && draft.parsed !== null && draft.programme !== null;

  return (
    <Screen
      title={say('draftTitle')}
      lead={say('draftLead')}
      actions={
        <>
          <Button
            variant="subtle"
            size="sm"
            loading={loading}
            onClick={async () => {
              await discard();
              navigate('/invoices');
            }}
          >
            {say('draftDiscard')}
          </Button>
          {mayGo ? (
            <ActionLink to={`/drafts/${id}/submit`}>{say('draftGo')}</ActionLink>
          ) : (
            <ActionLink to="/invoices/upload">{say('draftAnother')}</ActionLink>
          )}
        </>
      }
    >
      <Findings draft={draft} errors={errors} />
      <div className="draft-pair">
        <Section title={say('draftRead')}>
          <Card>
            {draft.parsed === null || draft.parsed === undefined ? (
              <p>{say('draftBroken')}</p>
            ) : (
              <div className="stack">
                <ParsedFacts parsed={draft.parsed} />
                <ParsedLines parsed={draft.parsed} />
              </div>
            )}
          </Card>
        </Section>
        <Section title={say('draftRaw')}>
          <RawFile document={draft.document} />
        </Section>
      </div>
      <p className="small">
        <Link to="/invoices">{say('title')}</Link>
      </p>
    </Screen>
  );
}

const findingTexts = defineTexts('findings', { en: {}, zh: findingsInChinese });

function Findings({ draft, errors }: { readonly draft: Draft; readonly errors: number }) {
  const say = useTexts(invoiceTexts);
  const known = useKnown(findingTexts);
  if (draft.findings.length === 0) {
    return <Notice tone="good" title={say('draftNoFindings')} />;
  }
  return (
    <Section title={say('draftFindings')}>
      {errors > 0 && <Notice tone="bad" title={say('draftErrors', { count: errors })} />}
      <ul className="findings">
        {draft.findings.map((finding) => (
          <li key={`${finding.rule} ${finding.path} ${finding.seen}`} className="finding">
            <div className="row">
              <StateTag tone={finding.severity === 'ERROR' ? 'bad' : 'warn'}>
                {say(finding.severity)}
              </StateTag>
              <span className="small dim">{say('rule', { rule: finding.rule })}</span>
            </div>
            <p>{known(finding.rule) ?? finding.message}</p>
            <SeenAndExpected seen={finding.seen} expected={finding.expected} />
            {finding.path !== '' && (
              <p className="mono dim">{say('atPath', { path: finding.path })}</p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function RawFile({ document }: { readonly document: Draft['document'] }) {
  return (
    <Card flush>
      <p className="raw-name small">{document.name}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <section className="raw" tabIndex={0} aria-label={document.name}>
        <pre>{document.text ?? ''}</pre>
      </section>
    </Card>
  );
}
