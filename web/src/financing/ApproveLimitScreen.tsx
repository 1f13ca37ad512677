/** A second person of the bank puts a limit in force. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney, toMinor } from '../lib/format-money.ts';
import type { LimitProposalPartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { fieldId, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { useLimitWords } from './limit-words.ts';
import { ApproveLimitDocument, LimitsDocument } from './queries.ts';
import { financingTexts } from './texts.ts';

export function ApproveLimitScreen() {
  const say = useTexts(financingTexts);
  const { id = '' } = useParams();
  // What was proposed stays on the screen after it is signed, when it no longer waits.
  const { data } = useSuspenseQuery(LimitsDocument, { fetchPolicy: 'cache-first' });
  const proposal = data.limitProposals.find((each) => each.id === id);
  return proposal === undefined ? (
    <Empty
      title={say('limitNothing')}
      action={<ActionLink to="/limits">{say('seeLimits')}</ActionLink>}
    />
  ) : (
    <Approving proposal={proposal} />
  );
}

function Approving({ proposal }: { readonly proposal: LimitProposalPartsFragment }) {
  const say = useTexts(financingTexts);
  const language = useLanguage();
  const wordsOf = useLimitWords();
  const { sanctioned, adhoc, adhocTo, validTo } = proposal;
  const act = useAct(ApproveLimitDocument, {
    kind: 'limit.approve',
    form: `approve-limit:${proposal.id}`,
  });
  const checked = useChecked({ own: proposal.isOwn ? say('limitOwn') : undefined });
  const words = {
    on: wordsOf(proposal),
    by: proposal.proposedBy,
    amount: formatMoney(sanctioned),
    valid: formatDay(validTo, language),
  };
  const hasAdhoc = toMinor(adhoc) > 0n && adhocTo != null;
  return (
    <SignatureScreen
      title={say('limitApproveTitle')}
      back="/limits"
      checked={checked}
      form={
        proposal.isOwn ? (
          <div id={fieldId('own')} tabIndex={-1}>
            <Notice tone="warn" title={say('limitOwn')} />
          </div>
        ) : undefined
      }
      statement={say('limitApproveSentence', words)}
      facts={[
        { name: say('limitAbout'), value: say(`limit.${proposal.dimension}`) },
        { name: say('limitBuyer'), value: words.on },
        { name: say('sanctioned'), value: <MoneyText money={sanctioned} />, strong: true },
        hasAdhoc
          ? {
              name: say('limitAdhoc'),
              value: (
                <>
                  <MoneyText money={adhoc} /> · <DayText day={adhocTo} short />
                </>
              ),
            }
          : undefined,
        { name: say('validTo'), value: <DayText day={validTo} /> },
      ]}
      happens={[say('limitApproveHappens', words)]}
      action={say('limitApproveAction', words)}
      act={act}
      onSign={() =>
        void act.run({
          proposal: proposal.id,
          sanctioned: { amount: sanctioned.amount, currency: sanctioned.currency },
          adhoc: { amount: adhoc.amount, currency: adhoc.currency },
        })
      }
      done={{
        title: say('limitApproved'),
        text: say('limitApproveHappens', words),
        next: <ActionLink to="/limits">{say('seeLimits')}</ActionLink>,
      }}
    />
  );
}
