import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { IDEMPOTENCY_KEY_CHARACTERS_MAX } from '#platform/idempotency.ts';
import { ADMISSIONS_PER_REQUEST_MAX } from '../../gateway/limits.ts';
import { compose } from '../../scripts/contract/compose.ts';
import {
  ADDRESS_POST_BUCKET,
  ADMISSION_CHECKS_MAX,
  ANNOUNCEMENT_CHARACTERS_MAX,
  BLOCK_BUCKET,
  CONVERSATION_POST_BUCKET,
  EDITS_MAX,
  GROUP_BUCKET,
  KINDS_MAX,
  MENTIONS_MAX,
  MESSAGE_CHANGE_BUCKET,
  MODERATION_BUCKET,
  PINS_MAX,
  POST_BUCKET,
  REACTION_BUCKET,
  REACTION_KINDS_MAX,
  READ_BUCKET,
  REASON_CHARACTERS_MAX,
  PAGE_SIZE_MAX as ROOM_PAGE_SIZE_MAX,
  TEXT_CHARACTERS_MAX,
  UPLOAD_BUCKET,
  USER_ID_CHARACTERS_MAX,
} from '../../subgraphs/messaging/domain/limits.ts';
import { REPORT_COMMENT_CHARACTERS_MAX, REPORTS_SHOWN_MAX } from '../../subgraphs/messaging/domain/queueLimits.ts';
import { TYPING_BUCKET } from '../../subgraphs/messaging/domain/typing.ts';
import { ANONYMOUS_JOIN_BUCKET, JOIN_BUCKET } from '../../subgraphs/messaging/domain/viewer.ts';
import { ALERTS_PAGE_MAX, POINTS_MAX, SAMPLES_PER_REPORT_MAX } from '../../subgraphs/monitoring/domain/limits.ts';
import {
  HANDLE_CHARACTERS_MAX,
  PAGE_SIZE_MAX as STREAM_PAGE_SIZE_MAX,
  TITLE_CHARACTERS_MAX,
} from '../../subgraphs/streaming/domain/limits.ts';
import { GIFT_ITEMS_MAX, GIFT_QUANTITY_MAX } from '../../subgraphs/trading/domain/giftError.ts';
import { PAGE_SIZE_MAX as ORDER_PAGE_SIZE_MAX } from '../../subgraphs/trading/domain/page.ts';

const { apiSchema } = compose();

/** The description of `Type.field` or `Type.field.argument`. Throws where the schema has none. */
const describedAs = (schema: GraphQLSchema, place: string): string => {
  const [typeName = '', fieldName = '', argumentName] = place.split('.');
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type))
    throw new Error(`the schema has no type ${typeName} with fields`);
  const field = type.getFields()[fieldName];
  const member =
    argumentName === undefined || field === undefined || !('args' in field) ? field : field.args.find(({ name }) => name === argumentName);
  if (!member?.description) throw new Error(`${place} has no description`);
  return member.description;
};

const INPUTS_WITH_KEY = Object.values(apiSchema.getTypeMap())
  .filter((type) => isInputObjectType(type) && type.getFields()['idempotencyKey'] !== undefined)
  .map(({ name }) => `${name}.idempotencyKey`);

describe('limits that clients read in descriptions are those that the code enforces', () => {
  test.each([
    ['PostMessageInput.text', TEXT_CHARACTERS_MAX],
    ['Message.text', TEXT_CHARACTERS_MAX],
    ['SendMessageInput.text', TEXT_CHARACTERS_MAX],
    ['SendMessageInput.mentionedUserIds', MENTIONS_MAX],
    ['EditMessageInput.text', TEXT_CHARACTERS_MAX],
    ['AnnouncementInput.text', ANNOUNCEMENT_CHARACTERS_MAX],
    ['Message.edits', EDITS_MAX],
    ['Message.reactions', REACTION_KINDS_MAX],
    ['ReportCase.reports', REPORTS_SHOWN_MAX],
    ['ReportMessageInput.comment', REPORT_COMMENT_CHARACTERS_MAX],
    ['ReportUserInput.comment', REPORT_COMMENT_CHARACTERS_MAX],
    ['ReviewHeldMessageInput.reason', REASON_CHARACTERS_MAX],
    ['ResolveReportInput.reason', REASON_CHARACTERS_MAX],
    ['Conversation.pins', PINS_MAX],
    ['User.id', USER_ID_CHARACTERS_MAX],
    ['BanUserInput.userId', USER_ID_CHARACTERS_MAX],
    ['BanUserInput.reason', REASON_CHARACTERS_MAX],
    ['Room.events.first', ROOM_PAGE_SIZE_MAX],
    ['Room.events.last', ROOM_PAGE_SIZE_MAX],
    ['Room.events.kinds', KINDS_MAX],
    ['Subscription.roomEvents.kinds', KINDS_MAX],
    ['CreateStreamInput.title', TITLE_CHARACTERS_MAX],
    ['Query.channel.handle', HANDLE_CHARACTERS_MAX],
    ['Query.liveStreams.first', STREAM_PAGE_SIZE_MAX],
    ['SendGiftInput.quantity', GIFT_QUANTITY_MAX],
    ['SendGiftItemInput.quantity', GIFT_QUANTITY_MAX],
    ['SendGiftsInput.items', GIFT_ITEMS_MAX],
    ['GiftQuoteInput.quantity', GIFT_QUANTITY_MAX],
    ['Wallet.orders.first', ORDER_PAGE_SIZE_MAX],
    ['Query.alerts.first', ALERTS_PAGE_MAX],
    ['MetricSeriesInput.stepSeconds', POINTS_MAX],
    ['ReportMetricsInput.samples', SAMPLES_PER_REPORT_MAX],
    ...INPUTS_WITH_KEY.map((place) => [place, IDEMPOTENCY_KEY_CHARACTERS_MAX] as const),
  ] as const)('%s: %i', (place, limit) => {
    expect(describedAs(apiSchema, place)).toMatch(new RegExp(`\\b${limit}\\b`));
  });

  test.each([
    ['WatchRoomErrorCode', [JOIN_BUCKET, ANONYMOUS_JOIN_BUCKET]],
    ['SetTypingErrorCode', [TYPING_BUCKET]],
    ['MessageChangeErrorCode', [MESSAGE_CHANGE_BUCKET, REACTION_BUCKET]],
    ['PostMessageErrorCode', [POST_BUCKET, CONVERSATION_POST_BUCKET, ADDRESS_POST_BUCKET]],
    ['MarkReadErrorCode', [READ_BUCKET]],
    ['BlockErrorCode', [BLOCK_BUCKET]],
    ['GroupErrorCode', [GROUP_BUCKET]],
    ['ModerationErrorCode', [MODERATION_BUCKET]],
    ['PolicyErrorCode', [MODERATION_BUCKET]],
    ['CreateUploadErrorCode', [UPLOAD_BUCKET]],
  ] as const)('%s says how fast is too fast', (name, buckets) => {
    const type = apiSchema.getType(name);
    const description = isEnumType(type) ? (type.getValue('RATE_LIMITED')?.description ?? '') : '';
    const paces = buckets.map(
      ({ capacity, refillPerSecond }) =>
        `${capacity.toLocaleString('en-US')} at once, then ${refillPerSecond.toLocaleString('en-US')} per second`,
    );
    expect(paces.filter((pace) => !description.includes(pace))).toEqual([]);
  });

  test('the gateway asks about no more viewers at once than messaging answers for', () => {
    expect(ADMISSIONS_PER_REQUEST_MAX).toBeLessThanOrEqual(ADMISSION_CHECKS_MAX);
  });

  test('every input that moves money or creates something takes a key', () => {
    expect(INPUTS_WITH_KEY).toEqual(
      expect.arrayContaining(
        [
          'BanUserInput',
          'UnbanUserInput',
          'CreateStreamInput',
          'PostMessageInput',
          'ReportMetricsInput',
          'SendGiftInput',
          'StreamInput',
          'TopUpInput',
        ].map((name) => `${name}.idempotencyKey`),
      ),
    );
  });

  test('a place that the schema does not describe is told', () => {
    expect(() => describedAs(apiSchema, 'Query.nothing')).toThrow('Query.nothing has no description');
    expect(() => describedAs(apiSchema, 'Room.events.nothing')).toThrow('Room.events.nothing has no description');
  });
});
