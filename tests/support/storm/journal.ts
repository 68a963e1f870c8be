/** What people were told while the storm went on, to be held against the truth afterwards. */
export interface Journal {
  /** Every settled request: what it was answered, and how to send it again with the same key. */
  readonly told: Told[];
  readonly gifts: GiftTold[];
  readonly chats: ChatTold[];
  /** Coins bought and acknowledged, by user. */
  readonly boughtCoins: Map<string, bigint>;
  /** Streams that streamers made, and where they left them. */
  readonly streams: Map<string, 'SCHEDULED' | 'LIVE' | 'ENDED'>;
  /** Whatever nobody should have been told, in sentences. */
  readonly faults: string[];
  /** Old keys that were sent again while the storm went on. */
  repeats: number;
}

export interface Told {
  readonly user: string;
  /** What must never change in the answers to one key. */
  readonly answer: string;
  /** Sends it again, key and all, until it is answered; resolves with the same part of that answer. */
  readonly again: () => Promise<string>;
}

export interface GiftTold {
  readonly orderId: string;
  readonly senderId: string;
  readonly streamId: string;
  readonly coins: bigint;
}

export interface ChatTold {
  readonly roomId: string;
  readonly eventId: string;
  readonly seq: number;
}

export const aJournal = (): Journal => ({
  told: [],
  gifts: [],
  chats: [],
  boughtCoins: new Map(),
  streams: new Map(),
  faults: [],
  repeats: 0,
});

/** Sends one old key again; another answer than before is a fault. */
export const repeat = async (journal: Journal, told: Told): Promise<void> => {
  const answer = await told.again();
  journal.repeats += 1;
  if (answer !== told.answer) journal.faults.push(`${told.user} was first told ${told.answer}, and then ${answer}`);
};
