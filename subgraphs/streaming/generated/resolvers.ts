// Made from schema/*.graphql by `npm run codegen`. Don't edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ChannelMapper, StreamMapper, UserMapper } from '../mappers.ts';
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
  /** The channel with this handle; null when there is none. Public. */
  readonly channel?: Maybe<Channel>;
  /** The stream with this id, in any status; null when there is none. Public. */
  readonly stream?: Maybe<Stream>;
  /** Streams that are live now, the one that started last first. Public. */
  readonly liveStreams: StreamConnection;
};


/** Everything that can be read. */
export type Query_ChannelArgs = {
  handle: Scalars['String']['input'];
};


/** Everything that can be read. */
export type Query_StreamArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_LiveStreamsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Everything that can be changed. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Creates a stream in the own channel, with status SCHEDULED. Needs `streams:manage`. */
  readonly createStream: StreamPayload;
  /** Takes the own stream from SCHEDULED to LIVE and opens its room. Needs `streams:manage`. */
  readonly startStream: StreamPayload;
  /** Takes the own stream from LIVE to ENDED and closes its room. Needs `streams:manage`. */
  readonly endStream: StreamPayload;
};


/** Everything that can be changed. */
export type Mutation_CreateStreamArgs = {
  input: CreateStreamInput;
};


/** Everything that can be changed. */
export type Mutation_StartStreamArgs = {
  input: StreamInput;
};


/** Everything that can be changed. */
export type Mutation_EndStreamArgs = {
  input: StreamInput;
};

/** Everything that can be followed. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** A state: the stream as it is now, then again whenever it changes. Changes in quick succession may arrive as one; order them by `version`. Public. */
  readonly streamChanged: Stream;
};


/** Everything that can be followed. */
export type Subscription_StreamChangedArgs = {
  streamId: Scalars['ID']['input'];
};

/** Where one streamer streams: its address and its streams. */
export type Channel = {
  readonly __typename?: 'Channel';
  /** Id of the channel, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** The channel's unique name in addresses, without "@". */
  readonly handle: Scalars['String']['output'];
  /** What the channel is called, for people. */
  readonly title: Scalars['String']['output'];
  /** The streamer it belongs to; null while profiles cannot be reached. */
  readonly owner?: Maybe<User>;
  /** The stream that is live in this channel now; null when none is. */
  readonly liveStream?: Maybe<Stream>;
};

/** One broadcast of a channel, from its creation to its end. */
export type Stream = {
  readonly __typename?: 'Stream';
  /** Id of the stream (UUIDv7), stable for ever. Its room has the same id. */
  readonly id: Scalars['ID']['output'];
  /** The channel it runs in. */
  readonly channel: Channel;
  /** What the stream is called, for people. */
  readonly title: Scalars['String']['output'];
  /** Whether it is planned, running or over. */
  readonly status: StreamStatus;
  /** When it went live; null before that. */
  readonly startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it ended; null before that. */
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Counts the changes of this stream, from 1. Of two copies the one with the higher version is newer. */
  readonly version: Scalars['SafeInt']['output'];
};

/** Where a stream is in its life. It only moves forward. */
export type StreamStatus =
  /** Created, not started. */
  | 'SCHEDULED'
  /** Running: its room is open and gifts can be sent. */
  | 'LIVE'
  /** Over for good. */
  | 'ENDED';

/** One page of streams. */
export type StreamConnection = {
  readonly __typename?: 'StreamConnection';
  /** The streams with their cursors. */
  readonly edges: ReadonlyArray<StreamEdge>;
  /** The streams alone, in the same order. */
  readonly nodes: ReadonlyArray<Stream>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One stream in a page. */
export type StreamEdge = {
  readonly __typename?: 'StreamEdge';
  /** Position of this stream in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The stream. */
  readonly node: Stream;
};

export type User = {
  readonly __typename?: 'User';
  readonly id: Scalars['ID']['output'];
  /** The channel this user streams in; null when the user has none. */
  readonly channel?: Maybe<Channel>;
};

/** A stream to create. */
export type CreateStreamInput = {
  /** Id of the own channel. */
  readonly channelId: Scalars['ID']['input'];
  /** What to call the stream, 1 to 200 characters. */
  readonly title: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A stream to start or to end. */
export type StreamInput = {
  /** Id of the own stream. */
  readonly streamId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to creating, starting or ending a stream. */
export type StreamPayload = {
  readonly __typename?: 'StreamPayload';
  /** The stream as the mutation left it; null when it was refused. */
  readonly stream?: Maybe<Stream>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<StreamError>;
};

/** Why creating, starting or ending a stream was refused. */
export type StreamError = UserError & {
  readonly __typename?: 'StreamError';
  /** The reason, for programs. */
  readonly code: StreamErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a change of a stream. */
export type StreamErrorCode =
  /** There is no such stream in the caller's own channel. */
  | 'STREAM_NOT_FOUND'
  /** There is no such channel of the caller's own. */
  | 'CHANNEL_NOT_FOUND'
  /** The stream is not in the status that this needs: only SCHEDULED can start, only LIVE can end. */
  | 'WRONG_STATUS'
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
  Channel: Channel;
  Stream: Stream;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Channel:
    ( { __typename: 'Channel' }
    & GraphQLRecursivePick<FederationTypes['Channel'], {"id":true}> );
  Stream:
    ( { __typename: 'Stream' }
    & GraphQLRecursivePick<FederationTypes['Stream'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError: ( StreamError & { __typename: 'StreamError' } );
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
  Channel: ResolverTypeWrapper<ChannelMapper>;
  Stream: ResolverTypeWrapper<StreamMapper>;
  StreamStatus: StreamStatus;
  StreamConnection: ResolverTypeWrapper<Omit<StreamConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['StreamEdge']>, nodes: ReadonlyArray<ResolversTypes['Stream']> }>;
  StreamEdge: ResolverTypeWrapper<Omit<StreamEdge, 'node'> & { node: ResolversTypes['Stream'] }>;
  User: ResolverTypeWrapper<UserMapper>;
  CreateStreamInput: CreateStreamInput;
  StreamInput: StreamInput;
  StreamPayload: ResolverTypeWrapper<Omit<StreamPayload, 'stream'> & { stream?: Maybe<ResolversTypes['Stream']> }>;
  StreamError: ResolverTypeWrapper<StreamError>;
  StreamErrorCode: StreamErrorCode;
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
  Channel: ChannelMapper;
  Stream: StreamMapper;
  StreamConnection: Omit<StreamConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['StreamEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Stream']> };
  StreamEdge: Omit<StreamEdge, 'node'> & { node: ResolversParentTypes['Stream'] };
  User: UserMapper;
  CreateStreamInput: CreateStreamInput;
  StreamInput: StreamInput;
  StreamPayload: Omit<StreamPayload, 'stream'> & { stream?: Maybe<ResolversParentTypes['Stream']> };
  StreamError: StreamError;
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
  __resolveType: TypeResolveFn<'StreamError', ParentType, ContextType>;
};

export type GiftComboResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftCombo'] = ResolversParentTypes['GiftCombo']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  channel: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType, RequireFields<Query_ChannelArgs, 'handle'>>;
  stream: Resolver<Maybe<ResolversTypes['Stream']>, ParentType, ContextType, RequireFields<Query_StreamArgs, 'id'>>;
  liveStreams: Resolver<ResolversTypes['StreamConnection'], ParentType, ContextType, RequireFields<Query_LiveStreamsArgs, 'first'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createStream: Resolver<ResolversTypes['StreamPayload'], ParentType, ContextType, RequireFields<Mutation_CreateStreamArgs, 'input'>>;
  startStream: Resolver<ResolversTypes['StreamPayload'], ParentType, ContextType, RequireFields<Mutation_StartStreamArgs, 'input'>>;
  endStream: Resolver<ResolversTypes['StreamPayload'], ParentType, ContextType, RequireFields<Mutation_EndStreamArgs, 'input'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  streamChanged: SubscriptionResolver<ResolversTypes['Stream'], "streamChanged", ParentType, ContextType, RequireFields<Subscription_StreamChangedArgs, 'streamId'>>;
};

export type ChannelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Channel'] = ResolversParentTypes['Channel'], FederationReferenceType extends FederationReferenceTypes['Channel'] = FederationReferenceTypes['Channel']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Channel']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  handle?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  liveStream?: Resolver<Maybe<ResolversTypes['Stream']>, ParentType, ContextType>;
};

export type StreamResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Stream'] = ResolversParentTypes['Stream'], FederationReferenceType extends FederationReferenceTypes['Stream'] = FederationReferenceTypes['Stream']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Stream']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StreamStatus'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type StreamConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StreamConnection'] = ResolversParentTypes['StreamConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['StreamEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Stream']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type StreamEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StreamEdge'] = ResolversParentTypes['StreamEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Stream'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  channel?: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType>;
};

export type StreamPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StreamPayload'] = ResolversParentTypes['StreamPayload']> = {
  stream?: Resolver<Maybe<ResolversTypes['Stream']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['StreamError']>, ParentType, ContextType>;
};

export type StreamErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StreamError'] = ResolversParentTypes['StreamError']> = {
  code?: Resolver<ResolversTypes['StreamErrorCode'], ParentType, ContextType>;
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
  Channel?: ChannelResolvers<ContextType>;
  Stream?: StreamResolvers<ContextType>;
  StreamConnection?: StreamConnectionResolvers<ContextType>;
  StreamEdge?: StreamEdgeResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  StreamPayload?: StreamPayloadResolvers<ContextType>;
  StreamError?: StreamErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  broadcast?: BroadcastDirectiveResolver<any, any, ContextType>;
  personal?: PersonalDirectiveResolver<any, any, ContextType>;
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
