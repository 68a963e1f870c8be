import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** One program to keep running. */
export interface Program {
  /** Unique: `trading`, `trading-2`, `gateway`, `redis`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it can be reached. */
  readonly url: string;
  /** True for programs of ours: they hear by their IPC channel that we are gone, and end. Others are ended by a leash. */
  readonly hearsUs: boolean;
  /** Resolves when it serves; tried again until it does. Rejects while it doesn't. */
  readonly checkReady: () => Promise<void>;
}

/** Keeps programs running: one that ends by itself is started again after a pause that grows while it keeps failing. */
export interface Supervisor {
  /** Starts a program and resolves when it is ready. Rejects past START_DEADLINE_MS, or when a stop is asked for. */
  start(program: Program): Promise<void>;
  /** Ends all, the last started first, each with SIGTERM and, past the deadline, SIGKILL. */
  close(): Promise<void>;
}

const RESTART_PAUSE_MS_MIN = 200;
const RESTART_PAUSE_MS_MAX = 5_000;
/** A program that lived this long has recovered: its next pause is short again. */
const HEALTHY_AFTER_MS = 30_000;
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 15_000;
const READY_CHECK_MS = 100;

export interface SupervisorOptions {
  /** Aborts when a stop is asked for. */
  readonly stop: AbortSignal;
  readonly say: (line: string) => void;
  /** Hears the processes that run now, whenever that changes. */
  readonly onChange: (pids: Readonly<Record<string, number>>) => void;
}

export const createSupervisor = ({ stop, say, onChange }: SupervisorOptions): Supervisor => {
  const running = new Map<string, ChildProcess>();
  const pauses = new Set<NodeJS.Timeout>();
  let closing = false;

  const announce = (): void =>
    onChange(Object.fromEntries([...running].flatMap(([name, child]) => (child.pid === undefined ? [] : [[name, child.pid]]))));

  const launch = (program: Program, pauseMs: number): void => {
    const startedMs = performance.now();
    const child = spawn(program.command, [...program.args], {
      env: { ...process.env, ...program.env },
      stdio: ['ignore', 'inherit', 'inherit', ...(program.hearsUs ? (['ipc'] as const) : [])],
      // In a process group of its own: Ctrl-C is for us, and we end the programs in order.
      detached: true,
    });
    running.set(program.name, child);
    if (!program.hearsUs) leash(child);
    child.once('error', (error) => say(`${program.name} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      running.delete(program.name);
      if (closing) return;
      const recovered = performance.now() - startedMs > HEALTHY_AFTER_MS;
      const nextPauseMs = recovered ? RESTART_PAUSE_MS_MIN : Math.min(pauseMs * 2, RESTART_PAUSE_MS_MAX);
      say(`${program.name} ended (${signal ?? `exit code ${code}`}); starting it again in ${pauseMs} ms.`);
      announce();
      const pause = setTimeout(() => {
        pauses.delete(pause);
        launch(program, nextPauseMs);
      }, pauseMs);
      pauses.add(pause);
    });
    announce();
  };

  return {
    start: async (program) => {
      launch(program, RESTART_PAUSE_MS_MIN);
      await untilReady(program, stop);
    },
    close: async () => {
      closing = true;
      for (const pause of pauses) clearTimeout(pause);
      for (const child of [...running.values()].reverse()) await endProcess(child);
    },
  };
};

/** Ends a program that knows nothing of us when we are gone, however we went: a shell waits for its input, which only we hold open, to end. */
function leash(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const shell = spawn('/bin/sh', ['-c', 'cat; kill "$0"', String(child.pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Ended first by the program's own end: its pid may soon be another's.
  child.once('exit', () => shell.kill('SIGKILL'));
}

async function untilReady(program: Program, stop: AbortSignal): Promise<void> {
  const endMs = Date.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      return await program.checkReady();
    } catch (error) {
      stop.throwIfAborted();
      if (Date.now() > endMs)
        throw new Error(
          `${program.name} was not ready within ${START_DEADLINE_MS / 1_000} s: what it had to say is above, or in a log in the data folder.`,
          { cause: error },
        );
    }
    await new Promise((resolve) => setTimeout(resolve, READY_CHECK_MS));
  }
}

/** Ends a process with SIGTERM and, past STOP_DEADLINE_MS, SIGKILL. Resolves when it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await ended;
  clearTimeout(hard);
}
