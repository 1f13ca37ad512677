/** One block: when, by whom, and its acts as the log has them, each with its proof to take along. */
import { useSuspenseQuery } from '@apollo/client/react';
import { IconDownload } from '@tabler/icons-react';
import { useParams, useSearchParams } from 'react-router';
import { formatMoment } from '../lib/format-date.ts';
import type { BlockQuery, EntryPartsFragment } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Detail } from '../ui/ListDetail.tsx';
import { Card, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import './BlockDetail.css';
import { BlockState } from './BlockState.tsx';
import { explorerTexts } from './explorer-texts.ts';
import { BlockDocument, LogEntryDocument } from './queries.ts';
import { stakeShare } from './shares.ts';

type Block = BlockQuery['block'];
type Row = EntryPartsFragment & { readonly id: string };

export function BlockDetail() {
  const { id = '' } = useParams();
  const say = useTexts(explorerTexts);
  const [search] = useSearchParams();
  const height = /^[0-9]{1,9}$/.test(id) ? Number(id) : 0;
  const { data, fetchMore } = useSuspenseQuery(BlockDocument, {
    variables: { height, first: pageSize },
  });
  const { block } = data;
  const rows = nodesOf(block.entries).map((entry) => ({ ...entry, id: entry.index }));
  const columns = useColumns();
  const act = search.get('act');

  return (
    <Detail
      title={say('block', { height: block.height })}
      back="/network/blocks"
      state={<BlockState {...block} />}
    >
      {act !== null && <Found actHash={act} height={block.height} />}
      <BlockFacts block={block} />
      <Section title={say('entriesTitle')}>
        {rows.length === 0 ? (
          <p className="dim">{say('entriesNone')}</p>
        ) : (
          <DataTable
            caption={say('entriesTitle')}
            columns={columns}
            rows={rows}
            onMore={moreOf(block.entries, fetchMore)}
          />
        )}
      </Section>
    </Detail>
  );
}

function BlockFacts({ block }: { readonly block: Block }) {
  const say = useTexts(explorerTexts);
  const language = useLanguage();
  const { cosignedBy, epoch, view } = block;
  const others = block.entryCount + block.evidenceCount + (block.handsOver ? 1 : 0);
  const from = BigInt(block.headerIndex) - BigInt(others);
  return (
    <Facts
      facts={[
        { name: say('time'), value: formatMoment(block.at, language, true), strong: true },
        { name: say('place'), value: say('epochView', { epoch, view }) },
        {
          name: say('cosigned'),
          value:
            cosignedBy === null || cosignedBy === undefined
              ? say('cosignedLater')
              : say('cosignedValue', {
                  share: stakeShare(cosignedBy.stake, cosignedBy.total),
                  names: cosignedBy.validators.join(', '),
                }),
        },
        {
          name: say('leaves'),
          value: (
            <span className="figures">
              {say('leavesValue', { from: `${from}`, to: block.headerIndex })}
            </span>
          ),
        },
        { name: say('digest'), value: <span className="mono block-hash">{block.digest}</span> },
        { name: say('root'), value: <span className="mono block-hash">{block.root}</span> },
        { name: say('blockProof'), value: <ProofLink index={block.headerIndex} /> },
      ]}
    />
  );
}

/** The act that one came for: it may stand far down a long block. */
function Found({ actHash, height }: { readonly actHash: string; readonly height: number }) {
  const say = useTexts(explorerTexts);
  const { logEntry } = useSuspenseQuery(LogEntryDocument, { variables: { actHash } }).data;
  if (logEntry === null || logEntry === undefined || logEntry.height !== height) {
    return null;
  }
  return (
    <Card>
      <Facts
        facts={[
          {
            name: say('foundTitle'),
            value: <span className="mono block-hash">{logEntry.actHash}</span>,
            strong: true,
          },
          { name: say('index'), value: <span className="figures">{logEntry.index}</span> },
          { name: say('outcome'), value: <Outcome {...logEntry} /> },
          { name: say('proof'), value: <ProofLink index={logEntry.index} /> },
        ]}
      />
    </Card>
  );
}

function Outcome({ refusal }: Pick<EntryPartsFragment, 'refusal'>) {
  const say = useTexts(explorerTexts);
  return refusal === null || refusal === undefined ? (
    <StateTag tone="good">{say('holds')}</StateTag>
  ) : (
    <StateTag tone="warn">{say('lost', { code: refusal })}</StateTag>
  );
}

/** The `.tlog-proof` of a leaf, as the log itself gives it to anyone; the page for verifying takes it. */
function ProofLink({ index, short = false }: { readonly index: string; readonly short?: boolean }) {
  const say = useTexts(explorerTexts);
  const name = say('proofOf', { index });
  return (
    <a
      className="block-proof"
      href={`/log/proof/${index}`}
      download={`entry-${index}.tlog-proof`}
      aria-label={name}
      title={name}
    >
      <IconDownload size={16} aria-hidden="true" />
      {short ? say('proof') : name}
    </a>
  );
}

function useColumns(): readonly Column<Row>[] {
  const say = useTexts(explorerTexts);
  return [
    {
      id: 'act',
      title: say('actHash'),
      cell: (row) => (
        <span className="mono" title={row.actHash}>
          {row.actHash.slice(0, 12)}…{row.actHash.slice(-6)}
        </span>
      ),
      text: (row) => row.actHash,
      card: 'title',
    },
    {
      id: 'index',
      title: say('index'),
      align: 'right',
      cell: (row) => <span className="figures">{row.index}</span>,
      text: (row) => row.index,
      card: 'line',
    },
    {
      id: 'outcome',
      title: say('outcome'),
      cell: (row) => <Outcome refusal={row.refusal} />,
      text: (row) => row.refusal ?? '',
      card: 'state',
    },
    {
      id: 'proof',
      title: say('proof'),
      align: 'right',
      cell: (row) => <ProofLink index={row.index} short />,
      card: 'state',
    },
  ];
}
