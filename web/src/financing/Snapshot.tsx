/** The state at funding: what was checked at the instant of the approval, and the proof of it. */
import type { RequestPartsFragment } from '../lib/graphql/graphql.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { MomentText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Section } from '../ui/Screen.tsx';
import { financingTexts } from './texts.ts';

export function Snapshot({ request }: { readonly request: RequestPartsFragment }) {
  const say = useTexts(financingTexts);
  const known = useKnown(financingTexts);
  const { snapshot } = request;
  if (snapshot == null) {
    return null;
  }
  const { checks, policies, calculator } = snapshot;
  return (
    <Section title={say('snapshot')}>
      <p className="prose">{say('snapshotText')}</p>
      <Facts
        facts={[
          { name: say('snapshotAt'), value: <MomentText moment={snapshot.takenAt} /> },
          ...checks.map(({ rule, message, seen }) => ({
            name: known(`check.${rule}`) ?? message,
            value: known(`seen.${seen}`) ?? seen,
          })),
          {
            name: say('snapshotPolicies'),
            value: policies.length === 0 ? say('snapshotNoPolicy') : policies.join(', '),
          },
          { name: say('snapshotCalculator'), value: calculator },
        ]}
      />
      <ProofMark anchor={snapshot.anchor} subjectId={request.id} withWord />
    </Section>
  );
}
