import { z } from 'zod';
import { plain, texts } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { WalletState } from '../domain/ledger.ts';
import { NO_RULES, type OwnLimit, type SenderRestrictions, type SenderRules } from '../domain/limits.ts';

// What is said about one sender lies in one column of the wallet, because nearly nobody has any: it costs the gift lane nothing where it is null. Amounts are decimal
// strings, times RFC 3339. A field that is absent says nothing.

const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/)
  .transform(BigInt);
const time = z.iso.datetime().transform((text) => new Date(text));
const ownLimit = z.object({ max: amount.nullable(), raise: z.object({ max: amount.nullable(), at: time }).nullable() });

const stored = z.object({
  minor: z.boolean().default(false),
  blocked: z.object({ until: time.nullable() }).nullable().default(null),
  dayCoinsMax: amount.nullable().default(null),
  sessionCoinsMax: amount.nullable().default(null),
  velocityOrdersMax: z.int().positive().nullable().default(null),
  ownDayCoins: ownLimit.default(NO_RULES.own.dayCoins),
  ownSessionCoins: ownLimit.default(NO_RULES.own.sessionCoins),
});

/** The rules that a wallet's column holds. Throws on what it cannot read: a limit is never skipped. */
export const senderRulesOf = (column: unknown): SenderRules => {
  const { ownDayCoins, ownSessionCoins, ...rules } = stored.parse(column);
  return { ...rules, own: { dayCoins: ownDayCoins, sessionCoins: ownSessionCoins } };
};

/** Writes what is said about the owners of these wallets, which must be locked. One statement. */
export const writeSenderRules = async (
  tx: Transaction,
  wallets: readonly Pick<WalletState, 'shard' | 'ownerId' | 'rules'>[],
): Promise<void> => {
  await tx.query({
    name: 'writeSenderRules',
    text: WRITE_SENDER_RULES,
    values: [
      plain(wallets.map(({ shard }) => shard)),
      texts(wallets.map(({ ownerId }) => ownerId)),
      texts(wallets.map(({ rules }) => senderRulesToColumn(rules))),
    ],
  });
};

const storedRestrictions = z.object({
  minor: z.boolean(),
  blocked: z.boolean(),
  blockedUntil: time.nullable(),
  dayCoinsMax: amount.nullable(),
  sessionCoinsMax: amount.nullable(),
  velocityOrdersMax: z.int().nullable(),
});

/** An operator's word as the log holds it. */
export const restrictionsOf = (column: unknown): SenderRestrictions => storedRestrictions.parse(column);

/** An operator's word as the log is to hold it. */
export const restrictionsToJson = ({ blockedUntil, dayCoinsMax, sessionCoinsMax, ...said }: SenderRestrictions): object => ({
  ...said,
  blockedUntil: blockedUntil?.toISOString() ?? null,
  dayCoinsMax: dayCoinsMax?.toString() ?? null,
  sessionCoinsMax: sessionCoinsMax?.toString() ?? null,
});

/** The column for these rules: JSON, or null when they say nothing. */
export const senderRulesToColumn = (rules: SenderRules): string | null => {
  const { own, minor, blocked, dayCoinsMax, sessionCoinsMax, velocityOrdersMax } = rules;
  const said = {
    ...(minor ? { minor } : {}),
    ...(blocked === null ? {} : { blocked: { until: blocked.until?.toISOString() ?? null } }),
    ...(dayCoinsMax === null ? {} : { dayCoinsMax: dayCoinsMax.toString() }),
    ...(sessionCoinsMax === null ? {} : { sessionCoinsMax: sessionCoinsMax.toString() }),
    ...(velocityOrdersMax === null ? {} : { velocityOrdersMax }),
    ...(isSaid(own.dayCoins) ? { ownDayCoins: ownLimitToJson(own.dayCoins) } : {}),
    ...(isSaid(own.sessionCoins) ? { ownSessionCoins: ownLimitToJson(own.sessionCoins) } : {}),
  };
  return Object.keys(said).length === 0 ? null : JSON.stringify(said);
};

const isSaid = ({ max, raise }: OwnLimit): boolean => max !== null || raise !== null;

const ownLimitToJson = ({ max, raise }: OwnLimit): object => ({
  max: max?.toString() ?? null,
  raise: raise === null ? null : { max: raise.max?.toString() ?? null, at: raise.at.toISOString() },
});

const WRITE_SENDER_RULES = `/* writeSenderRules */
  UPDATE wallet w SET sender_rules = n.sender_rules
  FROM unnest($1::int[], $2::text[], $3::jsonb[]) AS n (shard, owner_id, sender_rules)
  WHERE w.shard = n.shard AND w.owner_id = n.owner_id COLLATE "C"`;
