/** Where a message stands: its conversation and its seq in the conversation's log. */
export interface MessagePlace {
  readonly conversationId: string;
  readonly seq: number;
}

/** A conversation id of 36 characters and a seq below 2^53, without leading zeros. */
const MESSAGE_ID_PATTERN = /^([0-9a-f-]{36}):([1-9]\d{0,15})$/;

export const messageIdOf = ({ conversationId, seq }: MessagePlace): string => `${conversationId}:${seq}`;

/** The place behind a message's id; null when no message can have it. */
export const messagePlaceOf = (id: string): MessagePlace | null => {
  const [, conversationId, seq] = MESSAGE_ID_PATTERN.exec(id) ?? [];
  if (conversationId === undefined || seq === undefined || !Number.isSafeInteger(Number(seq))) return null;
  return { conversationId, seq: Number(seq) };
};
