import pg from 'pg';
import { onServer } from './client.ts';

/** Deletes the database of `url`; fine where there is none. Rejects while a process of Fanfare is connected to it. */
export async function dropDatabase(name: string, url: string): Promise<void> {
  await onServer(url, async (server, database) => {
    const users = await server.query<{ readonly application: string }>({
      text: `/* dropDatabase */ SELECT DISTINCT application_name AS application FROM pg_stat_activity
             WHERE datname = $1 AND application_name LIKE 'fanfare-%' ORDER BY 1`,
      values: [database],
    });
    if (users.length > 0) {
      throw new Error(`the database of ${name} is in use (${users.map((user) => user.application).join(', ')}): stop Fanfare first`);
    }
    await server.query({ text: `/* dropDatabase */ DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)` });
  });
}
