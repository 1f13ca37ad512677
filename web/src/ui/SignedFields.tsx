/** What was signed, field by field, in words; ids and digests apart, for who wants to compare them. */
import { useTexts } from '../lib/texts.ts';
import { isReference, type SignedField, useActWords } from './act-words.ts';
import { Facts } from './Facts.tsx';
import { uiTexts } from './texts.ts';

export function SignedFields({ fields }: { readonly fields: readonly SignedField[] }) {
  const say = useTexts(uiTexts);
  const words = useActWords();
  const references = fields.filter(({ value }) => isReference(value));
  const readable = fields.filter(({ value }) => !isReference(value));
  return (
    <div className="stack">
      <Facts
        facts={readable.map((field) => ({
          name: words.field(field.name),
          value: words.value(field.value),
        }))}
      />
      {references.length > 0 && (
        <details>
          <summary className="small">{say('proofReferences')}</summary>
          <div className="signed-references">
            <Facts
              facts={references.map((field) => ({
                name: words.field(field.name),
                value: <span className="mono">{field.value}</span>,
              }))}
            />
          </div>
        </details>
      )}
    </div>
  );
}
