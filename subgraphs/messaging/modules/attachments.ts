import { attachments as rules } from '../data/attachments.ts';
import type { Module } from './module.ts';

/** Files are in one message each, and of whom the conversation lets send any. */
export const attachments: Module = { name: 'attachments', order: 20, rules };
