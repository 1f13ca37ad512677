/**
 * Verifying a proof without us: the page needs no sign-in and, once it is open, no network. The file
 * is read and judged here and goes nowhere.
 */
import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import {
  type Anchor,
  anchorFingerprint,
  type Json,
  parseAnchor,
  type Verdict,
  verifyFile,
} from '../../../chain/src/verify.ts';
import { markVerified, pinnedAnchor } from '../lib/anchor-pin.ts';
import { shortFingerprint } from '../lib/fingerprint.ts';
import { formatMoment } from '../lib/format-date.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { formatSize } from '../lib/upload.ts';
import { useActWords } from '../ui/act-words.ts';
import { Facts } from '../ui/Facts.tsx';
import { FileDrop } from '../ui/FileDrop.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Card, Screen, Section } from '../ui/Screen.tsx';
import { SignedFields } from '../ui/SignedFields.tsx';
import { VerdictView } from '../ui/VerdictView.tsx';
import { auditTexts } from './texts.ts';
import './Verifier.css';

/** No proof is larger; a larger file is not even read. */
const proofBytesMax = 256 * 1024;

type Judged = { readonly fileName: string; readonly verdict: Verdict };

/** The verifier itself; `fileToTake` is where the whole of it can be had as one file. */
export function Verifier({ fileToTake }: { readonly fileToTake?: string }) {
  const say = useTexts(auditTexts);
  const [given, setGiven] = useState<Anchor>();
  const [judged, setJudged] = useState<Judged>();
  const anchor = given ?? readAnchor(pinnedAnchor());

  const judge = async (file: File) => {
    const verdict = verifyFile(await file.text(), anchor);
    const hash = verdict.proven?.actHash;
    if (verdict.ok && hash !== null && hash !== undefined) {
      markVerified(hash);
    }
    setJudged({ fileName: file.name, verdict });
  };

  return (
    <Screen title={say('verifyTitle')} lead={say('verifyLead')} narrow>
      <AnchorChoice anchor={anchor} isGiven={given !== undefined} onGiven={setGiven} />
      {judged === undefined ? (
        <FileDrop
          label={say('verifyLabel')}
          accept=".json,.tlog-proof,.state-proof,.txt,application/json"
          sizeMax={proofBytesMax}
          hint={say('verifyHint', { max: formatSize(proofBytesMax) })}
          onFile={(file) => void judge(file)}
        />
      ) : (
        <>
          <div className="row">
            <strong className="verify-name">{judged.fileName}</strong>
            <Button variant="default" size="xs" onClick={() => setJudged(undefined)}>
              {say('verifyAnother')}
            </Button>
          </div>
          {judged.verdict.outcome === 'unanchored' && (
            <Notice tone="warn" title={say('verifyUnanchored')} />
          )}
          <VerdictView verdict={judged.verdict} />
          <Proven verdict={judged.verdict} />
        </>
      )}
      {fileToTake !== undefined && (
        <p className="small">
          <a href={fileToTake} download="tallystick-verify.html">
            {say('verifySave')}
          </a>
          <span className="dim"> {say('verifySaveHint')}</span>
        </p>
      )}
    </Screen>
  );
}

function AnchorChoice({
  anchor,
  isGiven,
  onGiven,
}: {
  readonly anchor: Anchor | undefined;
  readonly isGiven: boolean;
  readonly onGiven: (anchor: Anchor) => void;
}) {
  const say = useTexts(auditTexts);
  const input = useRef<HTMLInputElement>(null);
  const [bad, setBad] = useState(false);
  const choose = async (file: File | undefined) => {
    const chosen = file === undefined ? undefined : readAnchor(await file.text());
    setBad(file !== undefined && chosen === undefined);
    if (chosen !== undefined) {
      onGiven(chosen);
    }
  };
  const fingerprint = anchor === undefined ? '' : shortFingerprint(anchorFingerprint(anchor));

  return (
    <Card>
      <div className="verify-anchor">
        <div>
          <p className="small dim">{say('verifyAgainst')}</p>
          <p>
            {anchor === undefined
              ? say('verifyNone')
              : say(isGiven ? 'verifyGiven' : 'verifyPinned', { fingerprint })}
          </p>
          {bad && (
            <p role="alert" className="verify-bad small">
              {say('verifyAnchorBad')}
            </p>
          )}
        </div>
        <Button variant="default" size="xs" onClick={() => input.current?.click()}>
          {say('verifyChoose')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          className="hidden-but-read"
          tabIndex={-1}
          aria-label={say('verifyChoose')}
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
      </div>
    </Card>
  );
}

/** What the file proves, in words: what, by whom, under which mandate, when, witnessed by whom. */
function Proven({ verdict }: { readonly verdict: Verdict }) {
  const say = useTexts(auditTexts);
  const language = useLanguage();
  const words = useActWords();
  const { proven, signedBy, trust } = verdict;
  if (proven === null || trust === null) {
    return null;
  }
  return (
    <>
      {proven.refusal !== null && (
        <Notice tone="warn" title={say('verifyRefused', { code: proven.refusal })} />
      )}
      <Section title={say('verifyProven')}>
        <Card>
          <Facts
            facts={[
              { name: say('kind'), value: words.kind(proven.kind), strong: true },
              signedBy === null
                ? undefined
                : {
                    name: say('verifyBy'),
                    value: `${[signedBy.person, signedBy.organisation]
                      .filter((each) => each !== null)
                      .join(', ')} (${custodyWord(say, signedBy.custody)})`,
                  },
              signedBy === null || signedBy.mandate === null
                ? undefined
                : { name: say('verifyMandate'), value: mandateWords(words, signedBy.mandate) },
              proven.timeMs === null
                ? undefined
                : {
                    name: say('verifyAt'),
                    value: formatMoment(new Date(Number(proven.timeMs)).toISOString(), language),
                  },
              {
                name: say('verifyWitness'),
                value: (
                  <>
                    {trust.organisations.join(', ')}
                    <br />
                    {say('verifyStake', {
                      share: trust.stakePercent,
                      signed: `${trust.stakeSigned}`,
                      total: `${trust.stakeTotal}`,
                    })}
                  </>
                ),
              },
              proven.height === null
                ? undefined
                : {
                    name: say('state'),
                    value: say('place', { height: `${proven.height}`, index: `${proven.index}` }),
                  },
            ]}
          />
        </Card>
      </Section>
      {Object.keys(proven.fields).length > 0 && (
        <Section title={say('verifyFields')}>
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

function custodyWord(
  say: ReturnType<typeof useTexts<'DEVICE' | 'PROGRAM' | 'CUSTODIAL' | 'AUTOMATION' | 'OPERATOR'>>,
  custody: 'device' | 'program' | 'custodial' | 'automation' | 'operator',
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

function readAnchor(text: string | undefined): Anchor | undefined {
  try {
    return text === undefined ? undefined : parseAnchor(text);
  } catch {
    return undefined;
  }
}
