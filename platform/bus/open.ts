import type { Config } from '#platform/config/config.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Bus } from './bus.ts';
import { createMemoryBus } from './memory.ts';
import { createRedisBus } from './redis.ts';

/** The bus that the configuration asks for: Redis where REDIS_URL is set, else this process's memory. Resolves also while Redis cannot be reached: hints are then
 * missing and followers live on head checks until it is back. */
export const openBus = async (config: Pick<Config, 'redisUrls'>, telemetry: Telemetry): Promise<Bus> =>
  config.redisUrls.length === 0 ? createMemoryBus() : createRedisBus(config.redisUrls, telemetry);
