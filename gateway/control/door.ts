import { FanfareError } from '#platform/errors.ts';
import type { FeedEvent, FeedSource } from '#platform/feed/feed.ts';
import { backOff } from '#platform/feed/patience.ts';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import type { SubgraphName, SubgraphTransport } from '#platform/subgraph/transport.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { ADMISSIONS_PER_REQUEST_MAX, CONTROL_RETRY_MS_MAX } from '../limits.ts';
import type { Subject } from '../subscribe/channel.ts';
import type { Hub } from '../subscribe/hub.ts';
import { type Admissions, createAdmissions } from './admissions.ts';
import { type Entrant, entrantOf, keyOf } from './entrant.ts';
import { ControlFollower } from './follower.ts';
import { closingsIn, erasedIn, type Revocations, revocationsIn } from './revocations.ts';
import type { ControlSource } from './sources.ts';

/** What becomes of somebody who wants to follow: exactly one of the two is called, once. */
export interface Outcome {
  readonly enter: () => void;
  readonly refuse: (error: FanfareError) => void;
}

export interface DoorOptions {
  readonly hub: Pick<Hub, 'end' | 'forget' | 'renew' | 'subjects'>;
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  readonly sources: readonly ControlSource[];
  readonly feedSource: (owner: SubgraphName) => FeedSource;
  readonly identityKeys: IdentityKeys;
  readonly telemetry: Telemetry;
  /** How long somebody waits for a subgraph that does not say whether they may follow, in milliseconds. */
  readonly patienceMs: number;
}

interface Waiting {
  readonly who: Entrant;
  readonly outcome: Outcome;
  /** Counts what makes an answer that is under way worthless. */
  news: number;
}

/** Decides who may follow a broadcast that is not for everybody. Each viewer is asked about at the subgraph that owns it before they join, and those who follow are ended when
 * the subgraph's control feed says so; of what is over (`room.closed`) when they have got the last of it. Nobody slips through between the two: from before the question until they join they are among `#waiting`, which revocations reach as
 * well, and from that moment on in the hub. Nobody is let in unasked: while the subgraph is away, they wait, as they would for its events. */
export class Door {
  readonly #options: DoorOptions;
  readonly #waiting = new Set<Waiting>();
  readonly #admissions = new Map<string, Admissions>();
  readonly #followers: readonly ControlFollower[];
  readonly #closing = new AbortController();
  /** Per subgraph, how often all who are here are to be asked about again; absent: not now. */
  readonly #rechecks = new Map<string, number>();
  readonly #onEnded: (count: number) => void;

  constructor(options: DoorOptions) {
    this.#options = options;
    const ended = options.telemetry.counter(
      'fanfare_gateway_revoked_total',
      'Operations ended because their user may not follow any more.',
    );
    this.#onEnded = (count) => ended.inc({}, count);
    this.#followers = options.sources
      .filter(({ subgraph }) => options.transports.has(subgraph))
      .map(
        (source) =>
          new ControlFollower({
            ...source,
            source: options.feedSource(source.subgraph),
            telemetry: options.telemetry,
            onEvents: (events) => this.#hear(source.subgraph, events),
            onAnew: () => {
              this.#forget((who) => who.subgraph === source.subgraph);
              this.#renew((who) => who.subgraph === source.subgraph);
              this.#askAgain(source.subgraph);
            },
          }),
      );
  }

  /** Lets somebody in, at once where everybody may follow, else when the subgraph has said so; or refuses them with FORBIDDEN, BUSY or SUBGRAPH_UNAVAILABLE. Returns how to
   * give up waiting. */
  admit(subject: Subject, outcome: Outcome): () => void {
    const who = entrantOf(subject);
    if (who === null) {
      outcome.enter();
      return () => undefined;
    }
    const waiting: Waiting = { who, outcome, news: 0 };
    this.#waiting.add(waiting);
    void this.#decide(waiting);
    return () => void this.#waiting.delete(waiting);
  }

  /** Asks about all who are here: the schema has changed, and with it perhaps what is not for everybody. */
  recheck(): void {
    for (const subgraph of this.#options.transports.keys()) this.#askAgain(subgraph);
  }

  /** Stops following. Whoever still waits is not told: their sockets are. */
  async close(): Promise<void> {
    this.#waiting.clear();
    this.#closing.abort(new FanfareError('SHUTTING_DOWN', 'The gateway is going down.'));
    await Promise.all(this.#followers.map((follower) => follower.close()));
  }

  async #decide(waiting: Waiting): Promise<void> {
    const { who } = waiting;
    const giveUpMs = performance.now() + this.#options.patienceMs;
    for (let tries = 0; this.#waiting.has(waiting); ) {
      const { news } = waiting;
      try {
        const refusal = await this.#admissionsOf(who.subgraph).ask(who);
        if (news === waiting.news) this.#settle(waiting, refusal === null ? null : forbidden(refusal));
      } catch (error) {
        if (performance.now() > giveUpMs || isBusy(error)) this.#settle(waiting, asFanfareError(error));
        else await backOff(tries, this.#closing.signal, CONTROL_RETRY_MS_MAX).catch(() => undefined); // closed: nobody waits any more
        tries += 1;
      }
    }
  }

  // In one go: between leaving #waiting and being in the hub no revocation may be heard.
  #settle(waiting: Waiting, refusal: FanfareError | null): void {
    if (!this.#waiting.delete(waiting)) return;
    if (refusal === null) waiting.outcome.enter();
    else waiting.outcome.refuse(refusal);
  }

  #hear(subgraph: string, events: readonly FeedEvent[]): void {
    const closings = closingsIn(events);
    if (closings.size > 0) this.#renew((who) => who.subgraph === subgraph && closings.include(who));
    const erased = erasedIn(events);
    if (erased.size > 0) this.#forget((who) => who.subgraph === subgraph && erased.include(who));
    let revocations: Revocations;
    try {
      revocations = revocationsIn(events, new Date());
    } catch (error) {
      this.#options.telemetry.log.error({ err: error, subgraph }, 'a control event cannot be read: all who are here are asked about again');
      this.#askAgain(subgraph);
      return;
    }
    if (revocations.size === 0) return;
    const isMeant = (who: Entrant): boolean => who.subgraph === subgraph && revocations.include(who);
    for (const waiting of [...this.#waiting]) if (isMeant(waiting.who)) this.#settle(waiting, forbidden(REVOKED));
    this.#end(isMeant, REVOKED);
  }

  /** What these follow is opened anew: of what is over the subgraph sends what is left of it, and ends it. So nobody misses the last of it, however slowly they read. */
  #renew(isMeant: (who: Entrant) => boolean): void {
    this.#options.hub.renew((subject) => {
      const who = entrantOf(subject);
      return who !== null && isMeant(who);
    });
  }

  /** What was sent of this so far is kept no longer: whoever joins with an older cursor reads the log anew. */
  #forget(isMeant: (who: Entrant) => boolean): void {
    this.#options.hub.forget((subject) => {
      const who = entrantOf(subject);
      return who !== null && isMeant(who);
    });
  }

  #end(isMeant: (who: Entrant) => boolean, reason: string): void {
    const match = (subject: Subject): boolean => {
      const who = entrantOf(subject);
      return who !== null && isMeant(who);
    };
    this.#onEnded(this.#options.hub.end(match, forbidden(reason)));
  }

  /** What was said before now may have been missed: all who follow are asked about again, and whoever waits for an answer gets a newer one. */
  #askAgain(subgraph: string): void {
    for (const waiting of this.#waiting) if (waiting.who.subgraph === subgraph) waiting.news += 1;
    const due = this.#rechecks.get(subgraph);
    this.#rechecks.set(subgraph, (due ?? 0) + 1);
    if (due === undefined) void this.#recheck(subgraph);
  }

  async #recheck(subgraph: string): Promise<void> {
    for (let done = 0; done !== this.#rechecks.get(subgraph); ) {
      done = this.#rechecks.get(subgraph) ?? done;
      const here = this.#options.hub.subjects().flatMap((subject) => entrantOf(subject) ?? []);
      const asked = [...new Map(here.filter((who) => who.subgraph === subgraph).map((who) => [keyOf(who), who])).values()];
      for (let start = 0; start < asked.length; start += ADMISSIONS_PER_REQUEST_MAX)
        await this.#endRefused(asked.slice(start, start + ADMISSIONS_PER_REQUEST_MAX));
    }
    this.#rechecks.delete(subgraph);
  }

  async #endRefused(asked: readonly Entrant[]): Promise<void> {
    for (let tries = 0; !this.#closing.signal.aborted; tries += 1) {
      try {
        const refusals = await Promise.all(asked.map((who) => this.#admissionsOf(who.subgraph).ask(who)));
        const refused = new Map(asked.map((who, index) => [keyOf(who), refusals[index] ?? null]));
        for (const reason of new Set(refusals.filter((refusal) => refusal !== null)))
          this.#end((who) => refused.get(keyOf(who)) === reason, reason);
        return;
      } catch (error) {
        this.#options.telemetry.log.warn({ err: error, tries }, 'who follows could not be asked about again yet');
        await backOff(tries, this.#closing.signal, CONTROL_RETRY_MS_MAX).catch(() => undefined); // closed: the loop's condition sees it
      }
    }
  }

  #admissionsOf(subgraph: string): Admissions {
    const known = this.#admissions.get(subgraph);
    if (known !== undefined) return known;
    const { transports, identityKeys, telemetry } = this.#options;
    const transport = transports.get(subgraph);
    if (transport === undefined) throw new FanfareError('SUBGRAPH_UNAVAILABLE', `The ${subgraph} part is not configured.`);
    const made = createAdmissions({ transport, identityKeys, telemetry });
    this.#admissions.set(subgraph, made);
    return made;
  }
}

const REVOKED = 'You were banned or removed from what this subscription follows.';

const forbidden = (message: string): FanfareError => new FanfareError('FORBIDDEN', message);

const isBusy = (error: unknown): boolean => error instanceof FanfareError && error.code === 'BUSY';

const asFanfareError = (error: unknown): FanfareError =>
  error instanceof FanfareError
    ? error
    : new FanfareError('INTERNAL_SERVER_ERROR', 'Whether you may follow could not be found out.', { cause: error });
