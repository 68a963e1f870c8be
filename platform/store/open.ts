import type { Config } from '#platform/config/config.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { createMemoryStore } from './memory.ts';
import { createRedisStore, type RedisStoreOptions } from './redis.ts';
import type { Store } from './store.ts';

/** The store that the configuration asks for: Redis where REDIS_URL is set, else this process's memory. Resolves also while Redis cannot be reached. */
export const openStore = async (
  config: Pick<Config, 'redisUrls'>,
  telemetry: Telemetry,
  options: RedisStoreOptions = {},
): Promise<Store> => (config.redisUrls.length === 0 ? createMemoryStore() : createRedisStore(config.redisUrls, telemetry, options));
