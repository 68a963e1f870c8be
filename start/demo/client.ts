import { z } from 'zod';

/** A person of the demo, who talks to the gateway like any other client. */
export interface DemoClient {
  readonly user: string;
  /** Sends one operation. Throws with the first error's message when there is no data. */
  ask<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<Data>;
  /** A token with at least TOKEN_MARGIN_MS of life left. */
  token(): Promise<string>;
}

const REQUEST_TIMEOUT_MS = 10_000;
const TOKEN_MARGIN_MS = 60_000;

const tokenAnswer = z.object({ token: z.string(), expiresAt: z.string() });
const graphqlAnswer = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** A client of the gateway at `url` (its origin) that acts as `user`, with tokens from the development issuer. */
export const createDemoClient = (url: string, user: string): DemoClient => {
  let current: { token: string; expiresAtMs: number } | null = null;

  const token = async (): Promise<string> => {
    if (current !== null && current.expiresAtMs - Date.now() > TOKEN_MARGIN_MS) return current.token;
    const answer = tokenAnswer.parse(await post(`${url}/dev/token`, { user }, {}));
    current = { token: answer.token, expiresAtMs: Date.parse(answer.expiresAt) };
    return current.token;
  };

  return {
    user,
    token,
    ask: async <Data>(query: string, variables: Readonly<Record<string, unknown>>) => {
      const answer = graphqlAnswer.parse(await post(`${url}/graphql`, { query, variables }, { authorization: `Bearer ${await token()}` }));
      const [error] = answer.errors ?? [];
      if (error !== undefined) throw new Error(error.message);
      return answer.data as Data;
    },
  };
};

async function post(url: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  if (response.headers.get('content-type')?.includes('json') !== true) {
    throw new Error(`${url} answered ${response.status} and no JSON`);
  }
  return response.json();
}
