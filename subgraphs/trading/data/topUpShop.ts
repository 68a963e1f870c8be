import type { Bus } from '#platform/bus/bus.ts';
import { createStateHints } from '#platform/bus/state-watch.ts';
import type { Config } from '#platform/config/config.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { PaymentProvider } from '../domain/payment.ts';
import type { TopUpCommand } from '../domain/topUp.ts';
import type { RefundTopUpCommand } from '../domain/topUpRefund.ts';
import { topUpChannel } from '../events.ts';
import { type Cashier, openCashier } from './cashier.ts';
import { laneByShard, lanePerPartition } from './partitionLanes.ts';
import { type Partitions, shardIndexIn } from './partitions.ts';
import { listenForPayments, type PaymentWebhookListener } from './paymentWebhooks.ts';
import { openRefundLane } from './topUpRefunds.ts';
import { openSettlingLane, type SettleCommand } from './topUpSettling.ts';
import { openOpeningLane } from './topUps.ts';
import { openTopUpWatch, type TopUpWatch } from './topUpWatch.ts';
import type { WalletHints } from './walletHints.ts';

export interface TopUpShopOptions {
  readonly partitions: Partitions;
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
  /** Null: nobody takes money here. */
  readonly provider: PaymentProvider | null;
  readonly config: Pick<Config, 'topUpExpiryMinutes' | 'paymentWebhook' | 'shutdownSeconds'>;
}

/** Everything that sells coins: lanes over all partitions, the cashier with its sweep, and whoever follows an order. */
export interface TopUpShop {
  readonly cashier: Cashier;
  readonly watch: TopUpWatch;
  /** Where webhooks are listened for; null: nowhere. */
  readonly webhookUrl: string | null;
  close(): Promise<void>;
}

/** Opens it, with the listener for webhooks where one is configured. Rejects when its port can't be had. */
export const openTopUpShop = async (options: TopUpShopOptions): Promise<TopUpShop> => {
  const { partitions, bus, telemetry, walletHints, provider, config } = options;
  const topUpHints = createStateHints(bus, topUpChannel);
  // Without a provider no order is opened, whatever its terms.
  const terms = { provider: provider?.name ?? 'none', lifetimeMs: config.topUpExpiryMinutes * 60_000 };
  const opening = lanePerPartition(
    partitions,
    (command: TopUpCommand) => command.ownerId,
    ({ database }) => openOpeningLane({ database, telemetry, terms }),
  );
  const settling = laneByShard(
    partitions,
    (command: SettleCommand) => shardIndexIn(command.topUpId),
    ({ database }) => openSettlingLane({ database, telemetry, walletHints, topUpHints }),
  );
  const refunding = laneByShard(
    partitions,
    (command: RefundTopUpCommand) => shardIndexIn(command.topUpId),
    ({ database }) => openRefundLane({ database, telemetry, walletHints, topUpHints, provider: terms.provider }),
  );
  const cashier = openCashier({ partitions, lanes: { opening, settling, refunding }, telemetry, provider });
  const watch = openTopUpWatch(partitions, bus, telemetry);
  const close = async (): Promise<void> => {
    await cashier.close();
    await Promise.all([opening.close(), settling.close(), refunding.close()]);
    await watch.close();
    await provider?.close();
  };
  let listener: PaymentWebhookListener | null;
  try {
    listener = await listenWhereWanted(options, cashier);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    cashier,
    watch,
    webhookUrl: listener?.url ?? null,
    close: async () => {
      await listener?.close();
      await close();
    },
  };
};

const listenWhereWanted = async (
  { provider, config, telemetry }: TopUpShopOptions,
  cashier: Cashier,
): Promise<PaymentWebhookListener | null> => {
  const webhooks = provider?.webhooks ?? null;
  if (config.paymentWebhook === null || webhooks === null) return null;
  const { shutdownSeconds, paymentWebhook } = config;
  const listener = await listenForPayments({ webhooks, receive: cashier.receive, telemetry, ...paymentWebhook, shutdownSeconds });
  telemetry.log.info({ url: listener.url }, 'listening for payment webhooks');
  return listener;
};
