import type { TokenBucket } from '#platform/store/store.ts';

/** Every bound of the gateway, next to its reason. The page at /limits shows them. */

/** A body larger than this is refused before it is read: no operation of the product comes near it. */
export const BODY_BYTES_MAX = 1_048_576;
/** What is still read (and thrown away) of a refused body, so that the client sees the answer and not a broken connection. */
export const REFUSED_BODY_DRAIN_BYTES_MAX = 16 * 1_048_576;
/** A GET carries the query in its address; Node refuses longer headers with 431. */
export const HEADER_BYTES_MAX = 16_384;
/** From the first byte of a request to its last: a slower client holds a socket for nothing. */
export const REQUEST_RECEIVE_TIMEOUT_MS = 30_000;

/** For how long nothing may move on a connection with a request under way: above every deadline of an operation, so what it ends is a client that doesn't
 * take its answer, which would stay in memory. One that takes it slowly is left alone. */
export const ANSWER_TAKE_TIMEOUT_MS = 60_000;
/** An idle connection is kept open longer than any proxy or client in front of us would keep it: it must not close just as a request is sent. */
export const KEEP_ALIVE_MS = 65_000;
/** Connections that wait to be accepted: after a restart all clients come at once, and the kernel refuses what does not fit (Node's own default is 511; the kernel may have a lower bound). */
export const LISTEN_BACKLOG = 8_192;
/** Open connections, sockets included: file handles of this process. */
export const CONNECTIONS_MAX = 30_000;

/** Lexical tokens of one document: parsing and validating stay under a few milliseconds. */
export const TOKENS_MAX = 5_000;
/** Levels of nested fields. The deepest operation of our own pages has 7. Introspection is not counted. */
export const DEPTH_MAX = 15;
/** Fields of one operation once its fragments are spread out: bounds planning and answers. */
export const FIELDS_MAX = 1_000;
/** Aliased fields of one operation once its fragments are spread out: aliases multiply work under one name. */
export const ALIASES_MAX = 100;
/** Directives of one operation once its fragments are spread out: each condition multiplies the forms in which it may have to be planned. */
export const DIRECTIVES_MAX = 100;
/** Root fields of one operation: each may be a request to a subgraph of its own. */
export const ROOT_FIELDS_MAX = 30;
/** The same bounds for a gateway that runs alone: it knows nothing of the graph, and serves only this machine, so they merely keep one operation from
 * taking all of its memory. */
export const LONE_TOKENS_MAX = 50_000;
export const LONE_DEPTH_MAX = 100;
export const LONE_FIELDS_MAX = 20_000;
export const LONE_ALIASES_MAX = 20_000;
export const LONE_ROOT_FIELDS_MAX = 1_000;
/** Refused variables that are told at once. */
export const VARIABLE_ERRORS_MAX = 10;
/** Nesting of variables, which are walked recursively. */
export const VARIABLES_DEPTH_MAX = 32;

/** Items of a list that says nothing of its size (no @listSize), in the estimate of what an operation costs. */
export const LIST_SIZE_ASSUMED = 10;
/** What one `__schema` or `__type` costs: it is answered from memory, but large. */
export const INTROSPECTION_COST = 500;
/** Fields that are looked at to estimate one operation, each once for every type that may stand around it: an operation with more counts as too expensive.
 * A step takes some tens of microseconds. */
export const COST_STEPS_MAX = 3_000;
/** Estimates of one operation that are kept, for different values of the variables in its @skip and @include. */
export const ESTIMATES_PER_OPERATION_MAX = 32;
/** What one operation may cost, by the IBM cost specification: field cost and type cost together. The operators' page, which draws
 * series of many points, asks for 19,600; all others for up to 710. */
export const OPERATION_COST_MAX = 25_000;
/** What a user's operations may cost, beside USER_RATE, which says how many they may be. */
export const USER_BUDGET: TokenBucket = { capacity: 500_000, refillPerSecond: 50_000 };
/** The same for the operations of an address without tokens: many viewers share one, as for ADDRESS_RATE. */
export const ADDRESS_BUDGET: TokenBucket = { capacity: 2_000_000, refillPerSecond: 500_000 };

/** Forms of one operation that are kept, for callers who lack different permissions. */
export const FORMS_PER_OPERATION_MAX = 16;

/** Operations that wait for a plan at the same time: only those that nobody has sent before, as far as is remembered. */
export const PLANS_WAITING_MAX = 1_000;
/** For planning one operation. Ours take under 30 ms; one that takes longer than this is refused, and the planning thread is replaced. */
export const PLAN_MS_MAX = 5_000;
/** For waiting until the planner has time. */
export const PLAN_WAIT_MS_MAX = 10_000;
/** A planning thread that dies may have died of the operation it was planning: this often it is tried. */
export const PLAN_ATTEMPTS_MAX = 2;
/** Operations that could not be planned are refused at once for a while: each attempt costs a thread. */
export const REFUSED_PLANS_MAX = 1_000;
export const REFUSED_PLAN_MS = 60_000;
/** A supergraph, or one subgraph of it. The largest known have a few megabytes. */
export const SUPERGRAPH_BYTES_MAX = 64 * 1_048_576;
/** Subgraphs of one supergraph: each is a pool of connections. */
export const SUBGRAPHS_MAX = 1_000;
/** Operations that the next generation plans before it takes over: those that were used last. */
export const HOT_OPERATIONS_MAX = 200;
/** For planning them: what is left is planned when it comes. */
export const HOT_PLANNING_MS_MAX = 10_000;
/** A generation that was replaced is taken down when nothing runs on it any more, not sooner than this: a request may have been validated and not begun. */
export const GENERATION_LINGER_MS = 1_000;
/** … and not later than this, whatever runs on it: no operation takes so long. */
export const GENERATION_DRAIN_MS_MAX = 60_000;
/** For reading a supergraph. The largest known take some seconds. */
export const PLANNER_LOAD_MS_MAX = 60_000;
/** Memory of one planning thread. */
export const PLANNER_HEAP_MB_MAX = 1_024;
/** After a planning thread that did not start. */
export const PLANNER_RESTART_MS = 1_000;
/** Query plans kept per schema generation; a plan is some tens of kilobytes. An operation has one for each combination of its conditions that comes up. */
export const PLANS_MAX = 2_000;
/** Parsed and validated documents kept for operations over WebSocket. */
export const DOCUMENTS_MAX = 1_000;
/** Characters of a document that is worth keeping: longer ones are parsed each time. */
export const CACHED_DOCUMENT_LENGTH_MAX = 16_384;

/** All that a query or mutation may take, over all of its requests to subgraphs: what is not there by then is missing in the answer. */
export const OPERATION_TIMEOUT_MS = 20_000;
/** From sending a request to a subgraph to its answer. Above the subgraph's own deadline, so that its clearer answer comes first. */
export const SUBGRAPH_ANSWER_TIMEOUT_MS = 12_000;
/** For the parts of an event that other subgraphs add: events wait behind it. */
export const EVENT_FETCH_TIMEOUT_MS = 3_000;
/** When to try a subgraph again that could not be reached. */
export const SUBGRAPH_RETRY_AFTER_MS = 1_000;
/** Calls of one subgraph at the same time: the connections of its pool, and three times as many waiting for one. Past it calls are shed with BUSY. */
export const CALLS_IN_FLIGHT_MAX = 1_024;
/** What a subgraph that answers too late still gets. */
export const CALLS_IN_FLIGHT_MIN = 32;
/** When to come back after being shed. */
export const SHED_RETRY_AFTER_MS = 250;
/** This process doesn't keep up when its timers come so late on average, at so many looks in a row: a single long task is no overload. */
export const OVERLOAD_DELAY_MS = 1_000;
export const OVERLOAD_CHECKS = 2;
export const OVERLOAD_CHECK_MS = 1_000;
/** Addresses of X-Forwarded-For that are looked at, from its end: more proxies than anybody has in a row. */
export const FORWARDED_HOPS_MAX = 20;
/** Attempts of one query at a subgraph that cannot be reached. Mutations get one. */
export const ATTEMPTS_MAX = 3;
/** Before the second attempt, with jitter; it doubles with each. A connection that was just being closed is gone by then. */
export const ATTEMPT_PAUSE_MS = 10;
/** Retries that a call to a subgraph pays for, those that come for free, and those that can be saved up. */
export const RETRY_SHARE = 0.1;
export const RETRIES_PER_SECOND_MIN = 5;
export const RETRIES_SAVED_MAX = 50;
/** A subgraph's newest calls, by which its breaker judges: so many, so old. */
export const BREAKER_WINDOW_CALLS = 50;
export const BREAKER_WINDOW_MS = 10_000;
/** It opens when at least so many are known and this share of them failed. */
export const BREAKER_CALLS_MIN = 10;
export const BREAKER_FAILED_SHARE = 0.5;
/** It stays open so long before it lets a probe through; doubled with every probe that fails. A restarted subgraph is found after 2 s at the latest. */
export const BREAKER_OPEN_MS_MIN = 250;
export const BREAKER_OPEN_MS_MAX = 2_000;
/** Pairs of operation and client with a series of their own in /metrics: each is 15 lines. */
export const METRIC_PAIRS_MAX = 300;
/** Characters of a plan in the log and in `extensions`. */
export const PLAN_TEXT_LENGTH_MAX = 20_000;
/** Requests to subgraphs of which an operator sees the times. */
export const EXPLAINED_NODES_MAX = 200;
/** Slow operations that are logged per second; all are counted. */
export const SLOW_LINES_PER_SECOND_MAX = 5;
/** Errors for one failed fetch of entities; a list of 100 does not need 100 copies. */
export const ERRORS_PER_FETCH_MAX = 10;

/** Operations per user, over HTTP and WebSocket together: ten times what our own pages do at their busiest. */
export const USER_RATE: TokenBucket = { capacity: 1_000, refillPerSecond: 200 };
/** Operations and connections per address: many viewers share one behind a carrier's NAT, and the demo comes from a single one. */
export const ADDRESS_RATE: TokenBucket = { capacity: 20_000, refillPerSecond: 5_000 };

/** Open sockets of this process: about 20 kB each, so some hundred megabytes. */
export const SOCKETS_MAX = 20_000;
/** Open sockets per address, for the same reason as ADDRESS_RATE. */
export const SOCKETS_PER_ADDRESS_MAX = 5_000;
/** Open sockets per user: every tab of every device of one person, and then some. */
export const SOCKETS_PER_USER_MAX = 200;
/** Operations at once on one socket. A page with several rooms open has about ten. */
export const OPERATIONS_PER_SOCKET_MAX = 100;
/** Characters of an operation's id, which each of its messages repeats. Stock clients use 36. */
export const OPERATION_ID_LENGTH_MAX = 128;
/** One message from a client. Longer closes the socket with 1009. */
export const SOCKET_MESSAGE_BYTES_MAX = 262_144;
/** From opening a socket to connection_init. Past it the socket is closed with 4408. */
export const CONNECTION_INIT_TIMEOUT_MS = 5_000;
/** Between pings; a socket that has not answered one by the next is cut. */
export const PING_INTERVAL_MS = 15_000;
/** Sockets that are closed per second when the process goes down, so that their clients come back to the others one after the other: about what one gateway takes in. */
export const DRAIN_SOCKETS_PER_SECOND = 1_000;
/** The part of SHUTDOWN_SECONDS that this may take: with more sockets they are closed faster. */
export const DRAIN_SHARE_MAX = 0.5;
/** From our close frame to the client's, when the process goes down: who reads nothing must not hold it. */
export const DRAIN_CLOSE_TIMEOUT_MS = 2_000;
export const DRAIN_STEP_MS = 10;
/** Written to a socket but not yet taken by its network. Past it nothing more is written until it drains; what waits stays in the channel's ring,
 * and a subscriber that falls off the ring is closed with 1013. */
export const SOCKET_BUFFER_BYTES_MAX = 262_144;

/** In a hot room each socket is written to at most this often; what comes in between leaves in one write. System calls are what fan-out costs: at 100 events per
 * second this is a fifth of them. A single event never waits. */
export const GLUE_MS = 50;
/** In a room so large that writing to all takes longer than half of that, they wait twice as long as the writing takes, and no longer than this. */
export const GLUE_MS_MAX = 100;
/** How much is glued into one write, in bytes, so that what waits for a slow network stays near SOCKET_BUFFER_BYTES_MAX. */
export const GLUED_BYTES_MAX = 65_536;
/** Lengths of operation ids for which frames are laid out at the same time. Stock clients know one. */
export const TAIL_LENGTHS_MAX = 4;
/** How long one channel writes to its subscribers before the process does something else: about 300 writes. */
export const PASS_SLICE_MS = 4;

/** What a channel keeps of the past, for joiners and slow subscribers: the sooner of both. */
export const RING_PAYLOADS_MAX = 2_000;
export const RING_BYTES_MAX = 4 * 1_048_576;
/** All rings of this process; with many channels each keeps its fair share. */
export const RINGS_BYTES_MAX = 256 * 1_048_576;
/** The share of its ring that a channel fills before all subscribers were offered what came before; past it the upstream waits. So a burst never
 * pushes anybody off the ring but who doesn't read. */
export const RING_SHARE_UNOFFERED_MAX = 1 / 4;
/** Channels at once: each is one subscription to a subgraph. Personal subscriptions are channels too. */
export const CHANNELS_MAX = 20_000;
/** How long a channel outlives its last subscriber: reconnects find it warm. */
export const CHANNEL_LINGER_MS = 5_000;
/** Joiners of one channel whose cursors lie behind its ring and who come within this time share a replay upstream. */
export const REPLAY_WINDOW_MS = 50;
/** Replay upstreams at the same time, per process; the others wait in order. Each may hold a ring's worth of payloads for a moment. */
export const REPLAYS_MAX = 32;
export const REPLAYS_WAITING_MAX = 10_000;
/** A replay that has had nothing new for so long gives its slot to one that waits, and goes on from there when its turn comes again. */
export const REPLAY_IDLE_MS = 500;
/** How long a replay holds what it has read, so that all its joiners can read it from the ring in one go. */
export const REPLAY_HOLD_MS = 1_000;
/** Cursors that a replay remembers, to find the place where it meets the ring. */
export const REPLAY_CURSORS_MAX = 2_000;
/** Events that are completed by other subgraphs at the same time, per channel; they are delivered in order. */
export const EVENTS_IN_FLIGHT_MAX = 16;

/** How long a channel tries to get its subgraph back before its subscribers' sockets are closed with 1013, so that clients
 * come back by themselves, perhaps through another gateway: a restart takes less. */
export const UPSTREAM_LOST_MS_MAX = 30_000;
/** The same for a subscription that has not started yet: somebody is waiting for its first payload. A restart still fits in. */
export const UPSTREAM_START_MS_MAX = 15_000;
/** Waits between attempts double from the first to the second, with jitter. */
export const UPSTREAM_RETRY_MS_MIN = 50;
export const UPSTREAM_RETRY_MS_MAX = 1_000;

/** A log that has ended waits so long for those who are still reading what was before. */
export const ENDING_MS_MAX = 10_000;

/** One page or script that is served from disk. */
export const FILE_BYTES_MAX = 32 * 1_048_576;
/** Development tokens live this long. */
export const DEV_TOKEN_SECONDS = 3_600;

/** How long a document that a client has taught us is remembered after that: clients of a release come back within it, and those of a forgotten one teach it again. */
export const PERSISTED_TTL_MS = 24 * 3_600_000;
/** Characters of a document that is remembered under its hash. Longer ones run, and are sent each time. */
export const PERSISTED_TEXT_LENGTH_MAX = 16_384;
/** Documents under their hashes that this process keeps beside the shared store: the sooner of both. */
export const PERSISTED_LOCAL_ENTRIES_MAX = 10_000;
export const PERSISTED_LOCAL_BYTES_MAX = 16 * 1_048_576;

/** The manifest of a safelist: a few kilobytes for each operation of the largest front ends. */
export const SAFELIST_BYTES_MAX = 16 * 1_048_576;
/** Operations on a safelist. */
export const SAFELIST_OPERATIONS_MAX = 10_000;
/** Documents that had to be normalised to be found on the list, or not: the sooner of both. */
export const SAFELIST_VERDICTS_MAX = 10_000;
export const SAFELIST_VERDICTS_BYTES_MAX = 16 * 1_048_576;
/** Lines in the log about operations that are not on the list. All are counted. */
export const UNLISTED_LOG_RATE: TokenBucket = { capacity: 20, refillPerSecond: 2 };
/** Characters of such an operation in its line; its hash is there whole. */
export const UNLISTED_LOG_LENGTH_MAX = 1_000;

/** Answers that are the same for everybody, in the memory of this process: the sooner of both. One larger than a tenth of the bytes is not kept. */
export const RESPONSE_CACHE_ENTRIES_MAX = 20_000;
export const RESPONSE_CACHE_BYTES_MAX = 64 * 1_048_576;
/** Characters of the key of such an answer: its variables and the headers that it depends on. Operations with more are not kept. */
export const RESPONSE_KEY_LENGTH_MAX = 4_096;
/** An answer below this fits into two packets, and would take longer to compress than to send. */
export const COMPRESSED_BYTES_MIN = 2_048;
/** Larger ones go as they are: they would hold a thread for too long. */
export const COMPRESSED_BYTES_MAX = 4 * 1_048_576;
/** Answers that are compressed at the same time: as many as Node has threads for it. What comes meanwhile goes as it is. */
export const COMPRESSIONS_MAX = 4;

/** How long the gateway waits for news of a control feed before it asks again: a ban ends what it is about within a second, also when its hint is lost. */
export const CONTROL_HEADS_INTERVAL_MS = 250;
/** What such a question may take on top: a subgraph that hangs is asked again, perhaps by another of its processes. */
export const CONTROL_PULL_TIMEOUT_MS = 2_000;
/** Events of control feeds that are read and acted on at once. */
export const CONTROL_EVENTS_MAX = 1_000;
/** Between two questions when there was news: a flood of bans is acted on in batches, and nobody sees a wait of this length. */
export const CONTROL_REST_MS = 20;
/** The longest wait before a subgraph that cannot be reached is asked for its control feeds again. */
export const CONTROL_RETRY_MS_MAX = 1_000;
/** Viewers whose admission is asked for by one request: after a restart all of them come back at once. */
export const ADMISSIONS_PER_REQUEST_MAX = 1_000;
/** Viewers who wait for their turn to be asked about, per subgraph: as many as there are sockets. */
export const ADMISSIONS_WAITING_MAX = 20_000;
/** One such request; then it is sent again. */
export const ADMISSION_TIMEOUT_MS = 3_000;
/** Entities of subgraphs that are the same for everybody, in the memory of this process: the sooner of both. */
export const ENTITY_CACHE_ENTRIES_MAX = 100_000;
export const ENTITY_CACHE_BYTES_MAX = 32 * 1_048_576;
/** Entities that may be kept for less are states: events bring them along, and must bring what is true with them. */
export const ENTITY_AGE_SECONDS_MIN = 10;
/** How long after it was sent a request to a subgraph is still joined by others who want the same. */
export const JOIN_MS_MAX = 100;
/** Entities of one request up to which they are looked up. That all of more are there is unlikely, and looking up in vain costs 2 to 3 µs for each. */
export const ENTITIES_LOOKED_UP_MAX = 20;
