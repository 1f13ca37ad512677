/** Who makes things final, whether they do so now, and what this device remembers of them. */
import { useMutation, useSuspenseQuery } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { pinAnchor, replaceAnchor } from '../lib/anchor-pin.ts';
import { saveFile } from '../lib/files.ts';
import { shortFingerprint } from '../lib/fingerprint.ts';
import { formatCount } from '../lib/format-count.ts';
import { formatMoment } from '../lib/format-date.ts';
import type { NetworkQuery } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { MomentText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Card, Screen, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { explorerTexts } from './explorer-texts.ts';
import { NetworkTabs } from './NetworkTabs.tsx';
import { NetworkDocument, StartValidatorDocument, StopValidatorDocument } from './queries.ts';
import { Stale } from './Stale.tsx';
import { stakeShare, timeShare } from './shares.ts';
import { auditTexts } from './texts.ts';
import { useWatched } from './use-watched.ts';

type Chain = NetworkQuery['chain'];
type Health = NetworkQuery['networkHealth'];
type Validator = Health['validators'][number] & { readonly id: string };

export function NetworkScreen() {
  const say = useTexts(auditTexts);
  const { chain, networkHealth } = useSuspenseQuery(NetworkDocument, {
    fetchPolicy: 'cache-and-network',
  }).data;
  const { error } = useWatched(NetworkDocument, {});
  const total = networkHealth.validators.reduce((sum, { stake }) => sum + BigInt(stake), 0n);
  const columns = useColumns(total);
  const rows = networkHealth.validators.map((each) => ({ ...each, id: each.name }));

  return (
    <Screen title={say('networkTitle')} lead={say('networkLead')} actions={<MoveDay />}>
      <NetworkTabs />
      <Stale error={error} />
      {chain.finalising ? (
        <Notice tone="good" title={say('networkGood')} />
      ) : (
        <Notice tone="warn" title={say('networkBad')}>
          {say('networkBadText')}
        </Notice>
      )}
      <HealthFacts chain={chain} health={networkHealth} />
      <Section title={say('validators')}>
        <DataTable caption={say('validators')} columns={columns} rows={rows} follows />
        <Since moment={networkHealth.since} />
      </Section>
      <Fingerprint chain={chain} />
    </Screen>
  );
}

function HealthFacts({ chain, health }: { readonly chain: Chain; readonly health: Health }) {
  const say = useTexts(auditTexts);
  const more = useTexts(explorerTexts);
  const language = useLanguage();
  const figures = (value: string | number) => (
    <span className="figures">{formatCount(value, language)}</span>
  );
  const { lastFinalAt } = health;
  return (
    <Section title={more('health')}>
      <Card>
        <Facts
          facts={[
            { name: more('finality'), value: <FinalityText finality={health.finality} /> },
            {
              name: more('lastFinal'),
              value:
                lastFinalAt === null || lastFinalAt === undefined ? (
                  more('lastFinalNone')
                ) : (
                  <MomentText moment={lastFinalAt} seconds />
                ),
            },
            { name: say('height'), value: figures(chain.height) },
            { name: say('size'), value: figures(chain.size) },
            { name: more('epoch'), value: figures(health.epoch) },
            { name: more('view'), value: figures(health.view) },
            { name: say('waiting'), value: figures(chain.waiting) },
            { name: more('mempool'), value: figures(health.mempool) },
            { name: say('origin'), value: <span className="mono">{chain.origin}</span> },
          ]}
        />
      </Card>
    </Section>
  );
}

function FinalityText({ finality }: { readonly finality: Health['finality'] }) {
  const say = useTexts(explorerTexts);
  const { count, p50Ms, p99Ms, minutes } = finality;
  if (p50Ms === null || p50Ms === undefined || p99Ms === null || p99Ms === undefined) {
    return say('finalityNone', { minutes });
  }
  const inMs = (ms: number) => ms.toFixed(ms < 10 ? 1 : 0);
  const value = say('finalityValue', { p50: inMs(p50Ms), p99: inMs(p99Ms) });
  return (
    <>
      <span className="figures">{value}</span>{' '}
      <span className="small dim">{say('finalityCount', { count, minutes })}</span>
    </>
  );
}

function Since({ moment }: { readonly moment: string }) {
  const say = useTexts(explorerTexts);
  const language = useLanguage();
  return <p className="small dim">{say('since', { at: formatMoment(moment, language) })}</p>;
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

/** For whom a validator stands, and who runs it where that is somebody else. */
function Behind({ organisation, operator }: Validator) {
  const say = useTexts(explorerTexts);
  return (
    <>
      {organisation}
      {operator !== organisation && (
        <span className="under small dim">{say('runBy', { operator })}</span>
      )}
    </>
  );
}

/** What part of the time a validator was there, and when it was last. */
function There({ uptime, seenAt }: Validator) {
  const say = useTexts(explorerTexts);
  return (
    <>
      <span className="figures">{say('uptimeValue', { share: timeShare(uptime) })}</span>
      <span className="under small dim">
        {seenAt === null || seenAt === undefined ? (
          say('seenNever')
        ) : (
          <MomentText moment={seenAt} seconds />
        )}
      </span>
    </>
  );
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
  const more = useTexts(explorerTexts);
  const governs = useGovernsDemo();
  return [
    { id: 'name', title: say('validator'), cell: (row) => row.name, card: 'title' },
    {
      id: 'organisation',
      title: more('organisation'),
      cell: (row) => <Behind {...row} />,
      card: 'line',
    },
    {
      id: 'stake',
      title: say('stake'),
      align: 'right',
      cell: (row) => (
        <span className="figures">{say('share', { share: stakeShare(row.stake, total) })}</span>
      ),
      card: 'amount',
    },
    {
      id: 'uptime',
      title: more('uptime'),
      align: 'right',
      cell: (row) => <There {...row} />,
      card: 'line',
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
