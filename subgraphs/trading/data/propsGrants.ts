import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import type { JsonObject } from '#platform/feed/feed.ts';
import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import { BACKPACK_LOTS_MAX, type BackpackLot } from '../domain/backpack.ts';
import type { CatalogueGift } from '../domain/catalogue.ts';
import type { Book } from '../domain/ledger.ts';
import type { GrantedProps, WalletAction, WalletActionRefusal, WalletCommand } from '../domain/walletAction.ts';
import { insertLots, type NewLot, readBackpacks, takeBackLots } from './backpack.ts';
import { readGifts } from './catalogue.ts';

/** What a batch of operators' actions does to backpacks. The owners' wallets are locked. */
export interface PropsGrants {
  /** Null when it can be done, or is not about props. */
  refusalOf(command: WalletCommand): WalletActionRefusal | null;
  /** Does it, posts the pieces to the book, and answers with what was granted or taken back. Only what refusalOf lets pass. */
  apply(action: Omit<WalletAction, 'props'> & Pick<WalletCommand, 'props'>, book: Book): GrantedProps | null;
  /** Writes what was done. Two statements at most. */
  write(tx: Transaction): Promise<void>;
}

/** Reads what a batch needs to know of backpacks: nothing where no action is about props, else two statements. */
export const openPropsGrants = async (tx: Transaction, batch: readonly WalletCommand[], now: Date): Promise<PropsGrants> => {
  const ownerIds = batch.flatMap(({ ownerId, props = null, lotId }) => (props === null && lotId === undefined ? [] : [ownerId]));
  const giftIds = batch.flatMap(({ props = null }) => (props === null ? [] : [props.giftId]));
  const [gifts, lots] =
    ownerIds.length === 0
      ? [new Map<string, CatalogueGift>(), []]
      : await Promise.all([readGifts(tx, giftIds, now), readBackpacks(tx, ownerIds)]);
  const open = new Map(lots.map((lot) => [lot.id, lot]));
  const openLots = new Map([...Map.groupBy(lots, ({ ownerId }) => ownerId)].map(([ownerId, of]) => [ownerId, of.length]));
  const newLots: NewLot[] = [];
  const takenBack: BackpackLot[] = [];
  return {
    refusalOf: ({ ownerId, props = null, lotId }) => {
      if (lotId !== undefined) return open.get(lotId)?.ownerId === ownerId ? null : 'LOT_NOT_FOUND';
      if (props === null) return null;
      const gift = gifts.get(props.giftId);
      if (gift === undefined) return 'GIFT_NOT_FOUND';
      if (gift.limited) return 'GIFT_LIMITED';
      return (openLots.get(ownerId) ?? 0) >= BACKPACK_LOTS_MAX ? 'BACKPACK_FULL' : null;
    },
    apply: ({ id, ownerId, actorId, props = null, lotId, at }, book) => {
      const lot = lotId === undefined ? undefined : open.get(lotId);
      if (lot !== undefined) {
        open.delete(lot.id);
        takenBack.push(lot);
        book.changePieces(ownerId, -lot.left);
        return { giftId: lot.giftId, pieces: lot.left, expiresAt: lot.expiresAt };
      }
      if (props === null) return null;
      newLots.push(toLot({ id, ownerId, actorId, at }, props));
      openLots.set(ownerId, (openLots.get(ownerId) ?? 0) + 1);
      book.changePieces(ownerId, props.pieces);
      return props;
    },
    write: async (writing) => {
      if (newLots.length > 0) await insertLots(writing, newLots);
      if (takenBack.length > 0) await takeBackLots(writing, takenBack);
    },
  };
};

const toLot = (
  { id, ownerId, actorId, at }: Pick<WalletAction, 'id' | 'ownerId' | 'actorId' | 'at'>,
  { giftId, pieces, expiresAt }: GrantedProps,
): NewLot => ({
  id: newIdInShard(shardIndexOf(ownerId), at.getTime()),
  ownerId,
  giftId,
  source: 'GRANT',
  granted: pieces,
  left: pieces,
  expiresAt,
  grantedAt: at,
  grantId: id,
  day: null,
  grantedBy: actorId,
});

/** Granted props as the log keeps them. */
export const propsToJson = ({ giftId, pieces, expiresAt }: GrantedProps): JsonObject => ({
  giftId,
  pieces,
  expiresAt: expiresAt?.toISOString() ?? null,
});

const stored = z.object({ giftId: z.string(), pieces: z.int().positive(), expiresAt: z.string().nullable() });

/** Granted props out of the log. Throws on what it cannot read. */
export const propsOf = (json: unknown): GrantedProps => {
  const { expiresAt, ...props } = stored.parse(json);
  return { ...props, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
};
