import pg from 'pg';
import { vi } from 'vitest';

/** Runs `work` and answers with the text of every statement that this process sent to PostgreSQL meanwhile, by whatever library. */
export const statementsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
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
  return texts;
};
