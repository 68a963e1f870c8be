import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createAnswers } from '../../gateway/cache/answers.ts';
import { readHints } from '../../gateway/cache/hints.ts';
import type { Answer } from '../../gateway/cache/responses.ts';
import { createDocuments } from '../../gateway/supergraph/documents.ts';
import type { Generation } from '../../gateway/supergraph/generation.ts';
import { aTelemetry } from '../support/telemetry.ts';

const SDL = `
directive @cacheControl(maxAge: Int) on FIELD_DEFINITION
type Query { book(title: String): String @cacheControl(maxAge: 60) }
`;
const schema = buildSchema(SDL);
const marks = { cache: readHints(parse(SDL)), personal: new Set<string>() };

const answerWith = (book: string | null): Answer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({ data: { book } }),
  headers: {},
});

/** Asks as somebody who gets `own`, where nobody in particular gets `everybodys`. */
const ask = async (who: {
  readonly anonymous: boolean;
  readonly everybodys: string | null;
  readonly own: string;
  readonly title?: string;
}) => {
  const answers = createAnswers({ id: 'g', schema, marks } as unknown as Generation, createDocuments(schema), aTelemetry());
  const ranAs: string[] = [];
  const query = 'query Q($title: String) { book(title: $title) }';
  const asked = { query, variables: { title: who.title ?? '' }, operationName: undefined, variant: () => '', anonymous: who.anonymous };
  const { answer, cacheControl, isPrivate } = await answers(asked, async ({ caller }) => {
    ranAs.push(caller ? 'caller' : 'nobody');
    return answerWith(caller ? who.own : who.everybodys);
  });
  return { book: JSON.parse(answer.body).data.book, cacheControl, isPrivate, ranAs };
};

test('what is the same for everybody is got by nobody in particular, and is for all caches', async () => {
  expect(await ask({ anonymous: false, everybodys: 'a', own: 'b' })).toEqual({
    book: 'a',
    cacheControl: 'max-age=60, public',
    isPrivate: false,
    ranAs: ['nobody'],
  });
});

test('what only its caller got is for no cache but the caller’s own', async () => {
  expect(await ask({ anonymous: false, everybodys: null, own: 'b' })).toEqual({
    book: 'b',
    cacheControl: 'max-age=60, private',
    isPrivate: true,
    ranAs: ['nobody', 'caller'],
  });
});

test('nor is what is too long to be kept, and was got for its caller', async () => {
  expect(await ask({ anonymous: false, everybodys: 'a', own: 'b', title: 'x'.repeat(5_000) })).toMatchObject({
    book: 'b',
    cacheControl: 'max-age=60, private',
    ranAs: ['caller'],
  });
});

test('an anonymous caller gets what cannot be kept without waiting for it twice', async () => {
  expect(await ask({ anonymous: true, everybodys: null, own: 'b' })).toEqual({
    book: null,
    cacheControl: 'no-store',
    isPrivate: false,
    ranAs: ['nobody'],
  });
});
