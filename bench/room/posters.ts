/** A process: many people who post in the room over HTTP, at a steady rate all together, and many who say there that they are watching it. */
import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { loadConfig } from '#platform/config/config.ts';
import { createDevIssuer } from '#platform/identity/dev-issuer.ts';
import { emitSteadily, type Rate, ROOM_ID } from '../fanout/events.ts';
import { serveCommands } from '../support/child.ts';
import { post } from '../support/post.ts';

export interface Posted {
  /** Messages that were due. */
  readonly due: number;
  /** Messages that stand in the room. */
  readonly posted: number;
  /** What the others were told, by code. */
  readonly refused: Readonly<Record<string, number>>;
}

export type PosterCommands = {
  /** `dataDir`: where the gateway keeps the key of its local tokens. `viewers`: so many people join the room, and join again as often as they are told, until the process ends. Resolves with
   * how many the room counts, when all have joined. */
  readonly open: (to: {
    readonly url: string;
    readonly dataDir: string;
    readonly people: number;
    readonly viewers: number;
  }) => Promise<number>;
  /** Resolves when all are answered. */
  readonly post: (rate: Rate) => Promise<Posted>;
};

const CONNECTIONS = 64;
/** Messages under way at the same time at most: what is due beyond them waits, and is late. */
const UNDER_WAY_MAX = 2_000;
const TEXT_LENGTH = 60;
const QUERY = 'mutation Post($input: PostMessageInput!) { postMessage(input: $input) { event { seq } userErrors { code } } }';

const JOIN = 'mutation Join($input: WatchRoomInput!) { joinRoom(input: $input) { viewerCount renewAfterSeconds userErrors { code } } }';
/** Viewers who join at the same time. */
const JOINING_MAX = 32;

interface Joined {
  readonly data?: { readonly joinRoom: { readonly viewerCount: number | null; readonly renewAfterSeconds: number } } | null;
}

interface Answer {
  readonly data?: {
    readonly postMessage: { readonly event: object | null; readonly userErrors: readonly { readonly code: string }[] };
  } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

let pool: Pool | null = null;
let tokens: readonly string[] = [];
let next = 0;

const ask = (token: string | undefined, query: string, input: object): Promise<unknown> => {
  if (pool === null) throw new Error('nobody has come to post');
  const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` };
  return post(pool, headers, JSON.stringify({ query, variables: { input } }));
};

const send = async (dueAtMs: number): Promise<string | null> => {
  next += 1;
  const input = { roomId: ROOM_ID, text: `${dueAtMs.toFixed(2)} `.padEnd(TEXT_LENGTH, 'hello ').trim(), idempotencyKey: randomUUID() };
  const { data, errors } = (await ask(tokens[next % tokens.length], QUERY, input)) as Answer;
  if (data?.postMessage.event) return null;
  return data?.postMessage.userErrors[0]?.code ?? errors?.[0]?.extensions?.code ?? 'UNKNOWN';
};

/** Somebody joins, and does so again when it is time to. Resolves with how many the room counts. */
const join = async (token: string): Promise<number> => {
  const answer = (await ask(token, JOIN, { roomId: ROOM_ID })) as Joined;
  const joined = answer.data?.joinRoom;
  if (joined?.viewerCount == null) throw new Error(`a viewer could not join: ${JSON.stringify(answer)}`);
  setTimeout(() => void join(token), joined.renewAfterSeconds * 1_000).unref();
  return joined.viewerCount;
};

const joinAll = async (viewers: readonly string[]): Promise<number> => {
  const waiting = viewers.values();
  let count = 0;
  const joining = async (): Promise<void> => {
    for (const viewer of waiting) count = Math.max(count, await join(viewer));
  };
  await Promise.all(Array.from({ length: JOINING_MAX }, joining));
  return count;
};

const commands: PosterCommands = {
  open: async ({ url, dataDir, people, viewers }) => {
    const issuer = await createDevIssuer(loadConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'error' }, ['--dev']));
    pool = new Pool(url, { connections: CONNECTIONS });
    const tokensOf = (name: string, count: number): Promise<readonly string[]> =>
      Promise.all(Array.from({ length: count }, (_, index) => issuer.issue({ user: `${name}-${index}`, scopes: ['chat:write'] })));
    tokens = await tokensOf('viewer', people);
    return joinAll(await tokensOf('watcher', viewers));
  },
  post: async (rate) => {
    const refused: Record<string, number> = {};
    let [posted, underWay, crowded] = [0, 0, 0];
    const answers: Promise<void>[] = [];
    const due = await emitSteadily(rate, (dueAtMs) => {
      if (underWay >= UNDER_WAY_MAX) {
        crowded += 1;
        return;
      }
      underWay += 1;
      answers.push(
        send(dueAtMs).then((code) => {
          underWay -= 1;
          if (code === null) posted += 1;
          else refused[code] = (refused[code] ?? 0) + 1;
        }),
      );
    });
    await Promise.all(answers);
    return { due, posted, refused: crowded === 0 ? refused : { ...refused, NOT_SENT: crowded } };
  },
};

serveCommands(commands);
