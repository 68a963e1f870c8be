import type { Queryable } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import type { Connection } from '#platform/subgraph/connection.ts';
import { type Block, type BlockAction, type BlockAnswer, blockInputFault, type ShownBlockList } from '../domain/block.ts';
import { type BlockRefusal, blockRefusalOf } from '../domain/blockRefusal.ts';
import { BLOCK_BUCKET } from '../domain/limits.ts';
import { readBlockList, readBlocks } from './blocks.ts';
import type { CommandLane } from './commandLane.ts';
import { type PlaceArguments, pageByPlace } from './pageByPlace.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

export interface BlockParts extends SubmitParts {
  readonly database: Queryable;
  readonly lanes: { readonly blocks: CommandLane<BlockAction, BlockAnswer> };
}

/** What came of a wish: the list as it is now. */
export interface BlockResult {
  readonly blockList: ShownBlockList | null;
  readonly userErrors: readonly BlockRefusal[];
}

/** Submits what this viewer wants done about their own list; see submitCommand. */
export const changeBlock = async (
  viewer: Viewer,
  { key, action }: { readonly key: string; readonly action: BlockAction },
  { database, lanes, store, signal }: BlockParts,
): Promise<BlockResult> => {
  const fault = blockInputFault(viewer.id, action);
  if (fault !== null) return refused(blockRefusalOf(fault));
  const wish = { key, fingerprint: fingerprintOf(`user.${action.type}`, action.userId), action };
  const { answer, retryAfterMs } = await submitCommand(lanes.blocks, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return refused(blockRefusalOf('RATE_LIMITED', retryAfterMs));
  if (!answer.ok) return refused(blockRefusalOf(answer.code));
  return { blockList: await readBlockList(database, viewer.id), userErrors: [] };
};

/** One page of whom somebody blocks, the newest block first. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const pageOfBlocks = (database: Queryable, userId: string, page: PlaceArguments): Promise<Connection<Block>> =>
  pageByPlace(
    page,
    (request) => readBlocks(database, userId, request),
    ({ blockedAt, blockedId }) => ({ at: blockedAt, id: blockedId }),
  );

const PACE = { name: 'blocks', bucket: BLOCK_BUCKET };

const refused = (refusal: BlockRefusal): BlockResult => ({ blockList: null, userErrors: [refusal] });
