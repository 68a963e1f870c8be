import type { Deed, GiftDeed } from './deeds.ts';
import type { EconomyOracle } from './oracle.ts';

/** What can be bought: id, coins, bonus coins. */
export const PRODUCTS: readonly (readonly [string, bigint, bigint])[] = [
  ['sim-small', 1_000n, 0n],
  ['sim-large', 5_000n, 400n],
];

/** What a deed that is no gift must be answered with. The notebook does it, where its key is new. `topUpId`: what the product calls a top-up. */
export const codeOf = (oracle: EconomyOracle, deed: Exclude<Deed, GiftDeed>, topUpId: string | undefined): string =>
  oracle.once(deed, () => {
    switch (deed.kind) {
      case 'topUp': {
        const [, coins, bonusCoins] = PRODUCTS.find(([id]) => id === deed.productId) ?? ['', 0n, 0n];
        oracle.topUps.set(topUpId ?? '', { ownerId: deed.actorId, coins, bonusCoins, status: 'PENDING' });
        return 'OK';
      }
      case 'pay':
        return oracle.pay(deed.topUpId, deed.how !== 'declined');
      case 'refundTopUp':
        return oracle.refundTopUp(deed.topUpId);
      case 'cancel':
        return oracle.cancel(deed.orderId, deed.actorId);
      case 'refund':
        return oracle.refund(deed.orderId);
      case 'restrict': {
        const { minor, blocked, dayMax, sessionMax } = deed;
        Object.assign(oracle.account(deed.userId), { minor, blocked, dayMax, sessionMax });
        return 'OK';
      }
      case 'bonus':
        oracle.account(deed.userId).bonusCoins += deed.coins;
        return 'OK';
      case 'grantProps':
        if (!oracle.props.has(deed.giftId)) return 'GIFT_NOT_FOUND';
        oracle.changePieces(deed.userId, deed.giftId, deed.pieces);
        return 'OK';
      case 'takeBackProps':
        if (deed.pieces === 0) return 'LOT_NOT_FOUND';
        oracle.changePieces(deed.userId, deed.giftId, -deed.pieces);
        return 'OK';
      case 'freeze':
      case 'unfreeze': {
        const account = oracle.account(deed.userId);
        const wanted = deed.kind === 'freeze';
        if (account.frozen === wanted) return wanted ? 'WALLET_ALREADY_FROZEN' : 'WALLET_NOT_FROZEN';
        account.frozen = wanted;
        return 'OK';
      }
    }
  });
