/** Work that several want at the same time and that is done once. */
export interface Flights<Value> {
  /** The work with this key: the one under way, unless it began longer ago than `joinMsMax`, or a new one. `start` is told by its signal when nobody waits any more.
   * `isJoined`: it was under way already. Rejects as the work does, for all who wait. */
  board(key: string, start: (signal: AbortSignal) => Promise<Value>, signal?: AbortSignal): Boarded<Value>;
  /** Kinds of work under way. */
  readonly size: number;
}

export interface Boarded<Value> {
  readonly value: Promise<Value>;
  readonly isJoined: boolean;
  /** Whether several got the same value; known once it is there. */
  readonly isShared: () => boolean;
}

interface Flight<Value> {
  readonly value: Promise<Value>;
  readonly abort: AbortController;
  readonly startedAtMs: number;
  waiting: number;
  boarded: number;
}

export const createFlights = <Value>(joinMsMax: number = Number.POSITIVE_INFINITY): Flights<Value> => {
  const flights = new Map<string, Flight<Value>>();
  const launch = (key: string, start: (signal: AbortSignal) => Promise<Value>): Flight<Value> => {
    const abort = new AbortController();
    const fly = async (): Promise<Value> => {
      try {
        return await start(abort.signal);
      } finally {
        // Before anybody has the value: who comes from now on does not get what others may be changing already.
        if (flights.get(key) === flight) flights.delete(key);
      }
    };
    const flight: Flight<Value> = { value: fly(), abort, startedAtMs: performance.now(), waiting: 0, boarded: 0 };
    flights.set(key, flight);
    return flight;
  };
  return {
    board: (key, start, signal) => {
      const underWay = flights.get(key);
      // One that nobody waited for any more is about to fail.
      const isJoined = underWay !== undefined && !underWay.abort.signal.aborted && performance.now() - underWay.startedAtMs <= joinMsMax;
      const flight = isJoined ? underWay : launch(key, start);
      flight.waiting += 1;
      flight.boarded += 1;
      return { value: signal === undefined ? flight.value : untilLeft(flight, signal), isJoined, isShared: () => flight.boarded > 1 };
    },
    get size() {
      return flights.size;
    },
  };
};

const untilLeft = async <Value>(flight: Flight<Value>, signal: AbortSignal): Promise<Value> => {
  const leave = (): void => {
    flight.waiting -= 1;
    if (flight.waiting === 0) flight.abort.abort();
  };
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  try {
    return await flight.value;
  } finally {
    signal.removeEventListener('abort', leave);
  }
};
