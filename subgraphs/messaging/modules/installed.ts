import { bans } from './bans.ts';
import type { Module } from './module.ts';

/** The modules of this platform. One is added by its line here. */
export const installedModules = (): readonly Module[] => [bans];
