/**
 * What `chain inspect` shows of a chain on disk, also beside its running process: blocks, certificates,
 * validators, the write-ahead log, one block whole.
 *
 * Each view is data, for `--json`, and the same in words. What is shown was durable and is public: hashes,
 * heights, names and stake; no key, and no signature's octets.
 */

import type { Certificate } from '../core/certificate.ts';
import { decodeProof } from '../core/evidence.ts';
import { governanceOf } from '../core/state.ts';
import { zeroDigest } from '../core/vote.ts';
import { base64, hex } from '../crypto/digest.ts';
import { logKeyType, verifierKey } from '../log/checkpoint.ts';
import { stakeOf } from '../log/policy.ts';
import type { Epoch } from '../shell/epochs.ts';
import { networkOf } from '../shell/genesis.ts';
import type { JournalEntry } from '../shell/journal.ts';
import { networkStatusOf } from '../shell/network-status.ts';
import { type Picture, takePicture } from '../shell/picture.ts';

/** Views that list the newest first, up to a number. */
export const listViews = ['blocks', 'certificates', 'validators', 'wal'] as const;

export type View =
  | { readonly kind: (typeof listViews)[number]; readonly last: number }
  | { readonly kind: 'block'; readonly height: bigint };

export type Shown = { readonly data: unknown; readonly words: string };

/** Takes a picture of the home and shows the view. Throws in words where there is nothing to show. */
export async function viewHome(home: string, view: View): Promise<Shown> {
  const picture = await takePicture(home);
  try {
    switch (view.kind) {
      case 'blocks':
        return blocksIn(picture, view.last);
      case 'certificates':
        return certificatesIn(picture, view.last);
      case 'validators':
        return validatorsIn(picture);
      case 'wal':
        return walIn(picture, view.last);
      case 'block':
        return blockIn(picture, view.height);
    }
  } finally {
    picture.close();
  }
}

/** A block in a line of a list. */
function summaryOf({ store, epochs }: Picture, height: bigint) {
  const { block, refusals, entryCount, timeMs } = store.block(height);
  const { size, root } = store.headAt(height);
  const epoch = epochs.at(height);
  return {
    ...{ height, epoch: block.epoch, view: block.view, at: new Date(Number(timeMs)).toISOString() },
    ...{ entries: entryCount, refused: refusals.size, seals: block.payload.seals },
    ...{ size, root: hex(root), digest: block.digest },
    cosigned: supportOf(
      epoch,
      store.cosignatures(height).map(({ validator }) => validator),
    ),
  };
}

/** Who stands behind something, and how much of the stake that is. */
function supportOf({ validators }: Epoch, places: readonly number[]) {
  const signers = places.flatMap((place) => validators[place] ?? []);
  return {
    validators: signers.map(({ name }) => name),
    stake: stakeOf(signers),
    total: stakeOf(validators),
  };
}

function newest({ store }: Picture, count: number): readonly bigint[] {
  const { height } = store.head();
  const first = height - BigInt(count) + 1n;
  const length = Number(height - (first < 1n ? 1n : first) + 1n);
  return Array.from({ length }, (_, order) => height - BigInt(order));
}

function blocksIn(picture: Picture, last: number): Shown {
  const blocks = newest(picture, last).map((height) => summaryOf(picture, height));
  return {
    data: blocks,
    words: table(
      ['height', 'epoch', 'view', 'time', 'entries', 'refused', 'cosigned by', 'root'],
      blocks.map((each) => [
        ...[each.height, each.epoch, each.view, each.at, each.entries, each.refused],
        `${share(each.cosigned)}${each.seals ? ', ends the epoch' : ''}`,
        each.root.slice(0, 16),
      ]),
      'no block is final yet',
    ),
  };
}

/** A certificate without its signatures. The set is that of its epoch. */
function certificateOf(epoch: Epoch | undefined, certificate: Certificate) {
  const { kind, view, digest, signers } = certificate;
  const support = epoch === undefined ? null : supportOf(epoch, signers);
  return { kind, epoch: certificate.epoch, view, digest, by: support };
}

function certificatesIn(picture: Picture, last: number): Shown {
  const { store, epochs } = picture;
  const rows = newest(picture, last).map((height) => {
    const { finalization, block } = store.block(height);
    const { digest } = block;
    return {
      ...{ height, digest },
      certificate:
        finalization === null ? null : certificateOf(epochs.of(finalization.epoch), finalization),
    };
  });
  return {
    data: rows,
    words: table(
      ['height', 'certificate', 'epoch', 'view', 'by', 'validators', 'of block'],
      rows.map(({ height, digest, certificate }) =>
        certificate === null
          ? [height, 'that of a block above', '', '', '', '', digest.slice(0, 16)]
          : [
              ...[height, certificate.kind, certificate.epoch, certificate.view],
              ...(certificate.by === null
                ? ['', '']
                : [share(certificate.by), certificate.by.validators.join(' ')]),
              certificate.digest.slice(0, 16),
            ],
      ),
      'no block is final yet',
    ),
  };
}

function validatorsIn({ genesis, standing, epochs, store }: Picture): Shown {
  const network = networkOf(genesis);
  const status = networkStatusOf(network, governanceOf(network, standing.map), standing.timeMs);
  const { validators, number, base } = epochs.latest();
  const total = stakeOf(validators);
  const { members, pending, accused, unbonding, parameters } = status;
  const rows = members.map(({ name, organisation, operator, stake, jailed }) => ({
    ...{ name, organisation, operator, stake, jailed },
    votes: validators.some((each) => each.name === name),
  }));
  const data = {
    ...{ epoch: number, firstHeight: base + 1n, height: store.head().height, total },
    logKey: verifierKey(genesis.origin, logKeyType, status.logKey),
    ...{ validators: rows, parameters, pending, accused, unbonding },
  };
  const words = [
    `epoch ${number} since height ${base + 1n}, now at height ${data.height}, stake ${total}`,
    `key of the log ${data.logKey}`,
    table(
      ['validator', 'organisation', 'operator', 'stake', 'share', 'state'],
      rows.map(({ name, organisation, operator, stake, votes, jailed }) => [
        ...[name, organisation, operator, stake],
        votes ? percent(stake, total) : '-',
        jailed ? 'broke a rule, votes no more' : votes ? 'votes' : 'waits',
      ]),
      'nobody validates',
    ).trimEnd(),
    ...pending.map(
      ({ op, validator, parameter, logKey, dueMs }) =>
        `waits: ${op} ${validator ?? parameter ?? (logKey === null ? '' : base64(logKey))}, not before ${new Date(Number(dueMs)).toISOString()}`,
    ),
    ...accused.map(({ name, epoch }) => `accused: ${name}, for epoch ${epoch}`),
    ...unbonding.map(
      ({ name, stake, untilMs }) =>
        `unbonding: ${stake} of ${name} until ${new Date(Number(untilMs)).toISOString()}`,
    ),
  ];
  return { data, words: `${words.join('\n')}\n` };
}

function walIn(picture: Picture, last: number): Shown {
  const { records, epochs } = picture;
  const seats = epochs.seats();
  const rows = records.map(({ entry, bytes }, order) => ({
    ...{ record: order + 1, bytes },
    ...recordOf(entry, (seat) => seats[seat] ?? 'listener'),
  }));
  const total = records.reduce((sum, { bytes }) => sum + bytes, 0);
  const shown = rows.slice(-last).reverse();
  return {
    data: { records: rows.length, bytes: total, newest: shown },
    words: [
      `${rows.length} records, ${total} octets; the last ${shown.length}:`,
      table(
        ['record', 'octets', 'of', 'kind', 'what'],
        shown.map(({ record, bytes, validator, kind, what }) => [
          ...[record, bytes, validator ?? 'all', kind, what],
        ]),
        'the log is empty',
      ),
    ].join('\n'),
  };
}

/** A record of the log in words. */
function recordOf(entry: JournalEntry, nameOf: (seat: number) => string) {
  if (entry.kind === 'body') {
    const { height, epoch, view, digest, payload } = entry.block;
    const what = `block ${short(digest)} for height ${height}, epoch ${epoch}, view ${view}, ${payload.bytes.length} octets`;
    return { validator: null, kind: entry.kind, what };
  }
  const validator = nameOf(entry.validator);
  switch (entry.kind) {
    case 'holding':
      return { validator, kind: entry.kind, what: `block ${short(entry.digest)}` };
    case 'final': {
      const { height, digest, epoch, view } = entry.tip;
      const what = `height ${height}, block ${short(digest)}, by epoch ${epoch}, view ${view}`;
      return { validator, kind: entry.kind, what };
    }
    case 'cosigned': {
      const { height, size, timeSeconds } = entry;
      const at = new Date(Number(timeSeconds) * 1000).toISOString();
      return { validator, kind: entry.kind, what: `height ${height}, size ${size}, at ${at}` };
    }
    case 'record': {
      const { record } = entry;
      switch (record.kind) {
        case 'block':
          return { validator, kind: 'block', what: `block ${short(record.block.digest)}` };
        case 'vote': {
          const { kind, epoch, view, digest } = record.vote;
          return { validator, kind: 'vote', what: spoken(kind, epoch, view, digest) };
        }
        case 'certificate': {
          const { kind, epoch, view, digest, signers } = record.certificate;
          const what = `${spoken(kind, epoch, view, digest)}, ${signers.length} signers`;
          return { validator, kind: 'certificate', what };
        }
      }
    }
  }
}

function spoken(kind: string, epoch: bigint, view: bigint, digest: string): string {
  const about = digest === zeroDigest ? '' : `, block ${short(digest)}`;
  return `${kind}, epoch ${epoch}, view ${view}${about}`;
}

function blockIn(picture: Picture, height: bigint): Shown {
  const { store, epochs, genesis } = picture;
  if (height > store.head().height) {
    throw new RangeError(
      `there is no block ${height}; the last final one is ${store.head().height}`,
    );
  }
  const { firstIndex, finalization, trail, refusals, body } = store.block(height);
  const summary = summaryOf(picture, height);
  const { entries, evidence } = body();
  const found = {
    ...summary,
    ...{ firstIndex, headerIndex: summary.size - 1n },
    acts: entries.map(({ actHash }, order) => ({
      ...{ index: firstIndex + BigInt(order), actHash: hex(actHash) },
      outcome: refusals.get(order) ?? 'accepted',
    })),
    evidence: evidence.flatMap((leaf) => {
      const proof = decodeProof(genesis.chainId, leaf);
      if (proof === undefined) return [];
      const validator = epochs.of(proof.epoch)?.validators[proof.voter]?.name ?? `${proof.voter}`;
      return [{ validator, epoch: proof.epoch, rule: proof.kind }];
    }),
    certificate:
      finalization === null ? null : certificateOf(epochs.of(finalization.epoch), finalization),
    fillers: trail.length,
  };
  const { certificate } = found;
  const finalBy =
    certificate === null
      ? 'final by the certificate of a block above'
      : `final by view ${certificate.view}: ${certificate.by === null ? '' : said(certificate.by)}`;
  const words = [
    `block ${height}, epoch ${found.epoch}, view ${found.view}, ${found.at}`,
    `digest ${found.digest}`,
    `leaves ${firstIndex} to ${found.headerIndex}, root ${found.root}`,
    finalBy,
    `cosigned by ${said(found.cosigned)}`,
    ...found.acts.map(
      ({ index, actHash, outcome }) => `  leaf ${index}  act ${actHash}  ${outcome}`,
    ),
    ...found.evidence.map(
      ({ validator, epoch, rule }) => `  evidence: ${validator}, epoch ${epoch}, two ${rule}`,
    ),
    ...(found.seals ? [`  leaf ${found.headerIndex - 1n}  hands over to the next epoch`] : []),
    '',
  ];
  return { data: found, words: words.join('\n') };
}

type Support = ReturnType<typeof supportOf>;

function said(support: Support): string {
  return `${support.validators.join(', ') || 'nobody'} (${share(support)} of the stake)`;
}

function share({ stake, total }: Support): string {
  return percent(stake, total);
}

function percent(part: bigint, whole: bigint): string {
  return whole === 0n ? '-' : `${(Number((part * 1000n) / whole) / 10).toFixed(1)} %`;
}

function short(digest: string): string {
  return digest.slice(0, 16);
}

type Cell = string | number | bigint;

function table(heads: readonly string[], rows: readonly (readonly Cell[])[], none: string): string {
  if (rows.length === 0) return `${none}\n`;
  const lines = [heads, ...rows.map((row) => row.map(String))];
  const widths = heads.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return `${lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}
