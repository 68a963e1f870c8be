// Parameters of set-based statements: one PostgreSQL array per column. pg would look at each value of an array, quote and escape it one by one; with a thousand rows
// in a batch that is a tenth of all CPU of this process.

/** A PostgreSQL array of values that need no quotes: numbers, ids in UUID form, names of enum values. Never for free text. */
export const plain = (values: readonly (number | bigint | string | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

/** A PostgreSQL array of any texts. */
export const texts = (values: readonly (string | null)[]): string => `{${values.map(quote).join(',')}}`;

/** A PostgreSQL array of moments (timestamptz). */
export const times = (values: readonly (Date | null)[]): string => {
  // Most rows of a batch carry the batch's own moment: it is written out once.
  let [last, text] = [null as Date | null, 'NULL'];
  const written = values.map((value) => {
    if (value === null) return 'NULL';
    if (value !== last) [last, text] = [value, value.toISOString()];
    return text;
  });
  return `{${written.join(',')}}`;
};

const SPECIAL = /["\\]/;
const SPECIALS = /["\\]/g;

const quote = (value: string | null): string => {
  if (value === null) return 'NULL';
  return SPECIAL.test(value) ? `"${value.replace(SPECIALS, '\\$&')}"` : `"${value}"`;
};
