/** One certificate: what it promises, what may be done with it, its life, where it came from and went. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import type { CertificateQuery } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { LifeLine, type Step } from '../ui/LifeLine.tsx';
import { Detail } from '../ui/ListDetail.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { PolicyDecisions } from '../ui/PolicyDecisions.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { Why } from '../ui/Why.tsx';
import { Passport } from './Passport.tsx';
import { CertificateDocument } from './queries.ts';
import { SplitTree } from './SplitTree.tsx';
import { useCertificateSentence, useCertificateWords } from './sentence.ts';
import { actsOffered, tones } from './states.ts';
import { certificateTexts } from './texts.ts';

export type Certificate = CertificateQuery['certificate'];

export function CertificateDetail() {
  const say = useTexts(certificateTexts);
  const { id = '' } = useParams();
  const { data } = useSuspenseQuery(CertificateDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  const { certificate } = data;
  const sentence = useCertificateSentence(certificate);
  const viewer = useViewer();
  const isHolder = certificate.holder.id === viewer.party.id;
  const isFamily = certificate.parent !== null || certificate.children.length > 0;

  return (
    <Detail
      title={say('certificateOf', { issuer: certificate.issuer.name })}
      back="/certificates"
      state={
        <>
          <StateTag tone={tones[certificate.state]}>{say(certificate.state)}</StateTag>
          <ProofMark anchor={certificate.anchor} subjectId={certificate.id} withWord />
        </>
      }
      actions={<Actions certificate={certificate} />}
    >
      <div className="detail-lead">
        <MoneyText money={certificate.face} size="large" />
        <p className="prose">{sentence}</p>
      </div>
      {certificate.isWaiting && <Notice tone="info" title={say('waits')} />}
      <Section title={say('life')}>
        <CertificateLife certificate={certificate} />
      </Section>
      {isFamily && (
        <Section title={say('tree')}>
          <SplitTree certificate={certificate} />
        </Section>
      )}
      {claimStates.has(certificate.state) && (
        <Section title={say(isHolder ? 'claimsTitle' : 'claimsTitleOther')}>
          <Passport certificate={certificate} hop={heldBy(certificate)} />
        </Section>
      )}
      <Section title={say('facts')}>
        <CertificateFacts certificate={certificate} />
      </Section>
      <PolicyDecisions subjectId={certificate.id} />
    </Detail>
  );
}

/** States in which somebody can be claimed from, or will be. */
const claimStates: ReadonlySet<Certificate['state']> = new Set([
  ...(['OFFERED', 'ACTIVE', 'RESERVED', 'TRANSFER_PENDING', 'DUE'] as const),
  ...(['PART_REDEEMED', 'OVERDUE', 'DEFAULTED'] as const),
]);

/** The hop by which its holder has it; a bank that bought it has it by another way. */
function heldBy({ hop, holder }: Certificate) {
  return hop?.to.id === holder.id ? hop : null;
}

function Actions({ certificate }: { readonly certificate: Certificate }) {
  const say = useTexts(certificateTexts);
  const viewer = useViewer();
  const acts = actsOffered(
    certificate,
    viewer.party.id,
    (action) => mandateFor(viewer, action) !== undefined,
  );
  const { request } = certificate;
  return (
    <>
      {acts.map((act, order) => (
        <ActionLink
          key={act}
          to={
            act === 'finance'
              ? `/financing/request/${certificate.id}`
              : `/certificates/${certificate.id}/${act}`
          }
          quiet={order > 0}
          danger={act === 'decline' || act === 'reject'}
        >
          {say(act)}
        </ActionLink>
      ))}
      {request !== null && request !== undefined && (
        <ActionLink to={`/financing/${request.id}`} quiet>
          {say('request')}
        </ActionLink>
      )}
    </>
  );
}

function CertificateFacts({ certificate }: { readonly certificate: Certificate }) {
  const say = useTexts(certificateTexts);
  const { invoice, transfer, depth } = certificate;
  return (
    <Facts
      facts={[
        { name: say('issuer'), value: certificate.issuer.name },
        { name: say('holder'), value: certificate.holder.name },
        { name: say('maturity'), value: <DayText day={certificate.maturity} /> },
        certificate.payableOn === certificate.maturity
          ? undefined
          : {
              name: say('payableOn'),
              value: (
                <span className="row">
                  <DayText day={certificate.payableOn} />
                  <Why rule={say('payableWhy')} label={say('payableOn')} />
                </span>
              ),
            },
        { name: say('open'), value: <MoneyText money={certificate.open} /> },
        invoice === null || invoice === undefined
          ? undefined
          : {
              name: say('invoice'),
              value: <Link to={`/invoices/${invoice.id}`}>{invoice.number}</Link>,
            },
        {
          name: say('recourse'),
          value: (
            <span className="row">
              {say(`short.${certificate.recourse}`)}
              <Why rule={say(certificate.recourse)} label={say('recourse')} />
            </span>
          ),
        },
        {
          name: say('hops'),
          value: depth === 0 ? say('hopsNone') : say('hops', { count: depth }),
        },
        transfer === null || transfer === undefined
          ? undefined
          : { name: say('trade'), value: transfer.tradeReference },
      ]}
    />
  );
}

function CertificateLife({ certificate }: { readonly certificate: Certificate }) {
  const say = useTexts(certificateTexts);
  const words = useCertificateWords(certificate);
  const { state, maturity, transfer } = certificate;
  const paid = state === 'REDEEMED' || state === 'BURNT';
  const accepted = state !== 'OFFERED' && state !== 'VOID';
  const bank = state === 'ASSIGNED' || state === 'PLEDGED';
  const steps: (Step | undefined)[] = [
    { id: 'promised', when: 'done', title: say('lifePromised', words) },
    state === 'VOID'
      ? { id: 'void', when: 'ended', title: say('VOID') }
      : {
          id: 'accepted',
          when: accepted ? 'done' : 'now',
          title: say('lifeAccepted', { holder: transfer?.from.name ?? words.holder }),
        },
    transfer === null ||
    transfer === undefined ||
    transfer.state === 'REJECTED' ||
    transfer.state === 'LAPSED'
      ? undefined
      : {
          id: 'passed',
          when: transfer.state === 'RECEIVED' ? 'done' : 'now',
          title: say('lifePassed', words),
          note: transfer.tradeReference,
        },
    state === 'SPLIT' ? { id: 'split', when: 'done', title: say('lifeSplit', words) } : undefined,
    state === 'RESERVED' || bank
      ? { id: 'funded', when: bank ? 'done' : 'now', title: say('lifeFunded') }
      : undefined,
    state === 'SPLIT' || state === 'VOID'
      ? undefined
      : {
          id: 'paid',
          when: paid ? 'done' : state === 'DUE' || state === 'PART_REDEEMED' ? 'now' : 'later',
          title: say('lifePaid', words),
          note: <DayText day={maturity} />,
        },
  ];
  return <LifeLine label={say('life')} steps={steps.filter((step) => step !== undefined)} />;
}
