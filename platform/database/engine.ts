import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

/** Prisma's schema engine in WebAssembly on one database. It needs no binary, and keeps `_prisma_migrations` exactly as `prisma migrate deploy` does. */
export interface OpenSchemaEngine extends AsyncDisposable {
  readonly engine: SchemaEngine;
}

const ENGINE_MODULE = '@prisma/schema-engine-wasm/schema_engine_bg';

/** Loads the engine (about 0.1 s) and connects it to `url`. `schema` is the text of a schema.prisma; its shadow databases are made beside `url`'s database. */
export async function openSchemaEngine(url: string, schema: string): Promise<OpenSchemaEngine> {
  const bindings = await loadBindings();
  const pools: pg.Pool[] = [];
  const adapter = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connectAdapter(url, pools),
    connectToShadowDb: () => connectToShadow(url, pools),
  });
  const engine = await bindings.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, adapter);
  return {
    engine,
    [Symbol.asyncDispose]: async () => {
      engine.free();
      await Promise.all(pools.map((pool) => (pool.ended || pool.ending ? undefined : pool.end())));
    },
  };
}

/** Node has it; the types of the browser, where it is declared, are not loaded here. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, unknown>> } }>;
};

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
  const { instance } = await WebAssembly.instantiate(readFileSync(path), { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();
  return bindings;
});

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** One connection, so that the engine's session settings and its advisory lock stay with it. */
async function connectAdapter(url: string, pools: pg.Pool[], onClose?: () => Promise<void>): Promise<SqlDriverAdapter> {
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'fanfare-migrate', options: '-c timezone=UTC' });
  pool.on('error', () => undefined);
  pools.push(pool);
  const adapter = await new PrismaPg(pool).connect();
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query) => adapter.queryRaw(query),
    executeRaw: (query) => adapter.executeRaw(query),
    startTransaction: (isolationLevel) => adapter.startTransaction(isolationLevel),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    // Prisma's own splits the script at every semicolon, also inside function bodies, and runs each part alone. As one message PostgreSQL splits it
    // itself and runs it in one transaction.
    executeScript: async (script) => {
      await pool.query(script);
    },
    dispose: async () => {
      if (!pool.ending) await pool.end();
      await onClose?.();
    },
  };
}

/** A database beside the real one in which the engine replays migrations, dropped when the engine is done with it. */
async function connectToShadow(url: string, pools: pg.Pool[]): Promise<SqlDriverAdapter> {
  const name = `fanfare_shadow_${crypto.randomUUID().replaceAll('-', '')}`;
  const shadowUrl = new URL(url);
  shadowUrl.pathname = `/${name}`;
  await runAlone(url, `CREATE DATABASE "${name}"`);
  return connectAdapter(shadowUrl.href, pools, () => runAlone(url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
}

async function runAlone(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'fanfare-migrate' });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
