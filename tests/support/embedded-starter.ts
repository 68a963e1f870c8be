// A process of its own that starts an embedded PostgreSQL, for tests that kill it: prints `ready <url>`, stops it on SIGTERM, prints a failure as one line.
import { startEmbeddedPostgres } from '#platform/embedded/postgres.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', say, onLost: (reason) => say(`lost ${reason}`) });
  say(`ready ${server.urlOf('postgres')} ${server.pid} ${server.data}`);
  process.once('SIGTERM', () => {
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        say(String(error));
        process.exit(1);
      },
    );
  });
} catch (error) {
  say(`refused ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
