/** The life line of an invoice: submitted, promised, certified, paid; or where it ended. */
import { useTexts } from '../lib/texts.ts';
import { DayText, MomentText } from '../ui/DateText.tsx';
import { LifeLine, type Step } from '../ui/LifeLine.tsx';
import type { Invoice } from './queries.ts';
import { useInvoiceWords } from './sentence.ts';
import { groups } from './states.ts';
import { invoiceTexts } from './texts.ts';

export function InvoiceLife({ invoice }: { readonly invoice: Invoice }) {
  const say = useTexts(invoiceTexts);
  const words = useInvoiceWords(invoice);
  const { state, proposal } = invoice;
  const isEnded = groups.ended.some((each) => each === state);
  const isPromised = [...groups.promised, ...groups.paid].some((each) => each === state);
  const isCertified = isPromised && state !== 'CONFIRMED' && state !== 'PARTLY_CONFIRMED';
  const isPaid = groups.paid.some((each) => each === state);
  const submitted: Step = {
    id: 'submitted',
    when: state === 'SUBMITTED' ? 'now' : 'done',
    title: say('lifeSubmitted', words),
    note: (
      <>
        <MomentText moment={invoice.createdAt} />
        {state !== 'SUBMITTED' && state !== 'INVALID' && ` · ${say('lifeFirst')}`}
      </>
    ),
  };
  if (isEnded) {
    return (
      <LifeLine
        label={say('life')}
        steps={[
          submitted,
          {
            id: 'ended',
            when: 'ended',
            title: say(state),
            note: invoice.refusalReason ?? undefined,
          },
        ]}
      />
    );
  }
  const now = (reached: boolean, before: boolean): Step['when'] =>
    reached ? 'done' : before ? 'now' : 'later';
  const due = invoice.dueDate ?? proposal?.dueDate;

  return (
    <LifeLine
      label={say('life')}
      steps={[
        submitted,
        {
          id: 'promised',
          when: now(isPromised, state !== 'SUBMITTED'),
          title: say('lifePromised', words),
          note: isPromised
            ? words.approved
            : proposal?.state === 'OPEN'
              ? say('lifeProposed', words)
              : say('lifeBy', { day: words.confirmBy }),
        },
        {
          id: 'certificate',
          when: now(isCertified, isPromised),
          title: say('lifeCertificate'),
        },
        {
          id: 'paid',
          when: now(isPaid, isCertified),
          title: say('lifePaid'),
          note: due === null || due === undefined ? undefined : <DayText day={due} />,
        },
      ]}
    />
  );
}
