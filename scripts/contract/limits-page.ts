import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLOSE_CODES } from '#platform/close-codes.ts';
import { ERROR_CODES } from '#platform/errors.ts';
import { SCOPES } from '#platform/identity/identity.ts';
import * as gatewayLimits from '../../gateway/limits.ts';
import { ROOT_FOLDER } from './schema.ts';

const LIMITS_FILE = 'gateway/limits.ts';

/** A named limit as its source documents it. */
interface Limit {
  readonly name: string;
  readonly value: string;
  readonly reason: string;
}

/** The page at /limits: scopes, limits, error codes and close codes, each from the table that the code itself uses. Plain HTML, no script. */
export function renderLimitsPage(): string {
  const limits = readLimits(readFileSync(join(ROOT_FOLDER, LIMITS_FILE), 'utf8'), gatewayLimits);
  return `<!doctype html>
<!-- Made by npm run docs. -->
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Fanfare: limits and codes</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/pages/limits.css">
</head>
<body>
<header>
  <h1>Limits and codes</h1>
  <nav><a href="/">Room</a> <a href="/playground">Playground</a> <a href="/status">Status</a> <a href="/schema.graphql">Schema</a></nav>
</header>
<main>
<h2 id="scopes">Scopes</h2>
<p>What a token may do. Anonymous callers may read the catalogue, live streams, public rooms and their events.</p>
${table(
  ['Scope', 'Allows'],
  Object.entries(SCOPES).map(([scope, allows]) => [code(scope), text(allows)]),
)}
<h2 id="errors">Error codes</h2>
<p><code>extensions.code</code> of a top-level error. <code>extensions.requestId</code> is always there, <code>extensions.retryAfterMs</code> where it helps.
What a caller can mend in a mutation is not an error: it comes in <code>userErrors</code>, with codes of its own in the schema.</p>
${table(
  ['Code', 'Send again?', 'Meaning'],
  Object.entries(ERROR_CODES).map(([name, { retryable, meaning }]) => [code(name), retryable ? 'yes' : 'no', text(meaning)]),
)}
<h2 id="close-codes">Close codes</h2>
<p>With which the gateway closes a WebSocket. &ldquo;Connects again&rdquo; says what a stock graphql-ws client does by itself.</p>
${table(
  ['Code', 'Reason', 'Connects again', 'Meaning'],
  Object.entries(CLOSE_CODES).map(([number, { reason, retried, meaning }]) => [
    number,
    code(reason),
    retried ? 'yes' : 'no',
    text(meaning),
  ]),
)}
<h2 id="limits">Limits of the gateway</h2>
<p>Limits of single fields and arguments stand in their descriptions in the <a href="/schema.graphql">schema</a>.</p>
${table(
  ['Limit', 'Value', 'Why'],
  limits.map(({ name, value, reason }) => [code(name), text(value), text(reason)]),
)}
</main>
</body>
</html>
`;
}

/** The exported constants of a limits file with their values and the comment above each. Constants that stand together share the comment of the first. */
export function readLimits(source: string, values: Readonly<Record<string, unknown>>): readonly Limit[] {
  const declarations = source.matchAll(/(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export const (\w+)/g);
  let reason = '';
  return [...declarations].map(([, comment, name = '']) => {
    if (comment !== undefined) reason = plainComment(comment);
    return { name, value: describeValue(name, values[name]), reason };
  });
}

const plainComment = (comment: string): string =>
  comment
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Units by the end of a constant's name; units come last in names. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_BYTES(_MAX)?$/, ' bytes'],
  [/_MS(_MAX|_MIN)?$/, ' ms'],
  [/_SECONDS$/, ' s'],
];

function describeValue(name: string, value: unknown): string {
  if (typeof value === 'number') {
    const unit = UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? '';
    return `${value.toLocaleString('en-US')}${unit}`;
  }
  if (typeof value === 'object' && value !== null && 'capacity' in value && 'refillPerSecond' in value) {
    return `${Number(value.capacity).toLocaleString('en-US')} at once, then ${Number(value.refillPerSecond).toLocaleString('en-US')} per second`;
  }
  throw new TypeError(`${LIMITS_FILE}: ${name} is neither a number nor a token bucket, so the page of limits cannot show it`);
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    '<table>',
    `<thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`),
    '</tbody>',
    '</table>',
  ].join('\n');

const text = (plain: string): string => plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const code = (plain: string): string => `<code>${text(plain)}</code>`;
