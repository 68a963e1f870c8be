import pg from 'pg';
import { vi } from 'vitest';

type Work = () => Promise<unknown>;

/** Runs `work` and answers with the text of every statement that this process sent to PostgreSQL meanwhile, by whatever library. With a pattern only those
 * like it: that leaves out what a running subgraph sends by itself (pulls, heads, health). */
export const statementsOf = async (...question: readonly [Work] | readonly [RegExp, Work]): Promise<readonly string[]> => {
  const [pattern, work] = question.length === 1 ? [/^/, question[0]] : question;
  const texts: string[] = [];
  const original = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [statement] = args;
    texts.push(typeof statement === 'string' ? statement : ((statement as { readonly text?: string }).text ?? ''));
    return original.apply(this, args);
  } as typeof pg.Client.prototype.query);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return texts.filter((text) => pattern.test(text));
};
