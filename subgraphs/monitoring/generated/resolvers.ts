// Made from schema/*.graphql by `npm run codegen`. Don't edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AlertMapper, ServiceMapper, AlertStateEventMapper } from '../mappers.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * An opaque position in a list or a log. A log connection's cursors are valid for `after` of its subscription, and the other way round.
   * Keep it as it is: its inside may change at any time.
   */
  Cursor: { input: string; output: string; }
  /** A whole number, for amounts of money only: a decimal string in answers; a decimal string or an Int in input, there within 64 bits. */
  BigInt: { input: bigint; output: bigint; }
  /** A whole number from 0 to 9007199254740991 (2^53 − 1), for counts, `seq` and `version`: a JSON number. */
  SafeInt: { input: number; output: number; }
  /** A point in time as in RFC 3339, always UTC, with milliseconds: "2026-11-22T18:30:00.000Z". Years are 1 to 9999. */
  DateTime: { input: Date; output: Date; }
};

/** For whom an answer may be kept. */
export type CacheControlScope =
  /** For everybody: the answer is the same for all. */
  | 'PUBLIC'
  /** For whoever asked, and nobody else. */
  | 'PRIVATE';

/** Where a page stands in its list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Cursor of the first item on this page; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['Cursor']['output']>;
  /** Cursor of the last item on this page; null on an empty page. Pass it as `after` for the next page. */
  readonly endCursor?: Maybe<Scalars['Cursor']['output']>;
  /** There are items after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** There are items before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
};

/** Why a mutation was refused, when the caller can do something about it. Each implementation adds `code`, an enum. */
export type UserError = {
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault, for example ["input", "quantity"]; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Consecutive same gifts of one sender in one stream (连击): each within the gift's window of the one before. Another gift, or a longer pause, begins a new one. */
export type GiftCombo = {
  readonly __typename?: 'GiftCombo';
  /** Id of the combo: that of the order that began it. */
  readonly id: Scalars['ID']['output'];
  /** Pieces from its beginning up to and with this gift. */
  readonly count: Scalars['Int']['output'];
};

/** Why a log could not go on from the cursor that it was given. */
export type ResetReason =
  /** The events after the cursor are no longer kept. */
  | 'RETENTION'
  /** The log is another one than the cursor was made for, for example after a restore. */
  | 'EPOCH';

/** Everything that can be read. */
export type Query = {
  readonly __typename?: 'Query';
  /** All services of the platform with their health, by name. Needs `ops:read`. */
  readonly services: ReadonlyArray<Service>;
  /** Alerts, the newest first. Needs `ops:read`. */
  readonly alerts: AlertConnection;
  /** One metric over time, a series per reporting service. Needs `ops:read`. */
  readonly metricSeries: ReadonlyArray<MetricSeries>;
};


/** Everything that can be read. */
export type Query_AlertsArgs = {
  states?: InputMaybe<ReadonlyArray<AlertState>>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Everything that can be read. */
export type Query_MetricSeriesArgs = {
  input: MetricSeriesInput;
};

/** Everything that can be changed. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Stores metric samples of the caller. A report is taken as a whole or not at all. Needs `metrics:write`. */
  readonly reportMetrics: ReportMetricsPayload;
};


/** Everything that can be changed. */
export type Mutation_ReportMetricsArgs = {
  input: ReportMetricsInput;
};

/** Everything that can be followed. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * A log: every change of an alert's state, in order, each once. The first payload is an AlertPositionEvent; to resume after a break, pass the last `cursor` seen
   * as `after`. An AlertResetEvent says that the log cannot go on from that cursor. Ignore events of a type you don't know. Needs `ops:read`.
   */
  readonly alertEvents: AlertEvent;
};


/** Everything that can be followed. */
export type Subscription_AlertEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** A part of the platform that reports its health, or that others depend on. */
export type Service = {
  readonly __typename?: 'Service';
  /** Id of the service, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** What the service is called, for people. */
  readonly name: Scalars['String']['output'];
  /** How the service is, judged by its latest report. */
  readonly health: Health;
  /** When the service last reported; null when it never did. */
  readonly lastReportedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The services that this one needs, by name. */
  readonly dependsOn: ReadonlyArray<Service>;
};

/** How a service is. */
export type Health =
  /** It works. */
  | 'OK'
  /** It works in part, or slower than it should. */
  | 'DEGRADED'
  /** It does not work. */
  | 'DOWN'
  /** It has not reported for too long to tell, or never. */
  | 'UNKNOWN';

/** One breach of a rule, from its beginning to its end. */
export type Alert = {
  readonly __typename?: 'Alert';
  /** Id of the alert (UUIDv7), stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** Name of the rule that was breached. */
  readonly rule: Scalars['String']['output'];
  /** Where the alert is in its life. */
  readonly state: AlertState;
  /** The service it is about; null when it is about the platform as a whole. */
  readonly service?: Maybe<Service>;
  /** What is wrong, in one English sentence. */
  readonly summary: Scalars['String']['output'];
  /** The latest measured value, in the unit of the rule's metric; null when there is none. */
  readonly value?: Maybe<Scalars['Float']['output']>;
  /** The value at which the rule is breached, in the unit of its metric; null when the rule has none. */
  readonly threshold?: Maybe<Scalars['Float']['output']>;
  /** When the breach began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** When the breach was over; null before that. */
  readonly resolvedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Where an alert is in its life. */
export type AlertState =
  /** The rule is breached, but not yet for long enough to tell anybody. */
  | 'PENDING'
  /** The rule has been breached for long enough: operators are told. */
  | 'FIRING'
  /** The breach is over. */
  | 'RESOLVED';

/** One page of alerts. */
export type AlertConnection = {
  readonly __typename?: 'AlertConnection';
  /** The alerts with their cursors. */
  readonly edges: ReadonlyArray<AlertEdge>;
  /** The alerts alone, in the same order. */
  readonly nodes: ReadonlyArray<Alert>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One alert in a page. */
export type AlertEdge = {
  readonly __typename?: 'AlertEdge';
  /** Position of this alert in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The alert. */
  readonly node: Alert;
};

/** Something that happened to an alert. */
export type AlertEvent = {
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in the log: contiguous, from 1. In AlertPositionEvent and AlertResetEvent the number of the last event before them. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
};

/** An alert changed its state. */
export type AlertStateEvent = AlertEvent & {
  readonly __typename?: 'AlertStateEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in the log: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** The alert as it is now. */
  readonly alert: Alert;
  /** The state that it changed to with this event. */
  readonly state: AlertState;
};

/** Where a subscription begins: always its first payload, never part of the log itself. A client that is cut off before its first event resumes from this cursor. */
export type AlertPositionEvent = AlertEvent & {
  readonly __typename?: 'AlertPositionEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** The position: `after` itself when it was given, else the newest event's. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the last event before this position; 0 at the beginning. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When the last event before this position happened; in an empty log, when the subscription began. */
  readonly at: Scalars['DateTime']['output'];
};

/** The log cannot go on from the cursor that was given, so events may be missing: read `alerts` anew and go on from this cursor. Never part of the log itself. */
export type AlertResetEvent = AlertEvent & {
  readonly __typename?: 'AlertResetEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** The position from which the subscription goes on. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the last event before this position; 0 at the beginning. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When the last event before this position happened; in an empty log, when the reset happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Why the cursor could not be used. */
  readonly reason: ResetReason;
};

/** Which metric to read, over which time, in which steps. */
export type MetricSeriesInput = {
  /** Name of the metric, as reported, with its unit at the end. */
  readonly name: Scalars['String']['input'];
  /** Beginning of the time to read, inclusive. */
  readonly from: Scalars['DateTime']['input'];
  /** End of the time to read, exclusive. */
  readonly to: Scalars['DateTime']['input'];
  /** Length of one step, in seconds. At most 1500 steps lie between `from` and `to`. */
  readonly stepSeconds: Scalars['Int']['input'];
};

/** One metric of one service over time. */
export type MetricSeries = {
  readonly __typename?: 'MetricSeries';
  /** Name of the metric, with its reporting service. */
  readonly name: Scalars['String']['output'];
  /** Unit of the values, for example "seconds", "bytes" or "1/s". */
  readonly unit: Scalars['String']['output'];
  /** One point per step, in order of time. */
  readonly points: ReadonlyArray<MetricPoint>;
};

/** One step of a series. */
export type MetricPoint = {
  readonly __typename?: 'MetricPoint';
  /** When the step begins. */
  readonly at: Scalars['DateTime']['output'];
  /** Value in this step, in the unit of the series; null when nothing was reported (a gap). */
  readonly value?: Maybe<Scalars['Float']['output']>;
};

/** Metric samples to store. */
export type ReportMetricsInput = {
  /** Made by the client, 1 to 128 characters, unique per reporter: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
  /** The samples, 1 to 1000. */
  readonly samples: ReadonlyArray<SampleInput>;
};

/** One measured value. */
export type SampleInput = {
  /** Name of the metric: one that the platform knows. */
  readonly name: Scalars['String']['input'];
  /** When it was measured, at most one hour ago. */
  readonly at: Scalars['DateTime']['input'];
  /** What was measured, in the unit of the metric; a finite number. */
  readonly value: Scalars['Float']['input'];
};

/** The answer to a report. */
export type ReportMetricsPayload = {
  readonly __typename?: 'ReportMetricsPayload';
  /** How many samples were stored; 0 when the report was refused. */
  readonly accepted: Scalars['Int']['output'];
  /** Why it was refused; empty when it was stored. */
  readonly userErrors: ReadonlyArray<ReportMetricsError>;
};

/** Why a report was refused. */
export type ReportMetricsError = UserError & {
  readonly __typename?: 'ReportMetricsError';
  /** The reason, for programs. */
  readonly code: ReportMetricsErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a report. */
export type ReportMetricsErrorCode =
  /** A sample names a metric that the platform does not know. */
  | 'UNKNOWN_METRIC'
  /** The report has no samples, or more than 1000. */
  | 'TOO_MANY_SAMPLES'
  /** A sample is older than one hour. */
  | 'TOO_OLD'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Service: Service;
  Alert: Alert;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Service:
    ( { __typename: 'Service' }
    & GraphQLRecursivePick<FederationTypes['Service'], {"id":true}> );
  Alert:
    ( { __typename: 'Alert' }
    & GraphQLRecursivePick<FederationTypes['Alert'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError: ( ReportMetricsError & { __typename: 'ReportMetricsError' } );
  AlertEvent:
    | ( AlertStateEventMapper & { __typename: 'AlertStateEvent' } )
    | ( AlertPositionEvent & { __typename: 'AlertPositionEvent' } )
    | ( AlertResetEvent & { __typename: 'AlertResetEvent' } )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
  GiftCombo: ResolverTypeWrapper<GiftCombo>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  ResetReason: ResetReason;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Service: ResolverTypeWrapper<ServiceMapper>;
  Health: Health;
  Alert: ResolverTypeWrapper<AlertMapper>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  AlertState: AlertState;
  AlertConnection: ResolverTypeWrapper<Omit<AlertConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AlertEdge']>, nodes: ReadonlyArray<ResolversTypes['Alert']> }>;
  AlertEdge: ResolverTypeWrapper<Omit<AlertEdge, 'node'> & { node: ResolversTypes['Alert'] }>;
  AlertEvent: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['AlertEvent']>;
  AlertStateEvent: ResolverTypeWrapper<AlertStateEventMapper>;
  AlertPositionEvent: ResolverTypeWrapper<AlertPositionEvent>;
  AlertResetEvent: ResolverTypeWrapper<AlertResetEvent>;
  MetricSeriesInput: MetricSeriesInput;
  MetricSeries: ResolverTypeWrapper<MetricSeries>;
  MetricPoint: ResolverTypeWrapper<MetricPoint>;
  ReportMetricsInput: ReportMetricsInput;
  SampleInput: SampleInput;
  ReportMetricsPayload: ResolverTypeWrapper<ReportMetricsPayload>;
  ReportMetricsError: ResolverTypeWrapper<ReportMetricsError>;
  ReportMetricsErrorCode: ReportMetricsErrorCode;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Cursor: Scalars['Cursor']['output'];
  BigInt: Scalars['BigInt']['output'];
  SafeInt: Scalars['SafeInt']['output'];
  DateTime: Scalars['DateTime']['output'];
  PageInfo: PageInfo;
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
  GiftCombo: GiftCombo;
  ID: Scalars['ID']['output'];
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  Service: ServiceMapper;
  Alert: AlertMapper;
  Float: Scalars['Float']['output'];
  AlertConnection: Omit<AlertConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AlertEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Alert']> };
  AlertEdge: Omit<AlertEdge, 'node'> & { node: ResolversParentTypes['Alert'] };
  AlertEvent: ResolversInterfaceTypes<ResolversParentTypes>['AlertEvent'];
  AlertStateEvent: AlertStateEventMapper;
  AlertPositionEvent: AlertPositionEvent;
  AlertResetEvent: AlertResetEvent;
  MetricSeriesInput: MetricSeriesInput;
  MetricSeries: MetricSeries;
  MetricPoint: MetricPoint;
  ReportMetricsInput: ReportMetricsInput;
  SampleInput: SampleInput;
  ReportMetricsPayload: ReportMetricsPayload;
  ReportMetricsError: ReportMetricsError;
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  Boolean: Scalars['Boolean']['output'];
};

export type BroadcastDirectiveArgs = {
  subject?: Maybe<Scalars['String']['input']>;
  audience?: Maybe<Scalars['String']['input']>;
};

export type BroadcastDirectiveResolver<Result, Parent, ContextType = Context, Args = BroadcastDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PersonalDirectiveArgs = { };

export type PersonalDirectiveResolver<Result, Parent, ContextType = Context, Args = PersonalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CacheControlDirectiveArgs = {
  maxAge?: Maybe<Scalars['Int']['input']>;
  scope?: Maybe<CacheControlScope>;
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface BigIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['BigInt'], any> {
  name: 'BigInt';
}

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType: TypeResolveFn<'ReportMetricsError', ParentType, ContextType>;
};

export type GiftComboResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftCombo'] = ResolversParentTypes['GiftCombo']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  services: Resolver<ReadonlyArray<ResolversTypes['Service']>, ParentType, ContextType>;
  alerts: Resolver<ResolversTypes['AlertConnection'], ParentType, ContextType, RequireFields<Query_AlertsArgs, 'first'>>;
  metricSeries: Resolver<ReadonlyArray<ResolversTypes['MetricSeries']>, ParentType, ContextType, RequireFields<Query_MetricSeriesArgs, 'input'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  reportMetrics: Resolver<ResolversTypes['ReportMetricsPayload'], ParentType, ContextType, RequireFields<Mutation_ReportMetricsArgs, 'input'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  alertEvents: SubscriptionResolver<ResolversTypes['AlertEvent'], "alertEvents", ParentType, ContextType, Partial<Subscription_AlertEventsArgs>>;
};

export type ServiceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Service'] = ResolversParentTypes['Service'], FederationReferenceType extends FederationReferenceTypes['Service'] = FederationReferenceTypes['Service']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Service']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  health?: Resolver<ResolversTypes['Health'], ParentType, ContextType>;
  lastReportedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  dependsOn?: Resolver<ReadonlyArray<ResolversTypes['Service']>, ParentType, ContextType>;
};

export type AlertResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Alert'] = ResolversParentTypes['Alert'], FederationReferenceType extends FederationReferenceTypes['Alert'] = FederationReferenceTypes['Alert']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Alert']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AlertState'], ParentType, ContextType>;
  service?: Resolver<Maybe<ResolversTypes['Service']>, ParentType, ContextType>;
  summary?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  threshold?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  resolvedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AlertConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlertConnection'] = ResolversParentTypes['AlertConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AlertEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Alert']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AlertEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlertEdge'] = ResolversParentTypes['AlertEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
};

export type AlertEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlertEvent'] = ResolversParentTypes['AlertEvent']> = {
  __resolveType: TypeResolveFn<'AlertStateEvent' | 'AlertPositionEvent' | 'AlertResetEvent', ParentType, ContextType>;
};

export type AlertStateEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlertStateEvent'] = ResolversParentTypes['AlertStateEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  alert?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AlertState'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AlertPositionEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlertPositionEvent'] = ResolversParentTypes['AlertPositionEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AlertResetEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlertResetEvent'] = ResolversParentTypes['AlertResetEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['ResetReason'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MetricSeriesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricSeries'] = ResolversParentTypes['MetricSeries']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  points?: Resolver<ReadonlyArray<ResolversTypes['MetricPoint']>, ParentType, ContextType>;
};

export type MetricPointResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricPoint'] = ResolversParentTypes['MetricPoint']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type ReportMetricsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReportMetricsPayload'] = ResolversParentTypes['ReportMetricsPayload']> = {
  accepted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ReportMetricsError']>, ParentType, ContextType>;
};

export type ReportMetricsErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReportMetricsError'] = ResolversParentTypes['ReportMetricsError']> = {
  code?: Resolver<ResolversTypes['ReportMetricsErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Cursor?: GraphQLScalarType;
  BigInt?: GraphQLScalarType;
  SafeInt?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  GiftCombo?: GiftComboResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Service?: ServiceResolvers<ContextType>;
  Alert?: AlertResolvers<ContextType>;
  AlertConnection?: AlertConnectionResolvers<ContextType>;
  AlertEdge?: AlertEdgeResolvers<ContextType>;
  AlertEvent?: AlertEventResolvers<ContextType>;
  AlertStateEvent?: AlertStateEventResolvers<ContextType>;
  AlertPositionEvent?: AlertPositionEventResolvers<ContextType>;
  AlertResetEvent?: AlertResetEventResolvers<ContextType>;
  MetricSeries?: MetricSeriesResolvers<ContextType>;
  MetricPoint?: MetricPointResolvers<ContextType>;
  ReportMetricsPayload?: ReportMetricsPayloadResolvers<ContextType>;
  ReportMetricsError?: ReportMetricsErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  broadcast?: BroadcastDirectiveResolver<any, any, ContextType>;
  personal?: PersonalDirectiveResolver<any, any, ContextType>;
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
