import type { Pool } from 'undici';

/** One request to the graph, without the streams and promises that undici's `request` makes around it: the client shares its cores with what it measures. Resolves with the answer's JSON. */
export const post = (pool: Pool, headers: Readonly<Record<string, string>>, body: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pool.dispatch(
      { method: 'POST', path: '/graphql', headers: { ...headers }, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString()));
          } catch (error) {
            reject(error);
          }
        },
        onResponseError: (_, error) => reject(error),
      },
    );
  });
