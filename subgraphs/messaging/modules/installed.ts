import { attachments } from './attachments.ts';
import { blocks } from './blocks.ts';
import { gifts } from './gifts.ts';
import { chatRules } from './moderation/chatRules.ts';
import { sanctions } from './moderation/sanctions.ts';
import type { Module } from './module.ts';
import { notices } from './notices.ts';
import type { ModuleParts } from './parts.ts';
import { references } from './references.ts';
import { search } from './search.ts';
import { webhook } from './webhook.ts';

export type InstallModules = (parts: ModuleParts) => readonly Module[];

/** The modules of this platform that need nothing. One is added by its line here. */
export const plainModules = (): readonly Module[] => [references, attachments, blocks, sanctions, chatRules()];

/** The modules of this platform. One that needs something is added by its line here. */
export const installedModules: InstallModules = (parts) => [
  ...plainModules(),
  ...(parts.config.messageWebhook === null ? [] : [webhook(parts.config.messageWebhook, parts)]),
  gifts(parts),
  notices(parts),
  search(parts),
];
