import { references as rules } from '../data/references.ts';
import type { Module } from './module.ts';

/** Replies and mentions refer to what is there. First of all: what it takes out of a message no other module has to know. */
export const references: Module = { name: 'references', order: 10, rules };
