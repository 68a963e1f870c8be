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
  /** Resolves when it serves; tried again until it does. Rejects while it doesn't. */
  readonly checkReady: () => Promise<void>;
}

/** Keeps programs running: one that ends by itself is started again after a pause that grows while it keeps failing. */
export interface Supervisor {
  /** Starts a program and resolves when it is ready. Rejects past START_DEADLINE_MS. */
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
  readonly say: (line: string) => void;
  /** Hears the processes that run now, whenever that changes. */
  readonly onChange: (pids: Readonly<Record<string, number>>) => void;
}

export const createSupervisor = ({ say, onChange }: SupervisorOptions): Supervisor => {
  const running = new Map<string, ChildProcess>();
  const pauses = new Set<NodeJS.Timeout>();
  let closing = false;

  const announce = (): void =>
    onChange(Object.fromEntries([...running].flatMap(([name, child]) => (child.pid === undefined ? [] : [[name, child.pid]]))));

  const launch = (program: Program, pauseMs: number): void => {
    const startedMs = performance.now();
    const child = spawn(program.command, [...program.args], {
      env: { ...process.env, ...program.env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    running.set(program.name, child);
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
      await untilReady(program);
    },
    close: async () => {
      closing = true;
      for (const pause of pauses) clearTimeout(pause);
      for (const child of [...running.values()].reverse()) await end(child);
    },
  };
};

async function untilReady(program: Program): Promise<void> {
  const endMs = Date.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      return await program.checkReady();
    } catch (error) {
      if (Date.now() > endMs)
        throw new Error(`${program.name} was not ready within ${START_DEADLINE_MS / 1_000} s: see its lines above.`, { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, READY_CHECK_MS));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await ended;
  clearTimeout(hard);
}
