import { WebSocket } from 'ws';
import { withDeadline } from './deadline.ts';

/** One member of a crowd: a socket of its own, which keeps no more of each event than its place. */
export interface CrowdMember {
  /** The cursor after which it asked for events. */
  readonly after: string | null;
  /** Its first payload's cursor. */
  position: string | null;
  /** Of each event, in order of arrival. */
  readonly seqs: number[];
  /** What it got that is neither a position nor an event. */
  readonly odd: string[];
  /** The last cursor that it got. */
  cursor: string | null;
  /** With which code its socket was closed; null while it is open. */
  closedWith: number | null;
  dispersed: boolean;
  /** The one it has now. */
  socket: WebSocket;
}

const RETRY_MS = 200;
/** Try again later, and what happens where one thread opens thousands of sockets on a busy machine: connections that are not accepted, or say nothing in time. */
const RETRIED: readonly number[] = [1006, 1013, 4408];
/** Nothing but the place. */
const QUERY = 'subscription ($after: Cursor) { e: roomEvents(roomId: "r1", after: $after) { __typename cursor seq } }';
const PAYLOAD = /"__typename":"(\w+)","cursor":"([^"]+)","seq":(\d+)/;

/** Connects one member, which subscribes at once. Told to try again later, it does, from its last cursor, as stock clients do. */
export const aCrowdMember = (url: string, after: string | null): CrowdMember => {
  const member: CrowdMember = {
    after,
    position: null,
    seqs: [],
    odd: [],
    cursor: after,
    closedWith: null,
    dispersed: false,
    socket: connect(url),
  };
  listen(member, url);
  return member;
};

const connect = (url: string): WebSocket => new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');

const listen = (member: CrowdMember, url: string): void => {
  const { socket } = member;
  // Its close event follows.
  socket.on('error', () => undefined);
  socket.once('close', (code) => {
    member.closedWith = code;
    if (!RETRIED.includes(code) || member.dispersed) return;
    setTimeout(
      () => {
        if (member.dispersed) return;
        Object.assign(member, { socket: connect(url), closedWith: null });
        listen(member, url);
      },
      RETRY_MS * (0.5 + Math.random()),
    );
  });
  socket.once('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('message', (data) => hear(member, String(data)));
};

const hear = (member: CrowdMember, text: string): void => {
  const [, typename, cursor, seq] = PAYLOAD.exec(text) ?? [];
  if (typename === 'PositionEvent') member.position ??= cursor ?? null;
  else if (typename === 'ChatEvent' || typename === 'GiftEvent') member.seqs.push(Number(seq));
  else if (text.includes('"connection_ack"'))
    member.socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: QUERY, variables: { after: member.cursor } } }));
  // What says that it is too much right now is followed by 1013.
  else if (!text.includes('"BUSY"')) member.odd.push(text);
  member.cursor = cursor ?? member.cursor;
};

/** Resolves when it holds for everyone. */
export const untilAll = (
  crowd: readonly CrowdMember[],
  what: string,
  done: (member: CrowdMember) => boolean,
  deadlineMs = 60_000,
): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  let left = crowd;
  const reached = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      left = left.filter((member) => !done(member));
      if (left.length === 0) resolve();
    }, 20);
  });
  const missing = (): string => {
    const { socket: _, ...member } = left[0] ?? { socket: null };
    return `${what}: ${left.length} of ${crowd.length} did not, for example ${JSON.stringify(member)}`;
  };
  return withDeadline(reached, what, deadlineMs)
    .catch((error: unknown) => Promise.reject(new Error(missing(), { cause: error })))
    .finally(() => clearInterval(timer));
};

/** What is wrong with what somebody got: it must be everything after its cursor (`from`), once and in order, up to `to`. */
export const crowdFaults = (member: CrowdMember, from: number, to: number): readonly string[] => {
  const faults = member.odd.map((text) => `after ${member.after}: ${text}`);
  if (member.after !== null && member.position !== member.after) faults.push(`after ${member.after}: its position was ${member.position}`);
  const wrong = member.seqs.findIndex((seq, index) => seq !== from + 1 + index);
  if (wrong !== -1) faults.push(`after ${member.after}: ${member.seqs[wrong]} came instead of ${from + 1 + wrong}`);
  if (member.seqs.length !== to - from) faults.push(`after ${member.after}: ${member.seqs.length} events instead of ${to - from}`);
  return faults;
};

export const disperse = (crowd: readonly CrowdMember[]): void => {
  for (const member of crowd) {
    member.dispersed = true;
    member.socket.terminate();
  }
};
