import type { Config } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { NewsListener } from '../data/conversationNews.ts';

/** What modules may need. */
export interface ModuleParts {
  readonly database: Database;
  readonly feeds: Feeds;
  /** Whoever works through conversations' logs hears here which ones have news. */
  readonly listen: (listener: NewsListener) => void;
  readonly telemetry: Telemetry;
  readonly config: Config;
}
