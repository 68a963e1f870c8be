import pg from 'pg';

// Parameters of set-based statements: one PostgreSQL array per column. pg would look at each value of an array, quote and escape it one by one; with a thousand rows
// in a batch that is a tenth of all CPU of this process.

/** A PostgreSQL array of values that need no quotes: numbers, ids in UUID form, names of enum values. Never for free text. */
export const plain = (values: readonly (number | bigint | string | null)[]): string =>
  `{${(values.includes(null) ? values.map((value) => value ?? 'NULL') : values).join(',')}}`;

/** A PostgreSQL array of any texts. */
export const texts = (values: readonly (string | null)[]): string => {
  // Most columns need nothing: all of one are looked through at once.
  if (values.length > 1 && !values.includes(null) && !SPECIAL.test(values.join(''))) return `{"${values.join('","')}"}`;
  return `{${values.map(quote).join(',')}}`;
};

/** A PostgreSQL array of UUIDs (uuid[]), in PostgreSQL's binary form: read from text one costs PostgreSQL five times as much. Throws RangeError on what is no UUID. */
export const uuids = (values: readonly (string | null)[]): Buffer => {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + values.length * (LENGTH_BYTES + UUID_BYTES));
  let at = writeHeader(buffer, pg.types.builtins.UUID, values.length);
  for (const value of values) at = value === null ? writeNull(buffer, at) : writeUuid(buffer, at, value);
  return buffer.subarray(0, at);
};

/** A PostgreSQL array of moments (timestamptz[]), in PostgreSQL's binary form: read from text one costs PostgreSQL four times as much. Throws RangeError on an invalid date. */
export const times = (values: readonly (Date | null)[]): Buffer => {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + values.length * (LENGTH_BYTES + TIME_BYTES));
  let at = writeHeader(buffer, pg.types.builtins.TIMESTAMPTZ, values.length);
  // Most rows of a batch carry the batch's own moment: it is converted once.
  let [last, micros] = [null as Date | null, 0n];
  for (const value of values) {
    if (value === null) {
      at = writeNull(buffer, at);
      continue;
    }
    if (value !== last) [last, micros] = [value, BigInt(value.getTime() - POSTGRES_EPOCH_MS) * 1_000n];
    at = buffer.writeBigInt64BE(micros, buffer.writeInt32BE(TIME_BYTES, at));
  }
  return buffer.subarray(0, at);
};

/** Such columns as the rows of `alias` in a FROM, for statements with many of them: column names with their types, as parameters $1, $2 and so on. PostgreSQL keeps the elements of
 * `unnest` with several arrays row by row and array by array before it hands them on; these it hands on at once, in two thirds of the time. */
export const rowsOf = (alias: string, columns: Readonly<Record<string, string>>): string => {
  const lists = Object.entries(columns).map(([name, type], index) => `unnest($${index + 1}::${type}[]) AS ${name}`);
  return `(SELECT ${lists.join(', ')}) AS ${alias}`;
};

const SPECIAL = /["\\]/;
const SPECIALS = /["\\]/g;

const quote = (value: string | null): string => {
  if (value === null) return 'NULL';
  return SPECIAL.test(value) ? `"${value.replace(SPECIALS, '\\$&')}"` : `"${value}"`;
};

// The binary form of an array of one dimension: how many dimensions, whether NULLs are to be expected (PostgreSQL does not rely on it), the type of the elements, how many,
// the first one's index; then per element its length and its bytes, or the length alone for NULL. All numbers are big-endian. An array without elements has no dimension.
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const UUID_BYTES = 16;
const TIME_BYTES = 8;
const NULL_LENGTH = -1;
/** PostgreSQL counts microseconds from the beginning of 2000. */
const POSTGRES_EPOCH_MS = Date.UTC(2000);
const UUID_CHARACTERS = 36;
const UUID_DASHES = [8, 13, 18, 23];
/** Where in a UUID's text the two digits of each byte begin. */
const UUID_DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const DASH = 0x2d;
/** What a hexadecimal digit stands for, by its character code; what is none has bits that no digit has. */
const NO_DIGIT = 0xf0;
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? NO_DIGIT : digit;
});

const writeHeader = (buffer: Buffer, elementType: number, length: number): number => {
  const at = buffer.writeInt32BE(elementType, buffer.writeInt32BE(0, buffer.writeInt32BE(length === 0 ? 0 : 1, 0)));
  return length === 0 ? at : buffer.writeInt32BE(1, buffer.writeInt32BE(length, at));
};

const writeNull = (buffer: Buffer, at: number): number => buffer.writeInt32BE(NULL_LENGTH, at);

const writeUuid = (buffer: Buffer, start: number, text: string): number => {
  let at = buffer.writeInt32BE(UUID_BYTES, start);
  let all = text.length === UUID_CHARACTERS && UUID_DASHES.every((place) => text.charCodeAt(place) === DASH) ? 0 : NO_DIGIT;
  for (const place of UUID_DIGITS) {
    const [high, low] = [digitAt(text, place), digitAt(text, place + 1)];
    all |= high | low;
    buffer[at] = (high << 4) | low;
    at += 1;
  }
  if (all >= NO_DIGIT) throw new RangeError(`"${text}" is no UUID`);
  return at;
};

const digitAt = (text: string, place: number): number => DIGITS[text.charCodeAt(place)] ?? NO_DIGIT;
