/** A PostgreSQL array of values that need no quotes: numbers, ids in UUID form, names of enum values. Never for free text. pg would quote and escape each
 * value of an array; on the way of a gift that is a tenth of all CPU. */
export const plain = (values: readonly (number | bigint | string | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;
