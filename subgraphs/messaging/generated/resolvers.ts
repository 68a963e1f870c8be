// Made from schema/*.graphql by `npm run codegen`. Don't edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ConversationMapper, GroupMapper, GroupPreviewMapper, GroupMemberMapper, BlockListMapper, BlockedUserMapper, DirectConversationMapper, GroupChangedEventMapper, RoomMapper, RoomBanMapper, SanctionMapper, ModerationEntryMapper, SanctionEventMapper, RoleChangedEventMapper, WebhookDeliveryMapper, ChatModesChangedEventMapper, ErasureMapper, UserMapper, MessageMapper, AttachmentMapper, UploadMapper, MessageSchemaMapper, ReactionMapper, RecallMapper, PinMapper, AnnouncementMapper, MessageRecalledEventMapper, MessagesErasedEventMapper, MessageEditedEventMapper, ReactionsChangedEventMapper, PinsChangedEventMapper, AnnouncementChangedEventMapper, ControlEventMapper, RoomEventMapper, ChatEventMapper, GiftEventMapper, NoticeEventMapper, StepChangedEventMapper, SkippedEventMapper, PositionEventMapper, ResetEventMapper, StreamMapper, TypingStateMapper, UserPresenceMapper, ConversationReadStateMapper, ReadCursorMapper, InboxEventMapper, InboxBlocksEventMapper, InboxConversationEventMapper, InboxJoinedEventMapper, InboxLeftEventMapper, InboxReadEventMapper, InboxHeldMessageEventMapper, PostMessagePayloadMapper, ModerationItemMapper, HeldMessageMapper, ReportCaseMapper, ReportMapper, ModerationQueueEventMapper, MessageHeldEventMapper, ReportedEventMapper, ModerationSettledEventMapper, InboxPositionEventMapper, InboxResetEventMapper } from '../mappers.ts';
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
  /** The caller's own profile, made on first use; null for anonymous callers. */
  readonly me?: Maybe<User>;
  /** The profile of the user with this id; null when there is none. Public. */
  readonly user?: Maybe<User>;
  /** The room with this id, open or closed; null when there is none. Public. */
  readonly room?: Maybe<Room>;
  /** The group or direct conversation with this id that the caller is in, or the room with this id; null when there is none of these. */
  readonly conversation?: Maybe<Conversation>;
  /** The message with this id as it is now, for who may read its conversation: for a fresh address of its files, for example. Null for everybody else, where there is none, and while a room's delay still holds it back. */
  readonly message?: Maybe<Message>;
  /** The filters that are asked in all conversations. Needs `ops:read`. */
  readonly platformFilters: ReadonlyArray<ChatFilter>;
  /** What the caller may know of a group before joining it: of a public one everybody, of a private one its members. Null when there is nothing to know. */
  readonly groupPreview?: Maybe<GroupPreview>;
  /** A message that waits for a moderator, or has: for its author, for who may moderate its conversation (MODERATE) and for operators. Null for everybody else, and where there is none. */
  readonly heldMessage?: Maybe<HeldMessage>;
  /** What waits for a moderator in all conversations, direct ones too, the oldest first. Needs `ops:read`. */
  readonly moderationItems: ModerationItemConnection;
  /** The registered form of custom messages of this name; null: data under it is not checked. Public. */
  readonly messageSchema?: Maybe<MessageSchema>;
  /** What was posted to the configured webhook (MESSAGE_WEBHOOK_URL) in the last 7 days, and what came of it; the newest first. For operators (`ops:read`). */
  readonly webhookDeliveries: WebhookDeliveryConnection;
  /**
   * Whether viewers may follow a room's broadcasts now, in the order of the questions. For the gateway, which asks before each of them joins: services only, and no part
   * of the public graph.
   */
  readonly admissions: ReadonlyArray<Admission>;
};


/** Everything that can be read. */
export type Query_UserArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_RoomArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_ConversationArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_MessageArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_GroupPreviewArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_HeldMessageArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_ModerationItemsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Everything that can be read. */
export type Query_MessageSchemaArgs = {
  name: Scalars['String']['input'];
};


/** Everything that can be read. */
export type Query_WebhookDeliveriesArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
  state?: InputMaybe<WebhookDeliveryState>;
};


/** Everything that can be read. */
export type Query_AdmissionsArgs = {
  checks: ReadonlyArray<AdmissionCheck>;
};

/** Everything that can be changed. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Posts a text in a room; it reaches every subscriber of `roomEvents` once. Needs `chat:write`. */
  readonly postMessage: PostMessagePayload;
  /** Sends a message to a room, a group or a direct conversation; it reaches everybody there once. Needs `chat:write`. */
  readonly sendMessage: PostMessagePayload;
  /**
   * Tells people something in up to 100 conversations of any kind, in the name of a service of the platform, which need not be in them. It is a message like any other (it counts as unread, and can be
   * searched, answered and pinned), except that no rule for people's messages, no block and no step of a busy room keeps it from anybody. Needs `chat:service`.
   */
  readonly sendSystemMessage: ServiceMessagePayload;
  /**
   * Tells clients' machines something in up to 100 conversations of any kind, as a ControlEvent: nobody is shown it, it is no message and never counts as unread. It reaches everybody there
   * in order and once, on every step of a busy room, also after a break. Needs `chat:service`.
   */
  readonly sendControlMessage: ServiceMessagePayload;
  /** Announces a file that the caller wants to send in a message (`attachmentIds` of sendMessage), and says where to put its bytes. For whoever may post in the conversation. Needs `chat:write`. */
  readonly createUpload: CreateUploadPayload;
  /** Makes a group, with the caller as its owner and first member. Needs `chat:write`. */
  readonly createGroup: GroupPayload;
  /** Opens the direct conversation with somebody: always the same one, whoever of the two opens it. Needs `chat:write`. */
  readonly openDirect: OpenDirectPayload;
  /** Adds people to a group; who is in it already stays. For whoever has the permission INVITE there (its owner and moderators, if it does not say otherwise), and for operators. */
  readonly addMembers: GroupPayload;
  /** Takes people out of a group. For its owner and for operators. */
  readonly removeMembers: GroupPayload;
  /** Joins a public group; who is in it already stays. Needs `chat:write`. */
  readonly joinGroup: GroupPayload;
  /** Leaves a group. Its owner can only leave as the last one. */
  readonly leaveGroup: GroupPayload;
  /** Gives a group another title. For whoever has the permission RENAME there (its owner and moderators, if it does not say otherwise), unless they may not write there (a mute or a timeout), and for operators. */
  readonly renameGroup: GroupPayload;
  /** Says whether anybody may find a group and join it. For its owner and for operators. */
  readonly setGroupVisibility: GroupPayload;
  /** Hands a group over to another member. For its owner and for operators. */
  readonly transferGroup: GroupPayload;
  /** Closes a group for good: it can be read, no longer written to. For its owner and for operators. */
  readonly closeGroup: GroupPayload;
  /**
   * Notes that the caller has read a group or a direct conversation up to a message. Never goes back, and never past the newest message; the same again changes nothing, so it takes no key.
   * The caller's other devices hear of it as InboxReadEvent. Needs a signed-in caller.
   */
  readonly markRead: MarkReadPayload;
  /**
   * Blocks a user: neither of the two can write to the other directly, and the blocked one cannot add the caller to groups. In rooms and groups clients hide whom
   * `User.blockList` names. Who is blocked already stays so. Nobody is told.
   */
  readonly blockUser: BlockPayload;
  /** Ends a block; nothing that was refused meanwhile comes after. Who is not blocked stays so. */
  readonly unblockUser: BlockPayload;
  /**
   * Keeps a user out of a room: their `roomEvents` of this room end within a second, and they can neither follow nor post until the ban ends. A ban that is there already is
   * replaced. For the room's streamer (`streams:manage`) and for operators (`ops:write`).
   */
  readonly banUser: BanPayload;
  /** Lets a banned user into a room again. For the room's streamer (`streams:manage`) and for operators (`ops:write`). */
  readonly unbanUser: BanPayload;
  /**
   * Bans, times out, mutes or kicks a user in a room or a group. What holds already is replaced, except a ban by something weaker. For whom the conversation lets moderate (`permissions`) and
   * who ranks above that user; for operators (`ops:write`).
   */
  readonly sanctionUser: SanctionPayload;
  /** Lifts what holds about a user in a room or a group. For the same people as sanctionUser. */
  readonly liftSanction: SanctionPayload;
  /**
   * Decides about a message that waits: it is posted as its author's, with the next number of its conversation, or never. Whoever decides first has decided. For whom the conversation lets
   * moderate (`permissions`), except about their own; for operators (`ops:write`), who alone do so in direct conversations.
   */
  readonly reviewHeldMessage: ReviewHeldMessagePayload;
  /** Tells those who look after a conversation that a message should not be there: once per reporter and message. Nobody else learns of it. For who can read it. */
  readonly reportMessage: ReportMessagePayload;
  /** Tells those who look after a conversation that somebody misbehaves there: once per reporter and person. Nobody else learns of it. For who can read the conversation. */
  readonly reportUser: ReportUserPayload;
  /**
   * Settles what was reported about a message or a person; whoever decides first has decided. To keep somebody out, use sanctionUser besides. For the same people as reviewHeldMessage; taking
   * the message back needs RECALL besides.
   */
  readonly resolveReport: ResolveReportPayload;
  /** Gives a user a role in a room or a group, or takes it away (GUEST in rooms, MEMBER in groups). For the conversation's owner and for operators (`ops:write`). */
  readonly setRole: SetRolePayload;
  /** Says from which role on something is allowed in a room or a group. For the conversation's owner and for operators (`ops:write`). */
  readonly setPermission: PolicyPayload;
  /** Sets modes of a chat; those that are not named stay. For whom the conversation lets (SET_MODES) and for operators (`ops:write`). */
  readonly setChatModes: PolicyPayload;
  /**
   * Looks for something in every message from now on: in a conversation, for whom it lets (SET_MODES) and for operators; in all conversations, for operators alone (`ops:write`).
   * The same text again replaces its filter. One for all conversations holds everywhere within a second.
   */
  readonly addFilter: PolicyPayload;
  /** Looks for it no longer. For the same people as addFilter. */
  readonly removeFilter: PolicyPayload;
  /** Tells who follows an owner of rooms or groups, for followers-only chats: by the service that knows. Saying it again changes nothing. Needs `ops:write`. */
  readonly setFollowers: SetFollowersPayload;
  /**
   * Erases what messaging keeps of the caller, for good, up to this moment: what they said, everywhere it is kept or shown, with earlier versions; announcements, reactions, name and picture.
   * Places and numbers in conversations stay, and say nothing. `User.erasure` tells how far it is. What comes after this moment is a new beginning and stays.
   * Stays: memberships, roles, blocks, sanctions, what others wrote, and names that they gave to groups.
   */
  readonly eraseMyData: ErasurePayload;
  /** Erases what messaging keeps of a user, like `eraseMyData`, on somebody's request. Who asked for it and why is kept. Needs `ops:write`. */
  readonly eraseUserData: ErasurePayload;
  /** Takes a message back: its text goes from the log for everybody, its place stays. For its author for 10 minutes, for whom the conversation lets recall (`permissions`) and operators at any time. */
  readonly recallMessage: MessagePayload;
  /** Gives the caller's own message another text, for an hour and 10 times. What it said before stays readable. Needs `chat:write`. */
  readonly editMessage: MessagePayload;
  /** Adds the caller's reaction to a message; one that is there already stays. Filters look at what a reaction with a name of its own is called. Needs `chat:write`. */
  readonly addReaction: MessagePayload;
  /** Takes the caller's reaction to a message away. Needs `chat:write`. */
  readonly removeReaction: MessagePayload;
  /** Pins a message to its conversation, at most 50. For whom the conversation lets pin (`permissions`), unless they may not write there (a mute, a timeout, a ban), and for operators. */
  readonly pinMessage: MessagePayload;
  /** Takes a message off the pinned ones. For whom the conversation lets pin (`permissions`) and for operators. */
  readonly unpinMessage: MessagePayload;
  /** Registers a form of custom messages, or takes it away: data sent under its name from now on keeps to it. For operators. */
  readonly registerMessageSchema: RegisterMessageSchemaPayload;
  /** Sets what a conversation announces to whoever opens it. For whom the conversation lets announce (`permissions`), unless they may not write there (a mute, a timeout, a ban), and for operators. Filters look at it as at a message of theirs. */
  readonly setAnnouncement: AnnouncementPayload;
  /**
   * Says that the caller is writing something in a conversation, or no more. It holds for 6 seconds: call it again after `renewAfterSeconds` as long as that is so. A message that is sent ends it. For
   * whoever may write there. Where more than 100 people are, nobody is told who types (`off`). The same again changes nothing, so it takes no key.
   */
  readonly setTyping: SetTypingPayload;
  /**
   * Sets to whom it is shown whether the caller is online, and when they were last. What is shown to nobody is seen of nobody: two people see of each other what each shows the other.
   * Open subscriptions follow within 5 seconds.
   */
  readonly setPresencePrivacy: SetPresencePrivacyPayload;
  /** Holds a room on a step, whatever its load, or releases it. It holds in every process until somebody changes it, also after restarts. For operators. */
  readonly pinRoomStep: PinRoomStepPayload;
  /** Says that the caller is watching a room, from now on or still: call it again after `renewAfterSeconds` as long as that is so. Public; without a token a session counts. */
  readonly joinRoom: WatchRoomPayload;
  /** Says that the caller is no longer watching a room. Who does not say so is forgotten after a minute. */
  readonly leaveRoom: WatchRoomPayload;
};


/** Everything that can be changed. */
export type Mutation_PostMessageArgs = {
  input: PostMessageInput;
};


/** Everything that can be changed. */
export type Mutation_SendMessageArgs = {
  input: SendMessageInput;
};


/** Everything that can be changed. */
export type Mutation_SendSystemMessageArgs = {
  input: SendSystemMessageInput;
};


/** Everything that can be changed. */
export type Mutation_SendControlMessageArgs = {
  input: SendControlMessageInput;
};


/** Everything that can be changed. */
export type Mutation_CreateUploadArgs = {
  input: CreateUploadInput;
};


/** Everything that can be changed. */
export type Mutation_CreateGroupArgs = {
  input: CreateGroupInput;
};


/** Everything that can be changed. */
export type Mutation_OpenDirectArgs = {
  input: OpenDirectInput;
};


/** Everything that can be changed. */
export type Mutation_AddMembersArgs = {
  input: GroupMembersInput;
};


/** Everything that can be changed. */
export type Mutation_RemoveMembersArgs = {
  input: GroupMembersInput;
};


/** Everything that can be changed. */
export type Mutation_JoinGroupArgs = {
  input: JoinGroupInput;
};


/** Everything that can be changed. */
export type Mutation_LeaveGroupArgs = {
  input: GroupInput;
};


/** Everything that can be changed. */
export type Mutation_RenameGroupArgs = {
  input: RenameGroupInput;
};


/** Everything that can be changed. */
export type Mutation_SetGroupVisibilityArgs = {
  input: SetGroupVisibilityInput;
};


/** Everything that can be changed. */
export type Mutation_TransferGroupArgs = {
  input: TransferGroupInput;
};


/** Everything that can be changed. */
export type Mutation_CloseGroupArgs = {
  input: GroupInput;
};


/** Everything that can be changed. */
export type Mutation_MarkReadArgs = {
  input: MarkReadInput;
};


/** Everything that can be changed. */
export type Mutation_BlockUserArgs = {
  input: BlockUserInput;
};


/** Everything that can be changed. */
export type Mutation_UnblockUserArgs = {
  input: BlockUserInput;
};


/** Everything that can be changed. */
export type Mutation_BanUserArgs = {
  input: BanUserInput;
};


/** Everything that can be changed. */
export type Mutation_UnbanUserArgs = {
  input: UnbanUserInput;
};


/** Everything that can be changed. */
export type Mutation_SanctionUserArgs = {
  input: SanctionUserInput;
};


/** Everything that can be changed. */
export type Mutation_LiftSanctionArgs = {
  input: LiftSanctionInput;
};


/** Everything that can be changed. */
export type Mutation_ReviewHeldMessageArgs = {
  input: ReviewHeldMessageInput;
};


/** Everything that can be changed. */
export type Mutation_ReportMessageArgs = {
  input: ReportMessageInput;
};


/** Everything that can be changed. */
export type Mutation_ReportUserArgs = {
  input: ReportUserInput;
};


/** Everything that can be changed. */
export type Mutation_ResolveReportArgs = {
  input: ResolveReportInput;
};


/** Everything that can be changed. */
export type Mutation_SetRoleArgs = {
  input: SetRoleInput;
};


/** Everything that can be changed. */
export type Mutation_SetPermissionArgs = {
  input: SetPermissionInput;
};


/** Everything that can be changed. */
export type Mutation_SetChatModesArgs = {
  input: SetChatModesInput;
};


/** Everything that can be changed. */
export type Mutation_AddFilterArgs = {
  input: AddFilterInput;
};


/** Everything that can be changed. */
export type Mutation_RemoveFilterArgs = {
  input: RemoveFilterInput;
};


/** Everything that can be changed. */
export type Mutation_SetFollowersArgs = {
  input: SetFollowersInput;
};


/** Everything that can be changed. */
export type Mutation_EraseMyDataArgs = {
  input: EraseMyDataInput;
};


/** Everything that can be changed. */
export type Mutation_EraseUserDataArgs = {
  input: EraseUserDataInput;
};


/** Everything that can be changed. */
export type Mutation_RecallMessageArgs = {
  input: MessageInput;
};


/** Everything that can be changed. */
export type Mutation_EditMessageArgs = {
  input: EditMessageInput;
};


/** Everything that can be changed. */
export type Mutation_AddReactionArgs = {
  input: ReactionInput;
};


/** Everything that can be changed. */
export type Mutation_RemoveReactionArgs = {
  input: ReactionInput;
};


/** Everything that can be changed. */
export type Mutation_PinMessageArgs = {
  input: MessageInput;
};


/** Everything that can be changed. */
export type Mutation_UnpinMessageArgs = {
  input: MessageInput;
};


/** Everything that can be changed. */
export type Mutation_RegisterMessageSchemaArgs = {
  input: RegisterMessageSchemaInput;
};


/** Everything that can be changed. */
export type Mutation_SetAnnouncementArgs = {
  input: AnnouncementInput;
};


/** Everything that can be changed. */
export type Mutation_SetTypingArgs = {
  input: SetTypingInput;
};


/** Everything that can be changed. */
export type Mutation_SetPresencePrivacyArgs = {
  input: SetPresencePrivacyInput;
};


/** Everything that can be changed. */
export type Mutation_PinRoomStepArgs = {
  input: PinRoomStepInput;
};


/** Everything that can be changed. */
export type Mutation_JoinRoomArgs = {
  input: WatchRoomInput;
};


/** Everything that can be changed. */
export type Mutation_LeaveRoomArgs = {
  input: WatchRoomInput;
};

/** Everything that can be followed. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * A log: every event of a room, in order, each once. The first payload is a PositionEvent; to resume after a break, pass the last `cursor` seen as `after`.
   * A ResetEvent says that the log cannot go on from that cursor. Ignore events of a type you don't know. Public, except for users who are banned from the room: FORBIDDEN, also in
   * the middle of it. Completes half a minute after the stream has ended, or when a closed room's log is sent.
   */
  readonly roomEvents: RoomEvent;
  /**
   * A log: everything that happens in the caller's groups and direct conversations, each event once and in the order of its conversation, with one cursor for all of them. The first payload is an
   * InboxPositionEvent; to resume after a break, on this device or another, pass the last `cursor` seen as `after`. An InboxResetEvent says that the logs cannot go on from that cursor.
   * Ignore events of a type you don't know. Needs a signed-in caller.
   */
  readonly inbox: InboxEvent;
  /**
   * A log: what moderators of a conversation have to look at, and what becomes of it, each event once and in order. The first payload is a ModerationQueuePositionEvent; to resume after a break,
   * pass the last `cursor` seen as `after`. A ModerationQueueResetEvent says that the log cannot go on from that cursor. Ignore events of a type you don't know. For whom the conversation lets
   * moderate (`permissions`) and for operators (`ops:read`); who may no longer is told FORBIDDEN within two seconds, also in the middle of it.
   */
  readonly moderationQueue: ModerationQueueEvent;
  /**
   * A state: how far each member of a group or a direct conversation with at most 100 members has read, now and whenever that has changed, at most once a second. Ends when the caller leaves it, when it outgrows that, and when one of two people who are alone there blocks the other.
   * For its members.
   */
  readonly readStateChanged: ConversationReadState;
  /** A state: how many people are watching a room, now and whenever that changes, at most once a second. Public, except for users who are banned from the room. */
  readonly viewersChanged: RoomViewers;
  /**
   * A state: who is typing in a conversation besides the caller, now and whenever that changes, at most twice a second. Nobody is named where more than 100 people are (`off`); once they are 90 or fewer, it is on
   * again. In a direct conversation of which one blocks the other nobody types. For members, in a room for everybody who is not banned from it; ends when the caller may not read the conversation any more.
   */
  readonly typing: TypingState;
  /** A state: whether these users are online, now and whenever that changes, at most once in two seconds. What a user does not show to the caller is null. */
  readonly presence: PresenceState;
};


/** Everything that can be followed. */
export type Subscription_RoomEventsArgs = {
  roomId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
  kinds?: InputMaybe<ReadonlyArray<RoomEventKind>>;
  chat?: ChatAudience;
};


/** Everything that can be followed. */
export type Subscription_InboxArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Everything that can be followed. */
export type Subscription_ModerationQueueArgs = {
  conversationId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Everything that can be followed. */
export type Subscription_ReadStateChangedArgs = {
  conversationId: Scalars['ID']['input'];
};


/** Everything that can be followed. */
export type Subscription_ViewersChangedArgs = {
  roomId: Scalars['ID']['input'];
};


/** Everything that can be followed. */
export type Subscription_TypingArgs = {
  conversationId: Scalars['ID']['input'];
};


/** Everything that can be followed. */
export type Subscription_PresenceArgs = {
  userIds: ReadonlyArray<Scalars['ID']['input']>;
};

/** A person: viewer, streamer or operator. */
export type User = {
  readonly __typename?: 'User';
  /** The `sub` of the user's tokens: opaque, at most 128 characters, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** The user's unique name in addresses, without "@". */
  readonly handle: Scalars['String']['output'];
  /** What the user is called, for people. */
  readonly displayName: Scalars['String']['output'];
  /** Address of the user's picture; null when there is none. */
  readonly avatarUrl?: Maybe<Scalars['String']['output']>;
  /**
   * What happened in the caller's groups and direct conversations, for a device that was away: each event once and in the order of its conversation. Its cursors are those of the subscription `inbox`.
   * Null for anybody else than the caller.
   */
  readonly inbox?: Maybe<InboxConnection>;
  /** Messages that the caller has not read, in all groups and direct conversations together. Exact. Null for anybody else than the caller. */
  readonly unreadCount?: Maybe<Scalars['SafeInt']['output']>;
  /** Unread messages that mention the caller, or everybody, in all groups and direct conversations together. Exact. Those by whom the caller blocked then count only where they mention everybody. Null for anybody else than the caller. */
  readonly mentionCount?: Maybe<Scalars['SafeInt']['output']>;
  /**
   * The groups that the user is in, and the direct conversations in which something was said, which they came to last first; null unless it is the caller's own.
   * Personal: refused inside a broadcast subscription.
   */
  readonly conversations?: Maybe<ConversationConnection>;
  /** Whom the user blocks, for clients, which hide what these write; null unless it is the caller's own. Personal: refused inside a broadcast subscription. */
  readonly blockList?: Maybe<BlockList>;
  /** Whom the user blocks, for people, the newest block first; null unless it is the caller's own. Personal: refused inside a broadcast subscription. */
  readonly blockedUsers?: Maybe<BlockedUserConnection>;
  /** Whether the user is online, and when they were last, as far as they show it to the caller. Personal: refused inside a broadcast subscription. */
  readonly presence: UserPresence;
  /** To whom the user shows their presence; null unless it is the caller's own. Personal: refused inside a broadcast subscription. */
  readonly presencePrivacy?: Maybe<PresencePrivacy>;
  /**
   * What messaging keeps about the user, as JSON documents in sections, in a stable order: read on until `hasNextPage` is false. What is written meanwhile may be missing. What others wrote is
   * in `inbox` and the conversations. The caller's own, or with `ops:write` anybody's; null else. A page ends early at 256 KiB. Personal: refused inside a broadcast subscription.
   */
  readonly dataExport?: Maybe<DataExportConnection>;
  /** The newest erasure of the user's data; null when none was asked for. The caller's own, or with `ops:write` anybody's; null else. Personal: refused inside a broadcast subscription. */
  readonly erasure?: Maybe<Erasure>;
};


/** A person: viewer, streamer or operator. */
export type User_InboxArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** A person: viewer, streamer or operator. */
export type User_ConversationsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
  kind?: InputMaybe<MembershipKind>;
};


/** A person: viewer, streamer or operator. */
export type User_BlockedUsersArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** A person: viewer, streamer or operator. */
export type User_DataExportArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** How the erasure of somebody's data stands. */
export type Erasure = {
  readonly __typename?: 'Erasure';
  /** What is older than this goes; what is newer stays. */
  readonly requestedAt: Scalars['DateTime']['output'];
  /** Who asked for it: the user, or an operator. */
  readonly by: User;
  /** Why, where an operator asked for it. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** Messages that were erased so far. */
  readonly erasedCount: Scalars['SafeInt']['output'];
  /** When nothing was left, nor shown by any cache: a minute after the request at the earliest. Null while it goes on. */
  readonly completedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** One page of somebody's data. */
export type DataExportConnection = {
  readonly __typename?: 'DataExportConnection';
  /** The documents with their cursors. */
  readonly edges: ReadonlyArray<DataExportEdge>;
  /** The documents alone, in the same order. */
  readonly nodes: ReadonlyArray<DataExportDocument>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One document in a page of somebody's data. */
export type DataExportEdge = {
  readonly __typename?: 'DataExportEdge';
  /** Position of the document. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The document. */
  readonly node: DataExportDocument;
};

/** One thing that messaging keeps about somebody. */
export type DataExportDocument = {
  readonly __typename?: 'DataExportDocument';
  /** What kind of thing it is. */
  readonly section: DataExportSection;
  /** A JSON object. Times are RFC 3339; members may be added, and are never renamed. */
  readonly content: Scalars['String']['output'];
};

/** Sections of somebody's data, in the order in which they come. */
export type DataExportSection =
  /** The profile: id, handle, displayName, avatarUrl, createdAt. */
  | 'PROFILE'
  /** A message, with what it said before its edits (`before`) and before it was taken back; one that waits for a moderator or was not let through (`held`); or one that was refused, with the code. By idempotency key. */
  | 'MESSAGES'
  /** A file that the user has uploaded and that is kept: conversationId, kind, name, contentType, bytes, width, height, at. Messages read its address. */
  | 'UPLOADS'
  /** Something that the user announced in a conversation: conversationId, text, at. */
  | 'ANNOUNCEMENTS'
  /** A reaction: messageId, emoji, at. */
  | 'REACTIONS'
  /** A message that the user has pinned: messageId, at. */
  | 'PINS'
  /** A group or direct conversation that the user is in, how far they have read, and the numbers of at most 100 unread messages that mention them. */
  | 'MEMBERSHIPS'
  /** A time that the user spent in a group, by the seqs of coming and leaving: conversationId, joinedSeq, leftSeq. */
  | 'STAYS'
  /** A conversation that is the user's: conversationId, kind, title, status, openedAt, closedAt. */
  | 'OWNED'
  /** A role that the user was given: conversationId, role, at. */
  | 'ROLES'
  /** A sanction on the user: conversationId, type, at, expiresAt. */
  | 'SANCTIONS'
  /** Somebody whom the user blocks: userId, at. */
  | 'BLOCKS'
  /** Somebody whom the user follows, as messaging was told: userId, since. */
  | 'FOLLOWS'
  /** To whom the user shows their presence: online, lastSeen. */
  | 'PRESENCE'
  /** When the user was online last: at. */
  | 'SEEN'
  /** An idempotency key that the user has used for something else than a message: idempotencyKey, at. */
  | 'COMMANDS'
  /** The newest erasure: requestedAt, erasedCount, completedAt. */
  | 'ERASURE'
  /** What the user has reported: conversationId, caseId, reason, comment, at. */
  | 'REPORTS';

/** That somebody means it. */
export type EraseMyDataInput = {
  /** The caller's own id, once more: what is erased does not come back. */
  readonly confirmUserId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique among the caller's commands: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Whose data is erased. */
export type EraseUserDataInput = {
  /** Id of the user: the `sub` of their tokens, 1 to 128 characters, known here or not. */
  readonly userId: Scalars['ID']['input'];
  /** Why, 1 to 200 characters; white space at both ends is cut off. It is kept with the caller's id. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique among the caller's commands: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to asking for an erasure. */
export type ErasurePayload = {
  readonly __typename?: 'ErasurePayload';
  /** The erasure as it stands; null when it was refused. */
  readonly erasure?: Maybe<Erasure>;
  /** Why nothing is erased; empty when it is. */
  readonly userErrors: ReadonlyArray<ErasureError>;
};

/** Why nothing is erased. */
export type ErasureError = {
  readonly __typename?: 'ErasureError';
  /** The reason, for programs. */
  readonly code: ErasureErrorCode;
  /** Path of the input field at fault; null when it is none of them. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The reason and what to do, for people. */
  readonly message: Scalars['String']['output'];
};

/** Reasons for which nothing is erased. */
export type ErasureErrorCode =
  /** `confirmUserId` is not the caller's id. */
  | 'NOT_CONFIRMED'
  /** The user's id is empty or longer than 128 characters. */
  | 'USER_ID_INVALID'
  /** There is no reason. */
  | 'REASON_MISSING'
  /** The reason is longer than 200 characters. */
  | 'REASON_TOO_LONG'
  /** The caller asks faster than the limit. Retry later with the same idempotencyKey. */
  | 'RATE_LIMITED'
  /** The idempotencyKey was used before with other input. */
  | 'IDEMPOTENCY_CONFLICT';

/** One page of somebody's inbox, oldest first. */
export type InboxConnection = {
  readonly __typename?: 'InboxConnection';
  /** The events with their cursors. */
  readonly edges: ReadonlyArray<InboxEdge>;
  /** The events alone, in the same order. */
  readonly nodes: ReadonlyArray<InboxEvent>;
  /** Where this page stands. `endCursor` is never null: read or follow on from there until `hasNextPage` is false, also after a page that is empty. */
  readonly pageInfo: PageInfo;
};

/** One event in a page of an inbox. */
export type InboxEdge = {
  readonly __typename?: 'InboxEdge';
  /** Position just after this event, in all conversations. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: InboxEvent;
};

/** Something that concerns one person. */
export type InboxEvent = {
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event, in all of the caller's conversations: pass it as `after` to go on from here. At most 4,096 characters, some 13 for each group that the caller is in. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
};

/** Something happened in one of the caller's conversations. A group's events come from the caller's joining to their leaving, which is the last. */
export type InboxConversationEvent = InboxEvent & {
  readonly __typename?: 'InboxConversationEvent';
  /** Id of the event, the same as the inner one's. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event, in all of the caller's conversations: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** The conversation as it is now; null when the caller has left it. */
  readonly conversation?: Maybe<Conversation>;
  /** What happened, as the conversation's log has it; its cursor is for `Conversation.events`. */
  readonly event: RoomEvent;
};

/** The caller is in a conversation from now on: came to a group or made one, or the first message of a direct conversation was written. */
export type InboxJoinedEvent = InboxEvent & {
  readonly __typename?: 'InboxJoinedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event, in all of the caller's conversations: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** The conversation as it is now; null when the caller has left it again. */
  readonly conversation?: Maybe<Conversation>;
};

/** The caller is in a conversation no more. Everything that was said there before has come before this. */
export type InboxLeftEvent = InboxEvent & {
  readonly __typename?: 'InboxLeftEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event, in all of the caller's conversations: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
};

/** The caller has read a conversation up to there, on this device or another. Whoever posts has read up to their own message; that is not said again. */
export type InboxReadEvent = InboxEvent & {
  readonly __typename?: 'InboxReadEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event, in all of the caller's conversations: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** The conversation as it is now; null when the caller has left it. */
  readonly conversation?: Maybe<Conversation>;
  /** messageNumber up to which it has been read. */
  readonly readNumber: Scalars['SafeInt']['output'];
};

/** The caller blocks a user from now on, or no more, on this device or another. */
export type InboxBlocksEvent = InboxEvent & {
  readonly __typename?: 'InboxBlocksEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event, in all of the caller's conversations: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Who is blocked, or no longer. */
  readonly user: User;
  /** Whether they are blocked from now on. */
  readonly isBlocked: Scalars['Boolean']['output'];
  /** Version of the caller's `User.blockList` after this change: a list of that version or a higher one has it. */
  readonly version: Scalars['SafeInt']['output'];
};

/** A message of the caller's that waited for a moderator waits no more: it was posted, rejected, or nobody looked at it in time. */
export type InboxHeldMessageEvent = InboxEvent & {
  readonly __typename?: 'InboxHeldMessageEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event, in all of the caller's conversations: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** What has become of the message: APPROVED, REJECTED or EXPIRED. */
  readonly state: ModerationItemState;
  /** The message; null once it was erased. */
  readonly heldMessage?: Maybe<HeldMessage>;
};

/** Where a subscription to an inbox begins: always its first payload, never part of the inbox itself. A client that is cut off before its first event resumes from this cursor. */
export type InboxPositionEvent = InboxEvent & {
  readonly __typename?: 'InboxPositionEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** The position: `after` itself when it was given, else now. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When the subscription began. */
  readonly at: Scalars['DateTime']['output'];
};

/** The inbox cannot go on from the cursor that was given, so events may be missing: read the conversations anew and go on from this cursor. Never part of the inbox itself. */
export type InboxResetEvent = InboxEvent & {
  readonly __typename?: 'InboxResetEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** The position from which the subscription goes on. */
  readonly cursor: Scalars['Cursor']['output'];
  /** When the reset happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Why the cursor could not be used. */
  readonly reason: ResetReason;
};

/** Kinds of conversations that people are members of. */
export type MembershipKind =
  /** Groups. */
  | 'GROUP'
  /** Between two people. */
  | 'DIRECT';

/** One page of somebody's conversations. */
export type ConversationConnection = {
  readonly __typename?: 'ConversationConnection';
  /** The conversations with their cursors. */
  readonly edges: ReadonlyArray<ConversationEdge>;
  /** The conversations alone, in the same order. */
  readonly nodes: ReadonlyArray<Conversation>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One conversation in a page. */
export type ConversationEdge = {
  readonly __typename?: 'ConversationEdge';
  /** Position just after this conversation. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The conversation. */
  readonly node: Conversation;
};

/** Whom somebody blocks, for clients. A client keeps it and hides what these write; other devices hear of a change through the inbox. */
export type BlockList = {
  readonly __typename?: 'BlockList';
  /** Grows with every change, 0 before the first: of two lists the one with the higher version is newer. */
  readonly version: Scalars['SafeInt']['output'];
  /** Ids of those who are blocked, at most 1,000, in no special order. */
  readonly userIds: ReadonlyArray<Scalars['ID']['output']>;
};

/** Somebody who is blocked. */
export type BlockedUser = {
  readonly __typename?: 'BlockedUser';
  /** Who. */
  readonly user: User;
  /** Since when. */
  readonly blockedAt: Scalars['DateTime']['output'];
};

/** One page of those whom somebody blocks. */
export type BlockedUserConnection = {
  readonly __typename?: 'BlockedUserConnection';
  /** The blocked users with their cursors. */
  readonly edges: ReadonlyArray<BlockedUserEdge>;
  /** The blocked users alone, in the same order. */
  readonly nodes: ReadonlyArray<BlockedUser>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One blocked user in a page. */
export type BlockedUserEdge = {
  readonly __typename?: 'BlockedUserEdge';
  /** Position just after this user. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The user. */
  readonly node: BlockedUser;
};

export type Stream = {
  readonly __typename?: 'Stream';
  readonly id: Scalars['ID']['output'];
  /** The stream's room; null before the stream has gone live for the first time. */
  readonly room?: Maybe<Room>;
};

export type Gift = {
  readonly __typename?: 'Gift';
  readonly id: Scalars['ID']['output'];
};

/** Where people write to each other: the room of a stream, a group, or two people directly. */
export type Conversation = {
  /** Id of the conversation, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** What the caller is here; null for services. Personal: refused inside a broadcast subscription. */
  readonly role?: Maybe<ConversationRole>;
  /** What the caller may do here, besides what their token allows. Personal: refused inside a broadcast subscription. */
  readonly permissions?: Maybe<ReadonlyArray<ConversationPermission>>;
  /** Messages so far: the messageNumber of the newest, 0 before the first. */
  readonly messageCount: Scalars['SafeInt']['output'];
  /** From which role on what is allowed here, each permission once. */
  readonly permissionRules: ReadonlyArray<PermissionRule>;
  /** How this conversation may be written in now. */
  readonly chatModes: ChatModes;
  /** What is looked for in every message here, at most 200 filters; null for who may not set them. Personal: refused inside a broadcast subscription. */
  readonly filters?: Maybe<ReadonlyArray<ChatFilter>>;
  /**
   * What moderators did here, the newest first; null for who may not moderate (MODERATE) and is no operator, and in direct conversations. Without `first` and `last`: the newest 20. Personal: refused
   * inside a broadcast subscription.
   */
  readonly moderationLog?: Maybe<ModerationLogConnection>;
  /** The conversation's log, oldest first on each page. Without `first` and `last`: the newest 20 events. */
  readonly events: RoomEventConnection;
  /** Messages that are pinned, at most 50, in the order of pinning. */
  readonly pins: ReadonlyArray<Pin>;
  /** What it announces to whoever opens it; null: nothing. */
  readonly announcement?: Maybe<Announcement>;
  /** What waits here for a moderator, the oldest first; null for who may not moderate (MODERATE) and is no operator. Personal: refused inside a broadcast subscription. */
  readonly moderationItems?: Maybe<ModerationItemConnection>;
  /**
   * The conversation's messages with all of these words, the newest first; what was written in the last moments may be missing. Whole words: upper and lower case are the same, and languages without spaces are
   * divided into words, too.
   */
  readonly search: MessageConnection;
};


/** Where people write to each other: the room of a stream, a group, or two people directly. */
export type Conversation_ModerationLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where people write to each other: the room of a stream, a group, or two people directly. */
export type Conversation_EventsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  kinds?: InputMaybe<ReadonlyArray<RoomEventKind>>;
};


/** Where people write to each other: the room of a stream, a group, or two people directly. */
export type Conversation_ModerationItemsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where people write to each other: the room of a stream, a group, or two people directly. */
export type Conversation_SearchArgs = {
  query: Scalars['String']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Where the viewers of a stream meet: chat, gifts and notices. */
export type Room = Conversation & {
  readonly __typename?: 'Room';
  /** Id of the room, the same as its stream's. */
  readonly id: Scalars['ID']['output'];
  /** The stream the room belongs to; null while streams cannot be reached. */
  readonly stream?: Maybe<Stream>;
  /** What the caller is here; null for services. Personal: refused inside a broadcast subscription. */
  readonly role?: Maybe<ConversationRole>;
  /** What the caller may do here, besides what their token allows. Personal: refused inside a broadcast subscription. */
  readonly permissions?: Maybe<ReadonlyArray<ConversationPermission>>;
  /** Messages so far: the messageNumber of the newest, 0 before the first. */
  readonly messageCount: Scalars['SafeInt']['output'];
  /** What happened in the room from a moment of its stream on, oldest first, for playing it beside a recording: show each event when the player is at its offset. */
  readonly replay: RoomReplay;
  /** People who are watching, about: who has called `joinRoom` within a minute. At most a second old. */
  readonly viewerCount: Scalars['Int']['output'];
  /** From which role on what is allowed here, each permission once. */
  readonly permissionRules: ReadonlyArray<PermissionRule>;
  /** How this conversation may be written in now. */
  readonly chatModes: ChatModes;
  /** What is looked for in every message here, at most 200 filters; null for who may not set them. Personal: refused inside a broadcast subscription. */
  readonly filters?: Maybe<ReadonlyArray<ChatFilter>>;
  /**
   * What moderators did here, the newest first; null for who may not moderate (MODERATE) and is no operator, and in direct conversations. Without `first` and `last`: the newest 20. Personal: refused
   * inside a broadcast subscription.
   */
  readonly moderationLog?: Maybe<ModerationLogConnection>;
  /** What the room asks of the platform, and what is done about it. For operators. */
  readonly load: RoomLoad;
  /** Whether the caller may post here now: `cannotPostReason` says why not. Personal: refused inside a broadcast subscription. */
  readonly canPost?: Maybe<Scalars['Boolean']['output']>;
  /** Why the caller may not post here now; null where they may. What only some texts meet (emotes only, unique, links, filters) is no reason: see `chatModes`. Personal: refused inside a broadcast subscription. */
  readonly cannotPostReason?: Maybe<CannotPostReason>;
  /** When the reason ends by itself: a sanction, the pause of slow mode, the time for which one must have followed. Null: the caller may post now, or nobody knows when. Personal: refused inside a broadcast subscription. */
  readonly canPostAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * The room's log, oldest first on each page. Its cursors are valid for `after` of `roomEvents`.
   * Without `first` and `last`: the newest 20 events.
   */
  readonly events: RoomEventConnection;
  /** Messages that are pinned, at most 50, in the order of pinning. */
  readonly pins: ReadonlyArray<Pin>;
  /** What it announces to whoever opens it; null: nothing. */
  readonly announcement?: Maybe<Announcement>;
  /** What waits here for a moderator, the oldest first; null for who may not moderate (MODERATE) and is no operator. Personal: refused inside a broadcast subscription. */
  readonly moderationItems?: Maybe<ModerationItemConnection>;
  /**
   * The conversation's messages with all of these words, the newest first; what was written in the last moments may be missing. Whole words: upper and lower case are the same, and languages without spaces are
   * divided into words, too.
   */
  readonly search: MessageConnection;
};


/** Where the viewers of a stream meet: chat, gifts and notices. */
export type Room_ReplayArgs = {
  fromSeconds?: Scalars['Int']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
  kinds?: InputMaybe<ReadonlyArray<RoomEventKind>>;
};


/** Where the viewers of a stream meet: chat, gifts and notices. */
export type Room_ModerationLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where the viewers of a stream meet: chat, gifts and notices. */
export type Room_EventsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  kinds?: InputMaybe<ReadonlyArray<RoomEventKind>>;
};


/** Where the viewers of a stream meet: chat, gifts and notices. */
export type Room_ModerationItemsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where the viewers of a stream meet: chat, gifts and notices. */
export type Room_SearchArgs = {
  query: Scalars['String']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** What happened in a room from one moment of its stream on. */
export type RoomReplay = {
  readonly __typename?: 'RoomReplay';
  /** The events, oldest first. */
  readonly events: ReadonlyArray<ReplayedEvent>;
  /** Where to go on; null when there is nothing before it. */
  readonly endCursor?: Maybe<Scalars['Cursor']['output']>;
  /** Whether there is more. */
  readonly hasNextPage: Scalars['Boolean']['output'];
};

/** One event of a room with its moment in the stream. */
export type ReplayedEvent = {
  readonly __typename?: 'ReplayedEvent';
  /** Seconds since the stream went live; 0 for what came before. */
  readonly offsetSeconds: Scalars['Float']['output'];
  /** What happened. */
  readonly event: RoomEvent;
};

/** How many people are watching a room. */
export type RoomViewers = {
  readonly __typename?: 'RoomViewers';
  /** Id of the room. */
  readonly roomId: Scalars['ID']['output'];
  /** People, about. */
  readonly count: Scalars['Int']['output'];
  /** Grows with each change. */
  readonly version: Scalars['SafeInt']['output'];
};

/** Which room somebody is watching, or no more. */
export type WatchRoomInput = {
  /** Id of the room. */
  readonly roomId: Scalars['ID']['input'];
  /** Who the viewer is without a token: made once by the client at random, 8 to 64 letters, digits, - and _. Not looked at where there is a token. */
  readonly sessionId?: InputMaybe<Scalars['ID']['input']>;
};

/** The answer to joining and leaving a room. */
export type WatchRoomPayload = {
  readonly __typename?: 'WatchRoomPayload';
  /** People who are watching the room after that, about; null when it was refused. */
  readonly viewerCount?: Maybe<Scalars['Int']['output']>;
  /** When to call `joinRoom` again, in seconds. */
  readonly renewAfterSeconds: Scalars['Int']['output'];
  /** Why it was refused; empty when it was not. */
  readonly userErrors: ReadonlyArray<WatchRoomError>;
};

/** Why somebody does not count as watching a room. */
export type WatchRoomError = UserError & {
  readonly __typename?: 'WatchRoomError';
  /** The reason, for programs. */
  readonly code: WatchRoomErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to count somebody as watching a room. */
export type WatchRoomErrorCode =
  /** There is no such room. */
  | 'ROOM_NOT_FOUND'
  /** The caller is banned from the room. */
  | 'BANNED'
  /** There is no token, and no sessionId of the right form. */
  | 'SESSION_INVALID'
  /** The caller comes and goes faster than the limit: 40 at once, then 4 per second; without tokens all of a network together, 600 at once, then 60 per second. */
  | 'RATE_LIMITED';

/** What a room asks of the platform, as it was measured in the last seconds, and how much of its chat is sent for that. */
export type RoomLoad = {
  readonly __typename?: 'RoomLoad';
  /** How much of the chat is sent. */
  readonly step: RoomStep;
  /** Messages posted per second; 0 while nobody follows the room. */
  readonly messagesPerSecond: Scalars['Float']['output'];
  /** People who are in the room, about. Load is messages × viewers. */
  readonly viewers: Scalars['Int']['output'];
  /** Whether an operator holds the room on its step, whatever the load. */
  readonly pinned: Scalars['Boolean']['output'];
};

/** Where its members write to each other. Only they see it. */
export type Group = Conversation & {
  readonly __typename?: 'Group';
  /** Id of the group, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** What the group is called. */
  readonly title: Scalars['String']['output'];
  /** Who owns it; null for a moment only, while it is made. */
  readonly owner?: Maybe<User>;
  /** Whether it is closed: it can be read, no longer written to. */
  readonly isClosed: Scalars['Boolean']['output'];
  /** Whether anybody may find it by its id and join it. What is said in it only members see. */
  readonly isPublic: Scalars['Boolean']['output'];
  /** Members now. */
  readonly memberCount: Scalars['Int']['output'];
  /** What the caller is here; null for services. Personal: refused inside a broadcast subscription. */
  readonly role?: Maybe<ConversationRole>;
  /** What the caller may do here, besides what their token allows. Personal: refused inside a broadcast subscription. */
  readonly permissions?: Maybe<ReadonlyArray<ConversationPermission>>;
  /** Since when the caller is in it; null for who is not. Personal: refused inside a broadcast subscription. */
  readonly joinedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its members, in the order in which they joined. */
  readonly members: GroupMemberConnection;
  /** Messages so far: the messageNumber of the newest, 0 before the first. */
  readonly messageCount: Scalars['SafeInt']['output'];
  /** From which role on what is allowed here, each permission once. */
  readonly permissionRules: ReadonlyArray<PermissionRule>;
  /** How this conversation may be written in now. */
  readonly chatModes: ChatModes;
  /** What is looked for in every message here, at most 200 filters; null for who may not set them. Personal: refused inside a broadcast subscription. */
  readonly filters?: Maybe<ReadonlyArray<ChatFilter>>;
  /**
   * What moderators did here, the newest first; null for who may not moderate (MODERATE) and is no operator, and in direct conversations. Without `first` and `last`: the newest 20. Personal: refused
   * inside a broadcast subscription.
   */
  readonly moderationLog?: Maybe<ModerationLogConnection>;
  /** messageNumber up to which the caller has read here: at the joining the newest, then what they said with `markRead` or wrote themselves. Null for who is not in it. */
  readonly readNumber?: Maybe<Scalars['SafeInt']['output']>;
  /** Messages that the caller has not read. Exact. Null for who is not in it. */
  readonly unreadCount?: Maybe<Scalars['SafeInt']['output']>;
  /** Unread messages that mention the caller, or everybody. Exact. Those by whom the caller blocked then count only where they mention everybody. Null for who is not in it. */
  readonly mentionCount?: Maybe<Scalars['SafeInt']['output']>;
  /** The conversation's log, oldest first on each page. Without `first` and `last`: the newest 20 events. */
  readonly events: RoomEventConnection;
  /** Messages that are pinned, at most 50, in the order of pinning. */
  readonly pins: ReadonlyArray<Pin>;
  /** What it announces to whoever opens it; null: nothing. */
  readonly announcement?: Maybe<Announcement>;
  /** What waits here for a moderator, the oldest first; null for who may not moderate (MODERATE) and is no operator. Personal: refused inside a broadcast subscription. */
  readonly moderationItems?: Maybe<ModerationItemConnection>;
  /**
   * The conversation's messages with all of these words, the newest first; what was written in the last moments may be missing. Whole words: upper and lower case are the same, and languages without spaces are
   * divided into words, too.
   */
  readonly search: MessageConnection;
};


/** Where its members write to each other. Only they see it. */
export type Group_MembersArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where its members write to each other. Only they see it. */
export type Group_ModerationLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where its members write to each other. Only they see it. */
export type Group_EventsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  kinds?: InputMaybe<ReadonlyArray<RoomEventKind>>;
};


/** Where its members write to each other. Only they see it. */
export type Group_ModerationItemsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where its members write to each other. Only they see it. */
export type Group_SearchArgs = {
  query: Scalars['String']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Somebody who is in a group. */
export type GroupMember = {
  readonly __typename?: 'GroupMember';
  /** Who. */
  readonly user: User;
  /** Since when. */
  readonly joinedAt: Scalars['DateTime']['output'];
};

/** One page of a group's members. */
export type GroupMemberConnection = {
  readonly __typename?: 'GroupMemberConnection';
  /** The members with their cursors. */
  readonly edges: ReadonlyArray<GroupMemberEdge>;
  /** The members alone, in the same order. */
  readonly nodes: ReadonlyArray<GroupMember>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One member in a page. */
export type GroupMemberEdge = {
  readonly __typename?: 'GroupMemberEdge';
  /** Position just after this member. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The member. */
  readonly node: GroupMember;
};

/** What may be known of a group by who is not in it. */
export type GroupPreview = {
  readonly __typename?: 'GroupPreview';
  /** Id of the group. */
  readonly id: Scalars['ID']['output'];
  /** What the group is called. */
  readonly title: Scalars['String']['output'];
  /** Whether it is closed: nobody can join it. */
  readonly isClosed: Scalars['Boolean']['output'];
  /** Whether anybody may join it. */
  readonly isPublic: Scalars['Boolean']['output'];
  /** Members now. */
  readonly memberCount: Scalars['Int']['output'];
  /** Whether the caller is in it already. */
  readonly isMember: Scalars['Boolean']['output'];
};

/** Where two people write to each other. Only they see it. */
export type DirectConversation = Conversation & {
  readonly __typename?: 'DirectConversation';
  /** Id of the conversation: follows from its two people, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** The two people, the caller among them. */
  readonly people: ReadonlyArray<User>;
  /** What the caller is here; null for services. Personal: refused inside a broadcast subscription. */
  readonly role?: Maybe<ConversationRole>;
  /** What the caller may do here, besides what their token allows. Personal: refused inside a broadcast subscription. */
  readonly permissions?: Maybe<ReadonlyArray<ConversationPermission>>;
  /** Messages so far: the messageNumber of the newest, 0 before the first. */
  readonly messageCount: Scalars['SafeInt']['output'];
  /** From which role on what is allowed here, each permission once. */
  readonly permissionRules: ReadonlyArray<PermissionRule>;
  /** How this conversation may be written in now. */
  readonly chatModes: ChatModes;
  /** What is looked for in every message here, at most 200 filters; null for who may not set them. Personal: refused inside a broadcast subscription. */
  readonly filters?: Maybe<ReadonlyArray<ChatFilter>>;
  /**
   * What moderators did here, the newest first; null for who may not moderate (MODERATE) and is no operator, and in direct conversations. Without `first` and `last`: the newest 20. Personal: refused
   * inside a broadcast subscription.
   */
  readonly moderationLog?: Maybe<ModerationLogConnection>;
  /** messageNumber up to which the caller has read here: at the joining the newest, then what they said with `markRead` or wrote themselves. Null for who is not in it. */
  readonly readNumber?: Maybe<Scalars['SafeInt']['output']>;
  /** Messages that the caller has not read. Exact. Null for who is not in it. */
  readonly unreadCount?: Maybe<Scalars['SafeInt']['output']>;
  /** Unread messages that mention the caller, or everybody. Exact. Those by whom the caller blocked then count only where they mention everybody. Null for who is not in it. */
  readonly mentionCount?: Maybe<Scalars['SafeInt']['output']>;
  /** The conversation's log, oldest first on each page. Without `first` and `last`: the newest 20 events. */
  readonly events: RoomEventConnection;
  /** Messages that are pinned, at most 50, in the order of pinning. */
  readonly pins: ReadonlyArray<Pin>;
  /** What it announces to whoever opens it; null: nothing. */
  readonly announcement?: Maybe<Announcement>;
  /** What waits here for a moderator, the oldest first; null for who may not moderate (MODERATE) and is no operator. Personal: refused inside a broadcast subscription. */
  readonly moderationItems?: Maybe<ModerationItemConnection>;
  /**
   * The conversation's messages with all of these words, the newest first; what was written in the last moments may be missing. Whole words: upper and lower case are the same, and languages without spaces are
   * divided into words, too.
   */
  readonly search: MessageConnection;
};


/** Where two people write to each other. Only they see it. */
export type DirectConversation_ModerationLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where two people write to each other. Only they see it. */
export type DirectConversation_EventsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  kinds?: InputMaybe<ReadonlyArray<RoomEventKind>>;
};


/** Where two people write to each other. Only they see it. */
export type DirectConversation_ModerationItemsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Where two people write to each other. Only they see it. */
export type DirectConversation_SearchArgs = {
  query: Scalars['String']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Kinds of room events to choose from. */
export type RoomEventKind =
  /** ChatEvent: somebody posted a message. */
  | 'CHAT'
  /** GiftEvent: somebody sent a gift. */
  | 'GIFT'
  /** NoticeEvent: the platform says something. */
  | 'NOTICE'
  /** GroupChangedEvent: a group became another, or people came and went. */
  | 'GROUP'
  /** SanctionEvent: somebody was banned, timed out or kicked. */
  | 'SANCTION'
  /** RoleChangedEvent: somebody has another role. */
  | 'ROLE'
  /** ChatModesChangedEvent: the chat has other modes. */
  | 'MODES'
  /** MessageRecalledEvent: a message was taken back. */
  | 'RECALL'
  /** MessageEditedEvent: a message got another text. */
  | 'EDIT'
  /** ReactionsChangedEvent: the reactions of a message are others. */
  | 'REACTIONS'
  /** PinsChangedEvent: a message was pinned, or is no longer. */
  | 'PINS'
  /** AnnouncementChangedEvent: the conversation announces something else. */
  | 'ANNOUNCEMENT'
  /** StepChangedEvent: more or less of the chat is sent. */
  | 'STEP'
  /** ControlEvent: a service tells clients' machines something. */
  | 'CONTROL'
  /** MessagesErasedEvent: messages say nothing any more. */
  | 'ERASURE';

/** How much of a room's chat a subscriber is sent. */
export type ChatAudience =
  /** What the room's step lets through. */
  | 'SAMPLED'
  /** All of it, at once, on every step. */
  | 'FULL';

/** How much of a room's chat is sent to its viewers: the busier the room, the further down this list. What is no chat is always sent at once. */
export type RoomStep =
  /** All of it, at once. */
  | 'FULL'
  /** All of it, in groups of 250 ms. */
  | 'BATCHED'
  /** One of 2 messages, in groups. */
  | 'SAMPLED_2'
  /** One of 5 messages, in groups. */
  | 'SAMPLED_5'
  /** One of 20 messages, in groups. */
  | 'SAMPLED_20'
  /** One of 20 messages, in groups. Moderators: slow mode would help. */
  | 'SLOW_MODE_SUGGESTED';

/** One page of messages. */
export type MessageConnection = {
  readonly __typename?: 'MessageConnection';
  /** The messages with their cursors. */
  readonly edges: ReadonlyArray<MessageEdge>;
  /** The messages alone, in the same order. */
  readonly nodes: ReadonlyArray<Message>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One message in a page. */
export type MessageEdge = {
  readonly __typename?: 'MessageEdge';
  /** Position just after this message. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The message. */
  readonly node: Message;
};

/** One page of a room's log. */
export type RoomEventConnection = {
  readonly __typename?: 'RoomEventConnection';
  /** The events with their cursors. */
  readonly edges: ReadonlyArray<RoomEventEdge>;
  /** The events alone, in the same order. */
  readonly nodes: ReadonlyArray<RoomEvent>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One event in a page of a room's log. */
export type RoomEventEdge = {
  readonly __typename?: 'RoomEventEdge';
  /** Position just after this event. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: RoomEvent;
};

/** Something that happened in a room. */
export type RoomEvent = {
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its room: contiguous, from 1. In PositionEvent and ResetEvent the number of the last event before them. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
};

/** Somebody posted a message. */
export type ChatEvent = RoomEvent & {
  readonly __typename?: 'ChatEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its room: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** What was posted. */
  readonly message: Message;
};

/** A service of the platform tells clients' machines something: act on it if you know its form, and show nothing. No message, so it never counts as unread. */
export type ControlEvent = RoomEvent & {
  readonly __typename?: 'ControlEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it was accepted. */
  readonly at: Scalars['DateTime']['output'];
  /** The service. */
  readonly by: User;
  /** Name of its form; see `messageSchema`. */
  readonly schema: Scalars['String']['output'];
  /** A JSON object of that form, at most 8 KB. */
  readonly data: Scalars['String']['output'];
};

/** Somebody sent a gift to the streamer. Everything needed to draw it is here, except what the catalogue says about the gift. */
export type GiftEvent = RoomEvent & {
  readonly __typename?: 'GiftEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its room: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it reached the room. */
  readonly at: Scalars['DateTime']['output'];
  /** Who sent it. */
  readonly sender: User;
  /** How many pieces were sent at once. */
  readonly quantity: Scalars['Int']['output'];
  /** What all pieces together cost, in coins. */
  readonly coins: Scalars['BigInt']['output'];
  /** The combo that it belongs to: draw "× count". Of one gift, until another follows in time. */
  readonly combo: GiftCombo;
  /** Id of the order behind it. */
  readonly orderId: Scalars['ID']['output'];
  /** The gift itself; null while the catalogue cannot be reached. */
  readonly gift?: Maybe<Gift>;
};

/** The platform says something to everybody in the room. */
export type NoticeEvent = RoomEvent & {
  readonly __typename?: 'NoticeEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its room: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** What it is about, for programs. */
  readonly code: NoticeCode;
  /** What it says, in English, for people. */
  readonly text: Scalars['String']['output'];
  /** Of VIEWERS_JOINED: the first of those who came, at most 3, without who may not write there (a mute, a timeout, a ban); otherwise empty. */
  readonly people: ReadonlyArray<User>;
  /** Of VIEWERS_JOINED: how many came, those in `people` among them; null otherwise. */
  readonly count?: Maybe<Scalars['Int']['output']>;
  /** Of VIEWERS_JOINED: the words of welcome for them, which are what the room announced then (`setAnnouncement`); null for none, and otherwise. */
  readonly welcome?: Maybe<Scalars['String']['output']>;
};

/** A group became another, or people came and went. */
export type GroupChangedEvent = RoomEvent & {
  readonly __typename?: 'GroupChangedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Who did it. */
  readonly by: User;
  /** What the group is called from now on. */
  readonly title: Scalars['String']['output'];
  /** Who owns it from now on. */
  readonly owner: User;
  /** Whether it is closed from now on. */
  readonly isClosed: Scalars['Boolean']['output'];
  /** Whether anybody may find and join it from now on. */
  readonly isPublic: Scalars['Boolean']['output'];
  /** Members from now on. */
  readonly memberCount: Scalars['Int']['output'];
  /** Who became a member, at most 101 people. */
  readonly joined: ReadonlyArray<User>;
  /** Who is no member any more, at most 100 people. */
  readonly left: ReadonlyArray<User>;
};

/** Somebody was banned, timed out or kicked: take what they have said from the screen. Mutes are told to moderators alone. */
export type SanctionEvent = RoomEvent & {
  readonly __typename?: 'SanctionEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Whom it is about. */
  readonly user: User;
  /** What was decided; never MUTE. */
  readonly type: SanctionType;
  /** When it ends by itself; null: not before somebody lifts it, and for KICK. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
};

/** The chat has other modes from now on. */
export type ChatModesChangedEvent = RoomEvent & {
  readonly __typename?: 'ChatModesChangedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Who decided that. */
  readonly by: User;
  /** All modes, as they are from now on. */
  readonly modes: ChatModes;
};

/** Somebody has another role from now on. */
export type RoleChangedEvent = RoomEvent & {
  readonly __typename?: 'RoleChangedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Who has it. */
  readonly user: User;
  /** Who decided that. */
  readonly by: User;
  /** The role. */
  readonly role: ConversationRole;
};

/** A message was taken back: show it as recalled, wherever it is shown. */
export type MessageRecalledEvent = RoomEvent & {
  readonly __typename?: 'MessageRecalledEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the message. */
  readonly messageId: Scalars['ID']['output'];
  /** Ids of all messages that were taken back at once, this one among them: at most 200. */
  readonly messageIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Who took it back: its author, or who moderates the conversation. */
  readonly by: User;
};

/** Messages lost their text and their author, whose data was erased: show them as erased, wherever they are shown. */
export type MessagesErasedEvent = RoomEvent & {
  readonly __typename?: 'MessagesErasedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Ids of the messages, at most 200. */
  readonly messageIds: ReadonlyArray<Scalars['ID']['output']>;
};

/** A message got another text. */
export type MessageEditedEvent = RoomEvent & {
  readonly __typename?: 'MessageEditedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** The message from then on. */
  readonly message: Message;
};

/** The reactions of a message are others. Several changes at once are one event. */
export type ReactionsChangedEvent = RoomEvent & {
  readonly __typename?: 'ReactionsChangedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the message. */
  readonly messageId: Scalars['ID']['output'];
  /** All its reactions from then on, in the order in which each first came. */
  readonly reactions: ReadonlyArray<Reaction>;
};

/** A message was pinned, or is no longer. */
export type PinsChangedEvent = RoomEvent & {
  readonly __typename?: 'PinsChangedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the message. */
  readonly messageId: Scalars['ID']['output'];
  /** Who did it. */
  readonly by: User;
  /** Whether it is pinned from then on. */
  readonly isPinned: Scalars['Boolean']['output'];
  /** Pinned messages of the conversation from then on. */
  readonly pinCount: Scalars['Int']['output'];
};

/** The conversation announces something else. */
export type AnnouncementChangedEvent = RoomEvent & {
  readonly __typename?: 'AnnouncementChangedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its conversation: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Who did it. */
  readonly by: User;
  /** What it announces from then on; null: nothing. */
  readonly text?: Maybe<Scalars['String']['output']>;
};

/** From here on more or less of the chat is sent. */
export type StepChangedEvent = RoomEvent & {
  readonly __typename?: 'StepChangedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its room: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** How much is sent. */
  readonly step: RoomStep;
  /** Whether an operator holds the room there, whatever its load. */
  readonly pinned: Scalars['Boolean']['output'];
};

/** Messages of a busy room that were not sent to this subscriber: each message comes as a ChatEvent or counts in exactly one of these. `Room.events` shows them. Never part of the log itself. */
export type SkippedEvent = RoomEvent & {
  readonly __typename?: 'SkippedEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** Position just after the last of them: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The same as `toSeq`. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When the last of them happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Number of the first of them in its room. */
  readonly fromSeq: Scalars['SafeInt']['output'];
  /** Number of the last of them in its room. */
  readonly toSeq: Scalars['SafeInt']['output'];
  /** How many messages. */
  readonly count: Scalars['Int']['output'];
};

/** Where a subscription begins: always its first payload, never part of the log itself. A client that is cut off before its first event resumes from this cursor. */
export type PositionEvent = RoomEvent & {
  readonly __typename?: 'PositionEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** The position: `after` itself when it was given, else the newest event's. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the last event before this position; 0 at the beginning. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When the last event before this position happened; in an empty room, when the subscription began. */
  readonly at: Scalars['DateTime']['output'];
};

/** The log cannot go on from the cursor that was given, so events may be missing: read `Room.events` anew and go on from this cursor. Never part of the log itself. */
export type ResetEvent = RoomEvent & {
  readonly __typename?: 'ResetEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** The position from which the subscription goes on. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the last event before this position; 0 at the beginning. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When the last event before this position happened; in an empty room, when the reset happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Why the cursor could not be used. */
  readonly reason: ResetReason;
};

/** What a notice is about. */
export type NoticeCode =
  /** The stream went live: messages and gifts are welcome. */
  | 'ROOM_OPENED'
  /** The stream ended: the room can be read, no longer written to. */
  | 'ROOM_CLOSED'
  /** People came: told of many at once, at most once in 10 seconds per room. */
  | 'VIEWERS_JOINED';

/** What somebody said in a conversation. */
export type Message = {
  readonly __typename?: 'Message';
  /** Id of the message, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** Number among the messages of its conversation: contiguous, from 1. Unread counts are differences of these. */
  readonly messageNumber: Scalars['SafeInt']['output'];
  /** Who posted it. */
  readonly author: User;
  /** What it says now, at most 500 characters; empty once it was recalled. A live event shows it as it was posted, and an event follows for whatever became of it. */
  readonly text: Scalars['String']['output'];
  /** When it was accepted. */
  readonly sentAt: Scalars['DateTime']['output'];
  /** When its author sent it, where it had to wait for a moderator until `sentAt`; null: it did not. */
  readonly heldAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether it was taken back: it then says nothing any more. */
  readonly isRecalled: Scalars['Boolean']['output'];
  /** When it got the text that it has; null: it was never edited, or was recalled since. */
  readonly editedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What it said before, oldest first, at most 10; empty once it was recalled. */
  readonly edits: ReadonlyArray<MessageVersion>;
  /** The message that it answers, as that is now; null: it answers none. */
  readonly replyTo?: Maybe<Message>;
  /** Who is mentioned, at most 50 people. */
  readonly mentions: ReadonlyArray<User>;
  /** Whether everybody in the conversation is mentioned. */
  readonly mentionsAll: Scalars['Boolean']['output'];
  /** What it is made of; once it was recalled, what it was made of. */
  readonly type: MessageType;
  /** Its files, at most 10, in the order in which they were sent; empty once it was recalled. */
  readonly attachments: ReadonlyArray<Attachment>;
  /** Data of a form that front ends agree on; null: none, or it was recalled. */
  readonly custom?: Maybe<CustomContent>;
  /** Of SYSTEM: the sentence, to be said in the reader's language; null for all others, and once it was recalled. */
  readonly system?: Maybe<SystemContent>;
  /** Its reactions, at most 20 kinds, in the order in which each first came. Empty in live events: ReactionsChangedEvent follows. */
  readonly reactions: ReadonlyArray<Reaction>;
  /** How many members have read it: of those who were in the conversation when it was posted and still are, without its author. Exact. Null in rooms, for who is not in the conversation, and in a direct conversation while one of the two blocks the other. */
  readonly readCount?: Maybe<Scalars['Int']['output']>;
  /** Those who have read it, by id; see `readCount`. Null where that is. */
  readonly readBy?: Maybe<ReaderConnection>;
  /** What is kept of it once it was recalled; null: it was not. For operators. */
  readonly recall?: Maybe<Recall>;
};


/** What somebody said in a conversation. */
export type Message_ReadByArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Who is typing in a conversation besides the caller. */
export type TypingState = {
  readonly __typename?: 'TypingState';
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** Grows with each change. */
  readonly version: Scalars['SafeInt']['output'];
  /** Whether it is off, because more than 100 people are there; then nobody is named. */
  readonly off: Scalars['Boolean']['output'];
  /** People who type, exactly. */
  readonly count: Scalars['Int']['output'];
  /** Some of them, at most 5, by user id. */
  readonly users: ReadonlyArray<User>;
};

/** Who types where. */
export type SetTypingInput = {
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** Whether the caller is typing there. */
  readonly typing: Scalars['Boolean']['input'];
};

/** The answer to what somebody says about their typing. */
export type SetTypingPayload = {
  readonly __typename?: 'SetTypingPayload';
  /** Whether it is off there, because more than 100 people are: there is no use in saying it again before a minute. Null when it was refused. */
  readonly off?: Maybe<Scalars['Boolean']['output']>;
  /** When to say it again, in seconds. */
  readonly renewAfterSeconds: Scalars['Int']['output'];
  /** Why it was refused; empty when it was not. */
  readonly userErrors: ReadonlyArray<SetTypingError>;
};

/** Why nobody is told that the caller types. */
export type SetTypingError = UserError & {
  readonly __typename?: 'SetTypingError';
  /** The reason, for programs. */
  readonly code: SetTypingErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to tell nobody that the caller types. */
export type SetTypingErrorCode =
  /** There is no such conversation, or the caller is not in it. */
  | 'CONVERSATION_NOT_FOUND'
  /** The conversation is closed, so nobody writes in it. */
  | 'CONVERSATION_CLOSED'
  /** The caller may not write there now: they are banned, timed out or muted, one of the two blocks the other, or its permissions or modes ask for another role or for followers. */
  | 'NOT_ALLOWED'
  /** The caller says it faster than the limit: 20 at once, then 2 per second. Once in 4 seconds is enough. */
  | 'RATE_LIMITED';

/** Who is online, of the users that were asked for. */
export type PresenceState = {
  readonly __typename?: 'PresenceState';
  /** Grows with each change. */
  readonly version: Scalars['SafeInt']['output'];
  /** One per user, at most 100, in the order in which they were asked for. */
  readonly users: ReadonlyArray<UserPresence>;
};

/** Whether somebody is online, as far as they show it to the caller. */
export type UserPresence = {
  readonly __typename?: 'UserPresence';
  /** Whose presence it is. */
  readonly user: User;
  /** Whether they follow their `inbox` on any device, or did until a minute ago at most. Null where it is not shown to the caller, or not known at the moment. */
  readonly online?: Maybe<Scalars['Boolean']['output']>;
  /** When they were online last, within a minute. Null while they are, when they never were, and where it is not shown to the caller. What is not shown as `online` is not shown here either. */
  readonly lastSeenAt?: Maybe<Scalars['DateTime']['output']>;
};

/** To whom somebody shows their presence. */
export type PresencePrivacy = {
  readonly __typename?: 'PresencePrivacy';
  /** Who sees whether they are online. Until they say otherwise: CONTACTS. */
  readonly online: PresenceAudience;
  /** Who sees when they were online last, of those who see whether they are. Until they say otherwise: CONTACTS. */
  readonly lastSeen: PresenceAudience;
};

/** Who sees something of somebody's presence. Blocked users, and those who block, see nothing. */
export type PresenceAudience =
  /** Everybody who is signed in and shows them the same. */
  | 'EVERYONE'
  /** Those with whom they have a direct conversation in which both have written or read something. */
  | 'CONTACTS'
  /** Nobody: they then see nobody's either. */
  | 'NOBODY';

/** Who may see what of the caller's presence. */
export type SetPresencePrivacyInput = {
  /** Who sees whether the caller is online; absent: as it is. */
  readonly online?: InputMaybe<PresenceAudience>;
  /** Who sees when the caller was online last; absent: as it is. */
  readonly lastSeen?: InputMaybe<PresenceAudience>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to a change of somebody's presence privacy. */
export type SetPresencePrivacyPayload = {
  readonly __typename?: 'SetPresencePrivacyPayload';
  /** What holds now; null when nothing was done. */
  readonly privacy?: Maybe<PresencePrivacy>;
  /** Why nothing was done; empty when it was. */
  readonly userErrors: ReadonlyArray<PresencePrivacyError>;
};

/** Why a change of somebody's presence privacy was refused. */
export type PresencePrivacyError = UserError & {
  readonly __typename?: 'PresencePrivacyError';
  /** The reason, for programs. */
  readonly code: PresencePrivacyErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a change of somebody's presence privacy. */
export type PresencePrivacyErrorCode =
  /** Neither `online` nor `lastSeen` is given. */
  | 'NOTHING_TO_SET'
  /** The caller changes it faster than the limit. Wait a few seconds. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** How far the members of a conversation have read. */
export type ConversationReadState = {
  readonly __typename?: 'ConversationReadState';
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** Grows with each change. */
  readonly version: Scalars['SafeInt']['output'];
  /** One per member, at most 100, by user id. */
  readonly cursors: ReadonlyArray<ReadCursor>;
};

/** How far one member has read. */
export type ReadCursor = {
  readonly __typename?: 'ReadCursor';
  /** The member. */
  readonly user: User;
  /** messageNumber up to which they have read. */
  readonly readNumber: Scalars['SafeInt']['output'];
};

/** One page of those who have read a message. */
export type ReaderConnection = {
  readonly __typename?: 'ReaderConnection';
  /** The people with their cursors. */
  readonly edges: ReadonlyArray<ReaderEdge>;
  /** The people alone, in the same order. */
  readonly nodes: ReadonlyArray<User>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One person in a page of those who have read a message. */
export type ReaderEdge = {
  readonly __typename?: 'ReaderEdge';
  /** Position just after this person. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The person. */
  readonly node: User;
};

/** What a message is made of. */
export type MessageType =
  /** A text. */
  | 'TEXT'
  /** Images alone, with or without a text. */
  | 'IMAGE'
  /** Files, images among them or not, with or without a text. */
  | 'FILE'
  /** Data of a form that front ends agree on, with or without a text for those who don't know it. */
  | 'CUSTOM'
  /** A service of the platform tells people something: `system` names the sentence, `text` says it for those who don't know it. Never left out of a busy room's chat. */
  | 'SYSTEM';

/** What a service of the platform tells people, to be said in the reader's language: look up `key`, and put in the parameters. Who does not know the key shows the message's `text`. */
export type SystemContent = {
  readonly __typename?: 'SystemContent';
  /** Which sentence, such as "order.shipped". */
  readonly key: Scalars['String']['output'];
  /** What to put into it, at most 10, each name once. */
  readonly parameters: ReadonlyArray<SystemParameter>;
};

/** What to put into a sentence, and where. */
export type SystemParameter = {
  readonly __typename?: 'SystemParameter';
  /** Its name in the sentence. */
  readonly name: Scalars['String']['output'];
  /** At most 200 characters, in no language: a name, a title, a number. */
  readonly value: Scalars['String']['output'];
};

/** What a file is shown as. */
export type AttachmentKind =
  /** A picture, which a client shows: AVIF, GIF, JPEG, PNG or WebP, at most 10 MB. */
  | 'IMAGE'
  /** Anything else, which a client offers to save: at most 50 MB. */
  | 'FILE';

/** A file of a message, as its sender declared it. Only type and length were checked: a client that shows it treats it as what it is, bytes of a stranger. */
export type Attachment = {
  readonly __typename?: 'Attachment';
  /** Id of the upload that it came from. */
  readonly id: Scalars['ID']['output'];
  /** What it is shown as. */
  readonly kind: AttachmentKind;
  /** Its name, at most 120 characters. */
  readonly name: Scalars['String']['output'];
  /** Its media type: of a fixed list, without SVG and HTML. */
  readonly contentType: Scalars['String']['output'];
  /** Its size in bytes. */
  readonly bytes: Scalars['Int']['output'];
  /** Width in pixels; null: not declared. */
  readonly width?: Maybe<Scalars['Int']['output']>;
  /** Height in pixels; null: not declared. */
  readonly height?: Maybe<Scalars['Int']['output']>;
  /** Where it can be read, signed at this moment; null: the platform has no store for files now. What is no image is saved, not shown. */
  readonly link?: Maybe<AttachmentLink>;
};

/** An address that whoever has it can read a file at, for a while. */
export type AttachmentLink = {
  readonly __typename?: 'AttachmentLink';
  /** The address, for GET. Don't keep it: ask for the message again (`message`). */
  readonly url: Scalars['String']['output'];
  /** Until when it holds: 10 to 15 minutes from when it was signed. */
  readonly expiresAt: Scalars['DateTime']['output'];
};

/** Data of a form that front ends agree on. */
export type CustomContent = {
  readonly __typename?: 'CustomContent';
  /** Name of the form. */
  readonly schema: Scalars['String']['output'];
  /** A JSON object, as it was sent. */
  readonly data: Scalars['String']['output'];
};

/** A registered form of custom messages: data that is sent under its name keeps to it. */
export type MessageSchema = {
  readonly __typename?: 'MessageSchema';
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** The JSON Schema. */
  readonly schema: Scalars['String']['output'];
  /** Who registered it. */
  readonly by: User;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
};

/** What a message said before an edit. */
export type MessageVersion = {
  readonly __typename?: 'MessageVersion';
  /** What it said. */
  readonly text: Scalars['String']['output'];
  /** Since when. */
  readonly at: Scalars['DateTime']['output'];
};

/** How people react to a message. */
export type Reaction = {
  readonly __typename?: 'Reaction';
  /** One emoji, or a code such as ":fanfare:". */
  readonly emoji: Scalars['String']['output'];
  /** How many people, from 1. */
  readonly count: Scalars['Int']['output'];
  /** Whether the caller is one of them; null for anonymous callers. Personal: refused inside a broadcast subscription. */
  readonly mine?: Maybe<Scalars['Boolean']['output']>;
};

/** What is kept of a message that was recalled. */
export type Recall = {
  readonly __typename?: 'Recall';
  /** Who recalled it. */
  readonly by: User;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** What it said at last. */
  readonly text: Scalars['String']['output'];
  /** What it said before, oldest first. */
  readonly edits: ReadonlyArray<MessageVersion>;
};

/** A message that is pinned to its conversation. */
export type Pin = {
  readonly __typename?: 'Pin';
  /** The message; null while it cannot be read. */
  readonly message?: Maybe<Message>;
  /** Who pinned it. */
  readonly by: User;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
};

/** What a conversation announces. */
export type Announcement = {
  readonly __typename?: 'Announcement';
  /** What it says, 1 to 500 characters. */
  readonly text: Scalars['String']['output'];
  /** Who announced it. */
  readonly by: User;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
};

/** A text to post. */
export type PostMessageInput = {
  /** Id of the room. */
  readonly roomId: Scalars['ID']['input'];
  /** What to say, 1 to 500 characters; white space at both ends is cut off. */
  readonly text: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A message to do something with. */
export type MessageInput = {
  /** Id of the message. */
  readonly messageId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A message and its new text. */
export type EditMessageInput = {
  /** Id of the message. */
  readonly messageId: Scalars['ID']['input'];
  /** What it says from now on, 1 to 500 characters; white space at both ends is cut off. */
  readonly text: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A message and a reaction to it. */
export type ReactionInput = {
  /** Id of the message. */
  readonly messageId: Scalars['ID']['input'];
  /** One emoji that Unicode recommends for interchange, or a code of at most 32 characters between colons: ":fanfare:". */
  readonly emoji: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A conversation and what it announces. */
export type AnnouncementInput = {
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** What it announces, 1 to 500 characters, white space at both ends cut off; null or absent: nothing any more. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to whatever is done to a message. */
export type MessagePayload = {
  readonly __typename?: 'MessagePayload';
  /** The message as it is now; null when nothing was done. */
  readonly message?: Maybe<Message>;
  /** Why nothing was done; empty when it was. */
  readonly userErrors: ReadonlyArray<MessageChangeError>;
};

/** The answer to setting an announcement. */
export type AnnouncementPayload = {
  readonly __typename?: 'AnnouncementPayload';
  /** The conversation as it is now; null when nothing was done, and for who cannot read it. */
  readonly conversation?: Maybe<Conversation>;
  /** Why nothing was done; empty when it was. */
  readonly userErrors: ReadonlyArray<MessageChangeError>;
};

/** Why something was not done to a message. */
export type MessageChangeError = UserError & {
  readonly __typename?: 'MessageChangeError';
  /** The reason, for programs. */
  readonly code: MessageChangeErrorCode;
  /** Of REFUSED: the rule's own code. Null for all others. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to do something to a message. */
export type MessageChangeErrorCode =
  /** There is no such message, or the caller cannot read it. */
  | 'MESSAGE_NOT_FOUND'
  /** There is no such conversation, or the caller is not in it. */
  | 'CONVERSATION_NOT_FOUND'
  /** The conversation is closed: it can be read, no longer written to. */
  | 'CONVERSATION_CLOSED'
  /** The caller may not do this: it is not their message, the conversation does not let them (`permissions`), or they are banned, timed out or muted. */
  | 'NOT_ALLOWED'
  /** The time for recalling (10 minutes) or editing (60 minutes) is over. */
  | 'TOO_LATE'
  /** The message was recalled. */
  | 'RECALLED'
  /** Only texts can be edited. */
  | 'NOT_EDITABLE'
  /** A message can be edited 10 times. */
  | 'TOO_MANY_EDITS'
  /** Nothing is left of the text once white space is cut off. */
  | 'TEXT_EMPTY'
  /** The text has more than 500 characters. */
  | 'TEXT_TOO_LONG'
  /** The reaction is neither one emoji nor a code. */
  | 'EMOJI_INVALID'
  /** The message has 20 different reactions, which is the most. */
  | 'TOO_MANY_REACTIONS'
  /** The conversation has 50 pinned messages, which is the most. */
  | 'TOO_MANY_PINS'
  /** A rule of this platform refuses the text: `reason` names it. */
  | 'REFUSED'
  /** The caller changes messages faster than the limit: 30 at once, then 3 per second; of reactions 40 at once, then 10 per second. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** What to say in a conversation of any kind. */
export type SendMessageInput = {
  /** Id of the conversation: a room, or a group or direct conversation that the caller is in. */
  readonly conversationId: Scalars['ID']['input'];
  /** What to say, 1 to 500 characters, white space at both ends cut off; may be empty with `custom` and with files. */
  readonly text?: Scalars['String']['input'];
  /** Id of the message in the same conversation that this one answers; absent: none. */
  readonly replyToId?: InputMaybe<Scalars['ID']['input']>;
  /** Ids of those who are meant, at most 50. In groups and direct conversations only members count. */
  readonly mentionedUserIds?: ReadonlyArray<Scalars['ID']['input']>;
  /** Whether everybody is meant: for whom the conversation lets mention all (`permissions`). */
  readonly mentionsAll?: Scalars['Boolean']['input'];
  /** Data of a form that front ends agree on; absent: none. */
  readonly custom?: InputMaybe<CustomContentInput>;
  /** Ids of the caller's uploads for this conversation (createUpload), each in one message only, at most 10; not together with `custom`. All images: the message is an IMAGE, else a FILE. */
  readonly attachmentIds?: ReadonlyArray<Scalars['ID']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Data of a form that front ends agree on. */
export type CustomContentInput = {
  /** Name of the form, 1 to 64 lower-case letters and digits with . / or - between them: "poll", "shop.offer/2". Where the platform has registered it, `data` is checked. */
  readonly schema: Scalars['String']['input'];
  /** A JSON object, at most 8 KB. */
  readonly data: Scalars['String']['input'];
};

/** What a service tells people. */
export type SendSystemMessageInput = {
  /** Where: ids of 1 to 100 conversations, each counted once. */
  readonly conversationIds: ReadonlyArray<Scalars['ID']['input']>;
  /** Which sentence, for clients that know it: 1 to 64 lower-case letters and digits with . / or - between them, such as "order.shipped". */
  readonly key: Scalars['String']['input'];
  /** What to put into it, at most 10, each name once. */
  readonly parameters?: ReadonlyArray<SystemParameterInput>;
  /** The same as a whole, for everybody else: 1 to 500 characters, white space at both ends cut off. */
  readonly text: Scalars['String']['input'];
  /** Made by the service, 1 to 128 characters. It counts in each conversation by itself: the same key again gives the stored answers, and says it where it was not said yet. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** What to put into a sentence, and where. */
export type SystemParameterInput = {
  /** Its name in the sentence: a lower-case letter, then up to 31 letters and digits. */
  readonly name: Scalars['String']['input'];
  /** At most 200 characters. */
  readonly value: Scalars['String']['input'];
};

/** What a service tells clients' machines. */
export type SendControlMessageInput = {
  /** Where: ids of 1 to 100 conversations, each counted once. */
  readonly conversationIds: ReadonlyArray<Scalars['ID']['input']>;
  /** Name of its form, which has to be registered (`registerMessageSchema`). */
  readonly schema: Scalars['String']['input'];
  /** A JSON object of that form, at most 8 KB. */
  readonly data: Scalars['String']['input'];
  /** Made by the service, 1 to 128 characters. It counts in each conversation by itself: the same key again gives the stored answers, and says it where it was not said yet. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to a service that says something. */
export type ServiceMessagePayload = {
  readonly __typename?: 'ServiceMessagePayload';
  /** What everybody in the conversations gets, one for each where it was said, in the order of `conversationIds`: ChatEvents of a system message, ControlEvents of a control message. */
  readonly events: ReadonlyArray<RoomEvent>;
  /** Why it was not said, for each conversation where it was not; empty when it was said everywhere. */
  readonly userErrors: ReadonlyArray<ServiceMessageError>;
};

/** Why a service did not say something. */
export type ServiceMessageError = UserError & {
  readonly __typename?: 'ServiceMessageError';
  /** The reason, for programs. */
  readonly code: ServiceMessageErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** Id of the conversation that it is about; null: nothing was said in any. */
  readonly conversationId?: Maybe<Scalars['ID']['output']>;
};

/** Reasons for a service not to say something. */
export type ServiceMessageErrorCode =
  /** No conversation is named, or more than 100. */
  | 'CONVERSATIONS_INVALID'
  /** The key does not have the form of one. */
  | 'KEY_INVALID'
  /** More than 10 parameters, a name twice or of another form, or a value of more than 200 characters. */
  | 'PARAMETERS_INVALID'
  /** Nothing is left of the text once white space is cut off. */
  | 'TEXT_EMPTY'
  /** The text has more than 500 characters. */
  | 'TEXT_TOO_LONG'
  /** The data is too large, no JSON object, or does not keep to its registered form: `message` says where. */
  | 'DATA_INVALID'
  /** No form is registered under this name. */
  | 'SCHEMA_NOT_REGISTERED'
  /** There is no conversation with this id. */
  | 'CONVERSATION_NOT_FOUND'
  /** The conversation can be read, no longer written to: the stream is over, or the group closed. */
  | 'CONVERSATION_CLOSED'
  /** The service says more than the limit. Wait as long as `message` says. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before in this conversation with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** A file to upload, for a message of one conversation. */
export type CreateUploadInput = {
  /** Id of the conversation: a room, or a group or direct conversation that the caller is in. */
  readonly conversationId: Scalars['ID']['input'];
  /** What it is shown as. */
  readonly kind: AttachmentKind;
  /**
   * Its media type. IMAGE: image/avif, image/gif, image/jpeg, image/png, image/webp. FILE: these and application/json, application/octet-stream, application/pdf, application/zip, audio/mp4, audio/mpeg,
   * audio/ogg, text/csv, text/plain, video/mp4, video/quicktime, video/webm.
   */
  readonly contentType: Scalars['String']['input'];
  /** Its size in bytes, exactly: 1 to 10,485,760 of an image, to 52,428,800 of a file. */
  readonly bytes: Scalars['Int']['input'];
  /** Its name, 1 to 120 characters, white space at both ends cut off; no slashes and line breaks. */
  readonly name: Scalars['String']['input'];
  /** Width in pixels, 1 to 16,384; absent: not declared. */
  readonly width?: InputMaybe<Scalars['Int']['input']>;
  /** Height in pixels, 1 to 16,384; absent: not declared. */
  readonly height?: InputMaybe<Scalars['Int']['input']>;
  /** SHA-256 of its bytes, in base64: the store then takes no others. Absent: not declared. */
  readonly sha256?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the same upload, with an address signed anew. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to announcing a file. */
export type CreateUploadPayload = {
  readonly __typename?: 'CreateUploadPayload';
  /** The upload; null when it was refused. */
  readonly upload?: Maybe<Upload>;
  /** Why it was refused; empty when it was not. */
  readonly userErrors: ReadonlyArray<CreateUploadError>;
};

/** A file that is on its way into a message. */
export type Upload = {
  readonly __typename?: 'Upload';
  /** Its id: for `attachmentIds` of sendMessage, once its bytes are put. */
  readonly id: Scalars['ID']['output'];
  /** Where to put its bytes. */
  readonly put: UploadAddress;
  /** A message has to use it until then, an hour after it was announced; afterwards the file is deleted. */
  readonly useBefore: Scalars['DateTime']['output'];
};

/** A signed address that takes one file, of the declared type and length alone, once. */
export type UploadAddress = {
  readonly __typename?: 'UploadAddress';
  /** The address, for PUT, with the bytes as the body. */
  readonly url: Scalars['String']['output'];
  /** Headers that have to be sent, exactly so. The length of the body (content-length) is bound, too. */
  readonly headers: ReadonlyArray<UploadHeader>;
  /** Until when it holds: 15 minutes. The same idempotencyKey gives another. */
  readonly expiresAt: Scalars['DateTime']['output'];
};

/** A header of a request. */
export type UploadHeader = {
  readonly __typename?: 'UploadHeader';
  /** Its name, in small letters. */
  readonly name: Scalars['String']['output'];
  /** Its value. */
  readonly value: Scalars['String']['output'];
};

/** Why a file was not announced. */
export type CreateUploadError = UserError & {
  readonly __typename?: 'CreateUploadError';
  /** The reason, for programs. */
  readonly code: CreateUploadErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to take a file. */
export type CreateUploadErrorCode =
  /** There is no such conversation, or the caller is not in it. */
  | 'CONVERSATION_NOT_FOUND'
  /** The stream is over, so the room takes no messages. */
  | 'ROOM_CLOSED'
  /** The group is closed: it can be read, no longer written to. */
  | 'CONVERSATION_CLOSED'
  /** Only members can post in this public group: join it first. */
  | 'NOT_A_MEMBER'
  /** The caller may not post there now, or no files: their role, a sanction or a block does not allow it. */
  | 'NOT_ALLOWED'
  /** Files of this type are not taken, or not as images. */
  | 'CONTENT_TYPE_NOT_ALLOWED'
  /** The file is empty or too large. */
  | 'BYTES_OUT_OF_RANGE'
  /** The name is empty, too long, or has a slash, a line break or a mark that turns the direction of writing. */
  | 'NAME_INVALID'
  /** Width or height is no number of pixels, or too large. */
  | 'PIXELS_OUT_OF_RANGE'
  /** The digest is none. */
  | 'SHA256_INVALID'
  /** Twenty files of the caller wait for a message already. */
  | 'TOO_MANY_UPLOADS'
  /** The upload that this idempotencyKey made can be used no longer. Use a new key. */
  | 'EXPIRED'
  /** The platform has no store for files. */
  | 'UPLOADS_OFF'
  /** The caller uploads faster than the limit: 30 at once, then 1 per second. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** A form of custom messages to register. */
export type RegisterMessageSchemaInput = {
  /** Its name, as in CustomContentInput. */
  readonly name: Scalars['String']['input'];
  /**
   * JSON Schema, at most 16 KB and 8 levels: type, enum, const, properties, required, additionalProperties (true or false), items, and bounds of numbers, lengths and
   * items. Null or absent: the form is registered no longer, and its data not checked.
   */
  readonly schema?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to registering a form. */
export type RegisterMessageSchemaPayload = {
  readonly __typename?: 'RegisterMessageSchemaPayload';
  /** The form; null when it was refused, and when none is registered any more. */
  readonly schema?: Maybe<MessageSchema>;
  /** Why it was refused; empty when it was not. */
  readonly userErrors: ReadonlyArray<MessageSchemaError>;
};

/** Why a form was not registered. */
export type MessageSchemaError = UserError & {
  readonly __typename?: 'MessageSchemaError';
  /** The reason, for programs. */
  readonly code: MessageSchemaErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to register a form. */
export type MessageSchemaErrorCode =
  /** The name is none. */
  | 'NAME_INVALID'
  /** The schema is none, or uses what is not taken here: `message` says what. */
  | 'SCHEMA_INVALID'
  /** The caller registers faster than the limit. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** The answer to posting a message. */
export type PostMessagePayload = {
  readonly __typename?: 'PostMessagePayload';
  /** The event as all subscribers get it; null when the message was refused or is held. */
  readonly event?: Maybe<ChatEvent>;
  /**
   * The message, where it waits for a moderator before others see it: it is kept, so there is no need to send it again. Its author hears of the outcome as InboxHeldMessageEvent, and the same
   * idempotencyKey gives this again. Null when it was posted or refused.
   */
  readonly held?: Maybe<HeldMessage>;
  /** Why it was refused; empty when it was posted or is held. */
  readonly userErrors: ReadonlyArray<PostMessageError>;
};

/** Why a message was refused. */
export type PostMessageError = UserError & {
  readonly __typename?: 'PostMessageError';
  /** The reason, for programs. */
  readonly code: PostMessageErrorCode;
  /** Of REFUSED: the rule's own code. Null for all others. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a message. */
export type PostMessageErrorCode =
  /** There is no such room. */
  | 'ROOM_NOT_FOUND'
  /** The stream is over, so the room takes no messages. */
  | 'ROOM_CLOSED'
  /** There is no such conversation, or the caller is not in it. */
  | 'CONVERSATION_NOT_FOUND'
  /** The group is closed: it can be read, no longer written to. */
  | 'CONVERSATION_CLOSED'
  /** Only members can post in this public group: join it first. */
  | 'NOT_A_MEMBER'
  /** The caller's role does not allow posting here. */
  | 'POSTING_NOT_ALLOWED'
  /** The chat is in slow mode: `message` says how long to wait. */
  | 'SLOW_MODE'
  /** Only who has followed the owner for some time may post at the moment. */
  | 'FOLLOWERS_ONLY'
  /** Only members, VIPs and moderators may post at the moment. */
  | 'MEMBERS_ONLY'
  /** Only emoji and emotes may be posted at the moment. */
  | 'EMOTES_ONLY'
  /** The same was said a short time ago. */
  | 'NOT_UNIQUE'
  /** Addresses cannot be posted here. */
  | 'LINKS_NOT_ALLOWED'
  /** A filter has found something in the text. */
  | 'FILTERED'
  /** The caller is banned from the conversation. */
  | 'BANNED'
  /** The caller is muted or timed out: `message` says until when. */
  | 'MUTED'
  /** The other one of a direct conversation blocks the caller. */
  | 'BLOCKED'
  /** The caller blocks the other one of a direct conversation: unblock them first. */
  | 'BLOCKING'
  /** A moderator would have to look at the message, and too many wait already: 5 of the caller's, or 1,000 of the conversation's. Nothing was kept. */
  | 'HELD'
  /** A rule of this platform refuses the message: `reason` names it. */
  | 'REFUSED'
  /** A check that every message has to pass is out of order. Try again later, with a new idempotencyKey. */
  | 'MODULE_UNAVAILABLE'
  /** Nothing is left of the text once white space is cut off. */
  | 'TEXT_EMPTY'
  /** The text has more than 500 characters. */
  | 'TEXT_TOO_LONG'
  /** More than 50 people are mentioned. */
  | 'TOO_MANY_MENTIONS'
  /** An id of somebody mentioned is empty or longer than any user's. */
  | 'USER_ID_INVALID'
  /** There is no message to answer with this id in this conversation, or it was recalled. */
  | 'REPLY_NOT_FOUND'
  /** The conversation does not let the caller mention everybody. */
  | 'MENTIONS_ALL_NOT_ALLOWED'
  /** The custom data is too large, no JSON object, or does not keep to its registered form: `message` says where. */
  | 'CUSTOM_INVALID'
  /** The conversation does not let the caller send images and files (`permissions`). */
  | 'ATTACHMENTS_NOT_ALLOWED'
  /** There are more than 10 files, or one of them twice. */
  | 'TOO_MANY_ATTACHMENTS'
  /** There is no such upload of the caller for this conversation. */
  | 'ATTACHMENT_NOT_FOUND'
  /** A file was not sent within an hour: upload it again. */
  | 'ATTACHMENT_EXPIRED'
  /** A file is in a message already: upload it again. */
  | 'ATTACHMENT_USED'
  /** A file is not in the store, or not as it was declared: put it there, then send under a new key. */
  | 'ATTACHMENT_MISSING'
  /** Files and custom data do not go together. */
  | 'ATTACHMENTS_AND_CUSTOM'
  /** The store of the files does not answer. Try again in a moment with the same idempotencyKey. */
  | 'FILES_UNAVAILABLE'
  /** The caller posts faster than the limit: 20 at once, then 5 per second; or all do together in this conversation, 10,000 at once, then 5,000 per second, or from this network, 5,000 at once, then 1,500 per second. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** What has become of a delivery. */
export type WebhookDeliveryState =
  /** It will be posted, for the first time or again, at `nextTryAt`. */
  | 'WAITING'
  /** The receiver has taken it (2xx). */
  | 'DELIVERED'
  /** The receiver has refused it for good, or too often: the conversation goes on without it. */
  | 'GIVEN_UP';

/** One page of deliveries. */
export type WebhookDeliveryConnection = {
  readonly __typename?: 'WebhookDeliveryConnection';
  /** The deliveries with their cursors. */
  readonly edges: ReadonlyArray<WebhookDeliveryEdge>;
  /** The deliveries alone, in the same order. */
  readonly nodes: ReadonlyArray<WebhookDelivery>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One delivery in a page. */
export type WebhookDeliveryEdge = {
  readonly __typename?: 'WebhookDeliveryEdge';
  /** Position just after this delivery. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The delivery. */
  readonly node: WebhookDelivery;
};

/** Events of one conversation that are posted together, at least once, in the order of its log. */
export type WebhookDelivery = {
  readonly __typename?: 'WebhookDelivery';
  /** Sent along as `webhook-id`, the same with each attempt: conversation and first seq. */
  readonly id: Scalars['ID']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** Number of the first event in its conversation. */
  readonly fromSeq: Scalars['SafeInt']['output'];
  /** Number of the last event in its conversation. */
  readonly toSeq: Scalars['SafeInt']['output'];
  /** What has become of it. */
  readonly state: WebhookDeliveryState;
  /** How often it was posted. */
  readonly attemptCount: Scalars['Int']['output'];
  /** The newest 20 posts, the newest first. */
  readonly attempts: ReadonlyArray<WebhookAttempt>;
  /** When it was put together. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When it is posted again; null when it is not, or is being posted. */
  readonly nextTryAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was delivered or given up; null before. */
  readonly settledAt?: Maybe<Scalars['DateTime']['output']>;
};

/** One post of a delivery. */
export type WebhookAttempt = {
  readonly __typename?: 'WebhookAttempt';
  /** Number of the attempt, from 1. */
  readonly number: Scalars['Int']['output'];
  /** When it was posted. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** How long the receiver took to answer, in milliseconds. */
  readonly tookMs: Scalars['Int']['output'];
  /** HTTP status of the answer; null when none came within 5 s. */
  readonly statusCode?: Maybe<Scalars['Int']['output']>;
  /** What went wrong, in English; null when nothing did. */
  readonly error?: Maybe<Scalars['String']['output']>;
};

/** How far the caller has read. */
export type MarkReadInput = {
  /** Id of the group or the direct conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** messageNumber of the newest message that was read. */
  readonly messageNumber: Scalars['SafeInt']['input'];
};

/** The answer to marking as read. */
export type MarkReadPayload = {
  readonly __typename?: 'MarkReadPayload';
  /** The conversation, with what is unread now; null when it was refused. */
  readonly conversation?: Maybe<Conversation>;
  /** Why it was refused; empty when it was not. */
  readonly userErrors: ReadonlyArray<MarkReadError>;
};

/** Why a read cursor was not moved. */
export type MarkReadError = UserError & {
  readonly __typename?: 'MarkReadError';
  /** The reason, for programs. */
  readonly code: MarkReadErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to move a read cursor. */
export type MarkReadErrorCode =
  /** There is no such group or direct conversation, or the caller is not in it. */
  | 'CONVERSATION_NOT_FOUND'
  /** The caller marks as read faster than the limit: 50 at once, then 10 per second. */
  | 'RATE_LIMITED';

/** A group to make. */
export type CreateGroupInput = {
  /** What it is called, 1 to 100 characters; white space at both ends is cut off. The platform's filters look at it as at a message: what they mask is masked, what they refuse or hold is refused. */
  readonly title: Scalars['String']['input'];
  /** Whether anybody may find it by its id and join it. */
  readonly isPublic?: Scalars['Boolean']['input'];
  /** Ids of those who are in it besides the caller, at most 100. */
  readonly userIds?: ReadonlyArray<Scalars['ID']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** With whom to open a direct conversation. */
export type OpenDirectInput = {
  /** Id of the other one. */
  readonly userId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A group to do something with. */
export type GroupInput = {
  /** Id of the group. */
  readonly groupId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A group to join. */
export type JoinGroupInput = {
  /** Id of the group. */
  readonly groupId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A group, and who may find it. */
export type SetGroupVisibilityInput = {
  /** Id of the group. */
  readonly groupId: Scalars['ID']['input'];
  /** Whether anybody may find it by its id and join it. */
  readonly isPublic: Scalars['Boolean']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Whom to block or to unblock. */
export type BlockUserInput = {
  /** Id of the user: the `sub` of their tokens, 1 to 128 characters, known here or not. */
  readonly userId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to blocking a user and to ending a block. */
export type BlockPayload = {
  readonly __typename?: 'BlockPayload';
  /** The caller's list as it is now; null when nothing was done. */
  readonly blockList?: Maybe<BlockList>;
  /** Why nothing was done; empty when it was. */
  readonly userErrors: ReadonlyArray<BlockError>;
};

/** Why a change of a block list was refused. */
export type BlockError = UserError & {
  readonly __typename?: 'BlockError';
  /** The reason, for programs. */
  readonly code: BlockErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a change of a block list. */
export type BlockErrorCode =
  /** The id is empty or longer than any user's. */
  | 'USER_ID_INVALID'
  /** Nobody blocks themselves. */
  | 'SELF'
  /** The caller blocks 1,000 users, which is the most. */
  | 'TOO_MANY_BLOCKS'
  /** The caller changes the list faster than the limit: 50 at once, then 2 per second. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** People to add to a group or to take out of it. */
export type GroupMembersInput = {
  /** Id of the group. */
  readonly groupId: Scalars['ID']['input'];
  /** Ids of the people, 1 to 100. */
  readonly userIds: ReadonlyArray<Scalars['ID']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A group and its new title. */
export type RenameGroupInput = {
  /** Id of the group. */
  readonly groupId: Scalars['ID']['input'];
  /** What it is called from now on, 1 to 100 characters; white space at both ends is cut off. Filters look at it as at a message: what they mask is masked, what they refuse or hold is refused. */
  readonly title: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A group and its new owner. */
export type TransferGroupInput = {
  /** Id of the group. */
  readonly groupId: Scalars['ID']['input'];
  /** Id of the member who owns it from now on. */
  readonly userId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to whatever is done with a group. */
export type GroupPayload = {
  readonly __typename?: 'GroupPayload';
  /** The group as it is now; null when nothing was done, and for who is not in it any more. */
  readonly group?: Maybe<Group>;
  /** Why nothing was done; empty when it was. */
  readonly userErrors: ReadonlyArray<GroupError>;
};

/** The answer to opening a direct conversation. */
export type OpenDirectPayload = {
  readonly __typename?: 'OpenDirectPayload';
  /** The conversation; null when it was refused. */
  readonly conversation?: Maybe<DirectConversation>;
  /** Why it was refused; empty when it was not. */
  readonly userErrors: ReadonlyArray<GroupError>;
};

/** Why something about a group or a direct conversation was refused. */
export type GroupError = UserError & {
  readonly __typename?: 'GroupError';
  /** The reason, for programs. */
  readonly code: GroupErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse something about a group or a direct conversation. */
export type GroupErrorCode =
  /** Nothing is left of the title once white space is cut off. */
  | 'TITLE_EMPTY'
  /** The title has more than 100 characters. */
  | 'TITLE_TOO_LONG'
  /** The rules for what is said keep the title from being shown: a filter of the platform, or of the group from whom filters look at there. */
  | 'TITLE_REFUSED'
  /** An id is empty or longer than any user's. */
  | 'USER_ID_INVALID'
  /** Nobody or more than 100 people are named. */
  | 'USERS_OUT_OF_RANGE'
  /** A direct conversation is with somebody else. */
  | 'SELF'
  /** There is no such group, or the caller is not in it. */
  | 'CONVERSATION_NOT_FOUND'
  /** The group is closed. */
  | 'CONVERSATION_CLOSED'
  /** The caller's role in the group does not reach for this: its owner and operators may. */
  | 'NOT_ALLOWED'
  /** Somebody named is no member of the group. */
  | 'NOT_A_MEMBER'
  /** Somebody named blocks the caller, and is not added to groups by them. */
  | 'BLOCKED'
  /** The caller, or somebody named, is banned from the group. */
  | 'BANNED'
  /** The owner stays as long as others do: hand the group over first. */
  | 'OWNER_MUST_STAY'
  /** A group has at most 100,000 members. */
  | 'GROUP_FULL'
  /** Somebody named is in 200 groups, which is the most. */
  | 'TOO_MANY_GROUPS'
  /** The caller changes groups faster than the limit: 50 at once, then 2 per second. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** That a user is kept out of a room. */
export type RoomBan = {
  readonly __typename?: 'RoomBan';
  /** Id of the room. */
  readonly roomId: Scalars['ID']['output'];
  /** Who is kept out. */
  readonly user: User;
  /** Who decided that. */
  readonly bannedBy: User;
  /** Why, for moderators; null when nobody has said. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** When it was decided. */
  readonly bannedAt: Scalars['DateTime']['output'];
  /** When it ends by itself; null: not before somebody lifts it. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Whom to keep out of a room. */
export type BanUserInput = {
  /** Id of the room. */
  readonly roomId: Scalars['ID']['input'];
  /** Id of the user: the `sub` of their tokens, 1 to 128 characters, known here or not. */
  readonly userId: Scalars['ID']['input'];
  /** Why, for moderators, at most 200 characters; white space at both ends is cut off. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** When the ban ends by itself; absent: not before somebody lifts it. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Takes back what they have said here in so many seconds, 1 to 86,400: the newest 200 messages, among the newest 10,000 events of the log. Needs the permission RECALL, too; absent: nothing is taken back. */
  readonly recallMessagesSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Made by the client, 1 to 128 characters, unique among the caller's bans and unbans: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Whom to let into a room again. */
export type UnbanUserInput = {
  /** Id of the room. */
  readonly roomId: Scalars['ID']['input'];
  /** Id of the user. */
  readonly userId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique among the caller's bans and unbans: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to banning a user and to lifting a ban. */
export type BanPayload = {
  readonly __typename?: 'BanPayload';
  /** The ban as it holds now, or the one that was lifted; null when nothing was changed. */
  readonly ban?: Maybe<RoomBan>;
  /** How many messages were taken back with it. */
  readonly recalledMessageCount: Scalars['Int']['output'];
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<ModerationError>;
};

/** Why a moderator's wish was refused. */
export type ModerationError = UserError & {
  readonly __typename?: 'ModerationError';
  /** The reason, for programs. */
  readonly code: ModerationErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a moderator's wish. */
export type ModerationErrorCode =
  /** There is no such room, or no such group that the caller is in. */
  | 'ROOM_NOT_FOUND'
  /** The caller's role in the conversation does not allow this. */
  | 'NOT_A_MODERATOR'
  /** Only the conversation's owner and operators may do this. */
  | 'NOT_THE_OWNER'
  /** The id is empty or longer than any user's. */
  | 'USER_ID_INVALID'
  /** Nobody keeps owners out of their own conversations. */
  | 'STREAMER_NOT_BANNABLE'
  /** The caller does not rank above this user. */
  | 'RANK_TOO_HIGH'
  /** The user is no member of the group. */
  | 'NOT_A_MEMBER'
  /** The user is banned, which is more than what was asked for. */
  | 'STRONGER_SANCTION'
  /** This role cannot be given here. */
  | 'ROLE_NOT_GIVABLE'
  /** The reason has more than 200 characters. */
  | 'REASON_TOO_LONG'
  /** A timeout ends by itself: it needs expiresAt. */
  | 'EXPIRY_MISSING'
  /** Who is kicked may come again at once. */
  | 'EXPIRY_NOT_POSSIBLE'
  /** What was said in 1 to 86,400 s can be taken back with a sanction. */
  | 'RECALL_OUT_OF_RANGE'
  /** The sanction would have ended already. */
  | 'EXPIRY_IN_PAST'
  /** A timeout lasts two weeks at most. */
  | 'EXPIRY_TOO_FAR'
  /** The user is not banned from this room, or the ban has ended by itself. */
  | 'NOT_BANNED'
  /** Nothing holds about the user here, or it has ended by itself. */
  | 'NOT_SANCTIONED'
  /** The caller moderates faster than the limit: 100 at once, then 10 per second. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** What somebody is in a conversation, the highest first. */
export type ConversationRole =
  /** The streamer of a room, the owner of a group. */
  | 'OWNER'
  /** Looks after the conversation for its owner. */
  | 'MODERATOR'
  /** A guest of honour: the modes of the chat are not for them. */
  | 'VIP'
  /** In groups everybody who is in it; in rooms those whom the streamer has made one. */
  | 'MEMBER'
  /** In rooms everybody else. */
  | 'GUEST';

/** What a role may allow in a conversation. */
export type ConversationPermission =
  /** Writing. In groups membership is needed besides. At least GUEST, where the conversation has not said otherwise. */
  | 'POST'
  /** Writing with images and files. At least GUEST. */
  | 'ATTACH'
  /** Writing what the modes of the chat would refuse. At least VIP. */
  | 'SKIP_MODES'
  /** Writing what filters and the policy about links would refuse. At least MODERATOR. */
  | 'SKIP_FILTERS'
  /** Calling everybody. At least MODERATOR. */
  | 'MENTION_ALL'
  /** Pinning messages. At least MODERATOR. */
  | 'PIN'
  /** Setting the announcement. At least MODERATOR. */
  | 'ANNOUNCE'
  /** Adding people to a group. At least MODERATOR. */
  | 'INVITE'
  /** Giving a group another title. At least MODERATOR. */
  | 'RENAME'
  /** Taking back messages of others. At least MODERATOR. */
  | 'RECALL'
  /** Sanctions, held messages, and the log of all that. At least MODERATOR. */
  | 'MODERATE'
  /** Setting modes and filters of the chat. At least MODERATOR. */
  | 'SET_MODES';

/** What moderators decide about a user. */
export type SanctionType =
  /** Neither follows (rooms) nor posts, and is no member any more (groups) until it is lifted or ends. */
  | 'BAN'
  /** Cannot post until it ends, two weeks at most. */
  | 'TIMEOUT'
  /** Cannot post until it is lifted or ends; the others are not told. */
  | 'MUTE'
  /** Out of it now (the `roomEvents` of a room end within a second), and free to come again. */
  | 'KICK';

/** What holds about a user in a conversation. */
export type Sanction = {
  readonly __typename?: 'Sanction';
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** Whom it is about. */
  readonly user: User;
  /** What it is; never KICK, which is over at once. */
  readonly type: SanctionType;
  /** Who decided that. */
  readonly by: User;
  /** Why, for moderators; null when nobody has said. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** When it was decided. */
  readonly at: Scalars['DateTime']['output'];
  /** When it ends by itself; null: not before somebody lifts it. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Whom to ban, time out, mute or kick. */
export type SanctionUserInput = {
  /** Id of the room or group. */
  readonly conversationId: Scalars['ID']['input'];
  /** Id of the user: the `sub` of their tokens, 1 to 128 characters, known here or not. */
  readonly userId: Scalars['ID']['input'];
  /** What to do. */
  readonly type: SanctionType;
  /** When it ends by itself. Needed for TIMEOUT (within two weeks), not possible for KICK; absent: not before somebody lifts it. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Why, for moderators, at most 200 characters; white space at both ends is cut off. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Takes back what they have said here in so many seconds, 1 to 86,400: the newest 200 messages, among the newest 10,000 events of the log. Needs the permission RECALL, too; absent: nothing is taken back. */
  readonly recallMessagesSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Of whom to lift what holds about them. */
export type LiftSanctionInput = {
  /** Id of the room or group. */
  readonly conversationId: Scalars['ID']['input'];
  /** Id of the user. */
  readonly userId: Scalars['ID']['input'];
  /** Why, for moderators, at most 200 characters; white space at both ends is cut off. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to sanctioning a user and to lifting a sanction. */
export type SanctionPayload = {
  readonly __typename?: 'SanctionPayload';
  /** What holds now, or what was lifted; null when nothing was changed, and for KICK. */
  readonly sanction?: Maybe<Sanction>;
  /** How many messages were taken back with it. */
  readonly recalledMessageCount: Scalars['Int']['output'];
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<ModerationError>;
};

/** Whom to make what. */
export type SetRoleInput = {
  /** Id of the room or group. */
  readonly conversationId: Scalars['ID']['input'];
  /** Id of the user: in groups a member. */
  readonly userId: Scalars['ID']['input'];
  /** The role: MODERATOR, VIP, MEMBER, or GUEST (rooms). */
  readonly role: ConversationRole;
  /** Why, for moderators, at most 200 characters; white space at both ends is cut off. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to setting a role. */
export type SetRolePayload = {
  readonly __typename?: 'SetRolePayload';
  /** The role that the user has now; null when nothing was changed. */
  readonly role?: Maybe<ConversationRole>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<ModerationError>;
};

/** Something that moderators of a conversation look at: a message that waits for them, or what was reported. */
export type ModerationItem = {
  /** Id of the item, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** Since when it waits. */
  readonly at: Scalars['DateTime']['output'];
  /** What has become of it. */
  readonly state: ModerationItemState;
  /** Who settled it, for moderators; null while nobody has, and where it expired. */
  readonly settledBy?: Maybe<User>;
  /** When it was settled; null while it is open. */
  readonly settledAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why, for moderators; null when nobody has said. */
  readonly settledReason?: Maybe<Scalars['String']['output']>;
};

/** What has become of something that moderators look at. */
export type ModerationItemState =
  /** It waits. */
  | 'OPEN'
  /** A held message was posted. */
  | 'APPROVED'
  /** A held message was not posted, and never will be. */
  | 'REJECTED'
  /** Nobody has looked at a held message for a day: it is posted no more. */
  | 'EXPIRED'
  /** There was nothing to what was reported. */
  | 'DISMISSED'
  /** The reported message was taken back. */
  | 'RECALLED'
  /** Something else was done about what was reported. */
  | 'ACTED';

/** A message that waits for a moderator, or has. Its author, moderators of the conversation and operators see it, and nobody else. */
export type HeldMessage = ModerationItem & {
  readonly __typename?: 'HeldMessage';
  /** Id of the held message, stable for ever; a message that is posted has another. */
  readonly id: Scalars['ID']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** When its author sent it. */
  readonly at: Scalars['DateTime']['output'];
  /** What has become of it: OPEN, APPROVED, REJECTED or EXPIRED. */
  readonly state: ModerationItemState;
  /** Who settled it, for moderators; null while nobody has, and where it expired. */
  readonly settledBy?: Maybe<User>;
  /** When it was settled; null while it is open. */
  readonly settledAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why, for moderators; null when nobody has said. */
  readonly settledReason?: Maybe<Scalars['String']['output']>;
  /** Who sent it. */
  readonly author: User;
  /** Why it is held. */
  readonly reason: HeldReason;
  /** What has held it, for moderators: the filter, or what the check has said. */
  readonly detail?: Maybe<Scalars['String']['output']>;
  /** What it is made of. */
  readonly type: MessageType;
  /** What it says, at most 500 characters. */
  readonly text: Scalars['String']['output'];
  /** Its images and files, at most 10; gone once it was rejected or has expired. */
  readonly attachments: ReadonlyArray<Attachment>;
  /** Data of a form that front ends agree on; null: none. */
  readonly custom?: Maybe<CustomContent>;
  /** The message that it answers; null: it answers none. */
  readonly replyTo?: Maybe<Message>;
  /** Whether everybody in the conversation is mentioned. */
  readonly mentionsAll: Scalars['Boolean']['output'];
  /** From when on it is posted no more: a day after it was sent. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** The message that was posted; null where it was not. */
  readonly message?: Maybe<Message>;
};

/** Why a message waits for a moderator. */
export type HeldReason =
  /** A filter has found something in it. */
  | 'FILTER'
  /** It has an address. */
  | 'LINK'
  /** A check of this platform wants somebody to look at it. */
  | 'CHECK';

/** What people report about one message, or about one person in a conversation. For its moderators and for operators. Another report opens it again. */
export type ReportCase = ModerationItem & {
  readonly __typename?: 'ReportCase';
  /** Id of the case, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** Id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** When the report came that has opened it. */
  readonly at: Scalars['DateTime']['output'];
  /** What has become of it: OPEN, DISMISSED, RECALLED or ACTED. */
  readonly state: ModerationItemState;
  /** Who settled it; null while it is open. */
  readonly settledBy?: Maybe<User>;
  /** When it was settled; null while it is open. */
  readonly settledAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why, for moderators; null when nobody has said. */
  readonly settledReason?: Maybe<Scalars['String']['output']>;
  /** Whom it is about: who wrote the message, or the person. */
  readonly user: User;
  /** The message it is about, as it is now; null where it is about the person. */
  readonly message?: Maybe<Message>;
  /** How many people have reported it, at most 1,000, ever. */
  readonly reportCount: Scalars['Int']['output'];
  /** The newest 20 reports, the newest first. */
  readonly reports: ReadonlyArray<Report>;
};

/** One person's report. */
export type Report = {
  readonly __typename?: 'Report';
  /** Who reported; null for who is no operator (`ops:read`): nobody reports who has to fear for it. */
  readonly reporter?: Maybe<User>;
  /** Why. */
  readonly reason: ReportReason;
  /** What they said besides; null: nothing. */
  readonly comment?: Maybe<Scalars['String']['output']>;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
};

/** Why something is reported. */
export type ReportReason =
  /** Advertising, floods, the same again and again. */
  | 'SPAM'
  /** Somebody is insulted or pursued. */
  | 'HARASSMENT'
  /** People are attacked for what they are. */
  | 'HATE'
  /** It is sexual where that has no place. */
  | 'SEXUAL'
  /** Violence is threatened, shown or praised. */
  | 'VIOLENCE'
  /** Somebody may harm themselves, or is told to. */
  | 'SELF_HARM'
  /** Somebody is to be cheated out of something. */
  | 'SCAM'
  /** Somebody's private affairs are told. */
  | 'PRIVACY'
  /** Something else: the comment says what. */
  | 'OTHER';

/** One page of what waits for moderators, the oldest first. */
export type ModerationItemConnection = {
  readonly __typename?: 'ModerationItemConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<ModerationItemEdge>;
  /** The items alone, in the same order. */
  readonly nodes: ReadonlyArray<ModerationItem>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One item in a page. */
export type ModerationItemEdge = {
  readonly __typename?: 'ModerationItemEdge';
  /** Position just after this item. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The item. */
  readonly node: ModerationItem;
};

/** Something happened in the queue of a conversation's moderators. */
export type ModerationQueueEvent = {
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its queue: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
};

/** A message waits for a moderator. */
export type MessageHeldEvent = ModerationQueueEvent & {
  readonly __typename?: 'MessageHeldEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its queue: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** The message, as it is now; null once it was erased. */
  readonly item?: Maybe<HeldMessage>;
};

/** A message or a person was reported, for the first time or again; reports that come at the same time are one event. */
export type ReportedEvent = ModerationQueueEvent & {
  readonly __typename?: 'ReportedEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its queue: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** The case, as it is now; null once it was erased. */
  readonly item?: Maybe<ReportCase>;
  /** How many people had reported it by then. */
  readonly reportCount: Scalars['Int']['output'];
};

/** Something waits no more. */
export type ModerationSettledEvent = ModerationQueueEvent & {
  readonly __typename?: 'ModerationSettledEvent';
  /** Id of the event, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** Position just after this event: pass it as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event in its queue: contiguous, from 1. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Id of the item. */
  readonly itemId: Scalars['ID']['output'];
  /** The item, as it is now; null once it was erased. */
  readonly item?: Maybe<ModerationItem>;
  /** What became of it then. */
  readonly state: ModerationItemState;
  /** Who decided that; null where it expired. */
  readonly by?: Maybe<User>;
};

/** Where a subscription to a queue begins: always its first payload, never part of the queue itself. A client that is cut off before its first event resumes from this cursor. */
export type ModerationQueuePositionEvent = ModerationQueueEvent & {
  readonly __typename?: 'ModerationQueuePositionEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** The position: `after` itself when it was given, else now. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event before this position; 0 at the beginning. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When that event happened. */
  readonly at: Scalars['DateTime']['output'];
};

/** The queue cannot go on from the cursor that was given, so events may be missing: read `Conversation.moderationItems` anew and go on from this cursor. Never part of the queue itself. */
export type ModerationQueueResetEvent = ModerationQueueEvent & {
  readonly __typename?: 'ModerationQueueResetEvent';
  /** Id of this payload. */
  readonly id: Scalars['ID']['output'];
  /** The position from which the subscription goes on. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Number of the event before this position; 0 at the beginning. */
  readonly seq: Scalars['SafeInt']['output'];
  /** When that event happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Why the cursor could not be used. */
  readonly reason: ResetReason;
};

/** What becomes of a held message. */
export type HeldMessageDecision =
  /** It is posted. */
  | 'APPROVE'
  /** It is not posted. */
  | 'REJECT';

/** A held message, and what becomes of it. */
export type ReviewHeldMessageInput = {
  /** Id of the held message. */
  readonly heldMessageId: Scalars['ID']['input'];
  /** What becomes of it. */
  readonly decision: HeldMessageDecision;
  /** Why, for moderators, at most 200 characters; white space at both ends is cut off. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to deciding about a held message. */
export type ReviewHeldMessagePayload = {
  readonly __typename?: 'ReviewHeldMessagePayload';
  /** The held message as it is now, also where somebody else was faster; null where the caller may not see it. */
  readonly heldMessage?: Maybe<HeldMessage>;
  /** Why nothing was decided; empty when it was. */
  readonly userErrors: ReadonlyArray<ModerationItemError>;
};

/** How a case ends. */
export type ReportDecision =
  /** There is nothing to it. */
  | 'DISMISS'
  /** The message is taken back. */
  | 'RECALL'
  /** Something else was done, a sanction for example. */
  | 'ACTED';

/** A case, and how it ends. */
export type ResolveReportInput = {
  /** Id of the case. */
  readonly reportCaseId: Scalars['ID']['input'];
  /** How it ends. */
  readonly decision: ReportDecision;
  /** Why, for moderators, at most 200 characters; white space at both ends is cut off. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to settling a case. */
export type ResolveReportPayload = {
  readonly __typename?: 'ResolveReportPayload';
  /** The case as it is now, also where somebody else was faster; null where the caller may not see it. */
  readonly reportCase?: Maybe<ReportCase>;
  /** Why nothing was settled; empty when it was. */
  readonly userErrors: ReadonlyArray<ModerationItemError>;
};

/** Why nothing was decided about something that moderators look at. */
export type ModerationItemError = UserError & {
  readonly __typename?: 'ModerationItemError';
  /** The reason, for programs. */
  readonly code: ModerationItemErrorCode;
  /** Of CANNOT_BE_POSTED: what stands against it, in the words of PostMessageErrorCode or of a rule of this platform. Null for all others. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to decide about something that moderators look at. */
export type ModerationItemErrorCode =
  /** There is no such item, or none that the caller may know of. */
  | 'ITEM_NOT_FOUND'
  /** The caller's role in the conversation does not allow this. */
  | 'NOT_A_MODERATOR'
  /** The reason has more than 200 characters. */
  | 'REASON_TOO_LONG'
  /** Nobody decides about their own message but operators. */
  | 'OWN_MESSAGE'
  /** Somebody has decided already. */
  | 'ALREADY_SETTLED'
  /** The message has waited for more than a day. */
  | 'EXPIRED'
  /** The message cannot be posted as things are: its author is banned by now, the room is closed, or the like (`reason`). It stays in the queue. */
  | 'CANNOT_BE_POSTED'
  /** There is no message to take back: it was recalled, or the case is about a person. */
  | 'NOTHING_TO_RECALL'
  /** The caller moderates faster than the limit. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** A message to report. */
export type ReportMessageInput = {
  /** Id of the message. */
  readonly messageId: Scalars['ID']['input'];
  /** Why. */
  readonly reason: ReportReason;
  /** What there is to say besides, at most 300 characters; white space at both ends is cut off. */
  readonly comment?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A person to report. */
export type ReportUserInput = {
  /** Id of the conversation in which they misbehave. */
  readonly conversationId: Scalars['ID']['input'];
  /** Id of the user: the `sub` of their tokens, 1 to 128 characters, known here or not. */
  readonly userId: Scalars['ID']['input'];
  /** Why. */
  readonly reason: ReportReason;
  /** What there is to say besides, at most 300 characters; white space at both ends is cut off. */
  readonly comment?: InputMaybe<Scalars['String']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to reporting a message. */
export type ReportMessagePayload = {
  readonly __typename?: 'ReportMessagePayload';
  /** The message; null when it was not reported. */
  readonly message?: Maybe<Message>;
  /** Why it was not reported; empty when it was. */
  readonly userErrors: ReadonlyArray<ReportError>;
};

/** The answer to reporting a person. */
export type ReportUserPayload = {
  readonly __typename?: 'ReportUserPayload';
  /** The person; null when they were not reported. */
  readonly user?: Maybe<User>;
  /** Why they were not reported; empty when they were. */
  readonly userErrors: ReadonlyArray<ReportError>;
};

/** Why nothing was reported. */
export type ReportError = UserError & {
  readonly __typename?: 'ReportError';
  /** The reason, for programs. */
  readonly code: ReportErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to report something. */
export type ReportErrorCode =
  /** There is no such message, or the caller cannot read it. */
  | 'MESSAGE_NOT_FOUND'
  /** There is no such conversation, or the caller is not in it. */
  | 'CONVERSATION_NOT_FOUND'
  /** The id is empty or longer than any user's. */
  | 'USER_ID_INVALID'
  /** The comment has more than 300 characters. */
  | 'COMMENT_TOO_LONG'
  /** Nobody reports themselves. */
  | 'SELF'
  /** The message was taken back already. */
  | 'RECALLED'
  /** The caller has reported this before. */
  | 'ALREADY_REPORTED'
  /** There are 1,000 reports of this, or as many open cases in the conversation: moderators know. */
  | 'TOO_MANY_REPORTS'
  /** The caller reports faster than the limit. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** On which step to hold a room. */
export type PinRoomStepInput = {
  /** Id of the room. */
  readonly roomId: Scalars['ID']['input'];
  /** The step; null or absent: the room is released, and its load decides again. */
  readonly step?: InputMaybe<RoomStep>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to pinning a room's step. */
export type PinRoomStepPayload = {
  readonly __typename?: 'PinRoomStepPayload';
  /** The room; null when nothing was done. */
  readonly room?: Maybe<Room>;
  /** Why nothing was done; empty when it was. */
  readonly userErrors: ReadonlyArray<PinRoomStepError>;
};

/** Why a room was not pinned or released. */
export type PinRoomStepError = UserError & {
  readonly __typename?: 'PinRoomStepError';
  /** The reason, for programs. */
  readonly code: PinRoomStepErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to pin or release a room. */
export type PinRoomStepErrorCode =
  /** There is no such room. */
  | 'ROOM_NOT_FOUND'
  /** The caller pins faster than the limit. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** Why somebody may not post in a room now, whatever they say. */
export type CannotPostReason =
  /** Anonymous viewers read. */
  | 'NOT_SIGNED_IN'
  /** The token lacks `chat:write`. */
  | 'SCOPE_MISSING'
  /** The stream is over. */
  | 'ROOM_CLOSED'
  /** The caller is banned from the room. */
  | 'BANNED'
  /** The caller is timed out or muted here. */
  | 'MUTED'
  /** The caller's role here does not allow posting. */
  | 'POSTING_NOT_ALLOWED'
  /** Only members, VIPs and moderators may post at the moment. */
  | 'MEMBERS_ONLY'
  /** Only who has followed the owner for some time may post at the moment. */
  | 'FOLLOWERS_ONLY'
  /** The caller has posted a moment ago. */
  | 'SLOW_MODE';

/** One page of what moderators did in a conversation. */
export type ModerationLogConnection = {
  readonly __typename?: 'ModerationLogConnection';
  /** The entries with their cursors, the newest first. */
  readonly edges: ReadonlyArray<ModerationLogEdge>;
  /** The entries alone, in the same order. */
  readonly nodes: ReadonlyArray<ModerationEntry>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One entry in a page of what moderators did. */
export type ModerationLogEdge = {
  readonly __typename?: 'ModerationLogEdge';
  /** Position of this entry in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The entry. */
  readonly node: ModerationEntry;
};

/** Something that a moderator did. What an act has no use for is null. */
export type ModerationEntry = {
  readonly __typename?: 'ModerationEntry';
  /** Id of the entry, unique for ever. */
  readonly id: Scalars['ID']['output'];
  /** When it was done. */
  readonly at: Scalars['DateTime']['output'];
  /** What was done. */
  readonly act: ModerationAct;
  /** Who did it. */
  readonly by: User;
  /** Whom it was about: who was sanctioned or given a role, or whose message it was. */
  readonly user?: Maybe<User>;
  /** The message it was about, as it is now. */
  readonly message?: Maybe<Message>;
  /** RECALL: how many messages, where they went with a sanction; else null. */
  readonly messageCount?: Maybe<Scalars['Int']['output']>;
  /** Why, as its doer said. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** When it ends by itself; null: not before somebody lifts it. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** SET_ROLE: what the user is from then on. SET_PERMISSION: this role and those above may; null: what holds everywhere. */
  readonly role?: Maybe<ConversationRole>;
  /** SET_PERMISSION: what is allowed. */
  readonly permission?: Maybe<ConversationPermission>;
  /** SET_MODES: all modes as they were from then on; null in entries from before they were kept. */
  readonly modes?: Maybe<ChatModes>;
  /** ADD_FILTER and REMOVE_FILTER: the filter; null in entries from before it was kept. */
  readonly filter?: Maybe<ChatFilter>;
  /** ANNOUNCE: what is announced from then on; null: nothing any more. */
  readonly text?: Maybe<Scalars['String']['output']>;
};

/** What moderators do. */
export type ModerationAct =
  /** A user was banned. */
  | 'BAN'
  /** A user was timed out. */
  | 'TIMEOUT'
  /** A user was muted. */
  | 'MUTE'
  /** A user was kicked. */
  | 'KICK'
  /** What held about a user was lifted. */
  | 'LIFT'
  /** A user was given a role, or it was taken away. */
  | 'SET_ROLE'
  /** From another role on something is allowed. */
  | 'SET_PERMISSION'
  /** The chat may be written in otherwise. */
  | 'SET_MODES'
  /** Something is looked for in every message. */
  | 'ADD_FILTER'
  /** It is looked for no longer. */
  | 'REMOVE_FILTER'
  /** A message of somebody else was taken back. */
  | 'RECALL'
  /** A message was pinned. */
  | 'PIN'
  /** A message was taken off the pinned ones. */
  | 'UNPIN'
  /** The conversation announces something else. */
  | 'ANNOUNCE'
  /** A message that waited was let through. */
  | 'APPROVE'
  /** A message that waited was not let through. */
  | 'REJECT'
  /** There was nothing to what was reported. */
  | 'DISMISS'
  /** Something else was done about what was reported. */
  | 'ACT_ON_REPORT';

/** From which role on something is allowed. */
export type PermissionRule = {
  readonly __typename?: 'PermissionRule';
  /** What is allowed. */
  readonly permission: ConversationPermission;
  /** This role and those above may. */
  readonly least: ConversationRole;
};

/** How a chat may be written in, by those who may not skip its modes (SKIP_MODES). */
export type ChatModes = {
  readonly __typename?: 'ChatModes';
  /** Seconds between two messages of one author, at most 120; 0: off. */
  readonly slowSeconds: Scalars['Int']['output'];
  /** Minutes for which an author must have followed the owner, at most 129,600; 0: any follower; null: off. */
  readonly followersOnlyMinutes?: Maybe<Scalars['Int']['output']>;
  /** Whether only members, VIPs and those above them may post. */
  readonly membersOnly: Scalars['Boolean']['output'];
  /** Whether only emoji and emotes (":name:") may be posted. */
  readonly emotesOnly: Scalars['Boolean']['output'];
  /** Minutes within which the same may not be said again, at most 60; 0: off. Capitals, signs and look-alikes make no difference. */
  readonly uniqueMinutes: Scalars['Int']['output'];
  /** Whose texts must differ. */
  readonly uniqueScope: UniqueScope;
  /** Who may post addresses. */
  readonly links: LinksPolicy;
  /** Rooms: seconds for which what is said reaches moderators alone (`roomEvents` with `chat: FULL`), so that they can take it back before anybody else sees it; at most 10, 0: off. */
  readonly nonModeratorDelaySeconds: Scalars['Int']['output'];
};

/** Whose texts must differ. */
export type UniqueScope =
  /** Each author's own. */
  | 'AUTHOR'
  /** Everybody's. */
  | 'EVERYBODY';

/** Who may post addresses, also such as are written to be read by people alone. */
export type LinksPolicy =
  /** Everybody. */
  | 'ALLOW'
  /** Those who may skip filters (SKIP_FILTERS); of all others a moderator looks at it before others see it. */
  | 'HOLD'
  /** Those who may skip filters (SKIP_FILTERS). */
  | 'MODERATORS_ONLY'
  /** Nobody. */
  | 'BLOCK';

/** Something that is looked for in every message, except of those who may skip filters (SKIP_FILTERS). */
export type ChatFilter = {
  readonly __typename?: 'ChatFilter';
  /** Id of the filter. */
  readonly id: Scalars['ID']['output'];
  /** How it is looked for. */
  readonly kind: FilterKind;
  /** What is looked for. */
  readonly text: Scalars['String']['output'];
  /** What happens to a message that has it. */
  readonly action: FilterAction;
};

/** How something is looked for. */
export type FilterKind =
  /** As whole words, however they are disguised: look-alike letters, invisible characters, marks, digits for letters, signs or spaces between letters, letters drawn out. */
  | 'KEYWORD'
  /** As a regular expression: characters, `.`, `[a-z]`, `\d \w \s \b`, `^ $`, groups, `|`, `* + ? {m,n}`; in lower case. It takes the same time whatever it is used on. */
  | 'PATTERN';

/** What happens to a message in which something was found. */
export type FilterAction =
  /** It is refused (FILTERED). */
  | 'REFUSE'
  /** A moderator looks at it before others see it (`PostMessagePayload.held`). */
  | 'HOLD'
  /** It is posted with *** for what was found; refused where it was found in the data of a custom message, which has to keep its form, or in the name of somebody mentioned. */
  | 'MASK';

/** From which role on something is allowed. */
export type SetPermissionInput = {
  /** Id of the room or group. */
  readonly conversationId: Scalars['ID']['input'];
  /** What is allowed. */
  readonly permission: ConversationPermission;
  /** This role and those above may; absent: as everywhere. */
  readonly least?: InputMaybe<ConversationRole>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Modes to set; those that are absent stay. */
export type SetChatModesInput = {
  /** Id of the room or group. */
  readonly conversationId: Scalars['ID']['input'];
  /** Seconds between two messages of one author, at most 120; 0: off. */
  readonly slowSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Minutes for which an author must have followed the owner, at most 129,600; 0: any follower; null: off. */
  readonly followersOnlyMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** Whether only members, VIPs and those above them may post. */
  readonly membersOnly?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether only emoji and emotes (":name:") may be posted. */
  readonly emotesOnly?: InputMaybe<Scalars['Boolean']['input']>;
  /** Minutes within which the same may not be said again, at most 60; 0: off. Capitals, signs and look-alikes make no difference. */
  readonly uniqueMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** Whose texts must differ. */
  readonly uniqueScope?: InputMaybe<UniqueScope>;
  /** Who may post addresses. */
  readonly links?: InputMaybe<LinksPolicy>;
  /** Rooms: seconds for which what is said reaches moderators alone, at most 10; 0: off. */
  readonly nonModeratorDelaySeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Something to look for. */
export type AddFilterInput = {
  /** Id of the room or group; absent: in all conversations. */
  readonly conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** How to look for it. */
  readonly kind: FilterKind;
  /** What to look for, 1 to 100 characters. */
  readonly text: Scalars['String']['input'];
  /** What happens to a message that has it. */
  readonly action: FilterAction;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A filter to remove. */
export type RemoveFilterInput = {
  /** Id of the room or group; absent: of all conversations. */
  readonly conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** Id of the filter. */
  readonly filterId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Who follows whom. */
export type SetFollowersInput = {
  /** Id of the user who is followed: the owner of the conversations. */
  readonly ownerId: Scalars['ID']['input'];
  /** Ids of the followers, at most 1,000. */
  readonly userIds: ReadonlyArray<Scalars['ID']['input']>;
  /** Whether they follow from now on, or no longer. */
  readonly follow: Scalars['Boolean']['input'];
};

/** The answer to telling who follows whom. */
export type SetFollowersPayload = {
  readonly __typename?: 'SetFollowersPayload';
  /** Always true: what is wrong with the input is an error. */
  readonly ok: Scalars['Boolean']['output'];
};

/** The answer to what a conversation decides about itself. */
export type PolicyPayload = {
  readonly __typename?: 'PolicyPayload';
  /** The conversation as it is now; null when nothing was changed, when the caller is not in it, and for all conversations. */
  readonly conversation?: Maybe<Conversation>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<PolicyError>;
};

/** Why a conversation did not decide that about itself. */
export type PolicyError = UserError & {
  readonly __typename?: 'PolicyError';
  /** The reason, for programs. */
  readonly code: PolicyErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse what a conversation shall decide about itself. */
export type PolicyErrorCode =
  /** There is no such room, or no such group that the caller is in. */
  | 'ROOM_NOT_FOUND'
  /** The caller's role in the conversation does not allow this. */
  | 'NOT_A_MODERATOR'
  /** Only the conversation's owner and operators decide who may do what. */
  | 'NOT_THE_OWNER'
  /** A mode is out of its range. */
  | 'MODE_OUT_OF_RANGE'
  /** Only rooms have this mode. */
  | 'MODE_FOR_ROOMS_ONLY'
  /** No letter or digit is left to look for. */
  | 'FILTER_EMPTY'
  /** A filter has more than 100 characters. */
  | 'FILTER_TOO_LONG'
  /** The pattern cannot be read, or grows too large. */
  | 'PATTERN_NOT_POSSIBLE'
  /** A conversation has at most 200 filters, of which 20 are patterns; with their repetitions written out these have 600 steps together. */
  | 'TOO_MANY_FILTERS'
  /** There is no such filter. */
  | 'FILTER_NOT_FOUND'
  /** The caller moderates faster than the limit: 100 at once, then 10 per second. Wait a second. */
  | 'RATE_LIMITED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** One viewer who wants to follow a room's broadcast. */
export type AdmissionCheck = {
  /** Id of the room, which is what the subscription is about. */
  readonly subject: Scalars['ID']['input'];
  /** Id of the user; null for an anonymous viewer. */
  readonly userId?: InputMaybe<Scalars['ID']['input']>;
  /** Which audience they want to be in: a value of ChatAudience; absent where there is but one. */
  readonly audience?: InputMaybe<Scalars['String']['input']>;
  /** Scopes of the viewer's token; absent with `audience`. */
  readonly scopes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** Whether one viewer may follow. */
export type Admission = {
  readonly __typename?: 'Admission';
  /** Why not, for the viewer; null: come in. */
  readonly refusal?: Maybe<Scalars['String']['output']>;
};



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
  User: User;
  Stream: Stream;
  Room: Room;
  Message: Message;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
  Stream:
    ( { __typename: 'Stream' }
    & GraphQLRecursivePick<FederationTypes['Stream'], {"id":true}> );
  Room:
    ( { __typename: 'Room' }
    & GraphQLRecursivePick<FederationTypes['Room'], {"id":true}> );
  Message:
    ( { __typename: 'Message' }
    & GraphQLRecursivePick<FederationTypes['Message'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( WatchRoomError & { __typename: 'WatchRoomError' } )
    | ( SetTypingError & { __typename: 'SetTypingError' } )
    | ( PresencePrivacyError & { __typename: 'PresencePrivacyError' } )
    | ( MessageChangeError & { __typename: 'MessageChangeError' } )
    | ( ServiceMessageError & { __typename: 'ServiceMessageError' } )
    | ( CreateUploadError & { __typename: 'CreateUploadError' } )
    | ( MessageSchemaError & { __typename: 'MessageSchemaError' } )
    | ( PostMessageError & { __typename: 'PostMessageError' } )
    | ( MarkReadError & { __typename: 'MarkReadError' } )
    | ( BlockError & { __typename: 'BlockError' } )
    | ( GroupError & { __typename: 'GroupError' } )
    | ( ModerationError & { __typename: 'ModerationError' } )
    | ( ModerationItemError & { __typename: 'ModerationItemError' } )
    | ( ReportError & { __typename: 'ReportError' } )
    | ( PinRoomStepError & { __typename: 'PinRoomStepError' } )
    | ( PolicyError & { __typename: 'PolicyError' } )
  ;
  InboxEvent:
    | ( InboxConversationEventMapper & { __typename: 'InboxConversationEvent' } )
    | ( InboxJoinedEventMapper & { __typename: 'InboxJoinedEvent' } )
    | ( InboxLeftEventMapper & { __typename: 'InboxLeftEvent' } )
    | ( InboxReadEventMapper & { __typename: 'InboxReadEvent' } )
    | ( InboxBlocksEventMapper & { __typename: 'InboxBlocksEvent' } )
    | ( InboxHeldMessageEventMapper & { __typename: 'InboxHeldMessageEvent' } )
    | ( InboxPositionEventMapper & { __typename: 'InboxPositionEvent' } )
    | ( InboxResetEventMapper & { __typename: 'InboxResetEvent' } )
  ;
  Conversation:
    | ( RoomMapper & { __typename: 'Room' } )
    | ( GroupMapper & { __typename: 'Group' } )
    | ( DirectConversationMapper & { __typename: 'DirectConversation' } )
  ;
  RoomEvent:
    | ( ChatEventMapper & { __typename: 'ChatEvent' } )
    | ( ControlEventMapper & { __typename: 'ControlEvent' } )
    | ( GiftEventMapper & { __typename: 'GiftEvent' } )
    | ( NoticeEventMapper & { __typename: 'NoticeEvent' } )
    | ( GroupChangedEventMapper & { __typename: 'GroupChangedEvent' } )
    | ( SanctionEventMapper & { __typename: 'SanctionEvent' } )
    | ( ChatModesChangedEventMapper & { __typename: 'ChatModesChangedEvent' } )
    | ( RoleChangedEventMapper & { __typename: 'RoleChangedEvent' } )
    | ( MessageRecalledEventMapper & { __typename: 'MessageRecalledEvent' } )
    | ( MessagesErasedEventMapper & { __typename: 'MessagesErasedEvent' } )
    | ( MessageEditedEventMapper & { __typename: 'MessageEditedEvent' } )
    | ( ReactionsChangedEventMapper & { __typename: 'ReactionsChangedEvent' } )
    | ( PinsChangedEventMapper & { __typename: 'PinsChangedEvent' } )
    | ( AnnouncementChangedEventMapper & { __typename: 'AnnouncementChangedEvent' } )
    | ( StepChangedEventMapper & { __typename: 'StepChangedEvent' } )
    | ( SkippedEventMapper & { __typename: 'SkippedEvent' } )
    | ( PositionEventMapper & { __typename: 'PositionEvent' } )
    | ( ResetEventMapper & { __typename: 'ResetEvent' } )
  ;
  ModerationItem:
    | ( HeldMessageMapper & { __typename: 'HeldMessage' } )
    | ( ReportCaseMapper & { __typename: 'ReportCase' } )
  ;
  ModerationQueueEvent:
    | ( MessageHeldEventMapper & { __typename: 'MessageHeldEvent' } )
    | ( ReportedEventMapper & { __typename: 'ReportedEvent' } )
    | ( ModerationSettledEventMapper & { __typename: 'ModerationSettledEvent' } )
    | ( ModerationQueuePositionEvent & { __typename: 'ModerationQueuePositionEvent' } )
    | ( ModerationQueueResetEvent & { __typename: 'ModerationQueueResetEvent' } )
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
  User: ResolverTypeWrapper<UserMapper>;
  Erasure: ResolverTypeWrapper<ErasureMapper>;
  DataExportConnection: ResolverTypeWrapper<DataExportConnection>;
  DataExportEdge: ResolverTypeWrapper<DataExportEdge>;
  DataExportDocument: ResolverTypeWrapper<DataExportDocument>;
  DataExportSection: DataExportSection;
  EraseMyDataInput: EraseMyDataInput;
  EraseUserDataInput: EraseUserDataInput;
  ErasurePayload: ResolverTypeWrapper<Omit<ErasurePayload, 'erasure'> & { erasure?: Maybe<ResolversTypes['Erasure']> }>;
  ErasureError: ResolverTypeWrapper<ErasureError>;
  ErasureErrorCode: ErasureErrorCode;
  InboxConnection: ResolverTypeWrapper<Omit<InboxConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['InboxEdge']>, nodes: ReadonlyArray<ResolversTypes['InboxEvent']> }>;
  InboxEdge: ResolverTypeWrapper<Omit<InboxEdge, 'node'> & { node: ResolversTypes['InboxEvent'] }>;
  InboxEvent: ResolverTypeWrapper<InboxEventMapper>;
  InboxConversationEvent: ResolverTypeWrapper<InboxConversationEventMapper>;
  InboxJoinedEvent: ResolverTypeWrapper<InboxJoinedEventMapper>;
  InboxLeftEvent: ResolverTypeWrapper<InboxLeftEventMapper>;
  InboxReadEvent: ResolverTypeWrapper<InboxReadEventMapper>;
  InboxBlocksEvent: ResolverTypeWrapper<InboxBlocksEventMapper>;
  InboxHeldMessageEvent: ResolverTypeWrapper<InboxHeldMessageEventMapper>;
  InboxPositionEvent: ResolverTypeWrapper<InboxPositionEventMapper>;
  InboxResetEvent: ResolverTypeWrapper<InboxResetEventMapper>;
  MembershipKind: MembershipKind;
  ConversationConnection: ResolverTypeWrapper<Omit<ConversationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ConversationEdge']>, nodes: ReadonlyArray<ResolversTypes['Conversation']> }>;
  ConversationEdge: ResolverTypeWrapper<Omit<ConversationEdge, 'node'> & { node: ResolversTypes['Conversation'] }>;
  BlockList: ResolverTypeWrapper<BlockListMapper>;
  BlockedUser: ResolverTypeWrapper<BlockedUserMapper>;
  BlockedUserConnection: ResolverTypeWrapper<Omit<BlockedUserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['BlockedUserEdge']>, nodes: ReadonlyArray<ResolversTypes['BlockedUser']> }>;
  BlockedUserEdge: ResolverTypeWrapper<Omit<BlockedUserEdge, 'node'> & { node: ResolversTypes['BlockedUser'] }>;
  Stream: ResolverTypeWrapper<StreamMapper>;
  Gift: ResolverTypeWrapper<Gift>;
  Conversation: ResolverTypeWrapper<ConversationMapper>;
  Room: ResolverTypeWrapper<RoomMapper>;
  RoomReplay: ResolverTypeWrapper<Omit<RoomReplay, 'events'> & { events: ReadonlyArray<ResolversTypes['ReplayedEvent']> }>;
  ReplayedEvent: ResolverTypeWrapper<Omit<ReplayedEvent, 'event'> & { event: ResolversTypes['RoomEvent'] }>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  RoomViewers: ResolverTypeWrapper<RoomViewers>;
  WatchRoomInput: WatchRoomInput;
  WatchRoomPayload: ResolverTypeWrapper<WatchRoomPayload>;
  WatchRoomError: ResolverTypeWrapper<WatchRoomError>;
  WatchRoomErrorCode: WatchRoomErrorCode;
  RoomLoad: ResolverTypeWrapper<RoomLoad>;
  Group: ResolverTypeWrapper<GroupMapper>;
  GroupMember: ResolverTypeWrapper<GroupMemberMapper>;
  GroupMemberConnection: ResolverTypeWrapper<Omit<GroupMemberConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['GroupMemberEdge']>, nodes: ReadonlyArray<ResolversTypes['GroupMember']> }>;
  GroupMemberEdge: ResolverTypeWrapper<Omit<GroupMemberEdge, 'node'> & { node: ResolversTypes['GroupMember'] }>;
  GroupPreview: ResolverTypeWrapper<GroupPreviewMapper>;
  DirectConversation: ResolverTypeWrapper<DirectConversationMapper>;
  RoomEventKind: RoomEventKind;
  ChatAudience: ChatAudience;
  RoomStep: RoomStep;
  MessageConnection: ResolverTypeWrapper<Omit<MessageConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['MessageEdge']>, nodes: ReadonlyArray<ResolversTypes['Message']> }>;
  MessageEdge: ResolverTypeWrapper<Omit<MessageEdge, 'node'> & { node: ResolversTypes['Message'] }>;
  RoomEventConnection: ResolverTypeWrapper<Omit<RoomEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['RoomEventEdge']>, nodes: ReadonlyArray<ResolversTypes['RoomEvent']> }>;
  RoomEventEdge: ResolverTypeWrapper<Omit<RoomEventEdge, 'node'> & { node: ResolversTypes['RoomEvent'] }>;
  RoomEvent: ResolverTypeWrapper<RoomEventMapper>;
  ChatEvent: ResolverTypeWrapper<ChatEventMapper>;
  ControlEvent: ResolverTypeWrapper<ControlEventMapper>;
  GiftEvent: ResolverTypeWrapper<GiftEventMapper>;
  NoticeEvent: ResolverTypeWrapper<NoticeEventMapper>;
  GroupChangedEvent: ResolverTypeWrapper<GroupChangedEventMapper>;
  SanctionEvent: ResolverTypeWrapper<SanctionEventMapper>;
  ChatModesChangedEvent: ResolverTypeWrapper<ChatModesChangedEventMapper>;
  RoleChangedEvent: ResolverTypeWrapper<RoleChangedEventMapper>;
  MessageRecalledEvent: ResolverTypeWrapper<MessageRecalledEventMapper>;
  MessagesErasedEvent: ResolverTypeWrapper<MessagesErasedEventMapper>;
  MessageEditedEvent: ResolverTypeWrapper<MessageEditedEventMapper>;
  ReactionsChangedEvent: ResolverTypeWrapper<ReactionsChangedEventMapper>;
  PinsChangedEvent: ResolverTypeWrapper<PinsChangedEventMapper>;
  AnnouncementChangedEvent: ResolverTypeWrapper<AnnouncementChangedEventMapper>;
  StepChangedEvent: ResolverTypeWrapper<StepChangedEventMapper>;
  SkippedEvent: ResolverTypeWrapper<SkippedEventMapper>;
  PositionEvent: ResolverTypeWrapper<PositionEventMapper>;
  ResetEvent: ResolverTypeWrapper<ResetEventMapper>;
  NoticeCode: NoticeCode;
  Message: ResolverTypeWrapper<MessageMapper>;
  TypingState: ResolverTypeWrapper<TypingStateMapper>;
  SetTypingInput: SetTypingInput;
  SetTypingPayload: ResolverTypeWrapper<SetTypingPayload>;
  SetTypingError: ResolverTypeWrapper<SetTypingError>;
  SetTypingErrorCode: SetTypingErrorCode;
  PresenceState: ResolverTypeWrapper<Omit<PresenceState, 'users'> & { users: ReadonlyArray<ResolversTypes['UserPresence']> }>;
  UserPresence: ResolverTypeWrapper<UserPresenceMapper>;
  PresencePrivacy: ResolverTypeWrapper<PresencePrivacy>;
  PresenceAudience: PresenceAudience;
  SetPresencePrivacyInput: SetPresencePrivacyInput;
  SetPresencePrivacyPayload: ResolverTypeWrapper<SetPresencePrivacyPayload>;
  PresencePrivacyError: ResolverTypeWrapper<PresencePrivacyError>;
  PresencePrivacyErrorCode: PresencePrivacyErrorCode;
  ConversationReadState: ResolverTypeWrapper<ConversationReadStateMapper>;
  ReadCursor: ResolverTypeWrapper<ReadCursorMapper>;
  ReaderConnection: ResolverTypeWrapper<Omit<ReaderConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ReaderEdge']>, nodes: ReadonlyArray<ResolversTypes['User']> }>;
  ReaderEdge: ResolverTypeWrapper<Omit<ReaderEdge, 'node'> & { node: ResolversTypes['User'] }>;
  MessageType: MessageType;
  SystemContent: ResolverTypeWrapper<SystemContent>;
  SystemParameter: ResolverTypeWrapper<SystemParameter>;
  AttachmentKind: AttachmentKind;
  Attachment: ResolverTypeWrapper<AttachmentMapper>;
  AttachmentLink: ResolverTypeWrapper<AttachmentLink>;
  CustomContent: ResolverTypeWrapper<CustomContent>;
  MessageSchema: ResolverTypeWrapper<MessageSchemaMapper>;
  MessageVersion: ResolverTypeWrapper<MessageVersion>;
  Reaction: ResolverTypeWrapper<ReactionMapper>;
  Recall: ResolverTypeWrapper<RecallMapper>;
  Pin: ResolverTypeWrapper<PinMapper>;
  Announcement: ResolverTypeWrapper<AnnouncementMapper>;
  PostMessageInput: PostMessageInput;
  MessageInput: MessageInput;
  EditMessageInput: EditMessageInput;
  ReactionInput: ReactionInput;
  AnnouncementInput: AnnouncementInput;
  MessagePayload: ResolverTypeWrapper<Omit<MessagePayload, 'message'> & { message?: Maybe<ResolversTypes['Message']> }>;
  AnnouncementPayload: ResolverTypeWrapper<Omit<AnnouncementPayload, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  MessageChangeError: ResolverTypeWrapper<MessageChangeError>;
  MessageChangeErrorCode: MessageChangeErrorCode;
  SendMessageInput: SendMessageInput;
  CustomContentInput: CustomContentInput;
  SendSystemMessageInput: SendSystemMessageInput;
  SystemParameterInput: SystemParameterInput;
  SendControlMessageInput: SendControlMessageInput;
  ServiceMessagePayload: ResolverTypeWrapper<Omit<ServiceMessagePayload, 'events'> & { events: ReadonlyArray<ResolversTypes['RoomEvent']> }>;
  ServiceMessageError: ResolverTypeWrapper<ServiceMessageError>;
  ServiceMessageErrorCode: ServiceMessageErrorCode;
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: ResolverTypeWrapper<Omit<CreateUploadPayload, 'upload'> & { upload?: Maybe<ResolversTypes['Upload']> }>;
  Upload: ResolverTypeWrapper<UploadMapper>;
  UploadAddress: ResolverTypeWrapper<UploadAddress>;
  UploadHeader: ResolverTypeWrapper<UploadHeader>;
  CreateUploadError: ResolverTypeWrapper<CreateUploadError>;
  CreateUploadErrorCode: CreateUploadErrorCode;
  RegisterMessageSchemaInput: RegisterMessageSchemaInput;
  RegisterMessageSchemaPayload: ResolverTypeWrapper<Omit<RegisterMessageSchemaPayload, 'schema'> & { schema?: Maybe<ResolversTypes['MessageSchema']> }>;
  MessageSchemaError: ResolverTypeWrapper<MessageSchemaError>;
  MessageSchemaErrorCode: MessageSchemaErrorCode;
  PostMessagePayload: ResolverTypeWrapper<PostMessagePayloadMapper>;
  PostMessageError: ResolverTypeWrapper<PostMessageError>;
  PostMessageErrorCode: PostMessageErrorCode;
  WebhookDeliveryState: WebhookDeliveryState;
  WebhookDeliveryConnection: ResolverTypeWrapper<Omit<WebhookDeliveryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['WebhookDeliveryEdge']>, nodes: ReadonlyArray<ResolversTypes['WebhookDelivery']> }>;
  WebhookDeliveryEdge: ResolverTypeWrapper<Omit<WebhookDeliveryEdge, 'node'> & { node: ResolversTypes['WebhookDelivery'] }>;
  WebhookDelivery: ResolverTypeWrapper<WebhookDeliveryMapper>;
  WebhookAttempt: ResolverTypeWrapper<WebhookAttempt>;
  MarkReadInput: MarkReadInput;
  MarkReadPayload: ResolverTypeWrapper<Omit<MarkReadPayload, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  MarkReadError: ResolverTypeWrapper<MarkReadError>;
  MarkReadErrorCode: MarkReadErrorCode;
  CreateGroupInput: CreateGroupInput;
  OpenDirectInput: OpenDirectInput;
  GroupInput: GroupInput;
  JoinGroupInput: JoinGroupInput;
  SetGroupVisibilityInput: SetGroupVisibilityInput;
  BlockUserInput: BlockUserInput;
  BlockPayload: ResolverTypeWrapper<Omit<BlockPayload, 'blockList'> & { blockList?: Maybe<ResolversTypes['BlockList']> }>;
  BlockError: ResolverTypeWrapper<BlockError>;
  BlockErrorCode: BlockErrorCode;
  GroupMembersInput: GroupMembersInput;
  RenameGroupInput: RenameGroupInput;
  TransferGroupInput: TransferGroupInput;
  GroupPayload: ResolverTypeWrapper<Omit<GroupPayload, 'group'> & { group?: Maybe<ResolversTypes['Group']> }>;
  OpenDirectPayload: ResolverTypeWrapper<Omit<OpenDirectPayload, 'conversation'> & { conversation?: Maybe<ResolversTypes['DirectConversation']> }>;
  GroupError: ResolverTypeWrapper<GroupError>;
  GroupErrorCode: GroupErrorCode;
  RoomBan: ResolverTypeWrapper<RoomBanMapper>;
  BanUserInput: BanUserInput;
  UnbanUserInput: UnbanUserInput;
  BanPayload: ResolverTypeWrapper<Omit<BanPayload, 'ban'> & { ban?: Maybe<ResolversTypes['RoomBan']> }>;
  ModerationError: ResolverTypeWrapper<ModerationError>;
  ModerationErrorCode: ModerationErrorCode;
  ConversationRole: ConversationRole;
  ConversationPermission: ConversationPermission;
  SanctionType: SanctionType;
  Sanction: ResolverTypeWrapper<SanctionMapper>;
  SanctionUserInput: SanctionUserInput;
  LiftSanctionInput: LiftSanctionInput;
  SanctionPayload: ResolverTypeWrapper<Omit<SanctionPayload, 'sanction'> & { sanction?: Maybe<ResolversTypes['Sanction']> }>;
  SetRoleInput: SetRoleInput;
  SetRolePayload: ResolverTypeWrapper<SetRolePayload>;
  ModerationItem: ResolverTypeWrapper<ModerationItemMapper>;
  ModerationItemState: ModerationItemState;
  HeldMessage: ResolverTypeWrapper<HeldMessageMapper>;
  HeldReason: HeldReason;
  ReportCase: ResolverTypeWrapper<ReportCaseMapper>;
  Report: ResolverTypeWrapper<ReportMapper>;
  ReportReason: ReportReason;
  ModerationItemConnection: ResolverTypeWrapper<Omit<ModerationItemConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ModerationItemEdge']>, nodes: ReadonlyArray<ResolversTypes['ModerationItem']> }>;
  ModerationItemEdge: ResolverTypeWrapper<Omit<ModerationItemEdge, 'node'> & { node: ResolversTypes['ModerationItem'] }>;
  ModerationQueueEvent: ResolverTypeWrapper<ModerationQueueEventMapper>;
  MessageHeldEvent: ResolverTypeWrapper<MessageHeldEventMapper>;
  ReportedEvent: ResolverTypeWrapper<ReportedEventMapper>;
  ModerationSettledEvent: ResolverTypeWrapper<ModerationSettledEventMapper>;
  ModerationQueuePositionEvent: ResolverTypeWrapper<ModerationQueuePositionEvent>;
  ModerationQueueResetEvent: ResolverTypeWrapper<ModerationQueueResetEvent>;
  HeldMessageDecision: HeldMessageDecision;
  ReviewHeldMessageInput: ReviewHeldMessageInput;
  ReviewHeldMessagePayload: ResolverTypeWrapper<Omit<ReviewHeldMessagePayload, 'heldMessage'> & { heldMessage?: Maybe<ResolversTypes['HeldMessage']> }>;
  ReportDecision: ReportDecision;
  ResolveReportInput: ResolveReportInput;
  ResolveReportPayload: ResolverTypeWrapper<Omit<ResolveReportPayload, 'reportCase'> & { reportCase?: Maybe<ResolversTypes['ReportCase']> }>;
  ModerationItemError: ResolverTypeWrapper<ModerationItemError>;
  ModerationItemErrorCode: ModerationItemErrorCode;
  ReportMessageInput: ReportMessageInput;
  ReportUserInput: ReportUserInput;
  ReportMessagePayload: ResolverTypeWrapper<Omit<ReportMessagePayload, 'message'> & { message?: Maybe<ResolversTypes['Message']> }>;
  ReportUserPayload: ResolverTypeWrapper<Omit<ReportUserPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  ReportError: ResolverTypeWrapper<ReportError>;
  ReportErrorCode: ReportErrorCode;
  PinRoomStepInput: PinRoomStepInput;
  PinRoomStepPayload: ResolverTypeWrapper<Omit<PinRoomStepPayload, 'room'> & { room?: Maybe<ResolversTypes['Room']> }>;
  PinRoomStepError: ResolverTypeWrapper<PinRoomStepError>;
  PinRoomStepErrorCode: PinRoomStepErrorCode;
  CannotPostReason: CannotPostReason;
  ModerationLogConnection: ResolverTypeWrapper<Omit<ModerationLogConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ModerationLogEdge']>, nodes: ReadonlyArray<ResolversTypes['ModerationEntry']> }>;
  ModerationLogEdge: ResolverTypeWrapper<Omit<ModerationLogEdge, 'node'> & { node: ResolversTypes['ModerationEntry'] }>;
  ModerationEntry: ResolverTypeWrapper<ModerationEntryMapper>;
  ModerationAct: ModerationAct;
  PermissionRule: ResolverTypeWrapper<PermissionRule>;
  ChatModes: ResolverTypeWrapper<ChatModes>;
  UniqueScope: UniqueScope;
  LinksPolicy: LinksPolicy;
  ChatFilter: ResolverTypeWrapper<ChatFilter>;
  FilterKind: FilterKind;
  FilterAction: FilterAction;
  SetPermissionInput: SetPermissionInput;
  SetChatModesInput: SetChatModesInput;
  AddFilterInput: AddFilterInput;
  RemoveFilterInput: RemoveFilterInput;
  SetFollowersInput: SetFollowersInput;
  SetFollowersPayload: ResolverTypeWrapper<SetFollowersPayload>;
  PolicyPayload: ResolverTypeWrapper<Omit<PolicyPayload, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  PolicyError: ResolverTypeWrapper<PolicyError>;
  PolicyErrorCode: PolicyErrorCode;
  AdmissionCheck: AdmissionCheck;
  Admission: ResolverTypeWrapper<Admission>;
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
  User: UserMapper;
  Erasure: ErasureMapper;
  DataExportConnection: DataExportConnection;
  DataExportEdge: DataExportEdge;
  DataExportDocument: DataExportDocument;
  EraseMyDataInput: EraseMyDataInput;
  EraseUserDataInput: EraseUserDataInput;
  ErasurePayload: Omit<ErasurePayload, 'erasure'> & { erasure?: Maybe<ResolversParentTypes['Erasure']> };
  ErasureError: ErasureError;
  InboxConnection: Omit<InboxConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['InboxEdge']>, nodes: ReadonlyArray<ResolversParentTypes['InboxEvent']> };
  InboxEdge: Omit<InboxEdge, 'node'> & { node: ResolversParentTypes['InboxEvent'] };
  InboxEvent: InboxEventMapper;
  InboxConversationEvent: InboxConversationEventMapper;
  InboxJoinedEvent: InboxJoinedEventMapper;
  InboxLeftEvent: InboxLeftEventMapper;
  InboxReadEvent: InboxReadEventMapper;
  InboxBlocksEvent: InboxBlocksEventMapper;
  InboxHeldMessageEvent: InboxHeldMessageEventMapper;
  InboxPositionEvent: InboxPositionEventMapper;
  InboxResetEvent: InboxResetEventMapper;
  ConversationConnection: Omit<ConversationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ConversationEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Conversation']> };
  ConversationEdge: Omit<ConversationEdge, 'node'> & { node: ResolversParentTypes['Conversation'] };
  BlockList: BlockListMapper;
  BlockedUser: BlockedUserMapper;
  BlockedUserConnection: Omit<BlockedUserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['BlockedUserEdge']>, nodes: ReadonlyArray<ResolversParentTypes['BlockedUser']> };
  BlockedUserEdge: Omit<BlockedUserEdge, 'node'> & { node: ResolversParentTypes['BlockedUser'] };
  Stream: StreamMapper;
  Gift: Gift;
  Conversation: ConversationMapper;
  Room: RoomMapper;
  RoomReplay: Omit<RoomReplay, 'events'> & { events: ReadonlyArray<ResolversParentTypes['ReplayedEvent']> };
  ReplayedEvent: Omit<ReplayedEvent, 'event'> & { event: ResolversParentTypes['RoomEvent'] };
  Float: Scalars['Float']['output'];
  RoomViewers: RoomViewers;
  WatchRoomInput: WatchRoomInput;
  WatchRoomPayload: WatchRoomPayload;
  WatchRoomError: WatchRoomError;
  RoomLoad: RoomLoad;
  Group: GroupMapper;
  GroupMember: GroupMemberMapper;
  GroupMemberConnection: Omit<GroupMemberConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['GroupMemberEdge']>, nodes: ReadonlyArray<ResolversParentTypes['GroupMember']> };
  GroupMemberEdge: Omit<GroupMemberEdge, 'node'> & { node: ResolversParentTypes['GroupMember'] };
  GroupPreview: GroupPreviewMapper;
  DirectConversation: DirectConversationMapper;
  MessageConnection: Omit<MessageConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['MessageEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Message']> };
  MessageEdge: Omit<MessageEdge, 'node'> & { node: ResolversParentTypes['Message'] };
  RoomEventConnection: Omit<RoomEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['RoomEventEdge']>, nodes: ReadonlyArray<ResolversParentTypes['RoomEvent']> };
  RoomEventEdge: Omit<RoomEventEdge, 'node'> & { node: ResolversParentTypes['RoomEvent'] };
  RoomEvent: RoomEventMapper;
  ChatEvent: ChatEventMapper;
  ControlEvent: ControlEventMapper;
  GiftEvent: GiftEventMapper;
  NoticeEvent: NoticeEventMapper;
  GroupChangedEvent: GroupChangedEventMapper;
  SanctionEvent: SanctionEventMapper;
  ChatModesChangedEvent: ChatModesChangedEventMapper;
  RoleChangedEvent: RoleChangedEventMapper;
  MessageRecalledEvent: MessageRecalledEventMapper;
  MessagesErasedEvent: MessagesErasedEventMapper;
  MessageEditedEvent: MessageEditedEventMapper;
  ReactionsChangedEvent: ReactionsChangedEventMapper;
  PinsChangedEvent: PinsChangedEventMapper;
  AnnouncementChangedEvent: AnnouncementChangedEventMapper;
  StepChangedEvent: StepChangedEventMapper;
  SkippedEvent: SkippedEventMapper;
  PositionEvent: PositionEventMapper;
  ResetEvent: ResetEventMapper;
  Message: MessageMapper;
  TypingState: TypingStateMapper;
  SetTypingInput: SetTypingInput;
  SetTypingPayload: SetTypingPayload;
  SetTypingError: SetTypingError;
  PresenceState: Omit<PresenceState, 'users'> & { users: ReadonlyArray<ResolversParentTypes['UserPresence']> };
  UserPresence: UserPresenceMapper;
  PresencePrivacy: PresencePrivacy;
  SetPresencePrivacyInput: SetPresencePrivacyInput;
  SetPresencePrivacyPayload: SetPresencePrivacyPayload;
  PresencePrivacyError: PresencePrivacyError;
  ConversationReadState: ConversationReadStateMapper;
  ReadCursor: ReadCursorMapper;
  ReaderConnection: Omit<ReaderConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ReaderEdge']>, nodes: ReadonlyArray<ResolversParentTypes['User']> };
  ReaderEdge: Omit<ReaderEdge, 'node'> & { node: ResolversParentTypes['User'] };
  SystemContent: SystemContent;
  SystemParameter: SystemParameter;
  Attachment: AttachmentMapper;
  AttachmentLink: AttachmentLink;
  CustomContent: CustomContent;
  MessageSchema: MessageSchemaMapper;
  MessageVersion: MessageVersion;
  Reaction: ReactionMapper;
  Recall: RecallMapper;
  Pin: PinMapper;
  Announcement: AnnouncementMapper;
  PostMessageInput: PostMessageInput;
  MessageInput: MessageInput;
  EditMessageInput: EditMessageInput;
  ReactionInput: ReactionInput;
  AnnouncementInput: AnnouncementInput;
  MessagePayload: Omit<MessagePayload, 'message'> & { message?: Maybe<ResolversParentTypes['Message']> };
  AnnouncementPayload: Omit<AnnouncementPayload, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  MessageChangeError: MessageChangeError;
  SendMessageInput: SendMessageInput;
  CustomContentInput: CustomContentInput;
  SendSystemMessageInput: SendSystemMessageInput;
  SystemParameterInput: SystemParameterInput;
  SendControlMessageInput: SendControlMessageInput;
  ServiceMessagePayload: Omit<ServiceMessagePayload, 'events'> & { events: ReadonlyArray<ResolversParentTypes['RoomEvent']> };
  ServiceMessageError: ServiceMessageError;
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: Omit<CreateUploadPayload, 'upload'> & { upload?: Maybe<ResolversParentTypes['Upload']> };
  Upload: UploadMapper;
  UploadAddress: UploadAddress;
  UploadHeader: UploadHeader;
  CreateUploadError: CreateUploadError;
  RegisterMessageSchemaInput: RegisterMessageSchemaInput;
  RegisterMessageSchemaPayload: Omit<RegisterMessageSchemaPayload, 'schema'> & { schema?: Maybe<ResolversParentTypes['MessageSchema']> };
  MessageSchemaError: MessageSchemaError;
  PostMessagePayload: PostMessagePayloadMapper;
  PostMessageError: PostMessageError;
  WebhookDeliveryConnection: Omit<WebhookDeliveryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['WebhookDeliveryEdge']>, nodes: ReadonlyArray<ResolversParentTypes['WebhookDelivery']> };
  WebhookDeliveryEdge: Omit<WebhookDeliveryEdge, 'node'> & { node: ResolversParentTypes['WebhookDelivery'] };
  WebhookDelivery: WebhookDeliveryMapper;
  WebhookAttempt: WebhookAttempt;
  MarkReadInput: MarkReadInput;
  MarkReadPayload: Omit<MarkReadPayload, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  MarkReadError: MarkReadError;
  CreateGroupInput: CreateGroupInput;
  OpenDirectInput: OpenDirectInput;
  GroupInput: GroupInput;
  JoinGroupInput: JoinGroupInput;
  SetGroupVisibilityInput: SetGroupVisibilityInput;
  BlockUserInput: BlockUserInput;
  BlockPayload: Omit<BlockPayload, 'blockList'> & { blockList?: Maybe<ResolversParentTypes['BlockList']> };
  BlockError: BlockError;
  GroupMembersInput: GroupMembersInput;
  RenameGroupInput: RenameGroupInput;
  TransferGroupInput: TransferGroupInput;
  GroupPayload: Omit<GroupPayload, 'group'> & { group?: Maybe<ResolversParentTypes['Group']> };
  OpenDirectPayload: Omit<OpenDirectPayload, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['DirectConversation']> };
  GroupError: GroupError;
  RoomBan: RoomBanMapper;
  BanUserInput: BanUserInput;
  UnbanUserInput: UnbanUserInput;
  BanPayload: Omit<BanPayload, 'ban'> & { ban?: Maybe<ResolversParentTypes['RoomBan']> };
  ModerationError: ModerationError;
  Sanction: SanctionMapper;
  SanctionUserInput: SanctionUserInput;
  LiftSanctionInput: LiftSanctionInput;
  SanctionPayload: Omit<SanctionPayload, 'sanction'> & { sanction?: Maybe<ResolversParentTypes['Sanction']> };
  SetRoleInput: SetRoleInput;
  SetRolePayload: SetRolePayload;
  ModerationItem: ModerationItemMapper;
  HeldMessage: HeldMessageMapper;
  ReportCase: ReportCaseMapper;
  Report: ReportMapper;
  ModerationItemConnection: Omit<ModerationItemConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ModerationItemEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ModerationItem']> };
  ModerationItemEdge: Omit<ModerationItemEdge, 'node'> & { node: ResolversParentTypes['ModerationItem'] };
  ModerationQueueEvent: ModerationQueueEventMapper;
  MessageHeldEvent: MessageHeldEventMapper;
  ReportedEvent: ReportedEventMapper;
  ModerationSettledEvent: ModerationSettledEventMapper;
  ModerationQueuePositionEvent: ModerationQueuePositionEvent;
  ModerationQueueResetEvent: ModerationQueueResetEvent;
  ReviewHeldMessageInput: ReviewHeldMessageInput;
  ReviewHeldMessagePayload: Omit<ReviewHeldMessagePayload, 'heldMessage'> & { heldMessage?: Maybe<ResolversParentTypes['HeldMessage']> };
  ResolveReportInput: ResolveReportInput;
  ResolveReportPayload: Omit<ResolveReportPayload, 'reportCase'> & { reportCase?: Maybe<ResolversParentTypes['ReportCase']> };
  ModerationItemError: ModerationItemError;
  ReportMessageInput: ReportMessageInput;
  ReportUserInput: ReportUserInput;
  ReportMessagePayload: Omit<ReportMessagePayload, 'message'> & { message?: Maybe<ResolversParentTypes['Message']> };
  ReportUserPayload: Omit<ReportUserPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  ReportError: ReportError;
  PinRoomStepInput: PinRoomStepInput;
  PinRoomStepPayload: Omit<PinRoomStepPayload, 'room'> & { room?: Maybe<ResolversParentTypes['Room']> };
  PinRoomStepError: PinRoomStepError;
  ModerationLogConnection: Omit<ModerationLogConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ModerationLogEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ModerationEntry']> };
  ModerationLogEdge: Omit<ModerationLogEdge, 'node'> & { node: ResolversParentTypes['ModerationEntry'] };
  ModerationEntry: ModerationEntryMapper;
  PermissionRule: PermissionRule;
  ChatModes: ChatModes;
  ChatFilter: ChatFilter;
  SetPermissionInput: SetPermissionInput;
  SetChatModesInput: SetChatModesInput;
  AddFilterInput: AddFilterInput;
  RemoveFilterInput: RemoveFilterInput;
  SetFollowersInput: SetFollowersInput;
  SetFollowersPayload: SetFollowersPayload;
  PolicyPayload: Omit<PolicyPayload, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  PolicyError: PolicyError;
  AdmissionCheck: AdmissionCheck;
  Admission: Admission;
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
  __resolveType: TypeResolveFn<'WatchRoomError' | 'SetTypingError' | 'PresencePrivacyError' | 'MessageChangeError' | 'ServiceMessageError' | 'CreateUploadError' | 'MessageSchemaError' | 'PostMessageError' | 'MarkReadError' | 'BlockError' | 'GroupError' | 'ModerationError' | 'ModerationItemError' | 'ReportError' | 'PinRoomStepError' | 'PolicyError', ParentType, ContextType>;
};

export type GiftComboResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftCombo'] = ResolversParentTypes['GiftCombo']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  me: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  user: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<Query_UserArgs, 'id'>>;
  room: Resolver<Maybe<ResolversTypes['Room']>, ParentType, ContextType, RequireFields<Query_RoomArgs, 'id'>>;
  conversation: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType, RequireFields<Query_ConversationArgs, 'id'>>;
  message: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType, RequireFields<Query_MessageArgs, 'id'>>;
  platformFilters: Resolver<ReadonlyArray<ResolversTypes['ChatFilter']>, ParentType, ContextType>;
  groupPreview: Resolver<Maybe<ResolversTypes['GroupPreview']>, ParentType, ContextType, RequireFields<Query_GroupPreviewArgs, 'id'>>;
  heldMessage: Resolver<Maybe<ResolversTypes['HeldMessage']>, ParentType, ContextType, RequireFields<Query_HeldMessageArgs, 'id'>>;
  moderationItems: Resolver<ResolversTypes['ModerationItemConnection'], ParentType, ContextType, RequireFields<Query_ModerationItemsArgs, 'first'>>;
  messageSchema: Resolver<Maybe<ResolversTypes['MessageSchema']>, ParentType, ContextType, RequireFields<Query_MessageSchemaArgs, 'name'>>;
  webhookDeliveries: Resolver<ResolversTypes['WebhookDeliveryConnection'], ParentType, ContextType, RequireFields<Query_WebhookDeliveriesArgs, 'first'>>;
  admissions: Resolver<ReadonlyArray<ResolversTypes['Admission']>, ParentType, ContextType, RequireFields<Query_AdmissionsArgs, 'checks'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  postMessage: Resolver<ResolversTypes['PostMessagePayload'], ParentType, ContextType, RequireFields<Mutation_PostMessageArgs, 'input'>>;
  sendMessage: Resolver<ResolversTypes['PostMessagePayload'], ParentType, ContextType, RequireFields<Mutation_SendMessageArgs, 'input'>>;
  sendSystemMessage: Resolver<ResolversTypes['ServiceMessagePayload'], ParentType, ContextType, RequireFields<Mutation_SendSystemMessageArgs, 'input'>>;
  sendControlMessage: Resolver<ResolversTypes['ServiceMessagePayload'], ParentType, ContextType, RequireFields<Mutation_SendControlMessageArgs, 'input'>>;
  createUpload: Resolver<ResolversTypes['CreateUploadPayload'], ParentType, ContextType, RequireFields<Mutation_CreateUploadArgs, 'input'>>;
  createGroup: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_CreateGroupArgs, 'input'>>;
  openDirect: Resolver<ResolversTypes['OpenDirectPayload'], ParentType, ContextType, RequireFields<Mutation_OpenDirectArgs, 'input'>>;
  addMembers: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_AddMembersArgs, 'input'>>;
  removeMembers: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_RemoveMembersArgs, 'input'>>;
  joinGroup: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_JoinGroupArgs, 'input'>>;
  leaveGroup: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_LeaveGroupArgs, 'input'>>;
  renameGroup: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_RenameGroupArgs, 'input'>>;
  setGroupVisibility: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_SetGroupVisibilityArgs, 'input'>>;
  transferGroup: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_TransferGroupArgs, 'input'>>;
  closeGroup: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<Mutation_CloseGroupArgs, 'input'>>;
  markRead: Resolver<ResolversTypes['MarkReadPayload'], ParentType, ContextType, RequireFields<Mutation_MarkReadArgs, 'input'>>;
  blockUser: Resolver<ResolversTypes['BlockPayload'], ParentType, ContextType, RequireFields<Mutation_BlockUserArgs, 'input'>>;
  unblockUser: Resolver<ResolversTypes['BlockPayload'], ParentType, ContextType, RequireFields<Mutation_UnblockUserArgs, 'input'>>;
  banUser: Resolver<ResolversTypes['BanPayload'], ParentType, ContextType, RequireFields<Mutation_BanUserArgs, 'input'>>;
  unbanUser: Resolver<ResolversTypes['BanPayload'], ParentType, ContextType, RequireFields<Mutation_UnbanUserArgs, 'input'>>;
  sanctionUser: Resolver<ResolversTypes['SanctionPayload'], ParentType, ContextType, RequireFields<Mutation_SanctionUserArgs, 'input'>>;
  liftSanction: Resolver<ResolversTypes['SanctionPayload'], ParentType, ContextType, RequireFields<Mutation_LiftSanctionArgs, 'input'>>;
  reviewHeldMessage: Resolver<ResolversTypes['ReviewHeldMessagePayload'], ParentType, ContextType, RequireFields<Mutation_ReviewHeldMessageArgs, 'input'>>;
  reportMessage: Resolver<ResolversTypes['ReportMessagePayload'], ParentType, ContextType, RequireFields<Mutation_ReportMessageArgs, 'input'>>;
  reportUser: Resolver<ResolversTypes['ReportUserPayload'], ParentType, ContextType, RequireFields<Mutation_ReportUserArgs, 'input'>>;
  resolveReport: Resolver<ResolversTypes['ResolveReportPayload'], ParentType, ContextType, RequireFields<Mutation_ResolveReportArgs, 'input'>>;
  setRole: Resolver<ResolversTypes['SetRolePayload'], ParentType, ContextType, RequireFields<Mutation_SetRoleArgs, 'input'>>;
  setPermission: Resolver<ResolversTypes['PolicyPayload'], ParentType, ContextType, RequireFields<Mutation_SetPermissionArgs, 'input'>>;
  setChatModes: Resolver<ResolversTypes['PolicyPayload'], ParentType, ContextType, RequireFields<Mutation_SetChatModesArgs, 'input'>>;
  addFilter: Resolver<ResolversTypes['PolicyPayload'], ParentType, ContextType, RequireFields<Mutation_AddFilterArgs, 'input'>>;
  removeFilter: Resolver<ResolversTypes['PolicyPayload'], ParentType, ContextType, RequireFields<Mutation_RemoveFilterArgs, 'input'>>;
  setFollowers: Resolver<ResolversTypes['SetFollowersPayload'], ParentType, ContextType, RequireFields<Mutation_SetFollowersArgs, 'input'>>;
  eraseMyData: Resolver<ResolversTypes['ErasurePayload'], ParentType, ContextType, RequireFields<Mutation_EraseMyDataArgs, 'input'>>;
  eraseUserData: Resolver<ResolversTypes['ErasurePayload'], ParentType, ContextType, RequireFields<Mutation_EraseUserDataArgs, 'input'>>;
  recallMessage: Resolver<ResolversTypes['MessagePayload'], ParentType, ContextType, RequireFields<Mutation_RecallMessageArgs, 'input'>>;
  editMessage: Resolver<ResolversTypes['MessagePayload'], ParentType, ContextType, RequireFields<Mutation_EditMessageArgs, 'input'>>;
  addReaction: Resolver<ResolversTypes['MessagePayload'], ParentType, ContextType, RequireFields<Mutation_AddReactionArgs, 'input'>>;
  removeReaction: Resolver<ResolversTypes['MessagePayload'], ParentType, ContextType, RequireFields<Mutation_RemoveReactionArgs, 'input'>>;
  pinMessage: Resolver<ResolversTypes['MessagePayload'], ParentType, ContextType, RequireFields<Mutation_PinMessageArgs, 'input'>>;
  unpinMessage: Resolver<ResolversTypes['MessagePayload'], ParentType, ContextType, RequireFields<Mutation_UnpinMessageArgs, 'input'>>;
  registerMessageSchema: Resolver<ResolversTypes['RegisterMessageSchemaPayload'], ParentType, ContextType, RequireFields<Mutation_RegisterMessageSchemaArgs, 'input'>>;
  setAnnouncement: Resolver<ResolversTypes['AnnouncementPayload'], ParentType, ContextType, RequireFields<Mutation_SetAnnouncementArgs, 'input'>>;
  setTyping: Resolver<ResolversTypes['SetTypingPayload'], ParentType, ContextType, RequireFields<Mutation_SetTypingArgs, 'input'>>;
  setPresencePrivacy: Resolver<ResolversTypes['SetPresencePrivacyPayload'], ParentType, ContextType, RequireFields<Mutation_SetPresencePrivacyArgs, 'input'>>;
  pinRoomStep: Resolver<ResolversTypes['PinRoomStepPayload'], ParentType, ContextType, RequireFields<Mutation_PinRoomStepArgs, 'input'>>;
  joinRoom: Resolver<ResolversTypes['WatchRoomPayload'], ParentType, ContextType, RequireFields<Mutation_JoinRoomArgs, 'input'>>;
  leaveRoom: Resolver<ResolversTypes['WatchRoomPayload'], ParentType, ContextType, RequireFields<Mutation_LeaveRoomArgs, 'input'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  roomEvents: SubscriptionResolver<ResolversTypes['RoomEvent'], "roomEvents", ParentType, ContextType, RequireFields<Subscription_RoomEventsArgs, 'roomId' | 'chat'>>;
  inbox: SubscriptionResolver<ResolversTypes['InboxEvent'], "inbox", ParentType, ContextType, Partial<Subscription_InboxArgs>>;
  moderationQueue: SubscriptionResolver<ResolversTypes['ModerationQueueEvent'], "moderationQueue", ParentType, ContextType, RequireFields<Subscription_ModerationQueueArgs, 'conversationId'>>;
  readStateChanged: SubscriptionResolver<ResolversTypes['ConversationReadState'], "readStateChanged", ParentType, ContextType, RequireFields<Subscription_ReadStateChangedArgs, 'conversationId'>>;
  viewersChanged: SubscriptionResolver<ResolversTypes['RoomViewers'], "viewersChanged", ParentType, ContextType, RequireFields<Subscription_ViewersChangedArgs, 'roomId'>>;
  typing: SubscriptionResolver<ResolversTypes['TypingState'], "typing", ParentType, ContextType, RequireFields<Subscription_TypingArgs, 'conversationId'>>;
  presence: SubscriptionResolver<ResolversTypes['PresenceState'], "presence", ParentType, ContextType, RequireFields<Subscription_PresenceArgs, 'userIds'>>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  handle?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  avatarUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  inbox?: Resolver<Maybe<ResolversTypes['InboxConnection']>, ParentType, ContextType, RequireFields<User_InboxArgs, 'first'>>;
  unreadCount?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  mentionCount?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  conversations?: Resolver<Maybe<ResolversTypes['ConversationConnection']>, ParentType, ContextType, RequireFields<User_ConversationsArgs, 'first'>>;
  blockList?: Resolver<Maybe<ResolversTypes['BlockList']>, ParentType, ContextType>;
  blockedUsers?: Resolver<Maybe<ResolversTypes['BlockedUserConnection']>, ParentType, ContextType, RequireFields<User_BlockedUsersArgs, 'first'>>;
  presence?: Resolver<ResolversTypes['UserPresence'], ParentType, ContextType>;
  presencePrivacy?: Resolver<Maybe<ResolversTypes['PresencePrivacy']>, ParentType, ContextType>;
  dataExport?: Resolver<Maybe<ResolversTypes['DataExportConnection']>, ParentType, ContextType, RequireFields<User_DataExportArgs, 'first'>>;
  erasure?: Resolver<Maybe<ResolversTypes['Erasure']>, ParentType, ContextType>;
};

export type ErasureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Erasure'] = ResolversParentTypes['Erasure']> = {
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  erasedCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DataExportConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataExportConnection'] = ResolversParentTypes['DataExportConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['DataExportEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['DataExportDocument']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DataExportEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataExportEdge'] = ResolversParentTypes['DataExportEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['DataExportDocument'], ParentType, ContextType>;
};

export type DataExportDocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataExportDocument'] = ResolversParentTypes['DataExportDocument']> = {
  section?: Resolver<ResolversTypes['DataExportSection'], ParentType, ContextType>;
  content?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ErasurePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasurePayload'] = ResolversParentTypes['ErasurePayload']> = {
  erasure?: Resolver<Maybe<ResolversTypes['Erasure']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ErasureError']>, ParentType, ContextType>;
};

export type ErasureErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasureError'] = ResolversParentTypes['ErasureError']> = {
  code?: Resolver<ResolversTypes['ErasureErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type InboxConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxConnection'] = ResolversParentTypes['InboxConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['InboxEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['InboxEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type InboxEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxEdge'] = ResolversParentTypes['InboxEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['InboxEvent'], ParentType, ContextType>;
};

export type InboxEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxEvent'] = ResolversParentTypes['InboxEvent']> = {
  __resolveType: TypeResolveFn<'InboxConversationEvent' | 'InboxJoinedEvent' | 'InboxLeftEvent' | 'InboxReadEvent' | 'InboxBlocksEvent' | 'InboxHeldMessageEvent' | 'InboxPositionEvent' | 'InboxResetEvent', ParentType, ContextType>;
};

export type InboxConversationEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxConversationEvent'] = ResolversParentTypes['InboxConversationEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  event?: Resolver<ResolversTypes['RoomEvent'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboxJoinedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxJoinedEvent'] = ResolversParentTypes['InboxJoinedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboxLeftEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxLeftEvent'] = ResolversParentTypes['InboxLeftEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboxReadEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxReadEvent'] = ResolversParentTypes['InboxReadEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  readNumber?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboxBlocksEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxBlocksEvent'] = ResolversParentTypes['InboxBlocksEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  isBlocked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboxHeldMessageEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxHeldMessageEvent'] = ResolversParentTypes['InboxHeldMessageEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ModerationItemState'], ParentType, ContextType>;
  heldMessage?: Resolver<Maybe<ResolversTypes['HeldMessage']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboxPositionEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxPositionEvent'] = ResolversParentTypes['InboxPositionEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboxResetEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InboxResetEvent'] = ResolversParentTypes['InboxResetEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['ResetReason'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConversationConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConversationConnection'] = ResolversParentTypes['ConversationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ConversationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Conversation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ConversationEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConversationEdge'] = ResolversParentTypes['ConversationEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type BlockListResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BlockList'] = ResolversParentTypes['BlockList']> = {
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  userIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type BlockedUserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BlockedUser'] = ResolversParentTypes['BlockedUser']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  blockedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type BlockedUserConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BlockedUserConnection'] = ResolversParentTypes['BlockedUserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BlockedUserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['BlockedUser']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BlockedUserEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BlockedUserEdge'] = ResolversParentTypes['BlockedUserEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['BlockedUser'], ParentType, ContextType>;
};

export type StreamResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Stream'] = ResolversParentTypes['Stream'], FederationReferenceType extends FederationReferenceTypes['Stream'] = FederationReferenceTypes['Stream']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Stream']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  room?: Resolver<Maybe<ResolversTypes['Room']>, ParentType, ContextType>;
};

export type GiftResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Gift'] = ResolversParentTypes['Gift']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ConversationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Conversation'] = ResolversParentTypes['Conversation']> = {
  __resolveType: TypeResolveFn<'Room' | 'Group' | 'DirectConversation', ParentType, ContextType>;
};

export type RoomResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Room'] = ResolversParentTypes['Room'], FederationReferenceType extends FederationReferenceTypes['Room'] = FederationReferenceTypes['Room']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Room']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stream?: Resolver<Maybe<ResolversTypes['Stream']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['ConversationRole']>, ParentType, ContextType>;
  permissions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ConversationPermission']>>, ParentType, ContextType>;
  messageCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  replay?: Resolver<ResolversTypes['RoomReplay'], ParentType, ContextType, RequireFields<Room_ReplayArgs, 'fromSeconds' | 'first'>>;
  viewerCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  permissionRules?: Resolver<ReadonlyArray<ResolversTypes['PermissionRule']>, ParentType, ContextType>;
  chatModes?: Resolver<ResolversTypes['ChatModes'], ParentType, ContextType>;
  filters?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ChatFilter']>>, ParentType, ContextType>;
  moderationLog?: Resolver<Maybe<ResolversTypes['ModerationLogConnection']>, ParentType, ContextType, Partial<Room_ModerationLogArgs>>;
  load?: Resolver<ResolversTypes['RoomLoad'], ParentType, ContextType>;
  canPost?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  cannotPostReason?: Resolver<Maybe<ResolversTypes['CannotPostReason']>, ParentType, ContextType>;
  canPostAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['RoomEventConnection'], ParentType, ContextType, Partial<Room_EventsArgs>>;
  pins?: Resolver<ReadonlyArray<ResolversTypes['Pin']>, ParentType, ContextType>;
  announcement?: Resolver<Maybe<ResolversTypes['Announcement']>, ParentType, ContextType>;
  moderationItems?: Resolver<Maybe<ResolversTypes['ModerationItemConnection']>, ParentType, ContextType, RequireFields<Room_ModerationItemsArgs, 'first'>>;
  search?: Resolver<ResolversTypes['MessageConnection'], ParentType, ContextType, RequireFields<Room_SearchArgs, 'query' | 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RoomReplayResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoomReplay'] = ResolversParentTypes['RoomReplay']> = {
  events?: Resolver<ReadonlyArray<ResolversTypes['ReplayedEvent']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ReplayedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReplayedEvent'] = ResolversParentTypes['ReplayedEvent']> = {
  offsetSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['RoomEvent'], ParentType, ContextType>;
};

export type RoomViewersResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoomViewers'] = ResolversParentTypes['RoomViewers']> = {
  roomId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type WatchRoomPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WatchRoomPayload'] = ResolversParentTypes['WatchRoomPayload']> = {
  viewerCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  renewAfterSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['WatchRoomError']>, ParentType, ContextType>;
};

export type WatchRoomErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WatchRoomError'] = ResolversParentTypes['WatchRoomError']> = {
  code?: Resolver<ResolversTypes['WatchRoomErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RoomLoadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoomLoad'] = ResolversParentTypes['RoomLoad']> = {
  step?: Resolver<ResolversTypes['RoomStep'], ParentType, ContextType>;
  messagesPerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  viewers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pinned?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type GroupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Group'] = ResolversParentTypes['Group']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  isClosed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isPublic?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  memberCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['ConversationRole']>, ParentType, ContextType>;
  permissions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ConversationPermission']>>, ParentType, ContextType>;
  joinedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  members?: Resolver<ResolversTypes['GroupMemberConnection'], ParentType, ContextType, RequireFields<Group_MembersArgs, 'first'>>;
  messageCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  permissionRules?: Resolver<ReadonlyArray<ResolversTypes['PermissionRule']>, ParentType, ContextType>;
  chatModes?: Resolver<ResolversTypes['ChatModes'], ParentType, ContextType>;
  filters?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ChatFilter']>>, ParentType, ContextType>;
  moderationLog?: Resolver<Maybe<ResolversTypes['ModerationLogConnection']>, ParentType, ContextType, Partial<Group_ModerationLogArgs>>;
  readNumber?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  unreadCount?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  mentionCount?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['RoomEventConnection'], ParentType, ContextType, Partial<Group_EventsArgs>>;
  pins?: Resolver<ReadonlyArray<ResolversTypes['Pin']>, ParentType, ContextType>;
  announcement?: Resolver<Maybe<ResolversTypes['Announcement']>, ParentType, ContextType>;
  moderationItems?: Resolver<Maybe<ResolversTypes['ModerationItemConnection']>, ParentType, ContextType, RequireFields<Group_ModerationItemsArgs, 'first'>>;
  search?: Resolver<ResolversTypes['MessageConnection'], ParentType, ContextType, RequireFields<Group_SearchArgs, 'query' | 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupMemberResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GroupMember'] = ResolversParentTypes['GroupMember']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  joinedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type GroupMemberConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GroupMemberConnection'] = ResolversParentTypes['GroupMemberConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['GroupMemberEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['GroupMember']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GroupMemberEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GroupMemberEdge'] = ResolversParentTypes['GroupMemberEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GroupMember'], ParentType, ContextType>;
};

export type GroupPreviewResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GroupPreview'] = ResolversParentTypes['GroupPreview']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isClosed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isPublic?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  memberCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isMember?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DirectConversationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DirectConversation'] = ResolversParentTypes['DirectConversation']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  people?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['ConversationRole']>, ParentType, ContextType>;
  permissions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ConversationPermission']>>, ParentType, ContextType>;
  messageCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  permissionRules?: Resolver<ReadonlyArray<ResolversTypes['PermissionRule']>, ParentType, ContextType>;
  chatModes?: Resolver<ResolversTypes['ChatModes'], ParentType, ContextType>;
  filters?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ChatFilter']>>, ParentType, ContextType>;
  moderationLog?: Resolver<Maybe<ResolversTypes['ModerationLogConnection']>, ParentType, ContextType, Partial<DirectConversation_ModerationLogArgs>>;
  readNumber?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  unreadCount?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  mentionCount?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['RoomEventConnection'], ParentType, ContextType, Partial<DirectConversation_EventsArgs>>;
  pins?: Resolver<ReadonlyArray<ResolversTypes['Pin']>, ParentType, ContextType>;
  announcement?: Resolver<Maybe<ResolversTypes['Announcement']>, ParentType, ContextType>;
  moderationItems?: Resolver<Maybe<ResolversTypes['ModerationItemConnection']>, ParentType, ContextType, RequireFields<DirectConversation_ModerationItemsArgs, 'first'>>;
  search?: Resolver<ResolversTypes['MessageConnection'], ParentType, ContextType, RequireFields<DirectConversation_SearchArgs, 'query' | 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageConnection'] = ResolversParentTypes['MessageConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['MessageEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Message']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MessageEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageEdge'] = ResolversParentTypes['MessageEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type RoomEventConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoomEventConnection'] = ResolversParentTypes['RoomEventConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RoomEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['RoomEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RoomEventEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoomEventEdge'] = ResolversParentTypes['RoomEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RoomEvent'], ParentType, ContextType>;
};

export type RoomEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoomEvent'] = ResolversParentTypes['RoomEvent']> = {
  __resolveType: TypeResolveFn<'ChatEvent' | 'ControlEvent' | 'GiftEvent' | 'NoticeEvent' | 'GroupChangedEvent' | 'SanctionEvent' | 'ChatModesChangedEvent' | 'RoleChangedEvent' | 'MessageRecalledEvent' | 'MessagesErasedEvent' | 'MessageEditedEvent' | 'ReactionsChangedEvent' | 'PinsChangedEvent' | 'AnnouncementChangedEvent' | 'StepChangedEvent' | 'SkippedEvent' | 'PositionEvent' | 'ResetEvent', ParentType, ContextType>;
};

export type ChatEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatEvent'] = ResolversParentTypes['ChatEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ControlEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ControlEvent'] = ResolversParentTypes['ControlEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  schema?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  data?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GiftEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftEvent'] = ResolversParentTypes['GiftEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sender?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  combo?: Resolver<ResolversTypes['GiftCombo'], ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  gift?: Resolver<Maybe<ResolversTypes['Gift']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type NoticeEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NoticeEvent'] = ResolversParentTypes['NoticeEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['NoticeCode'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  people?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  count?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  welcome?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupChangedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GroupChangedEvent'] = ResolversParentTypes['GroupChangedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  owner?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  isClosed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isPublic?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  memberCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  joined?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  left?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SanctionEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SanctionEvent'] = ResolversParentTypes['SanctionEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['SanctionType'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChatModesChangedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatModesChangedEvent'] = ResolversParentTypes['ChatModesChangedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  modes?: Resolver<ResolversTypes['ChatModes'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RoleChangedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoleChangedEvent'] = ResolversParentTypes['RoleChangedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['ConversationRole'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageRecalledEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageRecalledEvent'] = ResolversParentTypes['MessageRecalledEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  messageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messageIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessagesErasedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessagesErasedEvent'] = ResolversParentTypes['MessagesErasedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  messageIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageEditedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageEditedEvent'] = ResolversParentTypes['MessageEditedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReactionsChangedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReactionsChangedEvent'] = ResolversParentTypes['ReactionsChangedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  messageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reactions?: Resolver<ReadonlyArray<ResolversTypes['Reaction']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PinsChangedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PinsChangedEvent'] = ResolversParentTypes['PinsChangedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  messageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  isPinned?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  pinCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AnnouncementChangedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnnouncementChangedEvent'] = ResolversParentTypes['AnnouncementChangedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StepChangedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StepChangedEvent'] = ResolversParentTypes['StepChangedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  step?: Resolver<ResolversTypes['RoomStep'], ParentType, ContextType>;
  pinned?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SkippedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SkippedEvent'] = ResolversParentTypes['SkippedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fromSeq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  toSeq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PositionEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PositionEvent'] = ResolversParentTypes['PositionEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ResetEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResetEvent'] = ResolversParentTypes['ResetEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['ResetReason'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Message'] = ResolversParentTypes['Message'], FederationReferenceType extends FederationReferenceTypes['Message'] = FederationReferenceTypes['Message']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Message']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messageNumber?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  author?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  heldAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  isRecalled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  editedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  edits?: Resolver<ReadonlyArray<ResolversTypes['MessageVersion']>, ParentType, ContextType>;
  replyTo?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  mentions?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  mentionsAll?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['MessageType'], ParentType, ContextType>;
  attachments?: Resolver<ReadonlyArray<ResolversTypes['Attachment']>, ParentType, ContextType>;
  custom?: Resolver<Maybe<ResolversTypes['CustomContent']>, ParentType, ContextType>;
  system?: Resolver<Maybe<ResolversTypes['SystemContent']>, ParentType, ContextType>;
  reactions?: Resolver<ReadonlyArray<ResolversTypes['Reaction']>, ParentType, ContextType>;
  readCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  readBy?: Resolver<Maybe<ResolversTypes['ReaderConnection']>, ParentType, ContextType, RequireFields<Message_ReadByArgs, 'first'>>;
  recall?: Resolver<Maybe<ResolversTypes['Recall']>, ParentType, ContextType>;
};

export type TypingStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TypingState'] = ResolversParentTypes['TypingState']> = {
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  off?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  users?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
};

export type SetTypingPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetTypingPayload'] = ResolversParentTypes['SetTypingPayload']> = {
  off?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  renewAfterSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['SetTypingError']>, ParentType, ContextType>;
};

export type SetTypingErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetTypingError'] = ResolversParentTypes['SetTypingError']> = {
  code?: Resolver<ResolversTypes['SetTypingErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PresenceStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PresenceState'] = ResolversParentTypes['PresenceState']> = {
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  users?: Resolver<ReadonlyArray<ResolversTypes['UserPresence']>, ParentType, ContextType>;
};

export type UserPresenceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserPresence'] = ResolversParentTypes['UserPresence']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  online?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type PresencePrivacyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PresencePrivacy'] = ResolversParentTypes['PresencePrivacy']> = {
  online?: Resolver<ResolversTypes['PresenceAudience'], ParentType, ContextType>;
  lastSeen?: Resolver<ResolversTypes['PresenceAudience'], ParentType, ContextType>;
};

export type SetPresencePrivacyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetPresencePrivacyPayload'] = ResolversParentTypes['SetPresencePrivacyPayload']> = {
  privacy?: Resolver<Maybe<ResolversTypes['PresencePrivacy']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['PresencePrivacyError']>, ParentType, ContextType>;
};

export type PresencePrivacyErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PresencePrivacyError'] = ResolversParentTypes['PresencePrivacyError']> = {
  code?: Resolver<ResolversTypes['PresencePrivacyErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConversationReadStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConversationReadState'] = ResolversParentTypes['ConversationReadState']> = {
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  cursors?: Resolver<ReadonlyArray<ResolversTypes['ReadCursor']>, ParentType, ContextType>;
};

export type ReadCursorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReadCursor'] = ResolversParentTypes['ReadCursor']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  readNumber?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type ReaderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReaderConnection'] = ResolversParentTypes['ReaderConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ReaderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ReaderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReaderEdge'] = ResolversParentTypes['ReaderEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type SystemContentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SystemContent'] = ResolversParentTypes['SystemContent']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parameters?: Resolver<ReadonlyArray<ResolversTypes['SystemParameter']>, ParentType, ContextType>;
};

export type SystemParameterResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SystemParameter'] = ResolversParentTypes['SystemParameter']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AttachmentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Attachment'] = ResolversParentTypes['Attachment']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AttachmentKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  contentType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  width?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  height?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  link?: Resolver<Maybe<ResolversTypes['AttachmentLink']>, ParentType, ContextType>;
};

export type AttachmentLinkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttachmentLink'] = ResolversParentTypes['AttachmentLink']> = {
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type CustomContentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CustomContent'] = ResolversParentTypes['CustomContent']> = {
  schema?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  data?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MessageSchemaResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageSchema'] = ResolversParentTypes['MessageSchema']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  schema?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type MessageVersionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageVersion'] = ResolversParentTypes['MessageVersion']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ReactionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Reaction'] = ResolversParentTypes['Reaction']> = {
  emoji?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mine?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type RecallResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Recall'] = ResolversParentTypes['Recall']> = {
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  edits?: Resolver<ReadonlyArray<ResolversTypes['MessageVersion']>, ParentType, ContextType>;
};

export type PinResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Pin'] = ResolversParentTypes['Pin']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type AnnouncementResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Announcement'] = ResolversParentTypes['Announcement']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type MessagePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessagePayload'] = ResolversParentTypes['MessagePayload']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['MessageChangeError']>, ParentType, ContextType>;
};

export type AnnouncementPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnnouncementPayload'] = ResolversParentTypes['AnnouncementPayload']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['MessageChangeError']>, ParentType, ContextType>;
};

export type MessageChangeErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageChangeError'] = ResolversParentTypes['MessageChangeError']> = {
  code?: Resolver<ResolversTypes['MessageChangeErrorCode'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ServiceMessagePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ServiceMessagePayload'] = ResolversParentTypes['ServiceMessagePayload']> = {
  events?: Resolver<ReadonlyArray<ResolversTypes['RoomEvent']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ServiceMessageError']>, ParentType, ContextType>;
};

export type ServiceMessageErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ServiceMessageError'] = ResolversParentTypes['ServiceMessageError']> = {
  code?: Resolver<ResolversTypes['ServiceMessageErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  conversationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateUploadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateUploadPayload'] = ResolversParentTypes['CreateUploadPayload']> = {
  upload?: Resolver<Maybe<ResolversTypes['Upload']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['CreateUploadError']>, ParentType, ContextType>;
};

export type UploadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Upload'] = ResolversParentTypes['Upload']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  put?: Resolver<ResolversTypes['UploadAddress'], ParentType, ContextType>;
  useBefore?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type UploadAddressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadAddress'] = ResolversParentTypes['UploadAddress']> = {
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  headers?: Resolver<ReadonlyArray<ResolversTypes['UploadHeader']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type UploadHeaderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadHeader'] = ResolversParentTypes['UploadHeader']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CreateUploadErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateUploadError'] = ResolversParentTypes['CreateUploadError']> = {
  code?: Resolver<ResolversTypes['CreateUploadErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RegisterMessageSchemaPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RegisterMessageSchemaPayload'] = ResolversParentTypes['RegisterMessageSchemaPayload']> = {
  schema?: Resolver<Maybe<ResolversTypes['MessageSchema']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['MessageSchemaError']>, ParentType, ContextType>;
};

export type MessageSchemaErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageSchemaError'] = ResolversParentTypes['MessageSchemaError']> = {
  code?: Resolver<ResolversTypes['MessageSchemaErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PostMessagePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PostMessagePayload'] = ResolversParentTypes['PostMessagePayload']> = {
  event?: Resolver<Maybe<ResolversTypes['ChatEvent']>, ParentType, ContextType>;
  held?: Resolver<Maybe<ResolversTypes['HeldMessage']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['PostMessageError']>, ParentType, ContextType>;
};

export type PostMessageErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PostMessageError'] = ResolversParentTypes['PostMessageError']> = {
  code?: Resolver<ResolversTypes['PostMessageErrorCode'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WebhookDeliveryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookDeliveryConnection'] = ResolversParentTypes['WebhookDeliveryConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['WebhookDeliveryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WebhookDeliveryEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookDeliveryEdge'] = ResolversParentTypes['WebhookDeliveryEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['WebhookDelivery'], ParentType, ContextType>;
};

export type WebhookDeliveryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookDelivery'] = ResolversParentTypes['WebhookDelivery']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  fromSeq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  toSeq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['WebhookDeliveryState'], ParentType, ContextType>;
  attemptCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attempts?: Resolver<ReadonlyArray<ResolversTypes['WebhookAttempt']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  nextTryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  settledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type WebhookAttemptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookAttempt'] = ResolversParentTypes['WebhookAttempt']> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  tookMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  statusCode?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MarkReadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MarkReadPayload'] = ResolversParentTypes['MarkReadPayload']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['MarkReadError']>, ParentType, ContextType>;
};

export type MarkReadErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MarkReadError'] = ResolversParentTypes['MarkReadError']> = {
  code?: Resolver<ResolversTypes['MarkReadErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type BlockPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BlockPayload'] = ResolversParentTypes['BlockPayload']> = {
  blockList?: Resolver<Maybe<ResolversTypes['BlockList']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['BlockError']>, ParentType, ContextType>;
};

export type BlockErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BlockError'] = ResolversParentTypes['BlockError']> = {
  code?: Resolver<ResolversTypes['BlockErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GroupPayload'] = ResolversParentTypes['GroupPayload']> = {
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['GroupError']>, ParentType, ContextType>;
};

export type OpenDirectPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OpenDirectPayload'] = ResolversParentTypes['OpenDirectPayload']> = {
  conversation?: Resolver<Maybe<ResolversTypes['DirectConversation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['GroupError']>, ParentType, ContextType>;
};

export type GroupErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GroupError'] = ResolversParentTypes['GroupError']> = {
  code?: Resolver<ResolversTypes['GroupErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RoomBanResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoomBan'] = ResolversParentTypes['RoomBan']> = {
  roomId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  bannedBy?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  bannedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type BanPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BanPayload'] = ResolversParentTypes['BanPayload']> = {
  ban?: Resolver<Maybe<ResolversTypes['RoomBan']>, ParentType, ContextType>;
  recalledMessageCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ModerationError']>, ParentType, ContextType>;
};

export type ModerationErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationError'] = ResolversParentTypes['ModerationError']> = {
  code?: Resolver<ResolversTypes['ModerationErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SanctionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Sanction'] = ResolversParentTypes['Sanction']> = {
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['SanctionType'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type SanctionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SanctionPayload'] = ResolversParentTypes['SanctionPayload']> = {
  sanction?: Resolver<Maybe<ResolversTypes['Sanction']>, ParentType, ContextType>;
  recalledMessageCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ModerationError']>, ParentType, ContextType>;
};

export type SetRolePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetRolePayload'] = ResolversParentTypes['SetRolePayload']> = {
  role?: Resolver<Maybe<ResolversTypes['ConversationRole']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ModerationError']>, ParentType, ContextType>;
};

export type ModerationItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationItem'] = ResolversParentTypes['ModerationItem']> = {
  __resolveType: TypeResolveFn<'HeldMessage' | 'ReportCase', ParentType, ContextType>;
};

export type HeldMessageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HeldMessage'] = ResolversParentTypes['HeldMessage']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ModerationItemState'], ParentType, ContextType>;
  settledBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  settledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  settledReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  author?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['HeldReason'], ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['MessageType'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  attachments?: Resolver<ReadonlyArray<ResolversTypes['Attachment']>, ParentType, ContextType>;
  custom?: Resolver<Maybe<ResolversTypes['CustomContent']>, ParentType, ContextType>;
  replyTo?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  mentionsAll?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReportCaseResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReportCase'] = ResolversParentTypes['ReportCase']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ModerationItemState'], ParentType, ContextType>;
  settledBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  settledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  settledReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  reportCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reports?: Resolver<ReadonlyArray<ResolversTypes['Report']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReportResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Report'] = ResolversParentTypes['Report']> = {
  reporter?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['ReportReason'], ParentType, ContextType>;
  comment?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ModerationItemConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationItemConnection'] = ResolversParentTypes['ModerationItemConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ModerationItemEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ModerationItem']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ModerationItemEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationItemEdge'] = ResolversParentTypes['ModerationItemEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ModerationItem'], ParentType, ContextType>;
};

export type ModerationQueueEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationQueueEvent'] = ResolversParentTypes['ModerationQueueEvent']> = {
  __resolveType: TypeResolveFn<'MessageHeldEvent' | 'ReportedEvent' | 'ModerationSettledEvent' | 'ModerationQueuePositionEvent' | 'ModerationQueueResetEvent', ParentType, ContextType>;
};

export type MessageHeldEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageHeldEvent'] = ResolversParentTypes['MessageHeldEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  item?: Resolver<Maybe<ResolversTypes['HeldMessage']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReportedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReportedEvent'] = ResolversParentTypes['ReportedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  item?: Resolver<Maybe<ResolversTypes['ReportCase']>, ParentType, ContextType>;
  reportCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModerationSettledEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationSettledEvent'] = ResolversParentTypes['ModerationSettledEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  itemId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  item?: Resolver<Maybe<ResolversTypes['ModerationItem']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ModerationItemState'], ParentType, ContextType>;
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModerationQueuePositionEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationQueuePositionEvent'] = ResolversParentTypes['ModerationQueuePositionEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModerationQueueResetEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationQueueResetEvent'] = ResolversParentTypes['ModerationQueueResetEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['ResetReason'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReviewHeldMessagePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReviewHeldMessagePayload'] = ResolversParentTypes['ReviewHeldMessagePayload']> = {
  heldMessage?: Resolver<Maybe<ResolversTypes['HeldMessage']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ModerationItemError']>, ParentType, ContextType>;
};

export type ResolveReportPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResolveReportPayload'] = ResolversParentTypes['ResolveReportPayload']> = {
  reportCase?: Resolver<Maybe<ResolversTypes['ReportCase']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ModerationItemError']>, ParentType, ContextType>;
};

export type ModerationItemErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationItemError'] = ResolversParentTypes['ModerationItemError']> = {
  code?: Resolver<ResolversTypes['ModerationItemErrorCode'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReportMessagePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReportMessagePayload'] = ResolversParentTypes['ReportMessagePayload']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ReportError']>, ParentType, ContextType>;
};

export type ReportUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReportUserPayload'] = ResolversParentTypes['ReportUserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ReportError']>, ParentType, ContextType>;
};

export type ReportErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReportError'] = ResolversParentTypes['ReportError']> = {
  code?: Resolver<ResolversTypes['ReportErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PinRoomStepPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PinRoomStepPayload'] = ResolversParentTypes['PinRoomStepPayload']> = {
  room?: Resolver<Maybe<ResolversTypes['Room']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['PinRoomStepError']>, ParentType, ContextType>;
};

export type PinRoomStepErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PinRoomStepError'] = ResolversParentTypes['PinRoomStepError']> = {
  code?: Resolver<ResolversTypes['PinRoomStepErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModerationLogConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationLogConnection'] = ResolversParentTypes['ModerationLogConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ModerationLogEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ModerationEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ModerationLogEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationLogEdge'] = ResolversParentTypes['ModerationLogEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ModerationEntry'], ParentType, ContextType>;
};

export type ModerationEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModerationEntry'] = ResolversParentTypes['ModerationEntry']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  act?: Resolver<ResolversTypes['ModerationAct'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  messageCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['ConversationRole']>, ParentType, ContextType>;
  permission?: Resolver<Maybe<ResolversTypes['ConversationPermission']>, ParentType, ContextType>;
  modes?: Resolver<Maybe<ResolversTypes['ChatModes']>, ParentType, ContextType>;
  filter?: Resolver<Maybe<ResolversTypes['ChatFilter']>, ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PermissionRuleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PermissionRule'] = ResolversParentTypes['PermissionRule']> = {
  permission?: Resolver<ResolversTypes['ConversationPermission'], ParentType, ContextType>;
  least?: Resolver<ResolversTypes['ConversationRole'], ParentType, ContextType>;
};

export type ChatModesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatModes'] = ResolversParentTypes['ChatModes']> = {
  slowSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  followersOnlyMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  membersOnly?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  emotesOnly?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  uniqueMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  uniqueScope?: Resolver<ResolversTypes['UniqueScope'], ParentType, ContextType>;
  links?: Resolver<ResolversTypes['LinksPolicy'], ParentType, ContextType>;
  nonModeratorDelaySeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ChatFilterResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatFilter'] = ResolversParentTypes['ChatFilter']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['FilterKind'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  action?: Resolver<ResolversTypes['FilterAction'], ParentType, ContextType>;
};

export type SetFollowersPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetFollowersPayload'] = ResolversParentTypes['SetFollowersPayload']> = {
  ok?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PolicyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PolicyPayload'] = ResolversParentTypes['PolicyPayload']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['PolicyError']>, ParentType, ContextType>;
};

export type PolicyErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PolicyError'] = ResolversParentTypes['PolicyError']> = {
  code?: Resolver<ResolversTypes['PolicyErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AdmissionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Admission'] = ResolversParentTypes['Admission']> = {
  refusal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
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
  User?: UserResolvers<ContextType>;
  Erasure?: ErasureResolvers<ContextType>;
  DataExportConnection?: DataExportConnectionResolvers<ContextType>;
  DataExportEdge?: DataExportEdgeResolvers<ContextType>;
  DataExportDocument?: DataExportDocumentResolvers<ContextType>;
  ErasurePayload?: ErasurePayloadResolvers<ContextType>;
  ErasureError?: ErasureErrorResolvers<ContextType>;
  InboxConnection?: InboxConnectionResolvers<ContextType>;
  InboxEdge?: InboxEdgeResolvers<ContextType>;
  InboxEvent?: InboxEventResolvers<ContextType>;
  InboxConversationEvent?: InboxConversationEventResolvers<ContextType>;
  InboxJoinedEvent?: InboxJoinedEventResolvers<ContextType>;
  InboxLeftEvent?: InboxLeftEventResolvers<ContextType>;
  InboxReadEvent?: InboxReadEventResolvers<ContextType>;
  InboxBlocksEvent?: InboxBlocksEventResolvers<ContextType>;
  InboxHeldMessageEvent?: InboxHeldMessageEventResolvers<ContextType>;
  InboxPositionEvent?: InboxPositionEventResolvers<ContextType>;
  InboxResetEvent?: InboxResetEventResolvers<ContextType>;
  ConversationConnection?: ConversationConnectionResolvers<ContextType>;
  ConversationEdge?: ConversationEdgeResolvers<ContextType>;
  BlockList?: BlockListResolvers<ContextType>;
  BlockedUser?: BlockedUserResolvers<ContextType>;
  BlockedUserConnection?: BlockedUserConnectionResolvers<ContextType>;
  BlockedUserEdge?: BlockedUserEdgeResolvers<ContextType>;
  Stream?: StreamResolvers<ContextType>;
  Gift?: GiftResolvers<ContextType>;
  Conversation?: ConversationResolvers<ContextType>;
  Room?: RoomResolvers<ContextType>;
  RoomReplay?: RoomReplayResolvers<ContextType>;
  ReplayedEvent?: ReplayedEventResolvers<ContextType>;
  RoomViewers?: RoomViewersResolvers<ContextType>;
  WatchRoomPayload?: WatchRoomPayloadResolvers<ContextType>;
  WatchRoomError?: WatchRoomErrorResolvers<ContextType>;
  RoomLoad?: RoomLoadResolvers<ContextType>;
  Group?: GroupResolvers<ContextType>;
  GroupMember?: GroupMemberResolvers<ContextType>;
  GroupMemberConnection?: GroupMemberConnectionResolvers<ContextType>;
  GroupMemberEdge?: GroupMemberEdgeResolvers<ContextType>;
  GroupPreview?: GroupPreviewResolvers<ContextType>;
  DirectConversation?: DirectConversationResolvers<ContextType>;
  MessageConnection?: MessageConnectionResolvers<ContextType>;
  MessageEdge?: MessageEdgeResolvers<ContextType>;
  RoomEventConnection?: RoomEventConnectionResolvers<ContextType>;
  RoomEventEdge?: RoomEventEdgeResolvers<ContextType>;
  RoomEvent?: RoomEventResolvers<ContextType>;
  ChatEvent?: ChatEventResolvers<ContextType>;
  ControlEvent?: ControlEventResolvers<ContextType>;
  GiftEvent?: GiftEventResolvers<ContextType>;
  NoticeEvent?: NoticeEventResolvers<ContextType>;
  GroupChangedEvent?: GroupChangedEventResolvers<ContextType>;
  SanctionEvent?: SanctionEventResolvers<ContextType>;
  ChatModesChangedEvent?: ChatModesChangedEventResolvers<ContextType>;
  RoleChangedEvent?: RoleChangedEventResolvers<ContextType>;
  MessageRecalledEvent?: MessageRecalledEventResolvers<ContextType>;
  MessagesErasedEvent?: MessagesErasedEventResolvers<ContextType>;
  MessageEditedEvent?: MessageEditedEventResolvers<ContextType>;
  ReactionsChangedEvent?: ReactionsChangedEventResolvers<ContextType>;
  PinsChangedEvent?: PinsChangedEventResolvers<ContextType>;
  AnnouncementChangedEvent?: AnnouncementChangedEventResolvers<ContextType>;
  StepChangedEvent?: StepChangedEventResolvers<ContextType>;
  SkippedEvent?: SkippedEventResolvers<ContextType>;
  PositionEvent?: PositionEventResolvers<ContextType>;
  ResetEvent?: ResetEventResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  TypingState?: TypingStateResolvers<ContextType>;
  SetTypingPayload?: SetTypingPayloadResolvers<ContextType>;
  SetTypingError?: SetTypingErrorResolvers<ContextType>;
  PresenceState?: PresenceStateResolvers<ContextType>;
  UserPresence?: UserPresenceResolvers<ContextType>;
  PresencePrivacy?: PresencePrivacyResolvers<ContextType>;
  SetPresencePrivacyPayload?: SetPresencePrivacyPayloadResolvers<ContextType>;
  PresencePrivacyError?: PresencePrivacyErrorResolvers<ContextType>;
  ConversationReadState?: ConversationReadStateResolvers<ContextType>;
  ReadCursor?: ReadCursorResolvers<ContextType>;
  ReaderConnection?: ReaderConnectionResolvers<ContextType>;
  ReaderEdge?: ReaderEdgeResolvers<ContextType>;
  SystemContent?: SystemContentResolvers<ContextType>;
  SystemParameter?: SystemParameterResolvers<ContextType>;
  Attachment?: AttachmentResolvers<ContextType>;
  AttachmentLink?: AttachmentLinkResolvers<ContextType>;
  CustomContent?: CustomContentResolvers<ContextType>;
  MessageSchema?: MessageSchemaResolvers<ContextType>;
  MessageVersion?: MessageVersionResolvers<ContextType>;
  Reaction?: ReactionResolvers<ContextType>;
  Recall?: RecallResolvers<ContextType>;
  Pin?: PinResolvers<ContextType>;
  Announcement?: AnnouncementResolvers<ContextType>;
  MessagePayload?: MessagePayloadResolvers<ContextType>;
  AnnouncementPayload?: AnnouncementPayloadResolvers<ContextType>;
  MessageChangeError?: MessageChangeErrorResolvers<ContextType>;
  ServiceMessagePayload?: ServiceMessagePayloadResolvers<ContextType>;
  ServiceMessageError?: ServiceMessageErrorResolvers<ContextType>;
  CreateUploadPayload?: CreateUploadPayloadResolvers<ContextType>;
  Upload?: UploadResolvers<ContextType>;
  UploadAddress?: UploadAddressResolvers<ContextType>;
  UploadHeader?: UploadHeaderResolvers<ContextType>;
  CreateUploadError?: CreateUploadErrorResolvers<ContextType>;
  RegisterMessageSchemaPayload?: RegisterMessageSchemaPayloadResolvers<ContextType>;
  MessageSchemaError?: MessageSchemaErrorResolvers<ContextType>;
  PostMessagePayload?: PostMessagePayloadResolvers<ContextType>;
  PostMessageError?: PostMessageErrorResolvers<ContextType>;
  WebhookDeliveryConnection?: WebhookDeliveryConnectionResolvers<ContextType>;
  WebhookDeliveryEdge?: WebhookDeliveryEdgeResolvers<ContextType>;
  WebhookDelivery?: WebhookDeliveryResolvers<ContextType>;
  WebhookAttempt?: WebhookAttemptResolvers<ContextType>;
  MarkReadPayload?: MarkReadPayloadResolvers<ContextType>;
  MarkReadError?: MarkReadErrorResolvers<ContextType>;
  BlockPayload?: BlockPayloadResolvers<ContextType>;
  BlockError?: BlockErrorResolvers<ContextType>;
  GroupPayload?: GroupPayloadResolvers<ContextType>;
  OpenDirectPayload?: OpenDirectPayloadResolvers<ContextType>;
  GroupError?: GroupErrorResolvers<ContextType>;
  RoomBan?: RoomBanResolvers<ContextType>;
  BanPayload?: BanPayloadResolvers<ContextType>;
  ModerationError?: ModerationErrorResolvers<ContextType>;
  Sanction?: SanctionResolvers<ContextType>;
  SanctionPayload?: SanctionPayloadResolvers<ContextType>;
  SetRolePayload?: SetRolePayloadResolvers<ContextType>;
  ModerationItem?: ModerationItemResolvers<ContextType>;
  HeldMessage?: HeldMessageResolvers<ContextType>;
  ReportCase?: ReportCaseResolvers<ContextType>;
  Report?: ReportResolvers<ContextType>;
  ModerationItemConnection?: ModerationItemConnectionResolvers<ContextType>;
  ModerationItemEdge?: ModerationItemEdgeResolvers<ContextType>;
  ModerationQueueEvent?: ModerationQueueEventResolvers<ContextType>;
  MessageHeldEvent?: MessageHeldEventResolvers<ContextType>;
  ReportedEvent?: ReportedEventResolvers<ContextType>;
  ModerationSettledEvent?: ModerationSettledEventResolvers<ContextType>;
  ModerationQueuePositionEvent?: ModerationQueuePositionEventResolvers<ContextType>;
  ModerationQueueResetEvent?: ModerationQueueResetEventResolvers<ContextType>;
  ReviewHeldMessagePayload?: ReviewHeldMessagePayloadResolvers<ContextType>;
  ResolveReportPayload?: ResolveReportPayloadResolvers<ContextType>;
  ModerationItemError?: ModerationItemErrorResolvers<ContextType>;
  ReportMessagePayload?: ReportMessagePayloadResolvers<ContextType>;
  ReportUserPayload?: ReportUserPayloadResolvers<ContextType>;
  ReportError?: ReportErrorResolvers<ContextType>;
  PinRoomStepPayload?: PinRoomStepPayloadResolvers<ContextType>;
  PinRoomStepError?: PinRoomStepErrorResolvers<ContextType>;
  ModerationLogConnection?: ModerationLogConnectionResolvers<ContextType>;
  ModerationLogEdge?: ModerationLogEdgeResolvers<ContextType>;
  ModerationEntry?: ModerationEntryResolvers<ContextType>;
  PermissionRule?: PermissionRuleResolvers<ContextType>;
  ChatModes?: ChatModesResolvers<ContextType>;
  ChatFilter?: ChatFilterResolvers<ContextType>;
  SetFollowersPayload?: SetFollowersPayloadResolvers<ContextType>;
  PolicyPayload?: PolicyPayloadResolvers<ContextType>;
  PolicyError?: PolicyErrorResolvers<ContextType>;
  Admission?: AdmissionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  broadcast?: BroadcastDirectiveResolver<any, any, ContextType>;
  personal?: PersonalDirectiveResolver<any, any, ContextType>;
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
