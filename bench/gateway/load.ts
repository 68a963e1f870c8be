import { Pool } from 'undici';
import { cpuSecondsOf } from '../support/cpu.ts';
import type { Contender } from './contenders.ts';
import { bodyOf, ROOMS, type Size } from './workload.ts';

/** Requests under way at the same time in a closed loop. */
export const CONNECTIONS = 16;
/** For the open loop: more than ever wait, so that a request goes out when it is due. */
const CONNECTIONS_OPEN = 256;
/** One turn of the open loop's clock. */
const TICK_MS = 2;

/** One caller of one contender. */
export interface Caller {
  /** Asks as fast as the contender answers, and gives its CPU microseconds per request, user and system. */
  closedLoop(seconds: number): Promise<number>;
  /** Asks a number of times, as fast as it answers, but not for longer than that. */
  warmUp(requests: number, secondsMax: number): Promise<void>;
  /** Asks at a fixed rate, whether answers come or not, and gives the milliseconds from when each request was due to its answer. */
  openLoop(perSecond: number, seconds: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** `size`: how much each request asks for. An answer that is not as long as the first one, which was checked, throws. */
export const createCaller = ({ url, pid, headers }: Contender, size: Size): Caller => {
  const pool = new Pool(url, { connections: CONNECTIONS_OPEN });
  const bodies = ROOMS.map((room) => bodyOf(size, room));
  let asked = 0;
  let bytes: number | null = null;
  const ask = async (): Promise<void> => {
    const body = bodies[asked % bodies.length] ?? '';
    asked += 1;
    const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body });
    const { byteLength } = await answer.body.arrayBuffer();
    bytes ??= byteLength;
    if (answer.statusCode !== 200 || byteLength !== bytes) throw new Error(`${url} answered ${answer.statusCode} with ${byteLength} bytes`);
  };
  const loop = async (goesOn: () => boolean): Promise<void> => {
    const caller = async (): Promise<void> => {
      while (goesOn()) await ask();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, caller));
  };
  return {
    closedLoop: async (seconds) => {
      const before = cpuSecondsOf(pid);
      const endMs = performance.now() + seconds * 1_000;
      const first = asked;
      await loop(() => performance.now() < endMs);
      return ((cpuSecondsOf(pid) - before) * 1e6) / (asked - first);
    },
    warmUp: (requests, secondsMax) => {
      const endMs = performance.now() + secondsMax * 1_000;
      let left = requests;
      return loop(() => {
        left -= 1;
        return left >= 0 && performance.now() < endMs;
      });
    },
    openLoop: async (perSecond, seconds) => {
      const total = Math.round(perSecond * seconds);
      const latenciesMs: number[] = [];
      const underWay: Promise<void>[] = [];
      const startMs = performance.now();
      const send = async (dueMs: number): Promise<void> => {
        await ask();
        latenciesMs.push(performance.now() - dueMs);
      };
      while (underWay.length < total) {
        const due = Math.min(total, Math.floor(((performance.now() - startMs) / 1_000) * perSecond));
        while (underWay.length < due) underWay.push(send(startMs + (underWay.length / perSecond) * 1_000));
        await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      }
      await Promise.all(underWay);
      return latenciesMs;
    },
    close: () => pool.destroy(),
  };
};
