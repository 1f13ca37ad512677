/** The split tree: from which certificate this one came, and into which parts it went. */
import { Link } from 'react-router';
import { formatMoney } from '../lib/format-money.ts';
import type { CertificatePartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { MoneyText } from '../ui/MoneyText.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { tones } from './states.ts';
import { certificateTexts } from './texts.ts';
import './SplitTree.css';

export function SplitTree({ certificate }: { readonly certificate: CertificatePartsFragment }) {
  const say = useTexts(certificateTexts);
  const { parent, children } = certificate;
  const here = (
    <li>
      <span className="tree-node tree-here" aria-current="true">
        <MoneyText money={certificate.face} />
        <span className="small">{certificate.holder.name}</span>
      </span>
      {children.length > 0 && (
        <ul>
          {children.map((child) => (
            <li key={child.id}>
              <Link to={`/certificates/${child.id}`} className="tree-node">
                <MoneyText money={child.face} />
                <span className="small">{child.holder.name}</span>
                <StateTag tone={tones[child.state]}>{say(child.state)}</StateTag>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
  if (parent === null || parent === undefined) {
    return <ul className="tree">{here}</ul>;
  }
  return (
    <ul className="tree">
      <li>
        <Link
          to={`/certificates/${parent.id}`}
          className="tree-node"
          aria-label={say('parentOf', {
            face: formatMoney(parent.face),
            holder: parent.holder.name,
          })}
        >
          <MoneyText money={parent.face} />
          <span className="small">{parent.holder.name}</span>
        </Link>
        <ul>{here}</ul>
      </li>
    </ul>
  );
}
