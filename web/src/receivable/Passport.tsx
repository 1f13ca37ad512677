/** The recourse passport: whom one can claim from, up to how much and until when, and by which law. */
import type { CertificatePartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { percentOf } from '../ui/calculation-words.ts';
import { DayText } from '../ui/DateText.tsx';
import { Facts } from '../ui/Facts.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { certificateTexts } from './texts.ts';
import './Passport.css';

type Claimed = Pick<CertificatePartsFragment, 'claims'>;
type Hop = NonNullable<CertificatePartsFragment['hop']>;

export function Passport({
  certificate,
  hop,
}: {
  readonly certificate: Claimed;
  /** The hop by which one has it or would have it; none for who has it from the buyer. */
  readonly hop: Hop | null | undefined;
}) {
  const say = useTexts(certificateTexts);
  return (
    <div className="passport">
      <ul className="passport-claims">
        {certificate.claims.map(({ from, ground, most, since, until }) => (
          <li key={from.id}>
            <strong>{from.name}</strong>
            <span>
              {say(`claim.${ground}`)} <MoneyText money={most} />
            </span>
            <span className="dim small">
              {say('claimSince')} <DayText day={since} short />
              {until !== null && until !== undefined && (
                <>
                  {' '}
                  {say('claimUntil')} <DayText day={until} short />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <p className="small">{say('claimNobodyElse')}</p>
      {hop !== null && hop !== undefined && <HopFacts hop={hop} />}
    </div>
  );
}

function HopFacts({ hop }: { readonly hop: Hop }) {
  const say = useTexts(certificateTexts);
  const { recourseDays: days, recourseCapMicros: cap, tradeDocument } = hop;
  return (
    <Facts
      facts={[
        { name: say('recourse'), value: say(hop.recourse) },
        days === null || days === undefined
          ? undefined
          : { name: say('recourseDays'), value: say('days', { count: days }) },
        cap === null || cap === undefined
          ? undefined
          : {
              name: say('recourseCap'),
              value: say('ofFace', { percent: percentOf(BigInt(cap)) }),
            },
        { name: say('law'), value: hop.governingLaw },
        { name: say('trade'), value: hop.tradeReference },
        tradeDocument === null || tradeDocument === undefined
          ? undefined
          : {
              name: say('tradeDocument'),
              value: <a href={tradeDocument.url}>{tradeDocument.name}</a>,
            },
      ]}
    />
  );
}
