/**
 * Words for people, in English and Chinese, kept beside the screens that show them.
 *
 * A slice declares its texts once with both languages; a missing Chinese key fails the type check.
 * Plurals follow i18next (`key_one`, `key_other`). Nothing is fetched: texts travel with their screen.
 */
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

export type Language = 'en' | 'zh';
export const languages: readonly Language[] = ['en', 'zh'];

type Plain<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;
type Entries = Readonly<Record<string, string>>;
type Other<E extends Entries> = Readonly<
  Record<Exclude<keyof E & string, `${string}_one`>, string>
>;

export type Texts<K extends string = string> = { readonly namespace: string; readonly keys?: K };
export type Values = Readonly<Record<string, string | number>>;
export type Say<K extends string> = (key: K, values?: Values) => string;

const languageKey = 'tallystick.language';

await i18next.use(initReactI18next).init({
  lng: keptLanguage(),
  fallbackLng: 'en',
  resources: {},
  // Keys are whole names such as 'invoice.confirm', not paths.
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  returnEmptyString: false,
});

/** Declares the texts of one slice. The namespace is the slice's name. */
export function defineTexts<const E extends Entries>(
  namespace: string,
  texts: { readonly en: E; readonly zh: Other<E> },
): Texts<Plain<keyof E & string>> {
  i18next.addResourceBundle('en', namespace, texts.en);
  i18next.addResourceBundle('zh', namespace, texts.zh);
  return { namespace };
}

/** The texts in the language of the page; renders again when the language changes. */
export function useTexts<K extends string>(texts: Texts<K>): Say<K> {
  const { t } = useTranslation(texts.namespace);
  return (key, values) => t(key, { ...values });
}

/** Says a key that came from outside (a code, a state), or undefined where the texts do not know it. */
export function useKnown(texts: Texts): (key: string, values?: Values) => string | undefined {
  const { t, i18n } = useTranslation(texts.namespace);
  return (key, values) =>
    i18n.getResource(i18n.language, texts.namespace, key) === undefined
      ? undefined
      : t(key, { ...values });
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'zh' ? 'zh' : 'en';
}

/** Changes the language of the page and remembers it in this browser. */
export function changeLanguage(language: Language): void {
  try {
    localStorage.setItem(languageKey, language);
  } catch {
    // A browser without storage forgets the choice; the page still changes.
  }
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  void i18next.changeLanguage(language);
}

function keptLanguage(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(languageKey);
  } catch {
    // As if it were the first visit.
  }
  if (kept === 'en' || kept === 'zh') {
    return kept;
  }
  return typeof navigator !== 'undefined' && navigator.language?.startsWith('zh') ? 'zh' : 'en';
}
