import { z } from 'zod';
import type { FeedEvent, JsonObject } from '#platform/feed/feed.ts';
import type { CustomContent } from '../domain/message.ts';
import type { ControlEvent } from '../domain/roomEvent.ts';

// What a service tells clients' machines, as it is stored and told.

const controlSent = z.object({ byId: z.string(), schema: z.string(), data: z.string() });

export const controlPayload = (byId: string, { schema, data }: CustomContent): JsonObject => ({ byId, schema, data });

/** What such an event says; null where its payload is of a newer writer, or erased. */
export const controlEventIn = (event: Pick<FeedEvent, 'id' | 'cursor' | 'seq' | 'at' | 'payload'>): ControlEvent | null => {
  const { id, cursor, seq, at, payload } = event;
  const control = controlSent.safeParse(payload).data;
  return control === undefined ? null : { id, cursor, seq, at, __typename: 'ControlEvent', ...control };
};
