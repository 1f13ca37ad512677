/**
 * What is made of the files that a person gives the verifier: which are judged, by which anchor, with
 * which handovers, and which serve nothing. Pure.
 */
import {
  type Anchor,
  anchorFingerprint,
  type GivenFile,
  stepsTo,
  type Verdict,
  verifyFile,
} from '../../../chain/src/verify.ts';

export type Given = { readonly name: string; readonly text: string; readonly file: GivenFile };

export type Judged = {
  readonly given: Given;
  readonly verdict: Verdict;
  /** It is a bare proof, was given no handovers, and fails as one of a later epoch would. */
  readonly lacksHandovers: boolean;
};

export type Judgement = {
  /** The anchor that the files are judged by; a second one means that two networks were given, and nothing is judged. */
  readonly anchors: readonly Anchor[];
  readonly judged: readonly Judged[];
  /** Handovers that no file here has a use for, because each brings its own. */
  readonly unused: readonly Given[];
};

/**
 * Judges what can be judged. An anchor among the files takes the place of the one that the device
 * remembers. A lone handover under its own checkpoint is judged as a proof, and serves as a step where
 * there is a bare proof beside it.
 */
export function judge(files: readonly Given[], pinned: Anchor | undefined): Judgement {
  const given = distinct(
    files.flatMap(({ file }) => (file.kind === 'anchor' ? [file.anchor] : [])),
  );
  const anchors = given.length > 0 || pinned === undefined ? given : [pinned];
  const hasProof = files.some(({ file }) => file.kind === 'proof');
  const isStep = ({ file }: Given) =>
    file.kind === 'handovers' || (file.kind === 'handover' && hasProof);
  const steps = files.flatMap(({ file }) => ('steps' in file ? file.steps : []));
  const toJudge = files.filter((each) => isJudged(each) && !isStep(each));
  const usesSteps = toJudge.some(({ file }) => file.kind === 'proof' || file.kind === 'handover');
  return {
    anchors,
    judged:
      anchors.length > 1
        ? []
        : toJudge.map((each) => {
            const [anchor] = anchors;
            const way = anchor === undefined ? [] : wayTo(each, anchor, steps);
            const verdict = verifyFile(each.text, anchor, way);
            return { given: each, verdict, lacksHandovers: mayLack(each, verdict, way) };
          }),
    unused: toJudge.length > 0 && !usesSteps ? files.filter(isStep) : [],
  };
}

function isJudged({ file: { kind } }: Given): boolean {
  return ['pack', 'proof', 'state', 'consistency', 'refusal', 'handover'].includes(kind);
}

/** Only a bare proof is given handovers; the other forms carry their own. */
function wayTo(
  { text, file }: Given,
  anchor: Anchor,
  steps: Parameters<typeof stepsTo>[2],
): readonly string[] {
  return file.kind === 'proof' || file.kind === 'handover' ? stepsTo(text, anchor, steps) : [];
}

function mayLack({ file }: Given, { failed }: Verdict, way: readonly string[]): boolean {
  const isBare = file.kind === 'proof' || file.kind === 'handover';
  return isBare && way.length === 0 && (failed === 'signatures' || failed === 'quorum');
}

function distinct(anchors: readonly Anchor[]): readonly Anchor[] {
  return [...new Map(anchors.map((each) => [anchorFingerprint(each), each])).values()];
}
