import { spawnSync } from 'node:child_process';
import type { PlatformForm } from './platform.ts';

/** Whether a real Redis can be started here. Under CI=true it must be: `npm test` refuses to run without it. */
export const redisServerOnPath: boolean = spawnSync('redis-server', ['--version']).status === 0;

/** The forms in which the platform is tested: split needs Redis. */
export const platformForms: readonly PlatformForm[] = redisServerOnPath ? ['embedded', 'split'] : ['embedded'];
