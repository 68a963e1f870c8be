/** A message longer than this fills the screen of a phone. Counted in code points, as people count characters. */
export const TEXT_CHARACTERS_MAX = 500;
/** Events on one page of a room's log at most, and when the caller does not say. */
export const PAGE_SIZE_MAX = 100;
export const PAGE_SIZE_DEFAULT = 20;
/** A list of kinds names each once at most. */
export const KINDS_MAX = 16;
/** Longest `sub` that tokens may carry. */
export const USER_ID_CHARACTERS_MAX = 128;
/** One author's messages: a burst as fast as anybody can type and paste, then a pace that a room can still read. */
export const POST_BUCKET = { capacity: 20, refillPerSecond: 5 } as const;
/** All messages of one conversation: half of what a machine can append, so that one flooded room leaves the other half to all others. */
export const CONVERSATION_POST_BUCKET = { capacity: 10_000, refillPerSecond: 5_000 } as const;
/** Messages from one network: a stadium behind one carrier's gateway, but no farm of accounts. The gateway's own limit of operations is above it. */
export const ADDRESS_POST_BUCKET = { capacity: 5_000, refillPerSecond: 1_500 } as const;
/** One moderator's bans and unbans: a burst that clears a raid, then a pace that one person can still answer for. */
export const MODERATION_BUCKET = { capacity: 100, refillPerSecond: 10 } as const;
/** A sanction takes back what was said in a day at most: what is older has been read. */
export const RECALL_WITH_SANCTION_SECONDS_MAX = 86_400;
/** Of that so many messages, the newest: their seqs stand in one event. */
export const RECALLED_AT_ONCE_MAX = 200;
/** They are looked for in so much of the log: some 20 ms, for which nobody else posts there. */
export const RECALLED_LOG_EVENTS_MAX = 10_000;
/** A sentence for the other moderators, counted like a message. */
export const REASON_CHARACTERS_MAX = 200;
/** The gateway asks about so many viewers at once at most: one statement, some ten milliseconds. */
export const ADMISSION_CHECKS_MAX = 1_000;
/** A group is read by its members from one log, so its size costs a row per member and nothing per message. */
export const GROUP_MEMBERS_MAX = 100_000;
/** People named by one command at most: one page of a picker. */
export const MEMBERS_PER_COMMAND_MAX = 100;
/** Groups of one person at most: an inbox's cursor has a place in each. */
export const GROUPS_PER_USER_MAX = 200;
/** One person's read cursors: a burst as when somebody looks through all that is new, then as fast as anybody turns from one conversation to another. */
export const READ_BUCKET = { capacity: 50, refillPerSecond: 10 } as const;
/** Members of a conversation whose read cursors can be followed at most: each sees the others' move, which in larger groups would be more news than there are messages. */
export const READ_STATE_MEMBERS_MAX = 100;
/** Read cursors of others move on the screen so often at most. */
export const READ_STATE_MS = 1_000;
/** One line of a list on a phone, counted in code points. */
export const TITLE_CHARACTERS_MAX = 100;
/** One person's commands about groups: enough to set one up, a pace that no script gains from. */
export const GROUP_BUCKET = { capacity: 50, refillPerSecond: 2 } as const;
/** A cursor of an inbox has about 13 characters per group: GROUPS_PER_USER_MAX of them, with room for logs of any length. As long as the graph lets a cursor be. */
export const INBOX_CURSOR_LENGTH_MAX = 4_096;
/** Events on one page of an inbox: ten such pages bring a device up to date that has missed 10,000. */
export const INBOX_PAGE_SIZE_MAX = 1_000;
/** A timeout ends by itself within two weeks: what shall last longer is a ban. */
export const TIMEOUT_SECONDS_MAX = 1_209_600;
/** How long authors may take their own messages back: long enough to notice a slip, too short to rewrite what others have answered to. */
export const RECALL_WINDOW_MS = 10 * 60_000;
/** How long a message may be edited. What it said before stays readable, so this may be longer. */
export const EDIT_WINDOW_MS = 60 * 60_000;
/** Versions of one message at most: each is kept, and shown to who asks. */
export const EDITS_MAX = 10;
/** Different reactions of one message: a row of them under a message on a phone, twice. */
export const REACTION_KINDS_MAX = 20;
/** Pinned messages of a conversation: one look at a list, read whole. */
export const PINS_MAX = 50;
/** An announcement is read at a glance, counted like a message. */
export const ANNOUNCEMENT_CHARACTERS_MAX = 500;
/** One person's edits, recalls, pins and announcements. */
export const MESSAGE_CHANGE_BUCKET = { capacity: 30, refillPerSecond: 3 } as const;
/** One person's reactions: as fast as anybody taps. */
export const REACTION_BUCKET = { capacity: 40, refillPerSecond: 10 } as const;
/** People mentioned by one message at most; more are a group, which `mentionsAll` is for. */
export const MENTIONS_MAX = 50;
/** One operator's pins: an incident in many rooms, then a pace that one person can still answer for. */
export const PIN_BUCKET = { capacity: 100, refillPerSecond: 10 } as const;
/** Users whom one person blocks at most: a client hides them by itself, so it has the whole list in memory. */
export const BLOCKS_MAX = 1_000;
/** One person's blocks: an evening's worth of trolls at once, then a pace that a hand keeps up. */
export const BLOCK_BUCKET = { capacity: 50, refillPerSecond: 2 } as const;
/** Data of a custom message: a card, a poll, an offer; what is larger belongs behind an address in it. */
export const CUSTOM_BYTES_MAX = 8_192;
/** A registered form is written by hand, and read whenever such a message comes. */
export const SCHEMA_BYTES_MAX = 16_384;
export const SCHEMA_DEPTH_MAX = 8;
/** Slow mode: longer pauses than two minutes are a closed room. */
export const SLOW_SECONDS_MAX = 120;
/** Time for a moderator to see a message and to take it back before the others see it; who waits longer does not talk any more. */
export const NON_MODERATOR_DELAY_SECONDS_MAX = 10;
/** Chat of a room with such a delay is looked at once more before it is sent, unless it is older than that: longer than news of a message is on its way. */
export const CHAT_DELAY_RECHECK_MS = 60_000;
/** Followers of a quarter of a year: who wants longer wants members. */
export const FOLLOWED_MINUTES_MAX = 129_600;
/** What was said is remembered for so long, by its digest. */
export const UNIQUE_MINUTES_MAX = 60;
/** How often what is older is forgotten, in whatever conversation, and how much of it by one statement. */
export const TRACES_FORGET_MS = 60_000;
export const TRACES_FORGOTTEN_MAX = 5_000;
/** Filters of one conversation: each is looked for in every message. Of those, patterns: together they cost up to PATTERNS_STATES_MAX steps per character. */
export const FILTERS_MAX = 200;
export const FILTER_PATTERNS_MAX = 20;
export const FILTER_CHARACTERS_MAX = 100;
/** A regular expression of a moderator: its length, and how large it becomes with its repetitions written out. */
export const PATTERN_CHARACTERS_MAX = 100;
export const PATTERN_REPEAT_MAX = 50;
export const PATTERN_STATES_MAX = 300;
/** All patterns of one conversation together: anybody can own a conversation, and what its patterns cost is paid by all that share its lane. A text costs them some ten milliseconds at most, with the names of ten files or the data of a card a few times that. */
export const PATTERNS_STATES_MAX = 600;
/** Characters of all texts in the data of a custom message and of the names of whom it mentions, where filters look at them: what a card says, and no more than a few messages' worth of their time. */
export const FILTERED_FIXED_CHARACTERS_MAX = 1_000;
/** Whoever follows a room hears so long after its stream has ended what was still under way then: a gift that was paid in the last second. */
export const CLOSED_ROOM_GRACE_MS = 30_000;
/** Whoever comes to a closed room later is served so long at least: time to get what they have missed. What takes longer goes on after the next subscription. */
export const CLOSED_ROOM_STAY_MS = 10_000;
/** Followers that a service names by one call. */
export const FOLLOWERS_PER_COMMAND_MAX = 1_000;
/** Conversations that a service speaks in by one call: one call is at most a fortieth of what may wait in a lane. */
export const SERVICE_CONVERSATIONS_MAX = 100;
/** One service's posts, counted by conversation: an announcement to a thousand at once, then a pace that leaves the lanes to people. */
export const SERVICE_BUCKET = { capacity: 1_000, refillPerSecond: 200 } as const;
/** What a sentence is filled in with: as many as one can hold, each a name, a title or a number. */
export const SYSTEM_PARAMETERS_MAX = 10;
export const SYSTEM_PARAMETER_CHARACTERS_MAX = 200;
/** A picture as a phone takes it, not as a printer wants it. */
export const IMAGE_BYTES_MAX = 10 * 1024 * 1024;
/** A file that still comes through a train's network while its address holds. */
export const FILE_BYTES_MAX = 50 * 1024 * 1024;
/** Width and height of a picture, each: what browsers can draw. */
export const IMAGE_PIXELS_MAX = 16_384;
/** Files of one message: what a screen shows as a gallery. */
export const ATTACHMENTS_MAX = 10;
/** Counted in code points; half of what file systems take. */
export const FILE_NAME_CHARACTERS_MAX = 120;
/** Files that one person may have announced and not sent yet: two messages full. */
export const OPEN_UPLOADS_MAX = 20;
/** One person's uploads: all that may be open and some that went wrong at once, then a pace that posting them keeps up with. */
export const UPLOAD_BUCKET = { capacity: 30, refillPerSecond: 1 } as const;
/** How long a file can be put to its signed address, from when that was signed. */
export const PUT_ADDRESS_SECONDS = 900;
/** A message has to use a file within this time; afterwards it is deleted. */
export const UPLOAD_USE_MS = 60 * 60_000;
/** Bytes that were already on their way when the last address expired have arrived by then. */
export const UPLOAD_GRACE_MS = 60 * 60_000;
/** How long a file can be read at a signed address. What was signed within the same five minutes is the same address, so that browsers find what they have. */
export const GET_ADDRESS_SECONDS = 900;
export const GET_ADDRESS_STEP_MS = 5 * 60_000;
/** Objects deleted by one sweep at most, and at the same time. */
export const SWEPT_UPLOADS_MAX = 100;
export const SWEEPS_PARALLEL_MAX = 8;
/** How often what is to be deleted is looked for, and when a deletion that did not work is tried again. */
export const SWEEP_EVERY_MS = 30_000;
export const SWEEP_RETRY_MS = 5 * 60_000;
