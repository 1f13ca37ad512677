/** The names of acts, fields, mandates and roles in words. What is not known yet is shown as it is written. */
import { useKnown } from '../lib/texts.ts';
import { actTexts } from './act-texts.ts';

export function useActWords() {
  const known = useKnown(actTexts);
  return {
    /** 'invoice.confirm/1' or 'invoice.confirm'. */
    kind: (kind: string) => known(kind.split('/')[0] ?? kind) ?? kind,
    field: (name: string) => known(`field.${name}`) ?? name,
    value: (_name: string, value: string) => known(`value.${value}`) ?? value,
    action: (action: string) => known(`do.${action}`) ?? action,
    role: (role: string) => known(`role.${role}`) ?? role,
  };
}
