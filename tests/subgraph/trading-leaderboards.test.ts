import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import { newId } from '#platform/ids.ts';
import { openConsentLane } from '../../subgraphs/trading/data/boardConsents.ts';
import { untilMidnightIsFar } from '../support/clock.ts';
import { eventually } from '../support/platform.ts';
import { ask, askData, aUser, type Question, subscribeTo } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

/** A gift is to be on the boards, and a consent or a policy to hold, within this. */
const SOON_MS = 30_000;

let shop: TradingFixture;

/** A stream in which three have sent gifts, and nobody says anything about what is shown of them. */
let quiet: StreamWithSenders;

beforeAll(async () => {
  await untilMidnightIsFar();
  shop = await aTrading();
  quiet = await aStreamWith([5, 50, 20]);
});

afterEach(() => setPolicy({ on: true, off: [], consent: true }));

afterAll(() => shop.close());

interface Board {
  readonly kind: string;
  readonly from: string | null;
  readonly state: string;
  readonly members: number;
  readonly version: number;
  readonly entries: readonly {
    readonly rank: number;
    readonly user: { readonly id: string } | null;
    readonly coins: string | null;
    readonly spentCoins?: string;
  }[];
  readonly me?: { readonly rank: number; readonly coins: string } | null;
}

const FIELDS = 'kind from state members version entries { rank user { id } coins }';

const setPolicy = async ({
  on,
  off,
  consent,
}: {
  readonly on: boolean;
  readonly off: readonly string[];
  readonly consent: boolean;
}): Promise<void> => {
  const text = '/* setPolicy */ UPDATE trading_policy SET leaderboards = $1, leaderboard_regions_off = $2, leaderboard_consent = $3';
  await shop.database.query({ text, values: [on, off, consent] });
};

const board = async (args: string, as?: Identity, fields = FIELDS): Promise<Board> =>
  (
    await askData<{ leaderboard: Board }>(shop.trading, {
      ...(as === undefined ? {} : { as }),
      query: `{ leaderboard(${args}) { ${fields} } }`,
    })
  ).leaderboard;

const consentTo = (userId: string, input: { readonly showSpend: boolean; readonly hidden: boolean; readonly idempotencyKey?: string }) =>
  askData<{ setLeaderboardConsent: { readonly consent: object | null; readonly userErrors: readonly { readonly code: string }[] } }>(
    shop.trading,
    {
      as: aUser(userId),
      query:
        'mutation ($input: SetLeaderboardConsentInput!) { setLeaderboardConsent(input: $input) { consent { showSpend hidden } userErrors { code field } } }',
      variables: { input: { idempotencyKey: randomUUID(), ...input } },
    },
  ).then((data) => data.setLeaderboardConsent);

interface StreamWithSenders {
  readonly streamId: string;
  readonly streamerId: string;
  readonly senders: readonly string[];
}

/** A stream in which these have sent so many roses, all on its board. */
const aStreamWith = async (coins: readonly number[]): Promise<StreamWithSenders> => {
  const stream = await shop.aStream();
  const senders = await Promise.all(coins.map(() => shop.aWallet({ coins: 10_000n })));
  await Promise.all(senders.map((sender, index) => shop.send(sender, { streamId: stream.streamId, quantity: coins[index] ?? 1 })));
  await untilOnBoard(stream.streamId, senders.length);
  return { ...stream, senders };
};

const untilOnBoard = (streamId: string, members: number): Promise<void> =>
  eventually('the gifts are on the board', async () => (await ofStream(streamId)).members === members, SOON_MS);

const ofStream = (streamId: string, as?: Identity, fields?: string): Promise<Board> =>
  board(`kind: STREAM, streamId: "${streamId}", first: 5`, as, fields);

describe('a leaderboard', () => {
  test('of a stream shows its senders by what they sent in it, without what they spent, and the caller where they stand', async () => {
    const { streamId, senders } = quiet;
    const shown = await ofStream(streamId);
    expect(shown).toMatchObject({ kind: 'STREAM', from: null, state: 'READY', members: 3 });
    expect(shown.entries).toEqual([
      { rank: 1, user: { id: senders[1] }, coins: null },
      { rank: 2, user: { id: senders[2] }, coins: null },
      { rank: 3, user: { id: senders[0] }, coins: null },
    ]);
    const me = 'me { rank coins }';
    expect((await ofStream(streamId, aUser(senders[2] ?? ''), me)).me).toEqual({ rank: 2, coins: '20' });
    expect((await ofStream(streamId, aUser('stranger'), me)).me).toBeNull();
    expect((await ofStream(streamId, undefined, me)).me).toBeNull();
  });

  test('of a day, a week and all time shows senders, and streamers with what they received', async () => {
    const { senders, streamerId } = quiet;
    const [, first = '', second = ''] = senders;
    for (const period of ['DAY', 'WEEK', 'ALL_TIME']) {
      const [bySender, byStreamer] = await Promise.all([
        board(`kind: SENDERS, period: ${period}, first: 2`),
        board(`kind: STREAMERS, period: ${period}, first: 1`),
      ]);
      expect(bySender.entries.map(({ user }) => user?.id)).toEqual([first, second]);
      expect(byStreamer.entries).toEqual([{ rank: 1, user: { id: streamerId }, coins: '75' }]);
      expect(bySender.from === null).toBe(period === 'ALL_TIME');
    }
    const day = await board('kind: SENDERS');
    expect(day.from).toBe(`${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`);
    expect((await board('kind: SENDERS, period: WEEK')).from).toMatch(/T00:00:00.000Z$/);
    expect((await board('kind: SENDERS, at: "2020-01-01T12:00:00Z"')).entries).toEqual([]);
    expect((await board('kind: SENDERS', aUser(first), 'me { rank coins }')).me).toEqual({ rank: 1, coins: '50' });
  });

  test('is a field of streams, several of them by one read of consents and policy', async () => {
    const streams = [quiet, await aStreamWith([7])];
    const representations = streams.map(({ streamId }) => ({ __typename: 'Stream', id: streamId }));
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Stream { leaderboard(first: 3) { entries { user { id } } } } } }';
    const question: Question = { query, variables: { r: representations } };
    const { _entities } = await askData<{ _entities: readonly { leaderboard: Board }[] }>(shop.trading, question);
    expect(_entities.map(({ leaderboard }) => leaderboard.entries.map(({ user }) => user?.id))).toEqual([
      [1, 2, 0].map((place) => quiet.senders[place]),
      streams[1]?.senders,
    ]);
    // A size that nobody has asked for, so that nothing is known.
    const more = { ...question, query: query.replace('first: 3', 'first: 99') };
    const statements = await statementsOf(/readConsents|readTradingPolicy|gift_order/, () => askData(shop.trading, more));
    expect(statements.length).toBeLessThanOrEqual(2);
  });

  test.each([
    ['kind: STREAM', 'needs `streamId`'],
    ['kind: STREAM, streamId: "nothing"', 'needs `streamId`'],
    [`kind: SENDERS, streamId: "${newId()}"`, 'goes with STREAM only'],
    ['kind: SENDERS, first: 0', '`first` is 1 to 100'],
    ['kind: SENDERS, first: 101', '`first` is 1 to 100'],
    ['kind: SENDERS, region: "Germany"', '`region` is an ISO'],
  ])('%s is refused', async (args, message) => {
    const { errors } = await ask(shop.trading, { query: `{ leaderboard(${args}) { state } }` });
    expect(errors?.[0]?.message).toContain(message);
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });
});

describe('what is shown of somebody', () => {
  test('is their choice: spend by consent, a place without a name when they hide, at once for those who ask and for those who follow', async () => {
    const { streamId, senders } = await aStreamWith([9, 4]);
    const [first = '', second = ''] = senders;
    const followed = subscribeTo(shop.trading, { query: `subscription { leaderboardChanged(streamId: "${streamId}") { ${FIELDS} } }` });
    const next = async (): Promise<Board> => ((await followed.next()).data as { leaderboardChanged: Board }).leaderboardChanged;
    expect((await next()).entries.map(({ coins }) => coins)).toEqual([null, null]);
    expect(await consentTo(first, { showSpend: true, hidden: false })).toEqual({
      consent: { showSpend: true, hidden: false },
      userErrors: [],
    });
    await eventually('the spend is shown', async () => (await ofStream(streamId)).entries[0]?.coins === '9', SOON_MS);
    const changed = await next();
    expect(changed.entries.map(({ coins }) => coins)).toEqual(['9', null]);
    await consentTo(second, { showSpend: true, hidden: true });
    const hidden = await next();
    expect(hidden.entries[1]).toEqual({ rank: 2, user: null, coins: null });
    expect(hidden.version).toBeGreaterThan(changed.version);
    await followed.end();
    await eventually('the name is gone', async () => (await ofStream(streamId)).entries[1]?.user === null, SOON_MS);
    expect((await ofStream(streamId, aUser(second), 'me { rank coins }')).me).toEqual({ rank: 2, coins: '4' });
    const forOperators = await ofStream(streamId, aUser('operator', 'ops:read'), 'entries { user { id } coins spentCoins }');
    expect(forOperators.entries[1]).toEqual({ user: null, coins: null, spentCoins: '4' });
    const { errors } = await ask(shop.trading, {
      as: aUser(second),
      query: `{ leaderboard(kind: STREAM, streamId: "${streamId}") { entries { spentCoins } } }`,
    });
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  });

  test('is what they said last, once per key; another wish with the same key is a conflict; nobody reads another one’s', async () => {
    const user = `user-${randomUUID()}`;
    const idempotencyKey = randomUUID();
    const wish = { showSpend: true, hidden: false, idempotencyKey };
    expect((await consentTo(user, wish)).consent).toEqual({ showSpend: true, hidden: false });
    expect((await consentTo(user, { showSpend: false, hidden: true })).consent).toEqual({ showSpend: false, hidden: true });
    expect((await consentTo(user, wish)).consent).toEqual({ showSpend: false, hidden: true });
    expect(await consentTo(user, { ...wish, hidden: true })).toEqual({
      consent: null,
      userErrors: [{ code: 'IDEMPOTENCY_CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
    // Also where they say it twice within one batch: the lane is busy with somebody else.
    const lane = openConsentLane({ database: shop.database, telemetry: shop.runtime.telemetry('trading') });
    const said = [
      { userId: 'somebody', showSpend: true, hidden: false },
      { userId: user, showSpend: true, hidden: true },
      { userId: user, showSpend: false, hidden: true },
    ];
    await Promise.all(said.map((each) => lane.submit({ ...each, idempotencyKey: randomUUID() })));
    await lane.close();
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { leaderboardConsent { showSpend hidden } } } }';
    const consents = (as: Identity, ...ids: readonly string[]) =>
      askData<{ _entities: readonly { leaderboardConsent: object | null }[] }>(shop.trading, {
        as,
        query,
        variables: { r: ids.map((id) => ({ __typename: 'User', id })) },
      });
    expect((await consents(aUser(user), user, 'another'))._entities).toEqual([
      { leaderboardConsent: { showSpend: false, hidden: true } },
      { leaderboardConsent: null },
    ]);
    expect((await consents(aUser('another'), 'another'))._entities).toEqual([{ leaderboardConsent: { showSpend: false, hidden: false } }]);
    const { errors } = await ask(shop.trading, {
      query: `mutation { setLeaderboardConsent(input: { showSpend: true, hidden: false, idempotencyKey: "x" }) { userErrors { code } } }`,
    });
    expect(errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });

  test('needs no consent where the policy says so', async () => {
    const { streamId } = quiet;
    await setPolicy({ on: true, off: [], consent: false });
    await eventually('the spend is shown', async () => (await ofStream(streamId)).entries[0]?.coins === '50', SOON_MS);
  });
});

describe('boards that are switched off', () => {
  test('are off in the regions named, where the token comes before the argument; who does not say where they are sees none', async () => {
    const { streamId } = quiet;
    await setPolicy({ on: true, off: ['CN'], consent: true });
    const stateIn = async (region: string | null, claim?: string): Promise<string> => {
      const argument = region === null ? '' : `, region: "${region}"`;
      const as: Identity = {
        ...aUser('viewer'),
        kind: 'user',
        id: 'viewer',
        scopes: [],
        roles: [],
        clientId: null,
        ...(claim === undefined ? {} : { region: claim }),
      };
      const { state, entries, members } = await board(`kind: STREAM, streamId: "${streamId}"${argument}`, as);
      expect([entries.length, members]).toEqual(state === 'READY' ? [3, 3] : [0, 0]);
      return state;
    };
    await eventually('they are off', async () => (await stateIn('CN')) === 'OFF', SOON_MS);
    // Nor where they stand themselves.
    const standing = (region: string) =>
      board(`kind: STREAM, streamId: "${streamId}", region: "${region}"`, aUser(quiet.senders[0] ?? ''), 'state me { rank }');
    expect([await standing('CN'), await standing('DE')]).toEqual([
      { state: 'OFF', me: null },
      { state: 'READY', me: { rank: 3 } },
    ]);
    expect(await stateIn('DE')).toBe('READY');
    expect(await stateIn('DE', 'CN')).toBe('OFF');
    expect(await stateIn(null, 'DE')).toBe('READY');
    expect(await stateIn(null)).toBe('OFF');
    await setPolicy({ on: false, off: [], consent: true });
    await eventually('they are off everywhere', async () => (await stateIn('DE')) === 'OFF', SOON_MS);
  });

  test('go out for those who follow', async () => {
    const { streamId } = quiet;
    const followed = subscribeTo(shop.trading, {
      query: `subscription { leaderboardChanged(streamId: "${streamId}", region: "CN") { state members } }`,
    });
    expect((await followed.next()).data).toEqual({ leaderboardChanged: { state: 'READY', members: 3 } });
    await setPolicy({ on: true, off: ['CN'], consent: true });
    expect((await followed.next()).data).toEqual({ leaderboardChanged: { state: 'OFF', members: 0 } });
    await followed.end();
  });
});

describe('leaderboardChanged', () => {
  test('shows the board as it is, then its changes, at most about two a second, the last of them for sure', async () => {
    const stream = await shop.aStream();
    const sender = await shop.aWallet({ coins: 10_000n });
    await consentTo(sender, { showSpend: true, hidden: false });
    const followed = subscribeTo(shop.trading, {
      query: `subscription { leaderboardChanged(streamId: "${stream.streamId}", first: 1) { ${FIELDS} } }`,
    });
    const boards: Board[] = [];
    const next = async (): Promise<Board> => {
      const shown = ((await followed.next()).data as { leaderboardChanged: Board }).leaderboardChanged;
      boards.push(shown);
      return shown;
    };
    expect((await next()).entries).toEqual([]);
    const startedMs = performance.now();
    for (let gift = 0; gift < 30; gift += 1) await shop.send(sender, { streamId: stream.streamId });
    while ((await next()).entries[0]?.coins !== '30');
    const seconds = (performance.now() - startedMs) / 1_000;
    expect(boards.length - 1).toBeLessThanOrEqual(2 * seconds + 2);
    expect(boards.map(({ version }) => version)).toEqual(boards.map(({ version }) => version).sort((one, other) => one - other));
    await followed.end();
  });

  test('is refused for more places than are followed, and for what is no stream', async () => {
    for (const args of ['streamId: "x"', `streamId: "${newId()}", first: 21`]) {
      const followed = subscribeTo(shop.trading, { query: `subscription { leaderboardChanged(${args}) { state } }` });
      expect((await followed.next()).errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    }
  });
});
