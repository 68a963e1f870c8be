import { type ChildProcess, fork } from 'node:child_process';
import { heldMegabytes } from '../../tests/support/memory.ts';

/** What a process of a bench can be asked to do, by name. Arguments and results cross over as JSON. */
export type Commands = Readonly<Record<string, (argument: never) => unknown>>;

/** A process of a bench, as the one that started it sees it. */
export interface Child<Known extends Commands> {
  /** Resolves with what the command returns there; rejects when it throws, or when the process ends. */
  ask<Name extends keyof Known & string>(name: Name, argument: Parameters<Known[Name]>[0]): Promise<Awaited<ReturnType<Known[Name]>>>;
  /** Ends the process. Resolves when it is gone. */
  stop(): Promise<void>;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

const CPU_SECONDS = 'cpuSeconds';
const HELD_MEGABYTES = 'heldMegabytes';

/** Starts a module that calls `serveCommands`. What it prints (the log of a server) goes nowhere; its errors are shown. */
export const startChild = <Known extends Commands>(file: string): Child<Known> & Measured => {
  const child: ChildProcess = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`${file} has ended: ${signal ?? `exit code ${code}`}`));
      waiting.clear();
      resolve();
    });
  });
  child.on('message', (message) => {
    const { id, result, error } = message as Answer;
    const answer = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error));
  });
  const ask = (name: string, argument: unknown): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>();
    asked += 1;
    waiting.set(asked, answer);
    child.send({ id: asked, name, argument } satisfies Question);
    return answer.promise;
  };
  return {
    ask: ask as Child<Known>['ask'],
    cpuSeconds: async () => (await ask(CPU_SECONDS, null)) as number,
    heldMegabytes: async () => (await ask(HELD_MEGABYTES, null)) as number,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
};

export interface Measured {
  /** What the process has used so far, user and system. */
  cpuSeconds(): Promise<number>;
  /** What is alive in it, buffers included. It collects its garbage for that. */
  heldMegabytes(): Promise<number>;
}

/** In the process that was started: does what it is asked, and ends when whoever asks is gone. */
export const serveCommands = (commands: Commands): void => {
  const known: Commands = {
    ...commands,
    [CPU_SECONDS]: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    [HELD_MEGABYTES]: heldMegabytes,
  };
  process.on('message', (message) => {
    const { id, name, argument } = message as Question;
    void answerTo(known[name], argument).then((answer) => process.send?.({ id, ...answer }));
  });
  process.once('disconnect', () => process.exit());
  process.once('SIGTERM', () => process.exit());
};

const answerTo = async (command: Commands[string] | undefined, argument: unknown): Promise<Omit<Answer, 'id'>> => {
  try {
    if (command === undefined) throw new Error('there is no such command');
    return { result: await command(argument as never) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};
