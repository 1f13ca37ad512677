/** The quotes side by side, most cash first, each with its all-in cost; and what waiting would bring. */

import { formatDay } from '../lib/format-date.ts';
import { toMinor } from '../lib/format-money.ts';
import type { QuotePartsFragment, RequestPartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Recompute } from '../ui/Recompute.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { Why } from '../ui/Why.tsx';
import { financingTexts } from './texts.ts';
import './Ranking.css';

export function Ranking({ request }: { readonly request: RequestPartsFragment }) {
  const say = useTexts(financingTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const isHolder = request.holder.id === viewer.party.id;
  const ranked = [...request.quotes]
    .filter(({ state }) => state !== 'WITHDRAWN')
    .sort((one, other) => (one.rank ?? 99) - (other.rank ?? 99));
  const mayChoose =
    isHolder && request.state === 'CLOSED' && mandateFor(viewer, 'finance.request') !== undefined;

  return (
    <ol className="ranking">
      {ranked.map((quote) => (
        <QuoteCard
          key={quote.id}
          quote={quote}
          request={request}
          forHolder={isHolder}
          mayChoose={mayChoose && quote.state === 'REVEALED'}
        />
      ))}
      {isHolder && (
        <li className="rank rank-wait">
          <div className="rank-head">
            <span className="rank-bank">
              {say('waitRow', { maturity: formatDay(request.maturity, language) })}
            </span>
            <MoneyText money={request.face} />
          </div>
          <span className="small dim">{say('waitCost')}</span>
        </li>
      )}
    </ol>
  );
}

function QuoteCard({
  quote,
  request,
  forHolder,
  mayChoose,
}: {
  readonly quote: QuotePartsFragment;
  readonly request: RequestPartsFragment;
  readonly forHolder: boolean;
  readonly mayChoose: boolean;
}) {
  const say = useTexts(financingTexts);
  const share = Number((toMinor(quote.net) * 1000n) / toMinor(request.face)) / 10;
  const isChosen = request.chosen?.id === quote.id;
  return (
    <li className={isChosen ? 'rank rank-chosen' : 'rank'}>
      <div className="rank-head">
        <span className="rank-bank">
          {quote.rank !== null && quote.rank !== undefined && (
            <span className="rank-place">{quote.rank}</span>
          )}
          {quote.bank.name}
        </span>
        <MoneyText money={quote.net} />
      </div>
      <div className="rank-bar" aria-hidden="true">
        <span style={{ width: `${Math.max(0, Math.min(100, share))}%` }} />
      </div>
      <QuoteFacts quote={quote} forHolder={forHolder} />
      <div className="row rank-foot">
        <Recompute file={quote.calculation.file} what={quote.bank.name} />
        {isChosen && <StateTag tone="good">{say('chosen')}</StateTag>}
        {mayChoose && (
          <ActionLink
            to={`/financing/${request.id}/choose/${quote.id}`}
            small
            quiet={quote.rank !== 1}
          >
            {say('choose')}
          </ActionLink>
        )}
      </div>
    </li>
  );
}

/** A quote's terms and what they come to. */
function QuoteFacts({
  quote,
  forHolder,
}: {
  readonly quote: QuotePartsFragment;
  readonly forHolder: boolean;
}) {
  const say = useTexts(financingTexts);
  return (
    <Facts
      facts={[
        {
          name: say('allIn'),
          value: (
            <span className="row">
              {quote.allInPercent === null || quote.allInPercent === undefined
                ? '–'
                : say('perYear', { percent: quote.allInPercent })}
              <Why rule={say('allInHint')} label={say('allIn')} />
            </span>
          ),
          strong: true,
        },
        {
          name: say('rate'),
          value: `${quote.ratePercent} % · ${say(quote.dayCount)} · ${say('days', { days: quote.days })}`,
        },
        { name: say('discount'), value: <MoneyText money={quote.discount} /> },
        { name: say('fees'), value: <MoneyText money={quote.fees} /> },
        toMinor(quote.reserve) === 0n
          ? undefined
          : { name: say('reserve'), value: <MoneyText money={quote.reserve} /> },
        {
          name: say('recourse'),
          value: say(forHolder ? `you.${quote.recourse}` : `short.${quote.recourse}`),
        },
        { name: say('validTo'), value: <DayText day={quote.validTo} /> },
      ]}
    />
  );
}
