import type { IdentityKey } from '#platform/config/parsers.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Bus } from './bus.ts';
import { createMemoryBus } from './memory.ts';
import { createRedisBus } from './redis.ts';

export interface BusOptions {
  readonly redisUrls: readonly string[];
  /** The first seals messages, all open them. */
  readonly keys: readonly IdentityKey[];
}

/** The bus that the configuration asks for: Redis where REDIS_URL is set, else this process's memory. Resolves also while Redis cannot be reached: hints are then
 * missing and followers live on head checks until it is back. */
export const openBus = async ({ redisUrls, keys }: BusOptions, telemetry: Telemetry): Promise<Bus> =>
  redisUrls.length === 0 ? createMemoryBus() : createRedisBus(redisUrls, keys, telemetry);
