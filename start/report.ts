/** One line for people. Log lines of the services go their own way (platform/log). */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs a command to its end. Null options print the help; whatever goes wrong is one sentence and exit code 1 (FANFARE_STACK=1 shows the stack as well). */
export const runCommand = async <Options>(
  readOptions: () => Options | null,
  help: string,
  main: (options: Options) => Promise<void>,
): Promise<void> => {
  try {
    const options = readOptions();
    if (options === null) process.stdout.write(help);
    else await main(options);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    if (process.env['FANFARE_STACK'] === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
};
