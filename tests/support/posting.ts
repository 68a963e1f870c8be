import type { Feeds } from '#platform/feed/feed.ts';
import type { PostCommand, PostingParts } from '../../subgraphs/messaging/data/postingLane.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';
import { plainModules } from '../../subgraphs/messaging/modules/installed.ts';
import { allRules } from '../../subgraphs/messaging/modules/rules.ts';

/** What the posting lane needs, with the modules of the platform. */
export const postingParts = (feeds: Pick<Feeds, 'append'>): PostingParts => ({
  feeds,
  rules: allRules(plainModules().flatMap(({ rules }) => rules ?? [])),
  onPosted: () => undefined,
});

/** A text to post, by somebody who is no operator. */
export const aPost = (command: Pick<PostCommand, 'authorId' | 'key' | 'fingerprint' | 'conversationId'>, text: string): PostCommand => ({
  ...command,
  isOperator: false,
  body: textBody(text),
});
