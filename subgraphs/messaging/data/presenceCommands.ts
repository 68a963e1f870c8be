import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import {
  isPrivacyRefusalCode,
  PRESENCE_AUDIENCES,
  type PresencePrivacy,
  type PrivacyAction,
  type PrivacyAnswer,
  privacyAfter,
} from '../domain/presence.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { lockPrivacy, savePrivacy } from './presenceRows.ts';

/** What people decide about who sees their presence. Locks: their own rows. */
export const presenceCommands: CommandFamily<PrivacyAction, PrivacyAnswer> = {
  name: 'presence-privacy',
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: (stored) => answer.parse(stored),
  decide: (tx, commands) => decideAll(tx, commands),
};

const audience = z.enum(PRESENCE_AUDIENCES);

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), online: audience, lastSeen: audience }),
  z.object({ ok: z.literal(false), code: z.string().refine(isPrivacyRefusalCode) }),
]);

const decideAll = async (tx: Transaction, commands: readonly Command<PrivacyAction>[]): Promise<readonly PrivacyAnswer[]> => {
  const privacies = new Map(await lockPrivacy(tx, [...new Set(commands.map(({ actorId }) => actorId))]));
  const changed = new Map<string, PresencePrivacy>();
  const answers = commands.map(({ actorId, action }): PrivacyAnswer => {
    const before = privacies.get(actorId);
    if (before === undefined) throw new Error(`the presence privacy of ${actorId} was locked and is not there`);
    const after = privacyAfter(before, action);
    privacies.set(actorId, after);
    changed.set(actorId, after);
    return { ok: true, ...after };
  });
  await savePrivacy(tx, changed);
  return answers;
};
