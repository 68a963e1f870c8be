import { expect, test } from 'vitest';
import type { Transaction } from '#platform/database/database.ts';
import type { Draft, SendRules, Settled, Verdict } from '../../subgraphs/messaging/data/sendRules.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';
import { roomBeforeItsStream } from '../../subgraphs/messaging/domain/room.ts';
import { allRules } from '../../subgraphs/messaging/modules/rules.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');
/** The rules of these tests ask the database nothing. */
const NO_DATABASE = {} as Transaction;

const draft: Draft = {
  eventId: '01980000-0000-7000-8000-000000000009',
  conversation: roomBeforeItsStream('01980000-0000-7000-8000-000000000001', NOW),
  author: { id: 'ann', isOperator: false },
  body: textBody('one'),
};

/** Rules that say this, and write down what they are asked and told. */
const rulesSaying = (verdict: Verdict, heard: string[], name = 'rules'): SendRules => ({
  open: async () => ({
    decide: ({ body }) => {
      heard.push(`${name} asked ${body.text}`);
      return verdict;
    },
    settled: ({ body }, what: Settled) => void heard.push(`${name} told ${body.text} ${JSON.stringify(what)}`),
    save: async () => void heard.push(`${name} saved`),
  }),
});

test('rules are asked in their order; a change is seen by those after it, and all are told and saved', async () => {
  const heard: string[] = [];
  const changed = { type: 'change', body: textBody('two') } as const;
  const session = await allRules([rulesSaying(changed, heard, 'a'), rulesSaying(null, heard, 'b')]).open(NO_DATABASE, [draft], NOW);
  expect(session.decide(draft)).toEqual(changed);
  session.settled?.({ ...draft, body: changed.body }, 'posted');
  await session.save?.();
  expect(heard).toEqual(['a asked one', 'b asked two', 'a told two "posted"', 'b told two "posted"', 'a saved', 'b saved']);
});

test.each<Exclude<Verdict, null>>([
  { type: 'refuse', code: 'NO', message: 'No.' },
  { type: 'hold', reason: 'a word' },
])('the first to $type has the last word', async (verdict) => {
  const heard: string[] = [];
  const session = await allRules([rulesSaying(verdict, heard, 'a'), rulesSaying(null, heard, 'b')]).open(NO_DATABASE, [draft], NOW);
  expect([session.decide(draft), heard]).toEqual([verdict, ['a asked one']]);
});
