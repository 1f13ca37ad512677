/** One act with its proof: who signed what, and everything that makes it believable. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { useActWords } from '../ui/act-words.ts';
import { ProofDocument } from '../ui/fragments.ts';
import { Detail } from '../ui/ListDetail.tsx';
import { ActProof } from '../ui/Proof.tsx';

export function ActDetail() {
  const { id = '' } = useParams();
  const words = useActWords();
  const { act } = useSuspenseQuery(ProofDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  }).data;
  return (
    <Detail title={words.kind(act.kind)} back="/acts">
      <ActProof id={id} withTitle={false} />
    </Detail>
  );
}
