import { z } from 'zod';
import {
  HTTP,
  identityKeys,
  integer,
  isNetwork,
  isUrl,
  listOf,
  oneOf,
  POSTGRES,
  type ProcessKind,
  REDIS,
  switchedOn,
  text,
  url,
  type Variable,
  variable,
} from './parsers.ts';
import { shardMap } from './shardMap.ts';

const EVERY_KIND: readonly ProcessKind[] = ['gateway', 'subgraph', 'everything'];

const databaseOf = (subgraph: string) =>
  variable({
    type: 'URL',
    default: null,
    meaning: `Database of ${subgraph}, where it is not fanfare_${subgraph} on DATABASE_URL's server.`,
    secret: true,
    parser: url(...POSTGRES),
  });

const subgraphAt = (subgraph: string, port: number) =>
  variable({
    type: 'URL',
    default: null,
    meaning: `Where other processes reach ${subgraph}, for example http://127.0.0.1:${port}.`,
    requiredInProduction: ['gateway'],
    parser: url(...HTTP),
  });

const portOf = (subgraph: string, port: number) =>
  variable({
    type: 'port',
    default: String(port),
    meaning: `Port of ${subgraph} when it runs as its own process; 0 picks a free one.`,
    parser: integer(0, 65_535),
  });

/** Every environment variable that Fanfare reads. The parser (config.ts) and the README's table (table.ts) are both made from this. */
export const VARIABLES = {
  NODE_ENV: variable({
    type: 'development, test or production',
    default: 'development',
    meaning: 'production refuses development aids and demands keys and URLs.',
    parser: oneOf('development', 'test', 'production'),
  }),
  LOG_LEVEL: variable({
    type: 'fatal, error, warn, info, debug, trace or silent',
    default: 'info',
    meaning: 'The least important lines to log.',
    parser: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  }),
  LOG_FORMAT: variable({
    type: 'auto, json or pretty',
    default: 'auto',
    meaning: 'auto: one readable line per entry on a terminal, JSON elsewhere.',
    parser: oneOf('auto', 'json', 'pretty'),
  }),
  HOST: variable({ type: 'address', default: '127.0.0.1', meaning: 'Address to listen on.', parser: text }),
  GATEWAY_PORT: variable({
    type: 'port',
    default: '4000',
    meaning: 'Port of the gateway; 0 picks a free one.',
    parser: integer(0, 65_535),
  }),
  STREAMING_PORT: portOf('streaming', 4001),
  TRADING_PORT: portOf('trading', 4002),
  MESSAGING_PORT: portOf('messaging', 4003),
  MONITORING_PORT: portOf('monitoring', 4004),
  STREAMING_URL: subgraphAt('streaming', 4001),
  TRADING_URL: subgraphAt('trading', 4002),
  MESSAGING_URL: subgraphAt('messaging', 4003),
  MONITORING_URL: subgraphAt('monitoring', 4004),
  DATA_DIR: variable({
    type: 'folder',
    default: '.data',
    meaning: 'Where `npm start` keeps its database and the development key.',
    parser: text,
  }),
  DATABASE_URL: variable({
    type: 'URL',
    default: null,
    meaning:
      'PostgreSQL server, for example postgres://user:password@host:5432; each subgraph uses its own database fanfare_<subgraph> on it.',
    secret: true,
    requiredInProduction: ['subgraph', 'everything'],
    parser: url(...POSTGRES),
  }),
  STREAMING_DATABASE_URL: databaseOf('streaming'),
  TRADING_DATABASE_URL: databaseOf('trading'),
  TRADING_DATABASES: variable({
    type: 'range=URL list',
    default: null,
    meaning:
      'Several databases for trading: which of its logical shards 0-63 are in which, for example 0-31=postgres://a/trading,32-63=postgres://b/trading. Absent: all in one.',
    secret: true,
    parser: shardMap((value) => isUrl(value, POSTGRES)),
  }),
  TRADING_LANE_SCOPE: variable({
    type: 'database or shard',
    default: 'database',
    meaning:
      'What one transaction of trading may touch: any shards of its database (big batches: fast), or one logical shard (where a database is itself spread by shard, as by Citus).',
    parser: oneOf('database', 'shard'),
  }),
  MESSAGING_DATABASE_URL: databaseOf('messaging'),
  MONITORING_DATABASE_URL: databaseOf('monitoring'),
  DATABASE_POOL_MAX: variable({
    type: 'integer',
    default: '10',
    meaning: 'Connections of one process to one database at most.',
    parser: integer(2, 500),
  }),
  REDIS_URL: variable({
    type: 'URL list',
    default: null,
    meaning:
      'Redis for hints and shared counters; several comma-separated URLs are the nodes of a cluster. Absent: memory of this process.',
    secret: true,
    parser: listOf('it must be one redis:// or rediss:// URL, or several of them separated by commas', (part) => isUrl(part, REDIS)),
  }),
  IDENTITY_KEYS: variable({
    type: 'id:base64 list',
    default: null,
    meaning:
      'Keys that sign identities between processes: the first signs, all verify. To rotate, add the new key at the end everywhere, then move it to the front, then remove the old one.',
    secret: true,
    requiredInProduction: EVERY_KIND,
    parser: identityKeys,
  }),
  JWT_JWKS_URL: variable({
    type: 'URL',
    default: null,
    meaning:
      'Key set that clients’ tokens are verified with. In production the gateway needs one of JWT_JWKS_URL, JWT_PUBLIC_KEY and JWT_SECRET.',
    parser: url(...HTTP),
  }),
  JWT_PUBLIC_KEY: variable({
    type: 'PEM',
    default: null,
    meaning: 'Public key (SPKI, PEM; \\n for line ends is fine) that clients’ tokens are verified with.',
    parser: z
      .string()
      .transform((pem) => pem.replaceAll('\\n', '\n'))
      .refine((pem) => pem.includes('-----BEGIN PUBLIC KEY-----'), {
        error: 'it must be a PEM block that begins with -----BEGIN PUBLIC KEY-----',
      }),
  }),
  JWT_SECRET: variable({
    type: 'text',
    default: null,
    meaning: 'Shared secret (HS256 to HS512, at least 32 characters) that clients’ tokens are verified with.',
    secret: true,
    parser: z.string().min(32, 'it must have at least 32 characters'),
  }),
  JWT_ISSUER: variable({ type: 'text', default: null, meaning: 'The `iss` that clients’ tokens must carry.', parser: text }),
  JWT_AUDIENCE: variable({ type: 'text', default: null, meaning: 'The `aud` that clients’ tokens must carry.', parser: text }),
  CORS_ORIGINS: variable({
    type: 'origin list',
    default: '',
    meaning: 'Comma-separated origins whose pages may call the gateway; its own pages always may.',
    parser: listOf(
      'it must be a comma-separated list of origins such as https://app.example.com',
      (part) => isUrl(part, HTTP) && new URL(part).origin === part,
    ),
  }),
  TRUSTED_PROXIES: variable({
    type: 'address list',
    default: '',
    meaning:
      'Comma-separated addresses and networks (10.0.0.0/8) of proxies in front of the gateway, whose X-Forwarded-For is believed. Without it, everybody behind a proxy shares one limit per address.',
    parser: listOf('it must be a comma-separated list of addresses or networks such as 10.0.0.0/8', isNetwork),
  }),
  SUBGRAPH_COMPRESSION: variable({
    type: 'true or false',
    default: 'false',
    meaning: 'Whether processes ask each other for compressed answers (gzip): saves network between data centres, costs CPU on both sides.',
    parser: switchedOn(),
  }),
  INTROSPECTION: variable({
    type: 'everyone, operators or nobody',
    default: null,
    meaning:
      'Who may introspect the graph and read /schema.graphql; operators hold the scope ops:read. Absent: everyone, in production operators.',
    parser: oneOf('everyone', 'operators', 'nobody'),
  }),
  DEMAND_CONTROL: variable({
    type: 'off, measure or enforce',
    default: 'enforce',
    meaning:
      'Whether operations are paid for by their estimated cost (@cost, @listSize) from a budget per user or address. measure: what would be refused is only counted in the metrics.',
    parser: oneOf('off', 'measure', 'enforce'),
  }),
  UNAUTHORISED_FIELDS: variable({
    type: 'null or refuse',
    default: 'null',
    meaning:
      'What happens to a query with fields that its caller may not read. null: they are null, with an error each; refuse: nothing of it runs. Mutations and subscriptions are refused where a root field is unauthorised.',
    parser: oneOf('null', 'refuse'),
  }),
  SUPERGRAPH_FILE: variable({
    type: 'file',
    default: null,
    meaning:
      'Supergraph that the gateway serves; or, ending in .json, the list of subgraphs that it composes. Read again whenever it changes. Absent: schema/supergraph.graphql.',
    parser: text,
  }),
  SAFELIST_FILE: variable({
    type: 'file',
    default: null,
    meaning: 'Manifest of the operations that the gateway runs; read again whenever it changes. Absent: there is no list.',
    parser: text,
  }),
  SAFELIST_MODE: variable({
    type: 'off, log or enforce',
    default: null,
    meaning:
      'What happens to operations that are not on the list: nothing, a line in the log, a refusal. Absent: enforce where there is a SAFELIST_FILE.',
    parser: oneOf('off', 'log', 'enforce'),
  }),
  TOP_UP_EXPIRY_MINUTES: variable({
    type: 'integer',
    default: '60',
    meaning:
      'How long a purchase of coins can be paid; then it is called off at the payment provider. At most 23 hours: providers forget after a day which payment belongs to which order.',
    parser: integer(1, 1_380),
  }),
  STRIPE_SECRET_KEY: variable({
    type: 'text',
    default: null,
    meaning:
      'Secret or restricted key of a Stripe account (sk_… or rk_…): coins are sold through it. Absent: nobody takes money, but for the development provider with --dev.',
    secret: true,
    parser: z.string().regex(/^(sk|rk)_\w{8,255}$/, 'it must be a secret key (sk_…) or a restricted key (rk_…) of Stripe'),
  }),
  STRIPE_WEBHOOK_SECRETS: variable({
    type: 'text list',
    default: null,
    meaning: 'Signing secrets of the webhook endpoint at Stripe (whsec_…), comma-separated: two while one replaces the other.',
    secret: true,
    parser: listOf('it must be a comma-separated list of signing secrets (whsec_…)', (part) => /^whsec_[\w+/=]{8,255}$/.test(part)),
  }),
  STRIPE_API_URL: variable({
    type: 'URL',
    default: 'https://api.stripe.com',
    meaning: 'Where Stripe’s API is, for a proxy or a double in between.',
    parser: url(...HTTP),
  }),
  PAYMENT_WEBHOOK_PORT: variable({
    type: 'port',
    default: null,
    meaning:
      'Port on which trading listens for the payment provider’s webhooks (POST /webhooks/stripe); 0 picks a free one. Absent: it does not listen, and payments are settled later, by asking.',
    parser: integer(0, 65_535),
  }),
  PAYMENT_WEBHOOK_HOST: variable({
    type: 'address',
    default: '127.0.0.1',
    meaning: 'Address on which it listens for them; put a proxy with TLS in front.',
    parser: text,
  }),
  ALERT_WEBHOOK_URL: variable({
    type: 'URL',
    default: null,
    meaning: 'Where alerts are posted to. Absent: nowhere.',
    parser: url(...HTTP),
  }),
  ALERT_WEBHOOK_SECRET: variable({
    type: 'text',
    default: null,
    meaning: 'Signs posted alerts (HMAC-SHA-256).',
    secret: true,
    parser: z.string().min(16, 'it must have at least 16 characters'),
  }),
  MESSAGE_WEBHOOK_URL: variable({
    type: 'URL',
    default: null,
    meaning:
      'Where messages are posted to: to be judged before they are sent, and as events afterwards. Redirects are not followed. Absent: nowhere.',
    parser: url(...HTTP),
  }),
  MESSAGE_WEBHOOK_KEYS: variable({
    type: 'id:base64 list',
    default: null,
    meaning:
      'Keys that sign what is posted there (HMAC-SHA-256): the first signs, and its id goes along, so that the receiver can know the next one before it is used.',
    secret: true,
    parser: identityKeys,
  }),
  MESSAGE_WEBHOOK_HOOKS: variable({
    type: 'beforeSend, afterAppend or both',
    default: 'beforeSend,afterAppend',
    meaning:
      'beforeSend: every message, and every edit of one, is judged there first. afterAppend: every event of every conversation is delivered there, at least once.',
    parser: listOf(
      'it must be beforeSend, afterAppend or both, separated by a comma',
      (part) => part === 'beforeSend' || part === 'afterAppend',
    ),
  }),
  MESSAGE_WEBHOOK_TIMEOUT_MS: variable({
    type: 'integer',
    default: '1000',
    meaning: 'How long a message waits for its judgement, a second try included.',
    parser: integer(50, 5_000),
  }),
  MESSAGE_WEBHOOK_ON_FAILURE: variable({
    type: 'open or closed',
    default: 'open',
    meaning: 'What becomes of a message without a judgement. open: it is sent; closed: it is refused (MODULE_UNAVAILABLE).',
    parser: oneOf('open', 'closed'),
  }),
  OBJECT_STORE_URL: variable({
    type: 'URL',
    default: null,
    meaning:
      'Store of the files in messages: any that speaks S3’s protocol, for example https://s3.eu-central-1.amazonaws.com. Absent: `npm start` brings its own, elsewhere messages carry no files.',
    parser: url(...HTTP),
  }),
  OBJECT_STORE_BUCKET: variable({
    type: 'text',
    default: null,
    meaning: 'Bucket in it, put before the key in the path. Absent: OBJECT_STORE_URL names the bucket itself.',
    parser: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,62}$/, 'it must be the name of a bucket: 2 to 63 small letters, digits, dots and dashes'),
  }),
  OBJECT_STORE_REGION: variable({ type: 'text', default: 'us-east-1', meaning: 'Its region, as its signatures name it.', parser: text }),
  OBJECT_STORE_KEY_ID: variable({
    type: 'text',
    default: null,
    meaning: 'Id of the key that signs addresses (Signature Version 4). It has to be allowed to put, get, delete and list objects.',
    parser: text,
  }),
  OBJECT_STORE_SECRET: variable({ type: 'text', default: null, meaning: 'Secret of that key.', secret: true, parser: text }),
  OBJECT_STORE_PUBLIC_URL: variable({
    type: 'URL',
    default: null,
    meaning: 'Where clients reach the same store, if not at OBJECT_STORE_URL: what is signed for them names this host.',
    parser: url(...HTTP),
  }),
  METRICS_REPORT_SECONDS: variable({
    type: 'integer',
    default: '5',
    meaning: 'How often each process reports its own metrics to monitoring; 0 never.',
    parser: integer(0, 3_600),
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable({
    type: 'URL',
    default: null,
    meaning: 'OpenTelemetry collector (OTLP over HTTP) for traces. Absent: no traces.',
    parser: url(...HTTP),
  }),
  SLOW_OPERATION_MS: variable({
    type: 'integer',
    default: '1000',
    meaning: 'The gateway logs operations that take longer, with their plan.',
    parser: integer(1, 600_000),
  }),
  SHUTDOWN_SECONDS: variable({
    type: 'integer',
    default: '10',
    meaning:
      'How long work under way may take to finish after SIGTERM or Ctrl-C. The gateway closes its sockets (1012) in the first half of it, one after the other.',
    parser: integer(1, 300),
  }),
} as const;

export type VariableName = keyof typeof VARIABLES;
export type VariableValue<Name extends VariableName> = (typeof VARIABLES)[Name] extends Variable<infer Value> ? Value : never;
