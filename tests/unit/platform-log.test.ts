import { expect, test } from 'vitest';
import { createLogger } from '#platform/log/log.ts';

const collecting = (format: 'json' | 'pretty') => {
  const lines: string[] = [];
  return { lines, log: createLogger({ logLevel: 'info', logFormat: format }, { write: (line) => lines.push(line) }) };
};

test('a line is one JSON object with level, time, service and request id', () => {
  const { lines, log } = collecting('json');
  log.child({ service: 'trading' }).info({ requestId: 'r1' }, 'settled');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/Z$/),
    service: 'trading',
    requestId: 'r1',
    msg: 'settled',
  });
});

test('tokens, keys and passwords are not written', () => {
  const { lines, log } = collecting('json');
  log.info(
    {
      authorization: 'Bearer hunter2',
      request: { headers: { authorization: 'Bearer hunter2', 'x-fanfare-identity': 'hunter2', cookie: 'hunter2' } },
      options: { password: 'hunter2', token: 'hunter2' },
    },
    'called',
  );
  expect(lines.join('')).toContain('[redacted]');
  expect(lines.join('')).not.toContain('hunter2');
});

test('neither in lists nor in what a child logger always says, and the caller keeps them', () => {
  const { lines, log } = collecting('json');
  const said = { sockets: [{ token: 'hunter2', user: 'alice' }] };
  log.child({ password: 'hunter2', service: 'x' }).info(said, 'called');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    password: '[redacted]',
    service: 'x',
    sockets: [{ token: '[redacted]', user: 'alice' }],
  });
  expect(said).toEqual({ sockets: [{ token: 'hunter2', user: 'alice' }] });
});

test('an error is written with its causes', () => {
  const { lines, log } = collecting('json');
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { message: 'outer', cause: { message: 'inner' } } });
});

test('what a driver hangs on its errors is not written', () => {
  const { lines, log } = collecting('json');
  const error = Object.assign(new Error('duplicate key'), {
    code: '23505',
    constraint: 'wallet_pkey',
    detail: 'Key (id)=(alice)',
    client: { secretKey: 'hunter2' },
  });
  log.error({ err: new Error('outer', { cause: error }) }, 'failed');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: { cause: { message: 'duplicate key', code: '23505', constraint: 'wallet_pkey' } },
  });
  expect(lines.join('')).not.toMatch(/hunter2|alice/);
});

test('a chain of causes without end is cut', () => {
  const { lines, log } = collecting('json');
  const error = new Error('again');
  error.cause = error;
  log.error({ err: error }, 'failed');
  expect(lines[0]?.match(/"message":"again"/g)).toHaveLength(6);
});

test('a thrown value that is no error is written as it reads', () => {
  const { lines, log } = collecting('json');
  log.error({ err: 'oops' }, 'failed');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { type: 'string', message: 'oops' } });
});

test('lines below the level are not written', () => {
  const { lines, log } = collecting('json');
  log.debug('noise');
  expect(lines).toEqual([]);
});

test('a pretty line is one readable line, with the stack of an error below it', () => {
  const { lines, log } = collecting('pretty');
  log.child({ service: 'trading' }).info({ gifts: 3, sender: 'alice' }, 'settled');
  log.error({ err: new Error('no', { cause: new Error('inner') }) }, 'failed');
  expect(lines[1]).toContain('caused by Error: inner');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}trading: settled gifts=3 sender=alice\n$/);
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} error failed\n {2}Error: no\n {4,}at /);
});
