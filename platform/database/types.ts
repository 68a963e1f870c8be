import pg from 'pg';

type Parser = (text: string) => unknown;

const builtin = pg.types.builtins;
const INT8_ARRAY_OID = 1016;

/** How columns become values on one pool: int8 as `bigint`, int8[] as `bigint[]`, timestamps without a zone as UTC; all else as pg does it (timestamptz as
 * `Date`, json parsed, numeric as string). Per pool, never global: Prisma's adapter brings its own parsers with each query and relies on pg's defaults. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    const parser = format === 'binary' ? undefined : TEXT_PARSERS.get(oid);
    return parser ?? (format === undefined ? pg.types.getTypeParser(oid) : pg.types.getTypeParser(oid, format as 'text'));
  }) as pg.CustomTypesConfig['getTypeParser'],
};

const TEXT_PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [builtin.INT8, BigInt],
  [INT8_ARRAY_OID, parseBigIntArray],
  [builtin.TIMESTAMP, (text) => new Date(`${text.replace(' ', 'T')}Z`)],
]);

/** A one-dimensional int8[]: `{1,NULL,3}`. */
function parseBigIntArray(text: string): (bigint | null)[] {
  if (text === '{}') return [];
  return text
    .slice(1, -1)
    .split(',')
    .map((item) => (item === 'NULL' ? null : BigInt(item)));
}
