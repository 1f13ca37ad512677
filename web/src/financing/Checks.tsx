/** Each guard with whether it lets the money go; one that does not says what it saw and needs. */
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { CheckPartsFragment } from '../lib/graphql/graphql.ts';
import { useKnown, useLanguage, useTexts } from '../lib/texts.ts';
import { Why } from '../ui/Why.tsx';
import { financingTexts } from './texts.ts';
import './Checks.css';

export function Checks({ checks }: { readonly checks: readonly CheckPartsFragment[] }) {
  const say = useTexts(financingTexts);
  const known = useKnown(financingTexts);
  const language = useLanguage();
  return (
    <ul className="checks">
      {checks.map((check) => {
        const name = known(`check.${check.rule}`) ?? check.message;
        return (
          <li key={check.rule} className={check.ok ? 'check-ok' : 'check-bad'}>
            {check.ok ? (
              <IconCircleCheck size={18} aria-hidden="true" />
            ) : (
              <IconCircleX size={18} aria-hidden="true" />
            )}
            <span className="check-words">
              {name}: {say(check.ok ? 'checkOk' : 'checkBad')}
            </span>
            {!check.ok && (
              <Why
                rule={language === 'en' ? check.message : name}
                seen={check.seen}
                expected={check.expected}
                label={name}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
