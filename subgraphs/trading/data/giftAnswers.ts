import { z } from 'zod';
import type { JsonObject } from '#platform/feed/feed.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import type { GiftWish } from '../domain/gift.ts';
import { detailFromJson, detailToJson, type GiftError, type GiftErrorCode, giftError, isGiftErrorCode } from '../domain/giftError.ts';
import { answerName, type StoredAnswer } from './answers.ts';

// How the gift lane's answers lie in the table of answers. One gift: the order's id, or the refusal's code with its detail. Several: per item one or the other, in the
// detail of the row.

/** What is stored of one gift. */
export type StoredGift =
  | { readonly orderId: string }
  | { readonly code: GiftErrorCode; readonly detail?: Readonly<Record<string, string>> };

/** The name under which a wish's answer is found. */
export const wishName = ({ senderId, idempotencyKey }: GiftWish): string => answerName(senderId, idempotencyKey);

/** What the key was used for: the raw input alone. */
export const fingerprintOfWish = ({ mode, items }: GiftWish): string => {
  const parts = items.flatMap(({ streamId, giftId, quantity }) => [streamId, giftId, quantity]);
  return mode === 'ONE' ? fingerprintOf('sendGift', ...parts) : fingerprintOf('sendGifts', mode, ...parts);
};

/** The answer to a wish as it is stored. */
export const toStoredAnswer = (wish: GiftWish, gifts: readonly StoredGift[]): StoredAnswer => {
  const key = { actorId: wish.senderId, key: wish.idempotencyKey, fingerprint: fingerprintOfWish(wish) };
  if (wish.mode !== 'ONE') return { ...key, refusal: null, resultId: null, detail: { items: gifts.map(toJson) } };
  const [gift] = gifts;
  if (gift === undefined) throw new Error(`the wish of ${wish.senderId} under key ${wish.idempotencyKey} holds no gift`);
  return 'orderId' in gift
    ? { ...key, refusal: null, resultId: gift.orderId }
    : { ...key, refusal: gift.code, resultId: null, detail: gift.detail ?? null };
};

/** What is stored of each of the wish's gifts, in order. A refusal of the whole wish is one of each. Throws on what it cannot read. */
export const giftsOfAnswer = (answer: StoredAnswer, items: number): readonly StoredGift[] => {
  if (answer.resultId !== null) return [{ orderId: answer.resultId }];
  if (answer.refusal !== null) return new Array<StoredGift>(items).fill(refusedGift(answer.refusal, answer.detail ?? undefined));
  return severalGifts.parse(answer.detail).items.map((item) => ('orderId' in item ? item : refusedGift(item.code, item.detail)));
};

/** Ids of the orders that an answer names. Also for answers to other wishes, which name none of ours. */
export const orderIdsOf = (answer: { readonly resultId: string | null; readonly detail?: unknown }): readonly string[] => {
  if (answer.resultId !== null) return [answer.resultId];
  return severalGifts.safeParse(answer.detail).data?.items.flatMap((item) => ('orderId' in item ? [item.orderId] : [])) ?? [];
};

/** A refusal as it is stored. */
export const toStoredRefusal = (code: GiftErrorCode, detail?: Parameters<typeof detailToJson>[0]): StoredGift => {
  const json = detail === undefined ? null : detailToJson(detail);
  return json === null ? { code } : { code, detail: json };
};

/** A stored refusal as the caller sees it. */
export const errorOfStored = ({ code, detail }: Extract<StoredGift, { readonly code: GiftErrorCode }>): GiftError =>
  giftError(code, detailFromJson(detail ?? null));

const detailSchema = z.record(z.string(), z.string());
const severalGifts = z.object({
  items: z.array(z.union([z.object({ orderId: z.uuid() }), z.object({ code: z.string(), detail: detailSchema.optional() })])),
});

const refusedGift = (code: string, detail: unknown): StoredGift => {
  if (!isGiftErrorCode(code)) throw new Error(`a stored answer refuses a gift with ${code}, which this version does not know: update it`);
  return detail === undefined ? { code } : { code, detail: detailSchema.parse(detail) };
};

const toJson = (gift: StoredGift): JsonObject => ({ ...gift });
