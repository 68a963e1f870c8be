import type { Database, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { StoredGift } from '../domain/catalogue.ts';
import { type CatalogueView, decideEdit } from '../domain/catalogueDecide.ts';
import { type CatalogueEdit, type CatalogueItem, catalogueError, itemIdOf } from '../domain/catalogueEdit.ts';
import type { TradingPolicy } from '../domain/policy.ts';
import type { StoredProduct } from '../domain/topUp.ts';
import { catalogueEvent } from '../events.ts';
import { answerName } from './answers.ts';
import { type EditResult, findEdits, insertEdits, type StoredEdit } from './catalogueEdits.ts';
import {
  countCatalogue,
  lockCatalogue,
  pricesOf,
  readBundlesWith,
  readStoredGifts,
  setCatalogueVersion,
  writeGifts,
} from './catalogueRows.ts';
import { readTradingPolicy, writeTradingPolicy } from './policy.ts';
import { readStoredProducts, writeProducts } from './topUpProducts.ts';

/** An operator's edit. Its shape is checked, nothing else is. */
export interface EditCommand {
  readonly actorId: string;
  readonly idempotencyKey: string;
  readonly edit: CatalogueEdit;
}

export type CatalogueLane = Lane<EditCommand, EditResult>;

export interface CatalogueLaneOptions {
  /** The home partition's. */
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  /** Hears after COMMIT that the catalogue is at this version. */
  readonly onEdited: (version: number) => void;
}

/** Edits are large and rare: a batch of so many is still one second's work at most. */
const EDIT_BATCH_MAX = 50;
/** A script that imports a catalogue waits for answers; it does not queue thousands. */
const EDIT_QUEUE_MAX = 500;

/** The lane through which every edit of the catalogue goes. */
export const openCatalogueLane = ({ database, feeds, telemetry, onEdited }: CatalogueLaneOptions): CatalogueLane =>
  createLane<EditCommand, EditResult>({
    name: 'catalogue',
    database,
    telemetry,
    actorOf: (command) => command.actorId,
    batchMax: EDIT_BATCH_MAX,
    queueMax: EDIT_QUEUE_MAX,
    run: async (tx, batch) => {
      const { outcomes, version } = await runCatalogueBatch(tx, feeds, batch, new Date());
      tx.afterCommit(() => onEdited(version));
      return outcomes;
    },
  });

/** Decides and writes one batch of edits inside an open transaction, in arrival order. All edits wait for each other at the catalogue's row, so each sees those
 * before it. Sixteen statements at most (and the feed's), however many edits. Answers also with the catalogue's version after them. */
export const runCatalogueBatch = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  batch: readonly EditCommand[],
  now: Date,
): Promise<{ readonly outcomes: readonly EditResult[]; readonly version: number }> => {
  const state = await loadBatch(tx, batch, now);
  const outcomes = batch.map((command) => decide(command, state));
  await writeBatch(tx, feeds, state);
  return { outcomes, version: state.version };
};

interface BatchState {
  version: number;
  readonly now: Date;
  /** By answerName: those stored before, then also those of this batch. */
  readonly edits: Map<string, StoredEdit>;
  readonly gifts: Map<string, StoredGift>;
  readonly products: Map<string, StoredProduct>;
  /** Bundles by id with what is in them, as far as edits ask for it. */
  readonly bundles: Map<string, readonly string[]>;
  policy: TradingPolicy;
  readonly counts: { gifts: number; products: number };
  readonly newEdits: StoredEdit[];
  readonly changes: { readonly version: number; readonly item: CatalogueItem }[];
}

// Statements run in the order of these calls: everything is read when the catalogue is held.
const loadBatch = async (tx: Transaction, batch: readonly EditCommand[], now: Date): Promise<BatchState> => {
  const edits = batch.map(({ edit }) => edit);
  const giftIds = new Set(edits.flatMap(giftsNamedBy));
  const productIds = new Set(edits.flatMap((edit) => (edit.operation === 'putTopUpProduct' ? [edit.input.id] : [])));
  const limitedIds = new Set(edits.flatMap((edit) => (edit.operation === 'putGift' && edit.input.limited ? [edit.input.id] : [])));
  const [version, stored, gifts, products, bundles, policy, counts] = await Promise.all([
    lockCatalogue(tx),
    findEdits(
      tx,
      batch.map(({ actorId, idempotencyKey }) => ({ actorId, key: idempotencyKey })),
    ),
    readStoredGifts(tx, [...giftIds]),
    readStoredProducts(tx, [...productIds]),
    readBundlesWith(tx, [...limitedIds]),
    readTradingPolicy(tx),
    countCatalogue(tx),
  ]);
  return {
    version,
    now,
    edits: new Map(stored),
    gifts: new Map(gifts),
    products: new Map(products),
    bundles: new Map(bundles),
    policy,
    counts: { ...counts },
    newEdits: [],
    changes: [],
  };
};

const giftsNamedBy = (edit: CatalogueEdit): readonly string[] => {
  if (edit.operation === 'putGift') return [edit.input.id, ...edit.input.items.map(({ giftId }) => giftId)];
  return edit.operation === 'setGiftPrice' || edit.operation === 'withdrawGift' ? [edit.input.giftId] : [];
};

// The key comes before everything else: what was answered stays answered, whatever has become of the catalogue.
const decide = ({ actorId, idempotencyKey, edit }: EditCommand, state: BatchState): EditResult => {
  const fingerprint = fingerprintOf(edit.operation, rawJson(edit.input));
  const name = answerName(actorId, idempotencyKey);
  const stored = state.edits.get(name);
  if (stored !== undefined) return stored.fingerprint === fingerprint ? stored.outcome : CONFLICT;
  const decision = decideEdit(edit, viewOf(state), state.now);
  const outcome: EditResult = decision.ok ? { ...decision, version: state.version + 1 } : decision;
  if (outcome.ok) applyChange(outcome.before, outcome.after, state);
  const { operation } = edit;
  const made: StoredEdit = { actorId, key: idempotencyKey, fingerprint, operation, itemId: itemIdOf(edit), outcome, at: state.now };
  state.edits.set(name, made);
  state.newEdits.push(made);
  return outcome;
};

const CONFLICT: EditResult = {
  ok: false,
  error: catalogueError(
    'IDEMPOTENCY_CONFLICT',
    'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    'idempotencyKey',
  ),
};

/** The input as text: the fields of an input object always come in the schema's order. */
const rawJson = (input: object): string =>
  JSON.stringify(input, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

const viewOf = (state: BatchState): CatalogueView => ({
  gift: (id) => state.gifts.get(id) ?? null,
  product: (id) => state.products.get(id) ?? null,
  bundlesWith: (giftId) => [...state.bundles].flatMap(([id, giftIds]) => (giftIds.includes(giftId) ? [id] : [])),
  policy: state.policy,
  ...state.counts,
});

const applyChange = (before: CatalogueItem | null, after: CatalogueItem, state: BatchState): void => {
  state.version += 1;
  state.changes.push({ version: state.version, item: after });
  if (after.kind === 'policy') state.policy = after.policy;
  if (after.kind === 'gift') {
    state.gifts.set(after.gift.id, after.gift);
    state.bundles.set(
      after.gift.id,
      after.gift.items.map(({ giftId }) => giftId),
    );
    if (before === null) state.counts.gifts += 1;
  }
  if (after.kind === 'product') {
    state.products.set(after.product.id, after.product);
    if (before === null) state.counts.products += 1;
  }
};

const writeBatch = async (tx: Transaction, feeds: Pick<Feeds, 'append'>, state: BatchState): Promise<void> => {
  const { newEdits, changes, now, version } = state;
  if (newEdits.length === 0) return;
  await insertEdits(tx, newEdits);
  if (changes.length === 0) return;
  const items = changes.map(({ item }) => item);
  await writeItems(tx, items, now);
  await setCatalogueVersion(tx, version);
  await feeds.append(
    tx,
    changes.map((news) => catalogueEvent(news, newId(now.getTime()))),
  );
};

/** Writes what edits made of gifts, products and the policy, in the order of the edits: of each the newest, and every price that one of them named. Six
 * statements at most. */
export const writeItems = async (tx: Transaction, items: readonly CatalogueItem[], at: Date): Promise<void> => {
  const gifts = items.flatMap((item) => (item.kind === 'gift' ? [item.gift] : []));
  const products = items.flatMap((item) => (item.kind === 'product' ? [item.product] : []));
  const policy = items.findLast((item) => item.kind === 'policy')?.policy;
  await writeGifts(tx, newestOf(gifts), pricesOf(gifts));
  await writeProducts(tx, newestOf(products));
  if (policy !== undefined) await writeTradingPolicy(tx, policy, at);
};

const newestOf = <Item extends { readonly id: string; readonly version: number }>(items: readonly Item[]): readonly Item[] => {
  const newest = new Map<string, Item>();
  for (const item of items) if (item.version >= (newest.get(item.id)?.version ?? 0)) newest.set(item.id, item);
  return [...newest.values()];
};
