/** A process of the graph bench: many people who send gifts over HTTP, each as fast as the answers come. */
import { Pool } from 'undici';
import { loadConfig } from '#platform/config/config.ts';
import { createDevIssuer } from '#platform/identity/dev-issuer.ts';
import { percentile } from '../support/bench.ts';
import { serveCommands } from '../support/child.ts';
import { post } from '../support/post.ts';
import { createWorkload } from './workload.ts';

/** Gifts under way at the same time. */
const CALLERS = 256;
/** Their token is verified once and remembered, as in life. */
const SENDERS = 2_000;

export interface GraphLoad {
  readonly url: string;
  /** Where the gateway keeps the key of its local tokens. */
  readonly dataDir: string;
  readonly seconds: number;
  readonly seed: number;
}

export interface GraphAnswers {
  readonly accepted: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type GraphClientCommands = {
  readonly send: (load: GraphLoad) => Promise<GraphAnswers>;
};

interface Answer {
  readonly data?: {
    readonly sendGift: { readonly order: object | null; readonly userErrors: readonly { readonly code: string }[] };
  } | null;
  readonly errors?: readonly { readonly message: string }[];
}

const QUERY = `mutation Send($input: SendGiftInput!) {
  sendGift(input: $input) { order { id status coins quantity } wallet { coins version } userErrors { code message } }
}`;

/** By user; whoever warmed up keeps theirs. */
const tokens = new Map<string, Promise<string>>();

const commands: GraphClientCommands = {
  send: async ({ url, dataDir, seconds, seed }) => {
    const issuer = await createDevIssuer(loadConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'error' }, ['--dev']));
    const nextGift = createWorkload(seed, SENDERS);
    const tokenOf = (user: string): Promise<string> => {
      const known = tokens.get(user) ?? issuer.issue({ user, scopes: ['gifts:send', 'wallet:read'] });
      tokens.set(user, known);
      return known;
    };
    const pool = new Pool(url, { connections: CALLERS });
    const latenciesMs: number[] = [];
    const startMs = performance.now();
    const caller = async (): Promise<void> => {
      while (performance.now() - startMs < seconds * 1_000) {
        const { senderId, ...input } = nextGift();
        const authorization = `Bearer ${await tokenOf(senderId)}`;
        const sentMs = performance.now();
        const headers = { 'content-type': 'application/json', accept: 'application/json', authorization };
        const answer = (await post(pool, headers, JSON.stringify({ query: QUERY, variables: { input } }))) as Answer;
        const payload = answer.data?.sendGift;
        if (payload === undefined || payload.order === null) throw new Error(`a gift was not accepted: ${JSON.stringify(answer)}`);
        latenciesMs.push(performance.now() - sentMs);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    const elapsedMs = performance.now() - startMs;
    await pool.close();
    return { accepted: latenciesMs.length, elapsedMs, p50Ms: percentile(latenciesMs, 0.5), p99Ms: percentile(latenciesMs, 0.99) };
  },
};

serveCommands(commands);
