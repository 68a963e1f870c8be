import { pick, type Random } from '../../../start/demo/random.ts';

/** Documents of the test graph that are right; what is made of them mostly isn't. */
const DOCUMENTS: readonly string[] = [
  '{ echo(text: "hi") rooms { id canPost gift { id name } self { self { id } } } }',
  'query Q($id: ID!, $with: Boolean = true) { room(id: $id) { ...R @include(if: $with) } me { name wallet } } fragment R on Room { id gift { name } }',
  'query ($text: String, $count: Int) { a: echo(text: $text, count: $count) b: gifts { id name } __typename }',
  'mutation M($text: String!) { post(text: $text) touch }',
  'subscription W($roomId: ID!, $after: Cursor) { e: roomEvents(roomId: $roomId, after: $after) { __typename cursor seq ... on ChatEvent { text room { id } } ... on GiftEvent { gift { name } } } }',
  'subscription { titleChanged { text version } }',
  'subscription { inbox(after: "1:0") { seq cursor } }',
  'query { __schema { types { name fields { name args { name defaultValue } } } } __type(name: "Room") { kind } }',
];
const PIECES: readonly string[] = [
  ...'{ } ( ) [ ] : ! $ @ = | & ... " """ # , \\ \0 \ud800 \ufeff \u2028 -0 1e400 9007199254740993 null true false'.split(' '),
  ...'id name text rooms gift self me wallet e a __typename __proto__ constructor toString on fragment query mutation subscription'.split(
    ' ',
  ),
  ...'@include(if: true) @skip(if: $with) @deprecated @broadcast $text $id $missing Room Gift Query RoomEvent String Int'.split(' '),
  '"\\u0000\\u0000"',
  '...R',
  '... on Room { id }',
  'fragment R on Room { ...R }',
  '(id: "r1")',
  '(text: {a: [1, {b: $x}]})',
];

const number = (random: Random, below: number): number => Math.floor(random() * below);

/** A document with some of its tokens taken away, doubled, moved or replaced; sometimes no document at all. */
export const aDocument = (random: Random): string => {
  if (random() < 0.05) return noise(random, 200);
  const tokens = pick(random, DOCUMENTS).match(/\w+|\s+|"[^"]*"|\.\.\.|./gu) ?? [];
  for (let changes = number(random, 6); changes > 0; changes -= 1) {
    const at = number(random, tokens.length + 1);
    const kind = number(random, 6);
    if (kind === 0) tokens.splice(at, 1 + number(random, 3));
    else if (kind === 1) tokens.splice(at, 0, ...tokens.slice(at, at + 1 + number(random, 12)));
    else if (kind === 2) tokens.splice(at, 1, pick(random, PIECES), ' ');
    else if (kind === 3) tokens.splice(at, 0, ' ', pick(random, PIECES), ' ');
    else if (kind === 4) tokens.splice(at, 0, ...pick(random, DOCUMENTS).split(' '));
    else tokens.splice(at, 0, pick(random, PIECES).repeat(1 + number(random, 300)));
  }
  return tokens.join('');
};

const noise = (random: Random, lengthMax: number): string =>
  String.fromCharCode(...Array.from({ length: number(random, lengthMax) }, () => number(random, random() < 0.5 ? 128 : 65_536)));

/** Any value that JSON can carry. */
export const aValue = (random: Random, depth = 0): unknown => {
  const kind = number(random, depth > 4 ? 8 : 11);
  if (kind < 3) return [null, true, '', 0, -1, 2 ** 53, 1e308, 'r1', '1:0', '\u0000', '\ud800'][number(random, 11)];
  if (kind < 6) return noise(random, 40);
  if (kind === 6) return random() * 10 ** number(random, 300);
  if (kind === 7) return 'x'.repeat(number(random, 5_000));
  const length = number(random, 5);
  if (kind === 8) return Array.from({ length }, () => aValue(random, depth + 1));
  return Object.fromEntries(Array.from({ length }, () => [aName(random), aValue(random, depth + 1)]));
};

const aName = (random: Random): string =>
  pick(random, [
    'id',
    'text',
    'count',
    'with',
    'roomId',
    'after',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'length',
    noise(random, 8),
  ]);

/** What is sent as one operation: sometimes with a field that has the wrong type, or is no object. */
export const aPayload = (random: Random): unknown => {
  if (random() < 0.05) return aValue(random);
  const variables =
    random() < 0.7 ? { id: 'r1', roomId: 'r1', text: 'hi', after: pick(random, ['1:0', '0:3', 'x', null]) } : aValue(random);
  const payload: Record<string, unknown> = { query: aDocument(random), variables };
  if (random() < 0.2) payload[pick(random, ['query', 'variables', 'operationName', 'extensions', 'id', '__proto__'])] = aValue(random);
  if (random() < 0.1) payload['extensions'] = { persistedQuery: aValue(random) };
  return payload;
};

/** JSON that may be cut, changed or nested too deeply. */
export const aBody = (random: Random): Buffer => {
  const kind = number(random, 8);
  if (kind === 0) return Buffer.from(noise(random, 2_000));
  if (kind === 1) return Buffer.from('['.repeat(number(random, 50_000)));
  if (kind === 2) return Buffer.from(JSON.stringify([aPayload(random), aPayload(random)]));
  if (kind === 3) return Buffer.from(`{"query":"{echo}","variables":${'{"a":'.repeat(number(random, 20_000))}1`);
  const body = Buffer.from(JSON.stringify(aPayload(random)) ?? '');
  for (let changes = number(random, 3); kind === 4 && changes > 0 && body.length > 0; changes -= 1)
    body[number(random, body.length)] = number(random, 256);
  return kind === 5 ? body.subarray(0, number(random, body.length + 1)) : body;
};

/** A line of an HTTP head that should not matter, or should be refused. */
export const aHeader = (random: Random): string =>
  pick(random, [
    'accept: */*',
    'accept: application/graphql-response+json',
    `accept: ${'text/plain,'.repeat(number(random, 200))}`,
    'accept-encoding: gzip, br, x',
    'authorization: Bearer x.y.z',
    `authorization: ${'Bearer '.repeat(number(random, 50))}`,
    `authorization: Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
    'content-encoding: gzip',
    'content-type: application/json; charset=utf-16',
    'content-type: multipart/form-data; boundary=x',
    'content-type: text/plain',
    'origin: http://evil.example',
    'if-none-match: "x", W/"y", *',
    'traceparent: 00-zz-zz-01',
    'x-request-id: a\tb',
    'x-forwarded-for: 1.2.3.4, , ::1, x',
    'apollographql-client-name: \u00fcml',
    'expect: 100-continue',
    'transfer-encoding: chunked',
    'connection: upgrade\r\nupgrade: websocket',
    `cookie: ${'x'.repeat(number(random, 20_000))}`,
  ]);

/** A message of graphql-transport-ws, in no sensible order. */
export const aMessage = (random: Random): string => {
  if (random() < 0.1) return noise(random, 100);
  const type = pick(random, [
    'connection_init',
    'subscribe',
    'subscribe',
    'subscribe',
    'complete',
    'ping',
    'pong',
    'next',
    'error',
    'start',
    '',
    7,
    null,
  ]);
  const id = pick(random, ['1', '2', '3', '', '"', '__proto__', 'x'.repeat(200), 4, null]);
  const payload = type === 'subscribe' ? aPayload(random) : random() < 0.5 ? aValue(random) : undefined;
  const message = JSON.stringify({ type, id, payload });
  return random() < 0.05 ? message.slice(0, number(random, message.length)) : message;
};
