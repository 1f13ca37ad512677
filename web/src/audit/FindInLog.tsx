/** Leads to a block by its number, and to an act's block by the hash of the act. */
import { useLazyQuery } from '@apollo/client/react';
import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { ErrorWords } from '../ui/ErrorView.tsx';
import { explorerTexts } from './explorer-texts.ts';
import './FindInLog.css';
import { LogEntryDocument } from './queries.ts';
import { soughtIn } from './sought.ts';

/** Said in the language of the page, whichever it is by then. */
type Problem = 'findBad' | 'findNoBlock' | 'findNone';

export function FindInLog({ newest }: { readonly newest: number }) {
  const say = useTexts(explorerTexts);
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [ask, { loading, error }] = useLazyQuery(LogEntryDocument, { fetchPolicy: 'network-only' });

  const find = async () => {
    const sought = soughtIn(text);
    setProblem(undefined);
    switch (sought.kind) {
      case 'nothing':
        setProblem('findBad');
        return;
      case 'block':
        if (sought.height > newest) setProblem('findNoBlock');
        else navigate(`/network/blocks/${sought.height}`);
        return;
      case 'act': {
        const { actHash } = sought;
        const { data } = await ask({ variables: { actHash } }).catch(() => ({ data: undefined }));
        const entry = data?.logEntry;
        if (entry === null) setProblem('findNone');
        else if (entry !== undefined) navigate(`/network/blocks/${entry.height}?act=${actHash}`);
      }
    }
  };

  return (
    <search>
      <form
        className="find"
        onSubmit={(event) => {
          event.preventDefault();
          void find();
        }}
      >
        <TextInput
          className="find-text"
          label={say('find')}
          description={say('findHint')}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={text}
          error={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : 'find-problem'}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={80}
        />
        <Button type="submit" size="sm" variant="default" loading={loading}>
          {say('findDo')}
        </Button>
      </form>
      {problem !== undefined && (
        <p id="find-problem" className="find-problem" role="alert">
          {say(problem, { height: newest })}
        </p>
      )}
      {error !== undefined && <ErrorWords error={error} />}
    </search>
  );
}
