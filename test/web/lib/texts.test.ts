/** English and Chinese say the same things: every text names the same values in both. */
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import '@tallystick/web/src/app/texts.ts';
import '@tallystick/web/src/audit/explorer-texts.ts';
import '@tallystick/web/src/audit/texts.ts';
import '@tallystick/web/src/audit/verifier-texts.ts';
import '@tallystick/web/src/financing/texts.ts';
import '@tallystick/web/src/invoice/texts.ts';
import '@tallystick/web/src/logistics/texts.ts';
import '@tallystick/web/src/party/programme-texts.ts';
import '@tallystick/web/src/party/texts.ts';
import '@tallystick/web/src/receivable/texts.ts';
import '@tallystick/web/src/settlement/file-texts.ts';
import '@tallystick/web/src/settlement/queue-texts.ts';
import '@tallystick/web/src/settlement/texts.ts';
import '@tallystick/web/src/today/texts.ts';
import '@tallystick/web/src/ui/act-texts.ts';
import '@tallystick/web/src/ui/policy-texts.ts';
import '@tallystick/web/src/ui/texts.ts';
import '@tallystick/web/src/ui/verdict-texts.ts';

const namespaces = [
  'app',
  'today',
  'invoice',
  'certificate',
  'shipment',
  'financing',
  'payment',
  'payment-file',
  'bank-line',
  'audit',
  'explorer',
  'verifier',
  'party',
  'programme',
  'policy',
  'ui',
  'acts',
  'verdict',
];

describe.each(namespaces)('the texts of %s', (namespace) => {
  const english: Record<string, string> = i18next.getResourceBundle('en', namespace);
  const chinese: Record<string, string> = i18next.getResourceBundle('zh', namespace);

  it('name the same values in both languages', () => {
    const different = Object.entries(chinese).filter(
      ([key, text]) => names(text).join() !== names(english[key] ?? '').join(),
    );

    expect(different.filter(([key]) => !allowedToDiffer.has(key))).toEqual([]);
  });

  it('leave nothing unsaid', () => {
    const missing = Object.keys(english).filter(
      (key) => !key.endsWith('_one') && !(key in chinese),
    );

    expect(missing).toEqual([]);
    expect(Object.values(chinese).every((text) => text.trim() !== '')).toBe(true);
  });
});

/** Sentences in which Chinese needs a value less, and why it still says the same. */
const allowedToDiffer = new Set<string>([
  // Rules about octets, and what the system says of a file, are for whoever writes such files.
  ...['unreadable', 'form.note', 'form.octets', 'form.act', 'form.effects', 'form.field'],
]);

function names(text: string): readonly string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
}
