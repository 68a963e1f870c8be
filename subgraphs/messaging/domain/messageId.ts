/** Where a message stands: its room and its number in the room's log. */
export interface MessagePlace {
  readonly roomId: string;
  readonly seq: number;
}

/** A room id of 36 characters and a seq below 2^53, without leading zeros. */
const MESSAGE_ID_PATTERN = /^([0-9a-f-]{36}):([1-9]\d{0,15})$/;

export const messageIdOf = ({ roomId, seq }: MessagePlace): string => `${roomId}:${seq}`;

/** The place behind a message's id; null when no message can have it. */
export const messagePlaceOf = (id: string): MessagePlace | null => {
  const [, roomId, seq] = MESSAGE_ID_PATTERN.exec(id) ?? [];
  if (roomId === undefined || seq === undefined || !Number.isSafeInteger(Number(seq))) return null;
  return { roomId, seq: Number(seq) };
};
