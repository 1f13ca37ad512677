/** Who makes things final, whether they do so now, and what this device remembers of them. */
import { useMutation, useSuspenseQuery } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { pinAnchor, replaceAnchor } from '../lib/anchor-pin.ts';
import { saveFile } from '../lib/files.ts';
import type { NetworkQuery } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Card, Screen, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { shortFingerprint } from '../ui/VerdictView.tsx';
import { NetworkDocument, StartValidatorDocument, StopValidatorDocument } from './queries.ts';
import { auditTexts } from './texts.ts';

type Chain = NetworkQuery['chain'];
type Validator = Chain['validators'][number] & { readonly id: string };

export function NetworkScreen() {
  const say = useTexts(auditTexts);
  const { chain } = useSuspenseQuery(NetworkDocument, { fetchPolicy: 'cache-and-network' }).data;
  const total = chain.validators.reduce((sum, { stake }) => sum + BigInt(stake), 0n);
  const columns = useColumns(total);
  const rows = chain.validators.map((each) => ({ ...each, id: each.name }));

  return (
    <Screen title={say('networkTitle')} lead={say('networkLead')} actions={<MoveDay />}>
      {chain.finalising ? (
        <Notice tone="good" title={say('networkGood')} />
      ) : (
        <Notice tone="warn" title={say('networkBad')}>
          {say('networkBadText')}
        </Notice>
      )}
      <Section title={say('validators')}>
        <DataTable caption={say('validators')} columns={columns} rows={rows} />
      </Section>
      <Card>
        <Facts
          facts={[
            { name: say('origin'), value: <span className="mono">{chain.origin}</span> },
            { name: say('height'), value: <span className="figures">{chain.height}</span> },
            { name: say('size'), value: <span className="figures">{chain.size}</span> },
            { name: say('waiting'), value: <span className="figures">{chain.waiting}</span> },
          ]}
        />
      </Card>
      <Fingerprint chain={chain} />
    </Screen>
  );
}

/** In a demo world its governor moves the business day and stops validators. */
function useGovernsDemo(): boolean {
  const viewer = useViewer();
  return viewer.demo && viewer.party.roles.includes('GOVERNOR');
}

function MoveDay() {
  const say = useTexts(auditTexts);
  return useGovernsDemo() ? (
    <ActionLink to="/network/day" quiet>
      {say('moveDay')}
    </ActionLink>
  ) : null;
}

/** Stops a validator, to see what becomes of the network, and starts it again. */
function Switch({ validator: { name, running } }: { readonly validator: Validator }) {
  const say = useTexts(auditTexts);
  const [change, { loading }] = useMutation(
    running ? StopValidatorDocument : StartValidatorDocument,
    { variables: { name }, refetchQueries: [NetworkDocument], awaitRefetchQueries: true },
  );
  const word = say(running ? 'stop' : 'start');
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={loading}
      aria-label={`${word} ${name}`}
      onClick={() => void change()}
    >
      {word}
    </Button>
  );
}

function Fingerprint({ chain }: { readonly chain: Chain }) {
  const say = useTexts(auditTexts);
  const [known, setKnown] = useState(() => pinAnchor(chain.anchorFile) === 'same');
  return (
    <Section title={say('fingerprint')}>
      <Card>
        <div className="stack">
          <p className="mono">{shortFingerprint(chain.anchorFingerprint)}</p>
          <p className="small dim">{say('fingerprintHint')}</p>
          {known ? (
            <p className="small">{say('known')}</p>
          ) : (
            <Notice
              tone="warn"
              title={say('unknown')}
              action={
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => {
                    replaceAnchor(chain.anchorFile);
                    setKnown(true);
                  }}
                >
                  {say('remember')}
                </Button>
              }
            />
          )}
          <div>
            <Button
              variant="default"
              size="sm"
              leftSection={<IconDownload size={18} aria-hidden="true" />}
              onClick={() => saveFile('anchor.json', chain.anchorFile, 'application/json')}
            >
              {say('anchorSave')}
            </Button>
          </div>
        </div>
      </Card>
    </Section>
  );
}

function useColumns(total: bigint): readonly Column<Validator>[] {
  const say = useTexts(auditTexts);
  const governs = useGovernsDemo();
  return [
    { id: 'name', title: say('validator'), cell: (row) => row.name, card: 'title' },
    {
      id: 'organisation',
      title: say('organisation'),
      cell: (row) => row.organisation,
      card: 'line',
    },
    {
      id: 'stake',
      title: say('stake'),
      align: 'right',
      cell: (row) => (
        <span className="figures">
          {say('share', {
            share:
              total === 0n ? '0' : (Number((BigInt(row.stake) * 1000n) / total) / 10).toString(),
          })}
        </span>
      ),
      card: 'amount',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => (
        <StateTag tone={row.running ? 'good' : 'bad'}>
          {say(row.running ? 'running' : 'stopped')}
        </StateTag>
      ),
      card: 'state',
    },
    ...(governs
      ? [
          {
            id: 'switch',
            title: say('switch'),
            align: 'right' as const,
            cell: (row: Validator) => <Switch validator={row} />,
            card: 'state' as const,
          },
        ]
      : []),
  ];
}
