/** The holder chooses a quote: what arrives, what it costs, who then holds the certificate. */
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatMoney, fromMinor, toMinor } from '../lib/format-money.ts';
import type { QuotePartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { ChooseQuoteDocument } from './queries.ts';
import { useRequestWords } from './sentence.ts';
import { financingTexts } from './texts.ts';
import { useRequest } from './use-request.ts';

export function ChooseScreen() {
  const say = useTexts(financingTexts);
  const { quoteId } = useParams();
  const request = useRequest();
  const quote = request.quotes.find(({ id }) => id === quoteId);
  return quote === undefined ? (
    <Empty
      title={say('noQuotes')}
      action={<ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>}
    />
  ) : (
    <Choosing quote={quote} />
  );
}

function Choosing({ quote }: { readonly quote: QuotePartsFragment }) {
  const say = useTexts(financingTexts);
  const request = useRequest();
  const act = useAct(ChooseQuoteDocument, { kind: 'quote.choose', form: `choose:${quote.id}` });
  const cost = toMinor(quote.discount) + toMinor(quote.fees);
  const words = {
    ...useRequestWords(request),
    bank: quote.bank.name,
    net: formatMoney(quote.net),
    discount: formatMoney(quote.discount),
    fees: formatMoney(quote.fees),
    cost: formatMoney(fromMinor(cost, quote.net.currency)),
    recourse: say(quote.recourse),
  };
  return (
    <SignatureScreen
      title={say('chooseTitle', words)}
      back={`/financing/${request.id}`}
      statement={say('chooseSentence', words)}
      facts={[
        { name: say('net'), value: <MoneyText money={quote.net} />, strong: true },
        { name: say('face'), value: <MoneyText money={request.face} /> },
        { name: say('discount'), value: <MoneyText money={quote.discount} /> },
        { name: say('fees'), value: <MoneyText money={quote.fees} /> },
        { name: say('reserve'), value: <MoneyText money={quote.reserve} /> },
        {
          name: say('allIn'),
          value: quote.allInPercent ? say('perYear', { percent: quote.allInPercent }) : '–',
        },
        { name: say('recourse'), value: say(quote.recourse) },
        { name: say('validTo'), value: <DayText day={quote.validTo} /> },
      ]}
      happens={[
        say('chooseHappens1', words),
        say('chooseHappens2', words),
        say('chooseHappens3', words),
      ]}
      cost={say('chooseCost', words)}
      forGood={say('chooseForGood')}
      action={say('chooseAction', words)}
      act={act}
      onSign={() =>
        void act.run({
          request: request.id,
          quote: quote.id,
          net: { amount: quote.net.amount, currency: quote.net.currency },
        })
      }
      done={{
        title: say('chooseDone', words),
        text: say('chooseDoneText', words),
        next: <ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>,
      }}
    />
  );
}
