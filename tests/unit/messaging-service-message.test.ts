import { expect, test } from 'vitest';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { createOutbox } from '../../subgraphs/messaging/data/roomOutbox.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';
import {
  controlBodyOf,
  placesOf,
  serviceFaultOf,
  serviceRefusalOf,
  systemBodyOf,
} from '../../subgraphs/messaging/domain/serviceMessage.ts';
import { chatPostedEvent, controlSentEvent } from '../../subgraphs/messaging/events.ts';

const said = { key: 'order.shipped', parameters: [{ name: 'order', value: '7' }], text: ' Order 7 is on its way. ' };

test('what a service says has a key, parameters with names of their own, and a text for who does not know the key', () => {
  expect(systemBodyOf(said)).toEqual({
    ...textBody('Order 7 is on its way.'),
    type: 'SYSTEM',
    system: { key: 'order.shipped', parameters: [{ name: 'order', value: '7' }] },
  });
  const parameter = (name: string, value = '') => ({ name, value });
  const faults = [
    [{ key: 'Order shipped' }, 'KEY_INVALID'],
    [{ parameters: [parameter('a'), parameter('a')] }, 'PARAMETERS_INVALID'],
    [{ parameters: [parameter('A b')] }, 'PARAMETERS_INVALID'],
    [{ parameters: [parameter('a', 'x'.repeat(201))] }, 'PARAMETERS_INVALID'],
    [{ parameters: Array.from({ length: 11 }, (_, index) => parameter(`p${index}`)) }, 'PARAMETERS_INVALID'],
    [{ text: ' ' }, 'TEXT_EMPTY'],
    [{ text: 'x'.repeat(501) }, 'TEXT_TOO_LONG'],
  ] as const;
  for (const [wrong, code] of faults) expect(systemBodyOf({ ...said, ...wrong })).toBe(code);
  // Counted as people count.
  expect(systemBodyOf({ ...said, parameters: [parameter('a', '🎺'.repeat(200))] })).toMatchObject({ type: 'SYSTEM' });
});

test('what is for machines is a JSON object of a named form', () => {
  expect(controlBodyOf({ schema: 'overlay/2', data: '{"on":true}' })).toEqual({
    type: 'CONTROL',
    custom: { schema: 'overlay/2', data: '{"on":true}' },
  });
  for (const wrong of [{ schema: 'Over lay' }, { data: '[]' }, { data: '{' }, { data: JSON.stringify({ a: 'x'.repeat(8_192) }) }])
    expect(controlBodyOf({ schema: 'overlay/2', data: '{}', ...wrong })).toBe('DATA_INVALID');
});

test('it is said in 1 to 100 conversations, once in each', () => {
  expect(placesOf(['a', 'b', 'a'])).toEqual(['a', 'b']);
  expect(placesOf([])).toBeNull();
  expect(placesOf(Array.from({ length: 101 }, (_, index) => `c${index}`))).toBeNull();
});

test('refusals speak of conversations, say when to try again, and are all known', () => {
  expect(serviceFaultOf('ROOM_CLOSED')).toBe('CONVERSATION_CLOSED');
  expect(() => serviceFaultOf('BANNED')).toThrow('BANNED');
  expect(serviceRefusalOf('RATE_LIMITED', { conversationId: 'c', retryAfterMs: 12 })).toEqual({
    code: 'RATE_LIMITED',
    message: 'This service posts faster than the limit. Try again in 12 ms with the same idempotencyKey.',
    field: null,
    conversationId: 'c',
  });
});

test('on the highest step all that services say leaves at once, and what waits leaves before it', () => {
  const room = newId();
  // The last 32 bits decide: this one is among the first to be left out.
  const leftOut = `${newId().slice(0, -8)}ffffffff`;
  const at = (seq: number, event: ReturnType<typeof chatPostedEvent>): FeedEvent => ({ ...event, seq, at: new Date(0), cursor: `c${seq}` });
  const chat = (seq: number, id: string) =>
    at(seq, chatPostedEvent(room, { id }, { authorId: 'alice', number: seq, body: textBody('hi') }));
  const system = systemBodyOf(said);
  if (typeof system === 'string') throw new Error(system);
  const box = createOutbox({ kinds: null, full: false, ownerId: 'luna' });
  const stand = { __typename: 'PositionEvent', id: 'p', cursor: 'c0', seq: 0, at: new Date(0) } as const;
  box.stand(stand, { step: 'SLOW_MODE_SUGGESTED', pinned: false, seq: 0 }, 0);
  expect(box.take(0)).toHaveLength(1);
  box.put(chat(1, leftOut), 0);
  expect(box.take(0)).toEqual([]);
  box.put(at(2, chatPostedEvent(room, { id: leftOut }, { authorId: 'shop', number: 2, body: system })), 0);
  box.put(at(3, controlSentEvent(room, { id: leftOut }, 'shop', { schema: 'overlay', data: '{}' })), 0);
  expect(box.take(0).map(({ __typename, seq }) => [__typename, seq])).toEqual([
    ['SkippedEvent', 1],
    ['ChatEvent', 2],
    ['ControlEvent', 3],
  ]);
});
