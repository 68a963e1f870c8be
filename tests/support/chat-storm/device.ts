import { ROOM_EVENTS, type RoomEvent } from '../clients.ts';
import { keepSubscribed } from '../storm/watchers.ts';

/** One event as a device got it. `text` and `number`: of a message of a group or a direct conversation. */
export interface SeenEvent {
  readonly seq: number;
  readonly id: string;
  readonly text: string | null;
  readonly number: number | null;
}

/** A device of somebody that follows their inbox and one room with the stock client, through the whole storm. */
export interface Device {
  readonly user: string;
  /** By conversation, in order of arrival. */
  readonly seen: ReadonlyMap<string, readonly SeenEvent[]>;
  /** What should never have come, in sentences: a reset, messages that were left out, a final error. */
  readonly faults: readonly string[];
  /** Where the inbox began. Resolves once both positions have arrived. */
  readonly ready: Promise<string>;
  /** Cuts one of its sockets as a broken network would. */
  cut(): void;
  /** Reads nothing for so long. */
  stall(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** An event as the graph shows it. */
export interface ShownEvent {
  readonly seq: number;
  readonly id: string;
  readonly message?: { readonly text: string; readonly messageNumber?: number };
}

export const seenOf = ({ seq, id, message }: ShownEvent): SeenEvent => ({
  seq,
  id,
  text: message?.text ?? null,
  number: message?.messageNumber ?? null,
});

interface InboxEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly conversationId?: string;
  readonly event?: ShownEvent;
}

/** What is asked about an event of an inbox, in the subscription and in pages alike. */
export const INBOX_FIELDS =
  '__typename cursor ... on InboxConversationEvent { conversationId event { seq id ... on ChatEvent { message { text messageNumber } } } }';
const INBOX = `subscription Inbox($after: Cursor) { inbox(after: $after) { ${INBOX_FIELDS} } }`;
const KNOWN: ReadonlySet<string> = new Set(['InboxJoinedEvent', 'InboxLeftEvent', 'InboxReadEvent']);

/** `url`: where its gateway is now. */
export const aDevice = (
  url: () => Promise<string>,
  { user, token, roomId }: { readonly user: string; readonly token: string; readonly roomId: string },
): Device => {
  const seen = new Map<string, SeenEvent[]>();
  const faults: string[] = [];
  const note = (conversationId: string, event: ShownEvent): void => {
    const events = seen.get(conversationId) ?? [];
    seen.set(conversationId, events);
    events.push(seenOf(event));
  };
  const inbox = follow<'inbox', InboxEvent>({ url, user, token, field: 'inbox', query: INBOX, variables: {}, faults }, (event) => {
    if (event.conversationId !== undefined && event.event !== undefined) note(event.conversationId, event.event);
    else if (!KNOWN.has(event.__typename)) faults.push(`${user} got a ${event.__typename} in the inbox`);
  });
  const room = follow<'roomEvents', RoomEvent>(
    { url, user, token, field: 'roomEvents', query: ROOM_EVENTS, variables: { roomId }, faults },
    (event) => {
      if (event.__typename === 'ResetEvent' || event.__typename === 'SkippedEvent')
        faults.push(`${user} got a ${event.__typename} in room ${roomId}`);
      else note(roomId, event);
    },
  );
  let inTurn = inbox;
  const either = () => {
    inTurn = inTurn === inbox ? room : inbox;
    return inTurn;
  };
  return {
    user,
    seen,
    faults,
    ready: Promise.all([inbox.ready, room.ready]).then(([cursor]) => cursor),
    cut: () => either().cut(),
    stall: (ms) => either().stall(ms),
    close: async () => void (await Promise.all([inbox.close(), room.close()])),
  };
};

interface Follow<Field> {
  readonly url: () => Promise<string>;
  readonly user: string;
  readonly token: string;
  readonly field: Field;
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly faults: string[];
}

/** Follows one log from now on, each event once told to `receive`. `ready`: the cursor of its first position. */
const follow = <Field extends string, Event extends { readonly __typename: string; readonly cursor: string }>(
  { url, user, token, field, query, variables, faults }: Follow<Field>,
  receive: (event: Event) => void,
) => {
  const ready = Promise.withResolvers<string>();
  const resumed: Record<string, string | null> = { ...variables, after: null };
  const name = `${user}'s ${field}`;
  const kept = keepSubscribed<Record<Field, Event>>(url, token, { query, variables: resumed }, name, faults, (data, errors) => {
    const event = data?.[field];
    if (!event) {
      faults.push(`${name} got a payload without event: ${JSON.stringify(errors)}`);
      return;
    }
    resumed['after'] = event.cursor;
    if (event.__typename.endsWith('PositionEvent')) ready.resolve(event.cursor);
    else receive(event);
  });
  return { ...kept, ready: ready.promise };
};
