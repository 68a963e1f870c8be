import type { Feeds } from '#platform/feed/feed.ts';
import type { PersonsPost, PostingParts, PostOutcome } from '../../subgraphs/messaging/data/postingLane.ts';
import { type Message, textBody } from '../../subgraphs/messaging/domain/message.ts';
import { plainModules } from '../../subgraphs/messaging/modules/installed.ts';
import { allRules } from '../../subgraphs/messaging/modules/rules.ts';

/** What the posting lane needs, with the modules of the platform. */
export const postingParts = (feeds: Pick<Feeds, 'append'>): PostingParts => ({
  feeds,
  rules: allRules(plainModules().flatMap(({ rules }) => rules ?? [])),
  onPosted: () => undefined,
});

/** A text to post, by somebody who is no operator. */
export const aPost = (command: Pick<PersonsPost, 'authorId' | 'key' | 'fingerprint' | 'conversationId'>, text: string): PersonsPost => ({
  ...command,
  isOperator: false,
  body: textBody(text),
});

/** The message that was posted. Throws where none was. */
export const postedMessage = (outcome: PostOutcome): Message => {
  if (outcome.ok && outcome.event.__typename === 'ChatEvent') return outcome.event.message;
  throw new Error(`no message was posted: ${JSON.stringify(outcome)}`);
};
