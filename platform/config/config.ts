import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';
import type { IdentityKey, ProcessKind, Variable } from './parsers.ts';
import { ALL_SHARDS, type ShardDatabase } from './shardMap.ts';
import { VARIABLES, type VariableName, type VariableValue } from './variables.ts';

/** How clients' tokens are verified. */
export type JwtSource =
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'publicKey'; readonly pem: string }
  | { readonly kind: 'secret'; readonly secret: string };

/** How to reach Stripe. */
export interface StripeConfig {
  readonly secretKey: string;
  readonly url: string;
  /** Empty: its webhooks are not believed. */
  readonly webhookSecrets: readonly string[];
}

/** Where messages are judged and told of. */
export interface MessageWebhookConfig {
  readonly url: string;
  /** The first signs. */
  readonly key: IdentityKey;
  readonly beforeSend: boolean;
  readonly afterAppend: boolean;
  readonly timeoutMs: number;
  readonly onFailure: 'open' | 'closed';
}

/** Where files are kept: any store that speaks S3's protocol. */
export interface ObjectStoreConfig {
  readonly url: string;
  /** null: `url` names the bucket itself. */
  readonly bucket: string | null;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
  /** Where clients reach the same store; null: at `url`. */
  readonly publicUrl: string | null;
}

/** Everything a process was told from outside, parsed once at its start. Variables and their meaning: variables.ts. */
export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  /** Whether development aids (token issuer, payment provider) may load: only with --dev, never in production. */
  readonly dev: boolean;
  readonly logLevel: VariableValue<'LOG_LEVEL'>;
  readonly logFormat: VariableValue<'LOG_FORMAT'>;
  readonly host: string;
  readonly gatewayPort: number;
  readonly subgraphPorts: Readonly<Record<SubgraphName, number>>;
  /** null: not reachable by URL (it runs in this process, or not at all). */
  readonly subgraphUrls: Readonly<Record<SubgraphName, string | null>>;
  readonly dataFolder: string;
  /** null: no database configured; use `databaseUrlOf`. */
  readonly databaseUrls: Readonly<Record<SubgraphName, string | null>>;
  /** Where trading's logical shards are; null: all in its one database. Use `tradingDatabasesOf`. */
  readonly tradingDatabases: readonly ShardDatabase[] | null;
  readonly tradingLaneScope: VariableValue<'TRADING_LANE_SCOPE'>;
  readonly databasePoolMax: number;
  /** Empty: bus and store live in this process's memory. Several: the nodes of a cluster. */
  readonly redisUrls: readonly string[];
  /** The first signs, all verify. Empty (never in production): this process makes its own. */
  readonly identityKeys: readonly IdentityKey[];
  readonly jwt: JwtSource | null;
  readonly jwtIssuer: string | null;
  readonly jwtAudience: string | null;
  readonly corsOrigins: readonly string[];
  /** Addresses and CIDR networks. */
  readonly trustedProxies: readonly string[];
  readonly subgraphCompression: boolean;
  /** null: the committed one. */
  readonly supergraphFile: string | null;
  /** The list of operations that may run, and what happens to others. `off` where there is no file. */
  readonly safelist: { readonly file: string | null; readonly mode: VariableValue<'SAFELIST_MODE'> };
  readonly introspection: VariableValue<'INTROSPECTION'>;
  readonly demandControl: VariableValue<'DEMAND_CONTROL'>;
  readonly unauthorisedFields: VariableValue<'UNAUTHORISED_FIELDS'>;
  readonly topUpExpiryMinutes: number;
  /** null: Stripe takes no money here. */
  readonly stripe: StripeConfig | null;
  /** null: nobody listens for payment webhooks. */
  readonly paymentWebhook: { readonly host: string; readonly port: number } | null;
  readonly alertWebhookUrl: string | null;
  readonly alertWebhookSecret: string | null;
  /** null: messages are posted nowhere. */
  readonly messageWebhook: MessageWebhookConfig | null;
  /** null: messages carry no files. */
  readonly objectStore: ObjectStoreConfig | null;
  /** 0: never. */
  readonly metricsReportSeconds: number;
  readonly otlpEndpoint: string | null;
  readonly slowOperationMs: number;
  readonly shutdownSeconds: number;
}

/** Says per bad variable, in one sentence each, what to do. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Parses the environment. Of `argv`, only `--dev` is read. `runs`: what this process runs, which decides what production demands. Throws ConfigError with
 * all problems at once. */
export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[] = [],
  runs: 'gateway' | 'everything' | SubgraphName = 'everything',
): Config => {
  const problems: string[] = [];
  const read = <Name extends VariableName>(name: Name): VariableValue<Name> | null => readVariable(env, name, problems);
  const dev = argv.includes('--dev');
  const production = env['NODE_ENV'] === 'production';
  if (dev && production) problems.push('--dev does not go with NODE_ENV=production: leave out one of them.');
  if (production) problems.push(...missingInProduction(env, runs));
  const config = {
    environment: read('NODE_ENV'),
    dev,
    logLevel: read('LOG_LEVEL'),
    logFormat: read('LOG_FORMAT'),
    host: read('HOST'),
    gatewayPort: read('GATEWAY_PORT'),
    subgraphPorts: {
      streaming: read('STREAMING_PORT'),
      trading: read('TRADING_PORT'),
      messaging: read('MESSAGING_PORT'),
      monitoring: read('MONITORING_PORT'),
    },
    subgraphUrls: {
      streaming: read('STREAMING_URL'),
      trading: read('TRADING_URL'),
      messaging: read('MESSAGING_URL'),
      monitoring: read('MONITORING_URL'),
    },
    dataFolder: read('DATA_DIR'),
    databaseUrls: readDatabaseUrls(read),
    tradingDatabases: read('TRADING_DATABASES'),
    tradingLaneScope: read('TRADING_LANE_SCOPE'),
    databasePoolMax: read('DATABASE_POOL_MAX'),
    redisUrls: read('REDIS_URL') ?? [],
    identityKeys: read('IDENTITY_KEYS') ?? [],
    jwt: readJwtSource(read, problems),
    jwtIssuer: read('JWT_ISSUER'),
    jwtAudience: read('JWT_AUDIENCE'),
    corsOrigins: read('CORS_ORIGINS') ?? [],
    trustedProxies: read('TRUSTED_PROXIES') ?? [],
    subgraphCompression: read('SUBGRAPH_COMPRESSION'),
    supergraphFile: read('SUPERGRAPH_FILE'),
    safelist: readSafelist(read, problems),
    introspection: read('INTROSPECTION') ?? (production ? 'operators' : 'everyone'),
    demandControl: read('DEMAND_CONTROL'),
    unauthorisedFields: read('UNAUTHORISED_FIELDS'),
    topUpExpiryMinutes: read('TOP_UP_EXPIRY_MINUTES'),
    ...readPayments(read, problems),
    alertWebhookUrl: read('ALERT_WEBHOOK_URL'),
    alertWebhookSecret: read('ALERT_WEBHOOK_SECRET'),
    messageWebhook: readMessageWebhook(read, problems),
    objectStore: readObjectStore(read, problems),
    metricsReportSeconds: read('METRICS_REPORT_SECONDS'),
    otlpEndpoint: read('OTEL_EXPORTER_OTLP_ENDPOINT'),
    slowOperationMs: read('SLOW_OPERATION_MS'),
    shutdownSeconds: read('SHUTDOWN_SECONDS'),
  };
  if (config.tradingDatabases !== null && (env['TRADING_DATABASE_URL'] ?? '') !== '')
    problems.push('TRADING_DATABASES and TRADING_DATABASE_URL exclude each other: set one of them.');
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  // Every variable with a default has a value now: `read` answers null for those only after it has noted a problem.
  return config as Config;
};

/** The database of one subgraph. Throws ConfigError when none is configured. */
export const databaseUrlOf = (config: Config, name: SubgraphName): string => {
  const url = config.databaseUrls[name];
  if (url !== null) return url;
  throw new ConfigError([`No database for ${name}: set DATABASE_URL to a PostgreSQL server, or run \`npm start\`, which brings its own.`]);
};

/** Trading's databases with the shards in each: one with all of them, unless TRADING_DATABASES says otherwise. Throws ConfigError when none is configured. */
export const tradingDatabasesOf = (config: Config): readonly ShardDatabase[] =>
  config.tradingDatabases ?? [{ url: databaseUrlOf(config, 'trading'), shards: ALL_SHARDS }];

type Read = <Name extends VariableName>(name: Name) => VariableValue<Name> | null;

const readVariable = <Name extends VariableName>(
  env: Readonly<Record<string, string | undefined>>,
  name: Name,
  problems: string[],
): VariableValue<Name> | null => {
  const of: Variable<unknown> = VARIABLES[name];
  const given = env[name];
  const value = given === undefined || given === '' ? of.default : given;
  if (value === null) return null;
  const parsed = of.parser.safeParse(value);
  if (parsed.success) return parsed.data as VariableValue<Name>;
  const shown = of.secret === true ? '' : ` (it is ${JSON.stringify(value)})`;
  const otherwise = of.default === null ? 'remove it' : `remove it for ${of.default === '' ? 'none' : of.default}`;
  problems.push(`${name}: ${parsed.error.issues[0]?.message ?? 'it is not valid'}${shown}; correct it or ${otherwise}.`);
  return null;
};

const missingInProduction = (
  env: Readonly<Record<string, string | undefined>>,
  runs: 'gateway' | 'everything' | SubgraphName,
): readonly string[] => {
  const kind: ProcessKind = runs === 'gateway' || runs === 'everything' ? runs : 'subgraph';
  const isSet = (name: VariableName): boolean => (env[name] ?? '') !== '';
  const hasDatabase = (name: SubgraphName): boolean =>
    isSet(`${upper(name)}_DATABASE_URL`) || (name === 'trading' && isSet('TRADING_DATABASES'));
  const ownDatabases = SUBGRAPH_NAMES.every((name) => (name !== runs && kind === 'subgraph') || hasDatabase(name));
  const missing = Object.entries<Variable<unknown>>(VARIABLES)
    .filter(
      ([name, of]) => of.requiredInProduction?.includes(kind) && (env[name] ?? '') === '' && !(name === 'DATABASE_URL' && ownDatabases),
    )
    .map(([name, of]) => `${name} is required in production: ${of.meaning}`);
  // Only the gateway sees clients' tokens.
  const needsNoJwt = kind === 'subgraph' || isSet('JWT_JWKS_URL') || isSet('JWT_PUBLIC_KEY') || isSet('JWT_SECRET');
  return needsNoJwt
    ? missing
    : [...missing, 'One of JWT_JWKS_URL, JWT_PUBLIC_KEY and JWT_SECRET is required in production: clients’ tokens are verified with it.'];
};

const readDatabaseUrls = (read: Read): Record<SubgraphName, string | null> => {
  const server = read('DATABASE_URL');
  const urlOf = (name: SubgraphName): string | null =>
    read(`${upper(name)}_DATABASE_URL`) ?? (server === null ? null : databaseOn(server, name));
  return { streaming: urlOf('streaming'), trading: urlOf('trading'), messaging: urlOf('messaging'), monitoring: urlOf('monitoring') };
};

/** A subgraph's database on a server: whatever database the URL names is replaced, its other parts stay. */
export const databaseOn = (serverUrl: string, name: SubgraphName): string => {
  const url = new URL(serverUrl);
  url.pathname = `/fanfare_${name}`;
  return url.href;
};

const readJwtSource = (read: Read, problems: string[]): JwtSource | null => {
  const [url, pem, secret] = [read('JWT_JWKS_URL'), read('JWT_PUBLIC_KEY'), read('JWT_SECRET')];
  if ([url, pem, secret].filter((given) => given !== null).length > 1) {
    problems.push('JWT_JWKS_URL, JWT_PUBLIC_KEY and JWT_SECRET exclude each other: set one of them.');
  }
  if (url !== null) return { kind: 'jwks', url };
  if (pem !== null) return { kind: 'publicKey', pem };
  return secret === null ? null : { kind: 'secret', secret };
};

const readPayments = (read: Read, problems: string[]): Pick<Config, 'stripe' | 'paymentWebhook'> => {
  const [secretKey, url, webhookSecrets] = [read('STRIPE_SECRET_KEY'), read('STRIPE_API_URL'), read('STRIPE_WEBHOOK_SECRETS') ?? []];
  const [port, host] = [read('PAYMENT_WEBHOOK_PORT'), read('PAYMENT_WEBHOOK_HOST')];
  if (port !== null && (secretKey === null || webhookSecrets.length === 0))
    problems.push('PAYMENT_WEBHOOK_PORT needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS: without them no webhook could be believed.');
  return {
    stripe: secretKey === null || url === null ? null : { secretKey, url, webhookSecrets },
    paymentWebhook: port === null || host === null ? null : { host, port },
  };
};

const readMessageWebhook = (read: Read, problems: string[]): MessageWebhookConfig | null => {
  const [url, keys, hooks] = [read('MESSAGE_WEBHOOK_URL'), read('MESSAGE_WEBHOOK_KEYS') ?? [], read('MESSAGE_WEBHOOK_HOOKS') ?? []];
  const [timeoutMs, onFailure] = [read('MESSAGE_WEBHOOK_TIMEOUT_MS'), read('MESSAGE_WEBHOOK_ON_FAILURE')];
  const [key] = keys;
  if (url !== null && key === undefined)
    problems.push('MESSAGE_WEBHOOK_URL needs MESSAGE_WEBHOOK_KEYS: without a signature its receiver could believe nothing.');
  if (url === null || key === undefined || timeoutMs === null || onFailure === null) return null;
  return { url, key, beforeSend: hooks.includes('beforeSend'), afterAppend: hooks.includes('afterAppend'), timeoutMs, onFailure };
};

const readObjectStore = (read: Read, problems: string[]): ObjectStoreConfig | null => {
  const [url, keyId, secret] = [read('OBJECT_STORE_URL'), read('OBJECT_STORE_KEY_ID'), read('OBJECT_STORE_SECRET')];
  const [bucket, region, publicUrl] = [read('OBJECT_STORE_BUCKET'), read('OBJECT_STORE_REGION'), read('OBJECT_STORE_PUBLIC_URL')];
  if (url !== null && (keyId === null || secret === null))
    problems.push('OBJECT_STORE_URL needs OBJECT_STORE_KEY_ID and OBJECT_STORE_SECRET: addresses of files are signed with them.');
  if (url === null || keyId === null || secret === null || region === null) return null;
  return { url, bucket, region, keyId, secret, publicUrl };
};

const readSafelist = (read: Read, problems: string[]): Config['safelist'] => {
  const [file, given] = [read('SAFELIST_FILE'), read('SAFELIST_MODE')];
  const mode = given ?? (file === null ? 'off' : 'enforce');
  if (file === null && mode !== 'off') problems.push(`SAFELIST_MODE=${mode} needs a list: set SAFELIST_FILE to a manifest.`);
  return { file, mode };
};

const upper = (name: SubgraphName): Uppercase<SubgraphName> => name.toUpperCase() as Uppercase<SubgraphName>;
