/** Acts on an invoice that need only words: a question, an answer, and the three ways of saying no. */
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen, type Signing } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import {
  AnswerInvoiceDocument,
  QueryInvoiceDocument,
  RefuseInvoiceDocument,
  ReturnProposalDocument,
  WithdrawInvoiceDocument,
} from './queries.ts';
import { useInvoiceWords } from './sentence.ts';
import { invoiceTexts } from './texts.ts';
import { useInvoice } from './use-invoice.ts';

type Name = 'query' | 'answer' | 'refuse' | 'return' | 'withdraw';

export function QueryScreen() {
  const { id } = useInvoice();
  const act = useAct(QueryInvoiceDocument, options('invoice.query', id));
  return (
    <WordsScreen name="query" act={act} sign={(question) => act.run({ invoice: id, question })} />
  );
}

export function AnswerScreen() {
  const { id } = useInvoice();
  const act = useAct(AnswerInvoiceDocument, options('invoice.answer', id));
  return (
    <WordsScreen name="answer" act={act} sign={(answer) => act.run({ invoice: id, answer })} />
  );
}

export function RefuseScreen() {
  const { id } = useInvoice();
  const act = useAct(RefuseInvoiceDocument, options('invoice.refuse', id));
  return (
    <WordsScreen name="refuse" act={act} sign={(reason) => act.run({ invoice: id, reason })} />
  );
}

export function WithdrawScreen() {
  const { id } = useInvoice();
  const act = useAct(WithdrawInvoiceDocument, options('invoice.withdraw', id));
  return (
    <WordsScreen name="withdraw" act={act} sign={(reason) => act.run({ invoice: id, reason })} />
  );
}

export function ReturnScreen() {
  const { id, proposal } = useInvoice();
  const act = useAct(ReturnProposalDocument, options('invoice.return', id));
  return (
    <WordsScreen
      name="return"
      act={act}
      sign={(reason) => act.run({ invoice: id, proposal: proposal?.id ?? '', reason })}
    />
  );
}

function options<K extends string>(kind: K, id: string) {
  return { kind, form: `${kind}:${id}` };
}

function WordsScreen({
  name,
  act,
  sign,
}: {
  readonly name: Name;
  readonly act: Signing;
  readonly sign: (words: string) => Promise<unknown>;
}) {
  const say = useTexts(invoiceTexts);
  const ui = useTexts(uiTexts);
  const invoice = useInvoice();
  const words = useInvoiceWords(invoice);
  const form = useKeptForm(`${name}:${invoice.id}`, { words: '' });
  const text = form.values.words.trim();
  const checked = useChecked({ words: text === '' ? ui('required') : undefined });
  const ends = name === 'refuse' || name === 'withdraw';

  return (
    <SignatureScreen
      title={say(`${name}Title`, words)}
      back={`/invoices/${invoice.id}`}
      checked={checked}
      form={
        <TextField
          name="words"
          label={say('words')}
          hint={say('wordsHintBoth')}
          lines={3}
          value={form.values.words}
          onChange={(value) => form.set('words', value)}
          checked={checked}
        />
      }
      statement={say(`${name}Sentence`, words)}
      facts={[
        { name: say('number'), value: invoice.number },
        { name: say('toPay'), value: <MoneyText money={invoice.payable} /> },
      ]}
      happens={[say(`${name}Happens`, words)]}
      forGood={ends ? say('endsForGood') : undefined}
      tone={ends ? 'danger' : 'normal'}
      action={say(`${name}Action`)}
      act={act}
      onSign={() =>
        void sign(text).then((done) => {
          if (done !== undefined) {
            form.done();
          }
        })
      }
      done={{
        title: say(`${name}Done`),
        text: say(`${name}Happens`, words),
        next: <ActionLink to="/">{say('next')}</ActionLink>,
      }}
    />
  );
}
