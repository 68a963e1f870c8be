import { migrate } from '#platform/database/migrate.ts';
import { ECONOMY_DATABASES, simulateEconomy } from '../support/economy/simulate.ts';
import { startPrivatePostgres } from '../support/private-postgres.ts';

export interface EconomySoak {
  readonly seed: number;
  readonly deeds: number;
  readonly say: (line: string) => void;
}

/** Random deeds over trading with several databases on a PostgreSQL of its own, against the sequential oracle. */
export const runEconomySoak = async ({
  seed,
  deeds,
  say,
}: EconomySoak): Promise<{ readonly faults: readonly string[]; readonly counts: Readonly<Record<string, number>> }> => {
  say(`seed ${seed}: --seed ${seed} chooses the same deeds again, as far as they do not depend on the machine`);
  const postgres = await startPrivatePostgres({ durable: false });
  try {
    const databaseUrls = Array.from({ length: ECONOMY_DATABASES }, (_, index) => postgres.urlOf(`fanfare_trading_${index}`));
    for (const url of databaseUrls) await migrate('trading', url);
    const run = await simulateEconomy({ seed, deeds, databaseUrls, say });
    const { mismatches, codes, mishaps, deeds: done, processes, postponed, batches, recomputations } = run;
    for (const [code, times] of [...codes].sort()) say(`${code}: ${times}`);
    return { faults: mismatches, counts: { deeds: done, batches, recomputations, processes, postponed, ...Object.fromEntries(mishaps) } };
  } finally {
    await postgres.close();
  }
};
