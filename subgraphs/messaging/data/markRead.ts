import { isUuid } from '#platform/ids.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import type { Conversation } from '../domain/conversation.ts';
import { READ_BUCKET } from '../domain/limits.ts';
import type { Loaders } from './loaders.ts';
import type { ReadCommand, ReadOutcome } from './readLane.ts';

export interface MarkReadParts {
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly lanes: { readonly reads: Lane<ReadCommand, ReadOutcome> };
  readonly loaders: Pick<Loaders, 'conversations'>;
}

/** What came of it, as the graph shows it. */
export interface MarkReadPayload {
  readonly conversation: Conversation | null;
  readonly userErrors: readonly {
    readonly code: 'CONVERSATION_NOT_FOUND' | 'RATE_LIMITED';
    readonly message: string;
    readonly field: readonly string[] | null;
  }[];
}

/** Notes that this viewer has read a conversation up to a messageNumber. Throws what the lane throws. */
export const markReadBy = async (
  viewer: Viewer,
  { conversationId, messageNumber }: { readonly conversationId: string; readonly messageNumber: number },
  { store, signal, lanes, loaders }: MarkReadParts,
): Promise<MarkReadPayload> => {
  if (!isUuid(conversationId)) return NOT_FOUND;
  const { taken, retryAfterMs } = await store.takeTokens(`reads:${viewer.id}`, READ_BUCKET);
  if (!taken) {
    const message = `You say what you have read faster than the limit. Say it once for what is on the screen; try again in ${retryAfterMs} ms.`;
    return { conversation: null, userErrors: [{ code: 'RATE_LIMITED', message, field: null }] };
  }
  const { isMember } = await lanes.reads.submit({ userId: viewer.id, conversationId, number: messageNumber }, { signal });
  return isMember ? { conversation: await loaders.conversations.load(conversationId), userErrors: [] } : NOT_FOUND;
};

const NOT_FOUND: MarkReadPayload = {
  conversation: null,
  userErrors: [
    {
      code: 'CONVERSATION_NOT_FOUND',
      message: 'There is no group or direct conversation with this id that you are in.',
      field: ['input', 'conversationId'],
    },
  ],
};
