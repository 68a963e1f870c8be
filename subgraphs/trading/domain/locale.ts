/** A longer tag names nobody's language. */
const TAG_CHARACTERS_MAX = 35;

/** A BCP 47 language tag in its canonical form (`pt-BR`, `zh-Hant`), null when it is none. */
export const canonicalLocale = (tag: string): string | null => {
  if (tag.length > TAG_CHARACTERS_MAX) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/** The name for a viewer: in their very locale, else in the same language and script, else in the same language, else `name`. `names`: canonical tag to name;
 * `locale`: any text. Of several that would do, the first by its tag. */
export const nameIn = (name: string, names: Readonly<Record<string, string>>, locale: string | null): string => {
  const tag = locale === null ? null : canonicalLocale(locale);
  if (tag === null) return name;
  const exact = names[tag];
  if (exact !== undefined) return exact;
  const sameLanguage = Object.keys(names)
    .filter((key) => languageOf(key) === languageOf(tag))
    .sort();
  const script = sameLanguage.length > 1 ? scriptOf(tag) : undefined;
  const best = sameLanguage.find((key) => script !== undefined && scriptOf(key) === script) ?? sameLanguage[0];
  return best === undefined ? name : (names[best] ?? name);
};

const languageOf = (tag: string): string => tag.split('-', 1)[0] ?? tag;

// `zh-TW` is written in Hant although it does not say so.
const scriptOf = (tag: string): string | undefined => new Intl.Locale(tag).maximize().script;
