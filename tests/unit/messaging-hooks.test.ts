import { describe, expect, test } from 'vitest';
import type { Transaction } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { SendContext } from '../../subgraphs/messaging/data/moduleEvents.ts';
import type { Draft, SendSession, Verdict } from '../../subgraphs/messaging/data/sendRules.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';
import { HOOK_WAITING_MAX } from '../../subgraphs/messaging/domain/moduleLimits.ts';
import { MODULE_UNAVAILABLE } from '../../subgraphs/messaging/domain/refusal.ts';
import { roomBeforeItsStream } from '../../subgraphs/messaging/domain/room.ts';
import type { ChatEvent } from '../../subgraphs/messaging/domain/roomEvent.ts';
import { type ModuleHost, openModules } from '../../subgraphs/messaging/modules/host.ts';
import type { Module, ModuleRules, SendHook } from '../../subgraphs/messaging/modules/module.ts';
import { withDeadline } from '../support/deadline.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const ROOM = '01980000-0000-7000-8000-000000000001';
/** The rules of these tests ask the database nothing. */
const NO_DATABASE = {} as Transaction;

const context: SendContext = {
  conversation: roomBeforeItsStream(ROOM, NOW),
  author: { id: 'ann', isOperator: false },
  body: textBody('one'),
};
const draft: Draft = { ...context, eventId: '01980000-0000-7000-8000-000000000009' };

const REFUSE: Verdict = { type: 'refuse', code: 'NO', message: 'No.' };
const HOLD: Verdict = { type: 'hold', reason: 'a word' };
const NEVER = new Promise<never>(() => undefined);

/** A module that is asked before messages go into the lane. */
const asked = (run: SendHook['run'], { name = 'm', order = 1, onFailure = 'closed', budgetMs = 1_000 } = {}): Module => ({
  name,
  order,
  beforeSend: { onFailure: onFailure === 'open' ? 'open' : 'closed', budgetMs, run },
});

const failuresOf = (telemetry: Telemetry, hook: string, reason: string): Promise<number> =>
  metricOf(telemetry, 'fanfare_module_failures_total', { module: 'm', hook, reason });

const chat = (number: number): ChatEvent => ({
  __typename: 'ChatEvent',
  id: `event-${number}`,
  cursor: '',
  seq: number,
  at: NOW,
  message: {
    ...textBody('hello'),
    id: `${ROOM}:${number}`,
    conversationId: ROOM,
    seq: number,
    messageNumber: number,
    authorId: 'ann',
    heldAt: null,
    sentAt: NOW,
    editedAt: null,
    editCount: 0,
    isRecalled: false,
    isCurrent: false,
  },
});

describe('beforeSend', () => {
  test('modules are asked in their order, whatever order they are installed in; a change is seen by those after it', async () => {
    const heard: string[] = [];
    const host = openModules(
      [
        asked(
          ({ body }) => {
            heard.push(`last ${body.text}`);
            return null;
          },
          { name: 'last', order: 3 },
        ),
        asked(({ body }) => ({ type: 'change', body: textBody(`${body.text}, two`) }), { name: 'first', order: 1 }),
        asked(async ({ body }) => ({ type: 'change', body: textBody(`${body.text}, three`) }), { name: 'second', order: 2 }),
      ],
      aTelemetry(),
    );
    expect(host.asks).toBe(true);
    expect(await host.beforeSend(context)).toEqual({ type: 'pass', body: textBody('one, two, three') });
    expect(heard).toEqual(['last one, two, three']);
  });

  test.each([REFUSE, HOLD])('the first objection has the last word: %o', async (objection) => {
    const later: string[] = [];
    const second = asked(
      ({ body }) => {
        later.push(body.text);
        return null;
      },
      { name: 'b', order: 2 },
    );
    const host = openModules([asked(() => objection, { name: 'a', order: 1 }), second], aTelemetry());
    expect(await host.beforeSend(context)).toEqual({ type: 'object', body: context.body, objection });
    expect(later).toEqual([]);
  });

  const failing: readonly [string, string, SendHook['run']][] = [
    ['throws', 'threw', () => Promise.reject(new Error('broken'))],
    [
      'throws at once',
      'threw',
      () => {
        throw new Error('broken');
      },
    ],
    ['does not answer in time', 'too-slow', () => NEVER],
    ['makes a text that is too long', 'threw', () => ({ type: 'change', body: textBody('x'.repeat(501)) })],
    ['makes a text that PostgreSQL cannot keep', 'threw', () => ({ type: 'change', body: textBody('a\0b') })],
  ];
  test.each(failing)('a module that %s lets messages through where it fails open, and is counted', async (_, reason, run) => {
    const telemetry = aTelemetry();
    const host = openModules([asked(run, { onFailure: 'open', budgetMs: 20 }), asked(() => REFUSE, { name: 'n', order: 2 })], telemetry);
    expect(await withDeadline(host.beforeSend(context), 'the budget')).toMatchObject({ type: 'object', objection: REFUSE });
    expect(await failuresOf(telemetry, 'beforeSend', reason)).toBe(1);
  });
  test.each(failing)('a module that %s keeps messages out where it fails closed', async (_, reason, run) => {
    const telemetry = aTelemetry();
    const host = openModules([asked(run, { onFailure: 'closed', budgetMs: 20 }), asked(() => null, { name: 'n', order: 2 })], telemetry);
    expect(await withDeadline(host.beforeSend(context), 'the budget')).toEqual({ type: 'unavailable' });
    expect(await failuresOf(telemetry, 'beforeSend', reason)).toBe(1);
  });

  test('at the end of its budget a hook is told to stop, and what it throws then hurts nobody', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const run: SendHook['run'] = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped.resolve(signal.reason);
          reject(signal.reason);
        });
      });
    const host = openModules([asked(run, { budgetMs: 20 })], aTelemetry());
    expect(await host.beforeSend(context)).toEqual({ type: 'unavailable' });
    expect(await withDeadline(stopped.promise, 'the signal')).toBeInstanceOf(Error);
  });

  test('without a module that wants to be asked nobody is', () => expect(openModules([], aTelemetry()).asks).toBe(false));
});

test.each([
  [
    'two of one name',
    [
      { name: 'm', order: 1 },
      { name: 'm', order: 2 },
    ],
  ],
  ['a budget of nothing', [asked(() => null, { budgetMs: 0 })]],
  ['a budget without end', [asked(() => null, { budgetMs: 60_000 })]],
])('modules are refused at the start: %s', (_, modules) => {
  expect(() => openModules(modules, aTelemetry())).toThrow(/module/);
});

describe('rules inside the lane', () => {
  const ruled = (session: Partial<SendSession>, more: Partial<ModuleRules> = {}): Module => ({
    name: 'm',
    order: 1,
    rules: { open: async () => ({ decide: () => null, ...session }), ...more },
  });
  const crash = (): never => {
    throw new Error('broken');
  };

  test('a draft about which they throw is refused where they fail closed, and passes where they fail open; others are not touched', async () => {
    const decide = ({ body }: Draft): Verdict => (body.text === 'bad' ? crash() : null);
    const bad = { ...draft, body: textBody('bad') };
    for (const [onFailure, verdict] of [
      ['closed', { type: 'refuse', ...MODULE_UNAVAILABLE }],
      ['open', null],
    ] as const) {
      const telemetry = aTelemetry();
      const session = await openModules([ruled({ decide }, { onFailure })], telemetry).rules.open(NO_DATABASE, [bad, draft], NOW);
      expect([session.decide(bad), session.decide(draft)]).toEqual([verdict, null]);
      expect(await failuresOf(telemetry, 'rules', 'threw')).toBe(1);
    }
  });

  test('what throws in open, settled or save fails the batch, as it was thrown', async () => {
    const opened = openModules([ruled({}, { open: async () => crash() })], aTelemetry()).rules;
    await expect(opened.open(NO_DATABASE, [draft], NOW)).rejects.toThrow('broken');
    const session = await openModules([ruled({ settled: crash, save: async () => crash() })], aTelemetry()).rules.open(
      NO_DATABASE,
      [draft],
      NOW,
    );
    expect(() => session.settled?.(draft, 'posted')).toThrow('broken');
    await expect(session.save?.()).rejects.toThrow('broken');
  });

  test('what they cost a batch is measured once, and told where it is more than their budget', async () => {
    const telemetry = aTelemetry();
    const slowly = (): null => {
      const untilMs = performance.now() + 6;
      while (performance.now() < untilMs);
      return null;
    };
    const session = await openModules([ruled({ decide: slowly }, { budgetMs: 10 })], telemetry).rules.open(
      NO_DATABASE,
      [draft, draft],
      NOW,
    );
    session.decide(draft);
    session.decide(draft);
    await session.save?.();
    expect(await failuresOf(telemetry, 'rules', 'too-slow')).toBe(1);
    const metric = await telemetry.metrics.getSingleMetric('fanfare_module_hook_seconds')?.get();
    const ofSeries = (ending: string) =>
      metric?.values.find((value) => 'metricName' in value && String(value.metricName).endsWith(ending))?.value;
    expect(ofSeries('_count')).toBe(1);
    expect(ofSeries('_sum')).toBeGreaterThan(0.011);
  });
});

describe('hooks that are told', () => {
  const HOOKS = ['afterAppend', 'onJoin', 'onLeave', 'onRead'] as const;
  const tell = (host: ModuleHost, hook: (typeof HOOKS)[number], number: number): void => {
    if (hook === 'afterAppend') host.appended({ events: [chat(number)] });
    else if (hook === 'onRead') host.read({ conversationId: ROOM, userId: 'ann', number });
    else host[hook === 'onJoin' ? 'joined' : 'left']({ conversationId: ROOM, userIds: [String(number)], at: NOW });
  };
  /** What a call was about, as numbers. */
  const numbersOf = (told: object): readonly number[] => {
    if ('events' in told) return (told.events as readonly ChatEvent[]).map(({ seq }) => seq);
    return 'number' in told ? [Number(told.number)] : (told as { userIds: string[] }).userIds.map(Number);
  };
  const telling = (hook: (typeof HOOKS)[number], run: (told: object) => void | Promise<void>, budgetMs = 1_000): Module => ({
    name: 'm',
    order: 1,
    [hook]: { budgetMs, run },
  });

  test.each(HOOKS)('%s is told everything in order, one call at a time, after whoever tells it has gone on', async (hook) => {
    const heard: number[] = [];
    let running = 0;
    let atOnce = 0;
    const host = openModules(
      [
        telling(hook, async (told) => {
          running += 1;
          atOnce = Math.max(atOnce, running);
          await new Promise((resolve) => setImmediate(resolve));
          heard.push(...numbersOf(told));
          running -= 1;
        }),
      ],
      aTelemetry(),
    );
    for (let number = 1; number <= 50; number += 1) tell(host, hook, number);
    expect(heard).toEqual([]);
    await host.close();
    expect([atOnce, heard]).toEqual([1, Array.from({ length: 50 }, (_, index) => index + 1)]);
  });

  test.each(HOOKS)('%s that throws, or takes too long, is counted and told what comes next', async (hook) => {
    const telemetry = aTelemetry();
    const heard: number[] = [];
    const third = Promise.withResolvers<void>();
    const host = openModules(
      [
        telling(
          hook,
          (told) => {
            heard.push(...numbersOf(told));
            if (heard.length === 1) throw new Error('broken');
            if (heard.length === 2) return NEVER;
            third.resolve();
          },
          20,
        ),
      ],
      telemetry,
    );
    for (const [number, reason] of [
      [1, 'threw'],
      [2, 'too-slow'],
      [3, null],
    ] as const) {
      tell(host, hook, number);
      if (reason === null) await withDeadline(third.promise, 'the third');
      else
        await withDeadline(
          (async () => {
            while ((await failuresOf(telemetry, hook, reason)) === 0) await new Promise((resolve) => setImmediate(resolve));
          })(),
          reason,
        );
    }
    expect(heard).toEqual([1, 2, 3]);
    await host.close();
  });

  test('what is posted while a call runs is collected for the next', async () => {
    const first = Promise.withResolvers<void>();
    const calls: number[] = [];
    const host = openModules(
      [
        telling('afterAppend', (told) => {
          calls.push(numbersOf(told).length);
          return calls.length === 1 ? first.promise : undefined;
        }),
      ],
      aTelemetry(),
    );
    tell(host, 'afterAppend', 1);
    await withDeadline(
      (async () => {
        while (calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
      })(),
      'the first call',
    );
    for (let number = 2; number <= 9; number += 1) tell(host, 'afterAppend', number);
    first.resolve();
    await host.close();
    expect(calls).toEqual([1, 8]);
  });

  test('past its bound the newest are dropped and counted, and nobody waits', async () => {
    const telemetry = aTelemetry();
    const heard: number[] = [];
    const host = openModules([telling('onRead', (told) => void heard.push(...numbersOf(told)))], telemetry);
    for (let number = 1; number <= HOOK_WAITING_MAX + 5; number += 1) tell(host, 'onRead', number);
    await host.close();
    expect([heard.length, heard.at(-1)]).toEqual([HOOK_WAITING_MAX, HOOK_WAITING_MAX]);
    expect(await failuresOf(telemetry, 'onRead', 'dropped')).toBe(5);
  });
});
