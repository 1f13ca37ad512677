/** One payment file: what it pays, who proposed and released it, the file itself, and what may be done. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useParams } from 'react-router';
import { saveFile } from '../lib/files.ts';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import type { FileQuery } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Detail } from '../ui/ListDetail.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { FilePayments } from './FilePayments.tsx';
import { FileDocument } from './file-queries.ts';
import { fileTexts } from './file-texts.ts';
import { hexOf } from './hex-of.ts';
import { fileTones } from './tones.ts';

type File = FileQuery['instruction'];

export function FileDetail() {
  const say = useTexts(fileTexts);
  const language = useLanguage();
  const { id = '' } = useParams();
  const { instruction: file } = useSuspenseQuery(FileDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  }).data;
  const words = {
    count: file.paymentCount,
    sum: formatMoney(file.controlSum),
    day: formatDay(file.executionDate, language),
  };
  const { file: text } = file;
  return (
    <Detail
      title={say('fileTitle')}
      back="/payments/files"
      state={
        <>
          <StateTag tone={fileTones[file.state]}>{say(file.state)}</StateTag>
          <ProofMark anchor={file.anchor} subjectId={file.id} withWord />
        </>
      }
      actions={<FileActs file={file} />}
    >
      <div className="detail-lead">
        <MoneyText money={file.controlSum} size="large" />
        <p className="prose">{say(`say${file.state}`, words)}</p>
        <WhyNot file={file} />
      </div>
      {text !== null && text !== undefined && (
        <div className="row">
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden="true" />}
            onClick={() => saveFile(`payments-${file.executionDate}.xml`, text, 'application/xml')}
          >
            {say('download')}
          </Button>
          <span className="small dim">{say('downloadHint')}</span>
        </div>
      )}
      <Section title={say('facts')}>
        <FileFacts file={file} />
      </Section>
      <Section title={say('payments')}>
        <FilePayments file={file} />
      </Section>
    </Detail>
  );
}

/** What the viewer may do with the file as it stands. */
function FileActs({ file }: { readonly file: File }) {
  const say = useTexts(fileTexts);
  const viewer = useViewer();
  const mayInstruct = mandateFor(viewer, 'payment.instruct') !== undefined;
  const mayRelease = mandateFor(viewer, 'payment.release') !== undefined;
  const place = `/payments/files/${file.id}`;
  return (
    <>
      {file.state === 'PROPOSED' && file.mayRelease && mayRelease && (
        <ActionLink to={`${place}/release`}>{say('release')}</ActionLink>
      )}
      {file.state === 'APPROVED' && mayInstruct && (
        <ActionLink to={`${place}/send`}>{say('send')}</ActionLink>
      )}
      {(file.state === 'PROPOSED' || file.state === 'APPROVED') && mayInstruct && (
        <ActionLink to={`${place}/cancel`} quiet>
          {say('cancel')}
        </ActionLink>
      )}
      {file.state === 'SENT' && mayRelease && (
        <ActionLink to={`${place}/reject`} quiet>
          {say('reject')}
        </ActionLink>
      )}
    </>
  );
}

function WhyNot({ file }: { readonly file: File }) {
  const say = useTexts(fileTexts);
  const viewer = useViewer();
  if (file.state !== 'PROPOSED') return null;
  if (!file.mayRelease) return <p className="small dim">{say('ownFile')}</p>;
  return mandateFor(viewer, 'payment.release') === undefined ? (
    <p className="small dim">{say('noMandate')}</p>
  ) : null;
}

function FileFacts({ file }: { readonly file: File }) {
  const say = useTexts(fileTexts);
  const { approvedBy, reason } = file;
  return (
    <Facts
      facts={[
        {
          name: say('account'),
          value: [file.identifier, file.holderName].filter(Boolean).join(', '),
        },
        { name: say('day'), value: <DayText day={file.executionDate} /> },
        { name: say('count'), value: file.paymentCount },
        { name: say('sum'), value: <MoneyText money={file.controlSum} />, strong: true },
        file.proposedBy === '' ? undefined : { name: say('proposedBy'), value: file.proposedBy },
        approvedBy === null || approvedBy === undefined || approvedBy === ''
          ? undefined
          : { name: say('approvedBy'), value: approvedBy },
        reason === null || reason === undefined
          ? undefined
          : { name: say('reason'), value: reason },
        { name: say('digest'), value: <code className="mono small">{hexOf(file.digest)}</code> },
      ]}
    />
  );
}
