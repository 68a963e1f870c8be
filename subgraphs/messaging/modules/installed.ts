import type { Config } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { gifts } from './gifts.ts';
import { sanctions } from './moderation/sanctions.ts';
import type { Module } from './module.ts';

/** What modules may need. */
export interface ModuleParts {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly config: Config;
}

export type InstallModules = (parts: ModuleParts) => readonly Module[];

/** The modules of this platform that need nothing. One is added by its line here. */
export const plainModules = (): readonly Module[] => [sanctions];

/** The modules of this platform. One that needs something is added by its line here. */
export const installedModules: InstallModules = (parts) => [...plainModules(), gifts(parts)];
