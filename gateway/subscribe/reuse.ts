/** Takes one message of a client. Resolves when all that it asked for is over. */
export type Receive = (data: string) => Promise<void>;

/** What is known of the operation that has an id now. */
interface Holder {
  /** The client has completed it, and may use its id again. */
  completed: boolean;
  /** The next operation with this id: it begins when this one is gone. */
  next: string | null;
}

/** Lets clients use an id again as soon as they have completed its operation, as the protocol allows. graphql-ws takes an id as a place in a list, which the one
 * operation would give back for the other: both would run, and one of them for ever. `isOpen`: whether the socket still is. `onDuplicate`: an id is used
 * while another operation has it. */
export const withReusableIds = (receive: Receive, isOpen: () => boolean, onDuplicate: (id: string) => void): Receive => {
  const holders = new Map<string, Holder>();
  const run = async (id: string, first: string): Promise<void> => {
    for (let data: string | null = first; data !== null && isOpen(); ) {
      const holder: Holder = { completed: false, next: null };
      holders.set(id, holder);
      try {
        await receive(data);
      } finally {
        holders.delete(id);
      }
      data = holder.next;
    }
  };
  return async (data) => {
    const { type, id } = headOf(data);
    const holder = holders.get(id);
    if (type === 'subscribe' && holder === undefined) return run(id, data);
    if (type === 'subscribe' && holder?.completed === true) {
      if (holder.next !== null) onDuplicate(id);
      else holder.next = data;
      return;
    }
    if (type !== 'complete' || holder === undefined) return receive(data);
    // It is about the newest: one that has not begun yet never will.
    if (holder.next !== null) {
      holder.next = null;
      return;
    }
    holder.completed = true;
    return receive(data);
  };
};

// What is wrong with a message is told by whoever receives it.
const headOf = (data: string): { readonly type: string | null; readonly id: string } => {
  try {
    const { type, id }: { readonly type?: unknown; readonly id?: unknown } = JSON.parse(data) ?? {};
    return typeof type === 'string' && typeof id === 'string' ? { type, id } : NO_OPERATION;
  } catch {
    return NO_OPERATION;
  }
};

const NO_OPERATION = { type: null, id: '' };
