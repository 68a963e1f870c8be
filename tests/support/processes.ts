import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** A Node process of the product, started from its real entry point. */
export interface StartedProcess {
  readonly pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Hears what it prints from now on, as it comes. */
  onOutput(listener: (text: string) => void): void;
  /** Resolves with the exit code (or the signal's name) once it has ended. */
  readonly ended: Promise<number | string>;
  /** Resolves with the first match of `pattern` in its output. Rejects when it ends before, or past the deadline, with the output. */
  untilPrinted(pattern: RegExp, deadlineMs: number): Promise<RegExpMatchArray>;
  kill(signal: NodeJS.Signals): void;
}

const OUTPUT_CHARS_MAX = 1_000_000;

export const startProcess = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = projectRoot,
): StartedProcess => {
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) throw new Error(`${file} could not be started`);
  let printed = '';
  const listeners = new Set<(text: string) => void>();
  const onData = (text: string): void => {
    printed = (printed + text).slice(-OUTPUT_CHARS_MAX);
    for (const listener of listeners) listener(text);
  };
  child.stdout.setEncoding('utf8').on('data', onData);
  child.stderr.setEncoding('utf8').on('data', onData);
  return {
    pid: child.pid,
    output: () => printed,
    onOutput: (listener) => void listeners.add(listener),
    ended: endOf(child),
    untilPrinted: (pattern, deadlineMs) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          clearTimeout(timer);
          listeners.delete(look);
          settle();
        };
        const look = (): void => {
          const match = printed.match(pattern);
          if (match !== null) finish(() => resolve(match));
        };
        const timer = setTimeout(() => finish(() => reject(new Error(`no ${pattern} within ${deadlineMs} ms:\n${printed}`))), deadlineMs);
        listeners.add(look);
        child.once('exit', (code, signal) =>
          finish(() => reject(new Error(`ended with ${code ?? signal} before ${pattern}:\n${printed}`))),
        );
        look();
      }),
    kill: (signal) => void child.kill(signal),
  };
};

async function endOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}

/** Without what the test runner puts there: the product must not behave differently because a test started it. */
function cleanEnvironment(): Record<string, string> {
  const dropped = /^(VITEST|NODE_ENV|TEST|MODE|DEV|PROD|SSR|BASE_URL|NODE_OPTIONS|DATABASE_URL|REDIS_URL|GATEWAY_PORT)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined || dropped.test(name) ? [] : [[name, value]])),
  );
}
