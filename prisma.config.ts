import { defineConfig } from 'prisma/config';

// For Prisma's own CLI, one subgraph at a time: SUBGRAPH=trading npx prisma studio. Everyday work has npm scripts (generate, db:migrate, db:diff).
const subgraph = process.env['SUBGRAPH'] ?? 'trading';
const url = process.env[`${subgraph.toUpperCase()}_DATABASE_URL`] ?? process.env['DATABASE_URL'];

export default defineConfig({
  schema: `prisma/${subgraph}/schema.prisma`,
  migrations: { path: `prisma/${subgraph}/migrations` },
  ...(url === undefined ? {} : { datasource: { url: databaseOf(url) } }),
});

/** DATABASE_URL names a server; each subgraph has its own database on it. */
function databaseOf(given: string): string {
  if (process.env[`${subgraph.toUpperCase()}_DATABASE_URL`] !== undefined) return given;
  const parsed = new URL(given);
  parsed.pathname = `/fanfare_${subgraph}`;
  return parsed.href;
}
