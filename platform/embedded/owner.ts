import pg from 'pg';

/** Whoever holds this lock is the process that started the server and will stop it. It goes when that process dies, however it dies. */
const OWNER_LOCK_KEY = 7_266_510_200;
const CONNECT_TIMEOUT_MS = 5_000;
const RETRY_DELAY_MS = 250;
const NAME_PREFIX = 'fanfare-owner-';

export interface Ownership {
  /** Renews it from now on when the connection is lost while the server lives: one crashed backend makes PostgreSQL cut all connections. */
  keep(): void;
  /** Gives the server up; another process may own it then. */
  release(): Promise<void>;
}

export type Claim = { readonly ownership: Ownership } | { readonly heldBy: string };

/** Tries to become the owner of the server at `url`. `heldBy` names the process that is. Rejects when the server cannot be reached. */
export async function claimServer(url: string): Promise<Claim> {
  const claim = await tryClaim(url);
  if ('heldBy' in claim) return claim;
  let client = claim.client;
  let state: 'taken' | 'kept' | 'released' = 'taken';
  let isLost = false;
  let timer: NodeJS.Timeout | undefined;
  const renewLater = (): void => {
    if (state === 'kept' && isLost) timer = setTimeout(renew, RETRY_DELAY_MS).unref();
  };
  const watch = (): void => {
    client.once('end', () => {
      isLost = true;
      renewLater();
    });
  };
  const renew = (): void => {
    tryClaim(url).then((again) => {
      if ('heldBy' in again) return;
      client = again.client;
      isLost = false;
      if (state === 'released') void client.end();
      else watch();
    }, renewLater);
  };
  watch();
  return {
    ownership: {
      keep: () => {
        state = 'kept';
        renewLater();
      },
      release: async () => {
        if (state === 'released') return;
        state = 'released';
        clearTimeout(timer);
        await client.end();
      },
    },
  };
}

async function tryClaim(url: string): Promise<{ readonly client: pg.Client } | { readonly heldBy: string }> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `${NAME_PREFIX}${process.pid}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ owned: boolean; holder: string | null }>({
    text: `/* tryClaim */ SELECT pg_try_advisory_lock($1) AS owned,
             (SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
              WHERE l.locktype = 'advisory' AND l.classid = ($1::bigint >> 32)::oid AND l.objid = ($1::bigint & 4294967295)::oid AND l.granted LIMIT 1) AS holder`,
    values: [OWNER_LOCK_KEY],
  });
  if (rows[0]?.owned === true) return { client };
  await client.end();
  return { heldBy: (rows[0]?.holder ?? '').replace(NAME_PREFIX, '') || 'unknown' };
}
