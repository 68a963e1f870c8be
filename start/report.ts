/** One line for people. Log lines of the services go their own way (platform/log). */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** People look at this terminal: a line for each of the demo's requests would bury what matters. LOG_LEVEL overrides it. */
export const QUIET_LEVEL = 'warn';

/** Somebody asked to stop while something was still being opened: no failure. */
export class Stopped extends Error {}

/** Runs a command to its end. Null options print the help; whatever goes wrong is one sentence and exit code 1 (FANFARE_STACK=1 shows the stack as well). */
export const runCommand = async <Options>(
  readOptions: () => Options | null,
  help: string,
  main: (options: Options) => Promise<void>,
): Promise<void> => {
  outliveReaders();
  try {
    const options = readOptions();
    if (options === null) process.stdout.write(help);
    else await main(options);
  } catch (error) {
    if (error instanceof Stopped) return;
    process.stderr.write(`${messageOf(error)}\n`);
    if (process.env['FANFARE_STACK'] === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
};

/** A closed terminal or `| head` takes the readers of our lines away. There is nobody left to tell, and everything still has to be stopped in order. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
