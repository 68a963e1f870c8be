import type { Database, Statement, Transaction } from './database.ts';

/** What stands in front of every statement that a shard's transaction may not send: it would leave the shard. */
const SHARD = /\bshard = \$\d+/;
const ONE_OF = /\b((?:\w+\.)?shard) = ANY\s*\(/g;
const JOINED = /\b(\w+)\.shard = (\w+)\.shard\b/g;
const COLUMNS_WITH_SHARD = /^\s*(?:WITH ORDINALITY\s+)?AS\s+(\w+)\s*\([^)]*\bshard\b[^)]*\)/;
const COMMON_TABLES = /\b(\w+)(?:\s*\([^)]*\))?\s+AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(/g;
const TABLES = /\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?"?([a-z_]+)\b(?!\()/g;

const ALIASES = /\b(?:FROM|JOIN)\s+([a-z_]+)\s+(?:AS\s+)?(\w+)/g;

/** What a lane's transactions may touch: all shards of their database, or one logical shard. */
export interface ShardScope {
  /** The value in the `shard` columns. */
  readonly shard: number;
  /** Tables that are whole everywhere (on Citus: reference tables). Reading them leaves no shard. */
  readonly references: ReadonlySet<string>;
}

/** The same database for transactions that stay in one logical shard, as Citus wants them: each statement of theirs is what it is at database scope, plus the equality
 * `shard = $n` on every list that it is given (`unnest(…) AS x (shard, …)`, rowsOf) and every row that it joins by shard. A statement in which nothing says where its shard is gets refused: it
 * would be sent to all of them. What runs outside transactions is sent as it is. */
export const scopeToShard = (database: Database, scope: ShardScope): Database => ({
  ...database,
  transaction: (name, work) => database.transaction(name, (tx) => work(scoped(tx, scope))),
});

const scoped = (tx: Transaction, scope: ShardScope): Transaction => ({
  query: (statement) => tx.query(inShard(statement, scope)),
  afterCommit: (effect) => tx.afterCommit(effect),
});

/** A statement as it is sent at shard scope. Throws where it would leave the shard. */
export const inShard = (statement: Statement, { shard, references }: ShardScope): Statement => {
  const tables = tablesOf(statement.text);
  const whole = tables.filter((table) => references.has(table));
  if (whole.length === tables.length) return statement;
  const values = statement.values ?? [];
  const text = withEquality(statement.text, `$${values.length + 1}`);
  if (joinsReferences(statement.text, references) || (text === statement.text && !SHARD.test(text))) {
    throw new Error(`a statement would leave its shard: ${text.slice(0, SHOWN_LENGTH_MAX)}`);
  }
  if (text === statement.text) return statement;
  return { text, ...(statement.name === undefined ? {} : { name: `${statement.name}@shard` }), values: [...values, shard] };
};

/** How much of a statement an error shows. */
const SHOWN_LENGTH_MAX = 200;

const withEquality = (text: string, place: string): string =>
  withLists(withRows(text, place), place)
    .replace(JOINED, (joined, left: string) => `${joined} AND ${left}.shard = ${place}`)
    .replace(ONE_OF, (any, column: string) => `${column} = ${place} AND ${any}`);

const ROWS = '(SELECT unnest(';
const ROWS_ALIAS = /^ AS (\w+)/;

/** Every `(SELECT unnest(…) AS shard, …) AS x` (rowsOf) as a subselect that has only this shard's rows. */
const withRows = (text: string, place: string): string => {
  let done = '';
  let rest = text;
  for (;;) {
    const start = rest.indexOf(ROWS);
    if (start < 0) return done + rest;
    const end = closingOf(rest, start);
    const rows = rest.slice(start, end);
    const [, alias] = rows.includes(' AS shard') ? (ROWS_ALIAS.exec(rest.slice(end)) ?? []) : [];
    done += rest.slice(0, start) + (alias === undefined ? rows : `(SELECT * FROM ${rows} AS ${alias} WHERE ${alias}.shard = ${place})`);
    rest = rest.slice(end);
  }
};

/** Every `unnest(…) AS x (shard, …)` as a subselect that has only this shard's elements. */
const withLists = (text: string, place: string): string => {
  let done = '';
  let rest = text;
  for (;;) {
    const start = rest.indexOf('unnest(');
    if (start < 0) return done + rest;
    const end = closingOf(rest, start + 'unnest'.length);
    const columns = COLUMNS_WITH_SHARD.exec(rest.slice(end));
    const [list = '', alias] = columns ?? [];
    const call = rest.slice(start, end);
    done +=
      rest.slice(0, start) + (alias === undefined ? call : `(SELECT * FROM ${call}${list} WHERE ${alias}.shard = ${place}) AS ${alias}`);
    rest = rest.slice(end + list.length);
  }
};

/** The place after the parenthesis that closes the one at `open`. */
const closingOf = (text: string, open: number): number => {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  throw new Error(`a parenthesis is open in: ${text.slice(0, SHOWN_LENGTH_MAX)}`);
};

/** Whether rows of a reference table are joined by shard with others: they are in a shard of their own, and nothing here could tell the two apart. */
const joinsReferences = (text: string, references: ReadonlySet<string>): boolean => {
  const aliases = new Set([...text.matchAll(ALIASES)].flatMap(([, table = '', alias = '']) => (references.has(table) ? [alias] : [])));
  return [...text.matchAll(JOINED)].some(([, left = '', right = '']) => aliases.has(left) || aliases.has(right));
};

const tablesOf = (text: string): readonly string[] => {
  const own = new Set([...text.matchAll(COMMON_TABLES)].map(([, name]) => name ?? ''));
  return [...text.matchAll(TABLES)].map(([, name]) => name ?? '').filter((name) => !own.has(name));
};
