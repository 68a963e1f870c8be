import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { SubgraphName } from '#platform/subgraph/transport.ts';
import { afterFile } from './cleanups.ts';
import { FEED_TEMPLATE, run, templateOf } from './postgres-templates.ts';
import { type PrivatePostgres, startPrivatePostgres } from './private-postgres.ts';

/** The URL of a fresh, migrated database of that subgraph on the run's PostgreSQL. Dropped after the test file. */
export async function aDatabaseUrl(subgraph: SubgraphName): Promise<string> {
  if (!inject('testPostgres').subgraphs.includes(subgraph))
    throw new Error(`${subgraph} has no migrations yet: prisma/${subgraph}/migrations is empty`);
  return clone(subgraph);
}

/** The URL of a fresh database with the feed tables and nothing else. Open it under a name that is no subgraph's. */
export function aFeedDatabaseUrl(): Promise<string> {
  return clone(FEED_TEMPLATE);
}

/** The URL of a fresh, empty database. */
export function anEmptyDatabaseUrl(): Promise<string> {
  return create('empty', '');
}

/** A URL on the run's PostgreSQL for a database that does not exist; it is dropped after the test file if the test creates it. */
export function aMissingDatabaseUrl(): string {
  const name = uniqueName('missing');
  afterFile(() => drop(name));
  return urlOf(name);
}

/** Runs SQL on a connection of its own, as an operator would. */
export function runOn(url: string, sql: string): Promise<void> {
  return run(url, sql);
}

/** A PostgreSQL of its own that may be killed and restarted; fsync is on unless `durable: false`. Stopped and deleted after the test file. */
export async function aPostgres(options: { readonly durable?: boolean } = {}): Promise<PrivatePostgres> {
  const postgres = await startPrivatePostgres({ durable: options.durable ?? true });
  afterFile(() => postgres.close());
  return postgres;
}

function clone(template: string): Promise<string> {
  // Copying files is the quicker way where nothing waits for the disk.
  return create(template, `TEMPLATE ${templateOf(template)} STRATEGY FILE_COPY`);
}

async function create(prefix: string, clause: string): Promise<string> {
  const name = uniqueName(prefix);
  await run(inject('testPostgres').maintenanceUrl, `CREATE DATABASE ${name} ${clause}`);
  afterFile(() => drop(name));
  return urlOf(name);
}

async function drop(name: string): Promise<void> {
  await run(inject('testPostgres').maintenanceUrl, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(8).toString('hex')}`;
}

function urlOf(name: string): string {
  const url = new URL(inject('testPostgres').maintenanceUrl);
  url.pathname = `/${name}`;
  return url.href;
}
