/** One invoice: where it stands in a sentence, what may be done, its life, its figures, its file. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import { formatMoney } from '../lib/format-money.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Detail } from '../ui/ListDetail.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { PolicyDecisions } from '../ui/PolicyDecisions.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { InvoiceLife } from './InvoiceLife.tsx';
import { ParsedLines } from './ParsedInvoice.tsx';
import { type Invoice, InvoiceDocument } from './queries.ts';
import { useInvoiceSentence } from './sentence.ts';
import {
  actsOffered,
  disputeTones,
  mayCredit,
  mayDispute,
  riskTones,
  tones,
  waitsForReview,
} from './states.ts';
import { invoiceTexts } from './texts.ts';

export function InvoiceDetail() {
  const say = useTexts(invoiceTexts);
  const { id = '' } = useParams();
  const { data } = useSuspenseQuery(InvoiceDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  const { invoice } = data;
  const sentence = useInvoiceSentence(invoice);

  return (
    <Detail
      title={say('invoiceNo', { number: invoice.number })}
      back="/invoices"
      state={
        <>
          <StateTag tone={tones[invoice.state]}>{say(invoice.state)}</StateTag>
          <ProofMark anchor={invoice.anchor} subjectId={invoice.id} withWord />
        </>
      }
      actions={<Actions invoice={invoice} />}
    >
      <div className="detail-lead">
        <MoneyText money={invoice.approved ?? invoice.payable} size="large" />
        <p className="prose">{sentence}</p>
      </div>
      <Returned invoice={invoice} />
      <Talk invoice={invoice} />
      <NearMatches invoice={invoice} />
      <Disputes invoice={invoice} />
      <CreditNotes invoice={invoice} />
      <Section title={say('life')}>
        <InvoiceLife invoice={invoice} />
      </Section>
      <Section title={say('facts')}>
        <InvoiceFacts invoice={invoice} />
      </Section>
      <PolicyDecisions subjectId={invoice.id} />
      <Goods invoice={invoice} />
      {invoice.parsed !== null && invoice.parsed !== undefined && (
        <Section title={say('lines')}>
          <ParsedLines parsed={invoice.parsed} />
        </Section>
      )}
    </Detail>
  );
}

function Actions({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  const viewer = useViewer();
  const acts = actsOffered(
    invoice,
    viewer.party.id,
    (action) => mandateFor(viewer, action) !== undefined,
  );
  const mayAssign =
    invoice.shipments.length === 0 &&
    mandateFor(viewer, 'shipment.assign') !== undefined &&
    (invoice.seller.id === viewer.party.id || invoice.buyer.id === viewer.party.id);
  return (
    <>
      {acts.map((act, order) => (
        <ActionLink
          key={act}
          to={`/invoices/${invoice.id}/${act}`}
          quiet={order > 0 || act === 'withdraw' || act === 'refuse'}
          danger={act === 'refuse' || act === 'withdraw'}
        >
          {say(act)}
        </ActionLink>
      ))}
      {mayDispute(invoice, viewer.party.id) &&
        mandateFor(viewer, 'dispute.raise') !== undefined && (
          <ActionLink to={`/invoices/${invoice.id}/dispute`} quiet>
            {say('dispute')}
          </ActionLink>
        )}
      {mayCredit(invoice, viewer.party.id) && mandateFor(viewer, 'credit.issue') !== undefined && (
        <ActionLink to={`/invoices/${invoice.id}/credit`} quiet>
          {say('credit')}
        </ActionLink>
      )}
      {mayAssign && (
        <ActionLink to={`/shipments/assign/${invoice.id}`} quiet>
          {say('assign')}
        </ActionLink>
      )}
    </>
  );
}

function Returned({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  const viewer = useViewer();
  const { proposal } = invoice;
  return proposal?.state === 'RETURNED' && viewer.party.id === invoice.buyer.id ? (
    <Notice tone="warn" title={say('returned', { reason: proposal.returnedReason ?? '' })} />
  ) : null;
}

/** What it looks like, for who may see both; the newest word stands with it. */
function NearMatches({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  if (invoice.nearMatches.length === 0) {
    return null;
  }
  const waits = invoice.nearMatches.some(waitsForReview);
  return (
    <Section title={say('nearMatches')}>
      {waits && <p className="small">{say('nearMatchesWait', { buyer: invoice.buyer.name })}</p>}
      {invoice.nearMatches.map((match) => (
        <p key={match.id} className="row small">
          <StateTag tone={riskTones[match.riskClass]}>{say(match.riskClass)}</StateTag>
          <span>{say(match.rule)}</span>
          {match.other !== null && match.other !== undefined && (
            <Link to={`/invoices/${match.other.id}`}>
              {say('invoiceNo', { number: match.other.number })}
            </Link>
          )}
          {match.state !== 'OPEN' && (
            <span>
              {say(match.state)} {match.reason}
            </span>
          )}
        </p>
      ))}
    </Section>
  );
}

/** What was disputed of it; each leads to its own page. */
function Disputes({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  if (invoice.disputes.length === 0) {
    return null;
  }
  return (
    <Section title={say('disputes')}>
      {invoice.disputes.map(({ id, state, amount }) => (
        <p key={id} className="row small">
          <StateTag tone={disputeTones[state]}>{say(`dispute.${state}`)}</StateTag>
          <Link to={`/disputes/${id}`}>{formatMoney(amount)}</Link>
        </p>
      ))}
    </Section>
  );
}

/** The credit notes about it; each leads to its own page. */
function CreditNotes({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  if (invoice.creditNotes.length === 0) {
    return null;
  }
  return (
    <Section title={say('creditNotes')}>
      {invoice.creditNotes.map(({ id, number, amount }) => (
        <p key={id} className="row small">
          <Link to={`/credit-notes/${id}`}>{number}</Link> {formatMoney(amount)}
        </p>
      ))}
    </Section>
  );
}

function Talk({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  if (invoice.question === null || invoice.question === undefined) {
    return null;
  }
  return (
    <Notice tone="info" title={say('question')}>
      <p>{invoice.question}</p>
      {invoice.answer !== null && invoice.answer !== undefined && (
        <p>
          <strong>{say('answered')}:</strong> {invoice.answer}
        </p>
      )}
    </Notice>
  );
}

function InvoiceFacts({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  const { document, certificate, approved, dueDate, orderReference } = invoice;
  return (
    <Facts
      facts={[
        { name: say('seller'), value: invoice.seller.name },
        { name: say('buyer'), value: invoice.buyer.name },
        { name: say('toPay'), value: <MoneyText money={invoice.payable} /> },
        approved === null || approved === undefined
          ? undefined
          : { name: say('promisedAmount'), value: <MoneyText money={approved} />, strong: true },
        { name: say('issued'), value: <DayText day={invoice.issueDate} /> },
        dueDate === null || dueDate === undefined
          ? undefined
          : { name: say('due'), value: <DayText day={dueDate} /> },
        orderReference === null || orderReference === undefined
          ? undefined
          : { name: say('order'), value: orderReference },
        { name: say('programme'), value: invoice.programme.name },
        document === null || document === undefined
          ? undefined
          : {
              name: say('document'),
              value: (
                <a href={document.url} target="_blank" rel="noreferrer">
                  {say('documentOpen', { name: document.name })}
                </a>
              ),
            },
        certificate === null || certificate === undefined
          ? undefined
          : {
              name: say('certificate'),
              value: (
                <Link to={`/certificates/${certificate.id}`}>
                  {say('certificateOpen', { face: formatMoney(certificate.face) })}
                </Link>
              ),
            },
      ]}
    />
  );
}

function Goods({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  const { shipments, programme } = invoice;
  if (shipments.length === 0 && !programme.requireDelivery) {
    return null;
  }
  return (
    <Section title={say('shipments')}>
      {programme.requireDelivery && <p className="small dim">{say('deliveryNeeded')}</p>}
      {shipments.length === 0 && <p className="small">{say('shipmentNone')}</p>}
      {shipments.map((shipment) => (
        <p key={shipment.id} className="row small">
          <Link to={`/shipments/${shipment.id}`}>
            {say('shipmentBy', { reference: shipment.reference, carrier: shipment.carrier.name })}
          </Link>
          <StateTag tone={shipment.received ? 'good' : shipment.shipped ? 'accent' : 'quiet'}>
            {say(shipment.received ? 'received' : shipment.shipped ? 'shipped' : 'onTheWay')}
          </StateTag>
        </p>
      ))}
    </Section>
  );
}
