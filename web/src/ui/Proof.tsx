/**
 * The proof, quiet: a small mark beside the thing, and behind it a panel that tells who signed, with
 * which mandate, when, and who witnessed it; verified in this page, or taken along as a file.
 */
import { useFragment, useQuery, useSuspenseQuery } from '@apollo/client/react';
import { Button, Drawer, Tooltip, UnstyledButton } from '@mantine/core';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import type { Verdict } from '../../../chain/src/verify.ts';
import { markVerified, pinnedAnchor, useVerified } from '../lib/anchor-pin.ts';
import { saveFile } from '../lib/files.ts';
import { shortFingerprint } from '../lib/fingerprint.ts';
import { formatDay, formatMoment } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import type { ActPartsFragment, AnchorPartsFragment, ProofQuery } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useActWords } from './act-words.ts';
import { Waiting } from './Empty.tsx';
import { Facts } from './Facts.tsx';
import { AnchorDocument, AnchorParts, HistoryDocument, ProofDocument } from './fragments.ts';
import { SignedFields } from './SignedFields.tsx';
import { uiTexts } from './texts.ts';
import './Proof.css';

/** The verifier's words come with the verifier, when one first asks for them. */
const VerdictView = lazy(async () => ({
  default: (await import('./VerdictView.tsx')).VerdictView,
}));

export type ProofMarkProps = {
  /** Null where the viewer may read no act of the thing. */
  readonly anchor: AnchorPartsFragment | null | undefined;
  readonly subjectId: string;
  readonly withWord?: boolean;
};

/** The mark beside a thing. Opens the panel with everything that happened to it. */
export function ProofMark({ anchor, ...rest }: ProofMarkProps) {
  return anchor === null || anchor === undefined ? null : <Mark anchor={anchor} {...rest} />;
}

function Mark({
  anchor,
  subjectId,
  withWord = false,
}: ProofMarkProps & { readonly anchor: AnchorPartsFragment }) {
  const say = useTexts(uiTexts);
  const [open, setOpen] = useState(false);
  const verified = useVerified(anchor.actHash);
  const status = say(anchor.status === 'FINAL' && verified ? 'VERIFIED' : anchor.status);

  return (
    <>
      <Tooltip label={status} disabled={withWord}>
        <UnstyledButton
          className={`proof-mark proof-${anchor.status.toLowerCase()}`}
          aria-label={say('proofOf', { status })}
          data-anchor={anchor.status}
          onClick={(event) => {
            event.stopPropagation();
            setOpen(true);
          }}
        >
          <Ring status={anchor.status} verified={verified} />
          {withWord && <span className="small">{status}</span>}
        </UnstyledButton>
      </Tooltip>
      <Drawer.Root opened={open} onClose={() => setOpen(false)} position="right" size={480}>
        <Drawer.Overlay />
        <Drawer.Content>
          {/* The head of a panel is not a second head of the page. */}
          <Drawer.Header role="presentation">
            <Drawer.Title className="proof-title">{say('proofTitle')}</Drawer.Title>
            <Drawer.CloseButton aria-label={say('close')} />
          </Drawer.Header>
          <Drawer.Body>
            {/* Clicks inside must not reach the row on which the mark stands. */}
            {/* biome-ignore lint/a11y/noStaticElementInteractions: stops events only */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: stops events only */}
            <div onClick={(event) => event.stopPropagation()}>
              <Suspense fallback={<Waiting label={say('loading')} />}>
                {open && <SubjectProof subjectId={subjectId} actHash={anchor.actHash} />}
              </Suspense>
            </div>
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
    </>
  );
}

function Ring({
  status,
  verified,
}: {
  readonly status: AnchorPartsFragment['status'];
  readonly verified: boolean;
}) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      {status === 'FINAL' ? (
        <circle cx="8" cy="8" r="7" fill="currentColor" />
      ) : (
        <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="2.5" />
      )}
      {status === 'FINAL' && verified && (
        <path d="m4.8 8.2 2.2 2.2 4.2-4.4" fill="none" stroke="var(--surface)" strokeWidth="1.8" />
      )}
      {status === 'REFUSED' && (
        <path d="m5 5 6 6m0-6-6 6" stroke="currentColor" strokeWidth="1.8" />
      )}
    </svg>
  );
}

function SubjectProof({
  subjectId,
  actHash,
}: {
  readonly subjectId: string;
  readonly actHash: string;
}) {
  const say = useTexts(uiTexts);
  const { data } = useSuspenseQuery(HistoryDocument, {
    variables: { subjectId },
    fetchPolicy: 'cache-and-network',
  });
  const acts = data.acts.edges.map((edge) => edge.node);
  const [chosen, setChosen] = useState<string>();
  const shown =
    acts.find((act) => act.id === chosen) ??
    acts.find((act) => act.anchor.actHash === actHash) ??
    acts[0];

  if (shown === undefined) {
    return <p className="dim">{say('proofNotYet')}</p>;
  }
  return (
    <div className="stack">
      <ActProof id={shown.id} key={shown.id} />
      {acts.length > 1 && (
        <section className="stack">
          <h2 className="proof-heading">{say('proofHistory')}</h2>
          <ul className="proof-history">
            {acts.map((act) => (
              <li key={act.id}>
                <HistoryLine
                  act={act}
                  current={act.id === shown.id}
                  onChoose={() => setChosen(act.id)}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function HistoryLine({
  act,
  current,
  onChoose,
}: {
  readonly act: ActPartsFragment;
  readonly current: boolean;
  readonly onChoose: () => void;
}) {
  const language = useLanguage();
  const words = useActWords();
  const verified = useVerified(act.anchor.actHash);
  return (
    <UnstyledButton
      className="proof-line"
      aria-current={current ? 'true' : undefined}
      onClick={onChoose}
    >
      <span className={`proof-mark proof-${act.anchor.status.toLowerCase()}`}>
        <Ring status={act.anchor.status} verified={verified} />
      </span>
      <span className="proof-line-words">
        <span>{words.kind(act.kind)}</span>
        <span className="small dim">
          {act.signer.personName ?? act.signer.partyName}, {formatMoment(act.at, language)}
        </span>
      </span>
    </UnstyledButton>
  );
}

/** One act with everything that makes it believable. */
export function ActProof({
  id,
  withTitle = true,
}: {
  readonly id: string;
  /** Left out where the page already bears the act's name. */
  readonly withTitle?: boolean;
}) {
  const { data } = useSuspenseQuery(ProofDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  return <ProofPanel act={data.act} chain={data.chain} withTitle={withTitle} />;
}

function ProofPanel({
  act,
  chain,
  withTitle,
}: {
  readonly withTitle: boolean;
  readonly act: ProofQuery['act'];
  readonly chain: ProofQuery['chain'];
}) {
  const say = useTexts(uiTexts);
  const words = useActWords();
  const { anchor } = act;
  return (
    <div className="stack">
      <div className="proof-head">
        {withTitle && <p className="proof-kind">{words.kind(act.kind)}</p>}
        <ProofStatus anchor={anchor} />
      </div>
      <SignerFacts act={act} chain={chain} />
      {anchor.status === 'FINAL' && anchor.proof !== null && anchor.proof !== undefined ? (
        <VerifyHere pack={anchor.proof} act={act} fingerprint={chain.anchorFingerprint} />
      ) : (
        <p className="small dim">{say('proofNotYet')}</p>
      )}
      <section className="stack">
        <h2 className="proof-heading">{say('proofFields')}</h2>
        <SignedFields fields={act.fields} />
      </section>
    </div>
  );
}

/** Pending, final or refused, in a word, with the mark. Turns by itself when the network has decided. */
export function ProofStatus({ anchor }: { readonly anchor: AnchorPartsFragment }) {
  const say = useTexts(uiTexts);
  const verified = useVerified(anchor.actHash);
  return (
    <span
      className={`proof-status proof-${anchor.status.toLowerCase()}`}
      role="status"
      data-anchor={anchor.status}
    >
      <Ring status={anchor.status} verified={verified} />
      {say(anchor.status === 'FINAL' && verified ? 'VERIFIED' : anchor.status)}
    </span>
  );
}

/** How often a pending act is looked after, should its news be lost. */
const pendingEveryMs = 2_000;

/** The anchor as it is known now: what a mutation answered is a picture of its moment. */
export function useLiveAnchor({
  id,
  anchor,
}: {
  readonly id: string;
  readonly anchor: AnchorPartsFragment;
}): AnchorPartsFragment {
  const live = useCachedAnchor(anchor);
  useQuery(AnchorDocument, {
    variables: { id },
    skip: live.status !== 'PENDING',
    pollInterval: pendingEveryMs,
    fetchPolicy: 'network-only',
  });
  return live;
}

/** The anchor as the news of this page last told it. */
function useCachedAnchor(anchor: AnchorPartsFragment): AnchorPartsFragment {
  const { data, complete } = useFragment({
    fragment: AnchorParts,
    from: { __typename: 'Anchor', actHash: anchor.actHash },
  });
  return complete ? data : anchor;
}

function SignerFacts({
  act,
  chain,
}: {
  readonly act: ProofQuery['act'];
  readonly chain: ProofQuery['chain'];
}) {
  const say = useTexts(uiTexts);
  const language = useLanguage();
  const words = useActWords();
  const { signer, anchor } = act;
  const { mandate } = signer;
  const organisations = new Set(chain.validators.map((validator) => validator.organisation)).size;
  const named = act.fields.some(({ name, value }) => name === 'mandate' && value !== '');
  const mandateText =
    mandate === null || mandate === undefined
      ? say(named ? 'proofMandateInside' : 'proofNoMandate')
      : mandate.limit === null || mandate.limit === undefined
        ? say('proofMandateOpen', {
            action: words.action(mandate.action),
            until: formatDay(mandate.validTo, language),
          })
        : say('proofMandateUpTo', {
            action: words.action(mandate.action),
            limit: formatMoney(mandate.limit),
            until: formatDay(mandate.validTo, language),
          });

  return (
    <Facts
      facts={[
        {
          name: say('proofWho'),
          value: signer.personName ?? signer.partyName,
          strong: true,
        },
        { name: say('proofFor'), value: signer.partyName },
        { name: say('proofCustody'), value: say(signer.custody) },
        { name: say('proofMandate'), value: mandateText },
        { name: say('proofWhen'), value: formatMoment(act.at, language) },
        anchor.finalAt === null || anchor.finalAt === undefined
          ? undefined
          : {
              name: say('proofFinal'),
              value: say('proofFinalAt', {
                at: formatMoment(anchor.finalAt, language),
                ms: anchor.timeToFinalityMs ?? 0,
              }),
            },
        anchor.height === null || anchor.height === undefined
          ? undefined
          : {
              name: say('proofPlace'),
              value: (
                <Link to={`/network/blocks/${anchor.height}`}>
                  {say('proofPlaceAt', { height: anchor.height, index: anchor.index ?? 0 })}
                </Link>
              ),
            },
        anchor.status === 'FINAL'
          ? {
              name: say('proofWitness'),
              value: say('organisations', { count: organisations }),
            }
          : undefined,
      ]}
    />
  );
}

function VerifyHere({
  pack,
  act,
  fingerprint,
}: {
  readonly pack: string;
  readonly act: ProofQuery['act'];
  readonly fingerprint: string;
}) {
  const say = useTexts(uiTexts);
  const [verdict, setVerdict] = useState<Verdict>();
  const [working, setWorking] = useState(false);

  const verify = async () => {
    setWorking(true);
    try {
      const { parseAnchor, verifyPack } = await import('../../../chain/src/verify.ts');
      const pinned = pinnedAnchor();
      const found = verifyPack(pack, pinned === undefined ? undefined : parseAnchor(pinned));
      if (found.ok && found.proven?.actHash === act.anchor.actHash) {
        markVerified(act.anchor.actHash);
      }
      setVerdict(found);
    } finally {
      setWorking(false);
    }
  };

  return (
    <div className="stack">
      <div className="row">
        <Button
          size="sm"
          leftSection={<IconShieldCheck size={18} aria-hidden="true" />}
          loading={working}
          onClick={() => void verify()}
        >
          {verdict === undefined ? say('proofVerify') : say('proofAgain')}
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden="true" />}
          onClick={() => saveFile(`${act.kind}-${act.id}.proof.json`, pack, 'application/json')}
        >
          {say('proofDownload')}
        </Button>
      </div>
      {verdict !== undefined && (
        <Suspense fallback={<Waiting label={say('proofVerifying')} />}>
          <VerdictView verdict={verdict} />
        </Suspense>
      )}
      <p className="small dim">
        {say('proofAnchor', { fingerprint: shortFingerprint(fingerprint) })}
      </p>
    </div>
  );
}
