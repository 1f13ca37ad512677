/**
 * The screen on which one signs many things with one signature: each of them in a row, the sum of all,
 * what cannot be done apart with its reason. Afterwards each row bears its own proof or its own no.
 */
import { Button } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ActsState, ItemAnswer } from '../lib/act/use-acts.ts';
import type { AnchorPartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from './DataTable.tsx';
import { Notice } from './Notice.tsx';
import { ProofMark, useLiveAnchor } from './Proof.tsx';
import { useRefusalWords } from './refusals.ts';
import { Card, useTitle } from './Screen.tsx';
import { Custody, Trouble } from './SignatureScreen.tsx';
import { uiTexts } from './texts.ts';
import { SeenAndExpected } from './Why.tsx';
import './SignatureScreen.css';

type Signed = { readonly act: { readonly id: string; readonly anchor: AnchorPartsFragment } };

/** What is left out, and why. */
export type LeftOut = {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly href: string;
};

export type SignManyScreenProps<R extends { readonly id: string }, S extends Signed> = {
  readonly title: string;
  readonly back: string;
  readonly caption: string;
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly totals: ReactNode;
  readonly leftOut: readonly LeftOut[];
  readonly leftOutTitle: string;
  /** The words under which all of it is signed. */
  readonly statement: ReactNode;
  readonly happens: readonly string[];
  readonly forGood?: string | undefined;
  /** A verb, the number and the amount. */
  readonly action: string;
  readonly acts: { readonly state: ActsState<S>; readonly device: unknown };
  readonly onSign: () => void;
  readonly next: ReactNode;
};

export function SignManyScreen<R extends { readonly id: string }, S extends Signed>(
  props: SignManyScreenProps<R, S>,
) {
  const say = useTexts(uiTexts);
  const heading = useTitle(props.title);
  const { rows, leftOut } = props;
  const { state } = props.acts;
  const working = state.kind === 'working';
  const answers = 'answers' in state ? state.answers : undefined;
  const done = state.kind === 'done';
  const columns: readonly Column<R>[] =
    answers === undefined
      ? props.columns
      : [...props.columns, resultColumn(say('manyResult'), answers)];

  return (
    <div className="sign sign-many">
      <header className="sign-head">
        <Link to={props.back} className="back">
          <IconArrowLeft size={16} aria-hidden="true" /> {say('back')}
        </Link>
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
      </header>
      {(state.kind === 'refused' || state.kind === 'tampered' || state.kind === 'failed') && (
        <Trouble state={state} />
      )}
      {done && <Outcome answers={[...state.answers.values()]} next={props.next} />}
      <DataTable
        caption={props.caption}
        columns={columns}
        rows={rows}
        totals={props.totals}
        follows
      />
      {leftOut.length > 0 && !done && (
        <Notice tone="warn" title={props.leftOutTitle}>
          <ul className="sign-left-out">
            {leftOut.map(({ id, name, why, href }) => (
              <li key={id}>
                <Link to={href}>{name}</Link> {why}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {!done && rows.length > 0 && (
        <form
          className="sign-grid"
          onSubmit={(event) => {
            event.preventDefault();
            if (!working) {
              props.onSign();
            }
          }}
        >
          <div className="stack">
            <Card>
              <h2 className="sign-label">{say('signTitle')}</h2>
              <div className="sign-statement">{props.statement}</div>
            </Card>
            {props.forGood !== undefined && (
              <Notice tone="warn" title={say('signForGood')}>
                {props.forGood}
              </Notice>
            )}
          </div>
          <div className="stack sign-side">
            <Card>
              <h2 className="sign-label">{say('signHappens')}</h2>
              <ul className="sign-happens">
                {[...props.happens, say('manyProof')].map((line) => (
                  <li key={line}>
                    <IconArrowRight size={16} aria-hidden="true" />
                    <span>{line}</span>
                  </li>
                ))}
              </ul>
            </Card>
            <div className="sign-bar">
              <Button
                type="submit"
                size="md"
                fullWidth
                color="ink"
                loading={working}
                leftSection={<IconLock size={18} aria-hidden="true" />}
              >
                {props.action}
              </Button>
              <p className="sign-how small dim" role="status">
                {working ? (
                  say(
                    state.step === 'context'
                      ? 'signContext'
                      : state.step === 'signing'
                        ? 'signSigning'
                        : 'signSending',
                  )
                ) : (
                  <Custody device={props.acts.device !== undefined} />
                )}
              </p>
            </div>
          </div>
        </form>
      )}
    </div>
  );
}

function Outcome<S extends Signed>({
  answers,
  next,
}: {
  readonly answers: readonly ItemAnswer<S>[];
  readonly next: ReactNode;
}) {
  const say = useTexts(uiTexts);
  const done = answers.filter(({ kind }) => kind === 'done').length;
  const left = answers.length - done;
  return (
    <Notice
      tone={left === 0 ? 'good' : 'warn'}
      title={say('manyDone', { count: done })}
      action={<div className="row">{next}</div>}
    >
      <p data-done={done} data-left={left}>
        {left === 0 ? say('manyProof') : say('manyLeft', { count: left })}
      </p>
    </Notice>
  );
}

function resultColumn<R extends { readonly id: string }, S extends Signed>(
  title: string,
  answers: ReadonlyMap<string, ItemAnswer<S>>,
): Column<R> {
  return {
    id: 'result',
    title,
    cell: (row) => <Result id={row.id} answer={answers.get(row.id)} />,
    card: 'state',
  };
}

function Result<S extends Signed>({
  id,
  answer,
}: {
  readonly id: string;
  readonly answer: ItemAnswer<S> | undefined;
}) {
  const say = useTexts(uiTexts);
  const words = useRefusalWords();
  if (answer === undefined) {
    return <span className="dim">{say('manyOpen')}</span>;
  }
  if (answer.kind === 'refused') {
    const { refusal } = answer;
    return (
      <div className="small" data-refusal={refusal.code}>
        <p>{words(refusal).message}</p>
        <SeenAndExpected seen={refusal.seen} expected={refusal.expected} />
      </div>
    );
  }
  return answer.success === undefined ? (
    <span>{say('done')}</span>
  ) : (
    <LiveMark id={id} act={answer.success.act} />
  );
}

/** The proof of this one act, turning final while one looks. */
function LiveMark({ id, act }: { readonly id: string; readonly act: Signed['act'] }) {
  return <ProofMark anchor={useLiveAnchor(act)} subjectId={id} withWord />;
}
