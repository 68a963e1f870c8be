import { createMemoryStore } from '#platform/store/memory.ts';
import { openViewers, type ViewerCommand } from '../../subgraphs/messaging/data/viewers.ts';
import { viewerKeyOf } from '../../subgraphs/messaging/domain/viewer.ts';
import { createRandom } from '../../tests/support/random.ts';
import { closedLoop } from '../support/load.ts';
import { ROOMS, roomId, type World } from './world.ts';

/** Commands that wait for an answer. */
const OUTSTANDING = 4_000;
/** People who come and go. */
const VIEWERS = 100_000;
const HOT_SHARE = 0.5;
const WARM_UP_SECONDS = 1;

/** People come to rooms and leave them, half of them the hot one, as fast as they are answered, with the store of a single process. Commands per second. Throws when one is refused, and when
 * the hot room counts others than those who have come and not left. */
export const measureViewers = async ({ database, telemetry }: World, seconds: number, seed: number): Promise<number> => {
  const store = createMemoryStore();
  const modules = { joined: () => undefined, left: () => undefined };
  const { lane, close } = openViewers({ database, store, telemetry, modules });
  const random = createRandom(seed);
  const inHotRoom = new Set<string>();
  // A caller waits for its answer before it goes on, and nobody is two callers' viewer: so each viewer's commands are in order.
  const next = (caller: number): ViewerCommand => {
    const user = `viewer-${caller + OUTSTANDING * random.below(VIEWERS / OUTSTANDING)}`;
    const viewer = viewerKeyOf(user, null) ?? user;
    const hot = random.next() < HOT_SHARE;
    const type = random.chance(0.5) ? 'join' : 'leave';
    if (hot && type === 'join') inHotRoom.add(user);
    else if (hot) inHotRoom.delete(user);
    return { type, roomId: roomId(hot ? 0 : 1 + random.below(ROOMS)), viewer };
  };
  const counts = ({ ok }: { readonly ok: boolean }): boolean => {
    if (!ok) throw new Error('a viewer was refused');
    return true;
  };
  try {
    await closedLoop({ lane, callers: OUTSTANDING, seconds: WARM_UP_SECONDS, next, counts });
    const { accepted, elapsedMs } = await closedLoop({ lane, callers: OUTSTANDING, seconds, next, counts });
    const last = await lane.submit({ type: 'leave', roomId: roomId(0), viewer: 'user:nobody' });
    if (!last.ok || last.count !== inHotRoom.size)
      throw new Error(`the hot room counts ${last.ok ? last.count : 'nobody'} where ${inHotRoom.size} people are`);
    return accepted / (elapsedMs / 1_000);
  } finally {
    await close();
    await store.close();
  }
};
