import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '#platform/embedded/postmaster.ts';
import { type ProcessList, readProcessList } from './process-list.ts';
import { messageOf, say } from './report.ts';

/** Where everything listens that `start/` starts. */
export const HOST = '127.0.0.1';

/** What a killed run left behind ends by itself, within SHUTDOWN_SECONDS and a little. */
const LEFTOVER_LIMIT_MS = 15_000;
const CHECK_MS = 100;

/** Throws one sentence when that port cannot be had: cheap, and before anything slow has been started. Where the last run on this data folder was killed and its
 * processes are still going down, it waits for them. */
export const requirePortFree = async (port: number, dataFolder: string, signal: AbortSignal): Promise<void> => {
  const refusal = await refusalOf(port);
  if (refusal === null) return;
  const list = refusal.code === 'EADDRINUSE' ? await readProcessList(dataFolder) : null;
  if (list === null || portOf(list) !== port) throw new Error(explain(port, refusal));
  if (isAlive(list.starter)) {
    throw new Error(
      `Fanfare is already running at ${list.urls['gateway']} with the data in ${dataFolder} (process ${list.starter}): stop it first, or start a second one with another --port and another --data.`,
    );
  }
  say('Waiting for what an earlier run left behind to end …');
  await untilFree(port, signal);
};

async function untilFree(port: number, signal: AbortSignal): Promise<void> {
  const endMs = Date.now() + LEFTOVER_LIMIT_MS;
  for (let refusal = await refusalOf(port); refusal !== null; refusal = await refusalOf(port)) {
    signal.throwIfAborted();
    if (Date.now() > endMs) throw new Error(explain(port, refusal));
    await wait(CHECK_MS);
  }
}

/** Null where somebody could listen there now. */
function refusalOf(port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, HOST, () => probe.close(() => resolve(null)));
  });
}

function explain(port: number, refusal: NodeJS.ErrnoException): string {
  if (refusal.code === 'EADDRINUSE') return `Port ${port} on ${HOST} is taken: stop what listens there, or choose another one with --port.`;
  return `Port ${port} on ${HOST} cannot be used (${messageOf(refusal)}): choose another one with --port.`;
}

function portOf(list: ProcessList): number | null {
  const url = list.urls['gateway'];
  return url !== undefined && URL.canParse(url) ? Number(new URL(url).port || 80) : null;
}
