import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { onDatabase } from './client.ts';

/** Prisma's schema engine in WebAssembly on one database. It needs no binary, and keeps `_prisma_migrations` exactly as `prisma migrate deploy` does. */
export interface OpenSchemaEngine extends AsyncDisposable {
  readonly engine: SchemaEngine;
  /** The last script that PostgreSQL refused, with what it said; null where there was none. */
  refusedScript(): RefusedScript | null;
}

export interface RefusedScript {
  readonly script: string;
  readonly error: pg.DatabaseError;
}

const ENGINE_MODULE = '@prisma/schema-engine-wasm/schema_engine_bg';

/** Loads the engine (about 0.1 s) and connects it to `url`. `schema` is the text of a schema.prisma; its shadow databases are made beside `url`'s database. */
export async function openSchemaEngine(url: string, schema: string): Promise<OpenSchemaEngine> {
  const bindings = await loadBindings();
  const connections: Connections = { pools: [], refused: null };
  const adapter = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connectAdapter(url, connections),
    connectToShadowDb: () => connectToShadow(url, connections),
  });
  const engine = await bindings.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, adapter);
  return {
    engine,
    refusedScript: () => connections.refused,
    [Symbol.asyncDispose]: async () => {
      engine.free();
      await Promise.all(connections.pools.map((pool) => (pool.ended || pool.ending ? undefined : pool.end())));
    },
  };
}

/** Node has it; the types of the browser, where it is declared, are not loaded here. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, unknown>> } }>;
};

/** What one engine has opened, and what went wrong on it. */
interface Connections {
  readonly pools: pg.Pool[];
  refused: RefusedScript | null;
}

interface PanicRegistry {
  message: string;
  set_message(message: string): void;
}

type Bindings = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');

/** Loads the engine when it is first needed and once per process: its bindings keep views of one instance's memory. */
const loadBindings = once(async (): Promise<Bindings> => {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  // The engine reports a panic through this global, which is part of its interface.
  const registry: PanicRegistry = {
    message: '',
    set_message(message) {
      registry.message = message;
    },
  };
  Reflect.set(globalThis, 'PRISMA_WASM_PANIC_REGISTRY', registry);
  const path = createRequire(import.meta.url)
    .resolve(ENGINE_MODULE)
    .replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(path), { './schema_engine_bg.js': withPatientTimers(bindings) });
  bindings.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();
  return bindings;
});

/** The engine never clears the 10 s limit it sets itself for a lock, which would keep a finished process waiting. Its own names end in a hash. */
function withPatientTimers(bindings: Bindings): object {
  const setPatientTimeout = (work: () => void, delayMs: number): NodeJS.Timeout => setTimeout(work, delayMs).unref();
  const timers = Object.keys(bindings).filter((name) => name.startsWith('__wbg_setTimeout_'));
  return { ...bindings, ...Object.fromEntries(timers.map((name) => [name, setPatientTimeout])) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** One connection, so that the engine's session settings and its advisory lock stay with it. */
async function connectAdapter(url: string, connections: Connections, onClose?: () => Promise<void>): Promise<SqlDriverAdapter> {
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'fanfare-migrate', options: '-c timezone=UTC' });
  pool.on('error', () => undefined);
  connections.pools.push(pool);
  const columns = noteCharColumns(pool);
  const adapter = await new PrismaPg(pool).connect();
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: async (query) => columns.restore(await adapter.queryRaw(query)),
    executeRaw: (query) => adapter.executeRaw(query),
    startTransaction: (isolationLevel) => adapter.startTransaction(isolationLevel),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    // Prisma's own splits the script at every semicolon, also inside function bodies, and runs each part alone. As one message PostgreSQL splits it
    // itself and runs it in one transaction.
    executeScript: (script) => runScript(pool, script, connections),
    dispose: async () => {
      if (!pool.ending) await pool.end();
      await onClose?.();
    },
  };
}

async function runScript(pool: pg.Pool, script: string, connections: Connections): Promise<void> {
  const connection = await pool.connect();
  try {
    await connection.query(script);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    connections.refused = { script, error };
    const { code = '', severity = '', message, detail, column, hint } = error;
    // The form in which the engine understands what PostgreSQL said.
    throw new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
  } finally {
    connection.release();
  }
}

/** PostgreSQL's one-byte type, which its catalogue uses. */
const CHAR_OID = 18;

/** Prisma's adapter refuses columns of type "char", which the engine reads from the catalogue, and which it understands only as characters. So they are handed to
 * the adapter as text, and its answer is set right after. */
function noteCharColumns(pool: pg.Pool): { restore(answer: SqlResultSet): SqlResultSet } {
  const charRows = new WeakMap<object, ReadonlySet<number>>();
  const query = pool.query.bind(pool);
  const queryNoting = async (config: pg.QueryArrayConfig): Promise<pg.QueryArrayResult> => {
    const result = await query(config);
    const chars = new Set(result.fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : [])));
    for (const index of chars) Object.assign(result.fields[index] ?? {}, { dataTypeID: pg.types.builtins.TEXT });
    // The adapter passes this very array on.
    charRows.set(result.rows, chars);
    return result;
  };
  Object.assign(pool, { query: queryNoting });
  return {
    restore: (answer) => {
      const chars = charRows.get(answer.rows);
      return {
        ...answer,
        columnTypes: answer.columnTypes.map((type, index) => (chars?.has(index) === true ? ColumnTypeEnum.Character : type)),
      };
    },
  };
}

/** A database beside the real one in which the engine replays migrations, dropped when the engine is done with it. */
async function connectToShadow(url: string, connections: Connections): Promise<SqlDriverAdapter> {
  const name = `fanfare_shadow_${crypto.randomUUID().replaceAll('-', '')}`;
  const shadowUrl = new URL(url);
  shadowUrl.pathname = `/${name}`;
  await onDatabase(url, (server) => server.query({ text: `/* connectToShadow */ CREATE DATABASE ${name}` }));
  const drop = async (): Promise<void> => {
    await onDatabase(url, (server) => server.query({ text: `/* connectToShadow */ DROP DATABASE IF EXISTS ${name} WITH (FORCE)` }));
  };
  return connectAdapter(shadowUrl.href, connections, drop);
}
