/** A count with its thousands apart, however large. */
import type { Language } from './texts.ts';

export function formatCount(count: string | number | bigint, language: Language): string {
  return new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en').format(BigInt(count));
}
