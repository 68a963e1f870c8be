/** A process: many people who post in the room over HTTP, at a steady rate all together. */
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
  /** `dataDir`: where the gateway keeps the key of its local tokens. */
  readonly open: (to: { readonly url: string; readonly dataDir: string; readonly people: number }) => Promise<void>;
  /** Resolves when all are answered. */
  readonly post: (rate: Rate) => Promise<Posted>;
};

const CONNECTIONS = 64;
/** Messages under way at the same time at most: what is due beyond them waits, and is late. */
const UNDER_WAY_MAX = 2_000;
const TEXT_LENGTH = 60;
const QUERY = 'mutation Post($input: PostMessageInput!) { postMessage(input: $input) { event { seq } userErrors { code } } }';

interface Answer {
  readonly data?: {
    readonly postMessage: { readonly event: object | null; readonly userErrors: readonly { readonly code: string }[] };
  } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

let pool: Pool | null = null;
let tokens: readonly string[] = [];
let next = 0;

const send = async (dueAtMs: number): Promise<string | null> => {
  next += 1;
  const authorization = `Bearer ${tokens[next % tokens.length]}`;
  const input = { roomId: ROOM_ID, text: `${dueAtMs.toFixed(2)} `.padEnd(TEXT_LENGTH, 'hello ').trim(), idempotencyKey: randomUUID() };
  if (pool === null) throw new Error('nobody has come to post');
  const headers = { 'content-type': 'application/json', accept: 'application/json', authorization };
  const { data, errors } = (await post(pool, headers, JSON.stringify({ query: QUERY, variables: { input } }))) as Answer;
  if (data?.postMessage.event) return null;
  return data?.postMessage.userErrors[0]?.code ?? errors?.[0]?.extensions?.code ?? 'UNKNOWN';
};

const commands: PosterCommands = {
  open: async ({ url, dataDir, people }) => {
    const issuer = await createDevIssuer(loadConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'error' }, ['--dev']));
    pool = new Pool(url, { connections: CONNECTIONS });
    tokens = await Promise.all(
      Array.from({ length: people }, (_, index) => issuer.issue({ user: `viewer-${index}`, scopes: ['chat:write'] })),
    );
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
