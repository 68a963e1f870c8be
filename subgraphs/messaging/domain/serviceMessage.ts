import {
  CUSTOM_BYTES_MAX,
  SERVICE_CONVERSATIONS_MAX,
  SYSTEM_PARAMETER_CHARACTERS_MAX,
  SYSTEM_PARAMETERS_MAX,
  TEXT_CHARACTERS_MAX,
} from './limits.ts';
import { type ControlBody, type CustomContent, type MessageBody, type SystemContent, textBody } from './message.ts';
import { textFault } from './posting.ts';
import { isCustom, isSchemaName } from './sendInput.ts';

const CODES = [
  'CONVERSATIONS_INVALID',
  'KEY_INVALID',
  'PARAMETERS_INVALID',
  'TEXT_EMPTY',
  'TEXT_TOO_LONG',
  'DATA_INVALID',
  'SCHEMA_NOT_REGISTERED',
  'CONVERSATION_NOT_FOUND',
  'CONVERSATION_CLOSED',
  'RATE_LIMITED',
  'IDEMPOTENCY_CONFLICT',
] as const;
/** Why a service does not say something. */
export type ServiceFault = (typeof CODES)[number];

/** A refusal as the service sees it. `field`: path of the input field at fault. `conversationId`: where it was not said; null: nowhere. */
export interface ServiceRefusal {
  readonly code: ServiceFault;
  readonly message: string;
  readonly field: readonly string[] | null;
  readonly conversationId: string | null;
}

/** What a service wants to tell people, made from its input; or what is wrong with it. `text`: for whoever does not know the key. */
export const systemBodyOf = ({ key, parameters, text }: SystemContent & { readonly text: string }): MessageBody | ServiceFault => {
  if (!isSchemaName(key)) return 'KEY_INVALID';
  const names = new Set(parameters.map(({ name }) => name));
  if (names.size > SYSTEM_PARAMETERS_MAX || names.size < parameters.length) return 'PARAMETERS_INVALID';
  if (!parameters.every(({ name, value }) => PARAMETER_NAME.test(name) && isShort(value))) return 'PARAMETERS_INVALID';
  const trimmed = text.trim();
  const system = { key, parameters: parameters.map(({ name, value }) => ({ name, value })) };
  return textFault(trimmed) ?? { ...textBody(trimmed), type: 'SYSTEM', system };
};

/** What a service wants to tell clients' machines; or what is wrong with its form. */
export const controlBodyOf = ({ schema, data }: CustomContent): ControlBody | ServiceFault => {
  const custom = { schema, data };
  return isCustom(custom) ? { type: 'CONTROL', custom } : 'DATA_INVALID';
};

/** Where a service wants to say it, each conversation once; null: nowhere, or in too many. */
export const placesOf = (conversationIds: readonly string[]): readonly string[] | null => {
  const ids = new Set(conversationIds);
  return ids.size === 0 || ids.size > SERVICE_CONVERSATIONS_MAX ? null : [...ids];
};

/** A refusal with its sentence. `message`: what is known better than by the code alone. */
export const serviceRefusalOf = (
  code: ServiceFault,
  {
    conversationId = null,
    message = null,
    retryAfterMs = 0,
  }: { readonly conversationId?: string | null; readonly message?: string | null; readonly retryAfterMs?: number } = {},
): ServiceRefusal => {
  const [sentence, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: (message ?? sentence) + wait, field: field === null ? null : ['input', field], conversationId };
};

/** The refusal of a posting in the words of services. Throws for one that no posting of a service can get. */
export const serviceFaultOf = (code: string): ServiceFault => {
  const known = code === 'ROOM_CLOSED' ? 'CONVERSATION_CLOSED' : CODES.find((each) => each === code);
  if (known === undefined) throw new Error(`a service's posting was refused as ${code}, which no rule for services says`);
  return known;
};

const PARAMETER_NAME = /^[a-z][A-Za-z0-9]{0,31}$/;

const isShort = (value: string): boolean =>
  value.length <= SYSTEM_PARAMETER_CHARACTERS_MAX || [...value].length <= SYSTEM_PARAMETER_CHARACTERS_MAX;

const REFUSALS: Readonly<Record<ServiceFault, readonly [message: string, field: string | null]>> = {
  CONVERSATIONS_INVALID: [`Name 1 to ${SERVICE_CONVERSATIONS_MAX} conversations.`, 'conversationIds'],
  KEY_INVALID: [
    'A key has 1 to 64 lower-case letters and digits, with single dots, dashes and slashes between them: "order.shipped".',
    'key',
  ],
  PARAMETERS_INVALID: [
    `At most ${SYSTEM_PARAMETERS_MAX} parameters, each name once: a small letter, then up to 31 letters and digits. A value has at most ${SYSTEM_PARAMETER_CHARACTERS_MAX} characters.`,
    'parameters',
  ],
  TEXT_EMPTY: ['A text is needed for clients that do not know the key; nothing is left of this one once white space is cut off.', 'text'],
  TEXT_TOO_LONG: [`A message has at most ${TEXT_CHARACTERS_MAX} characters.`, 'text'],
  DATA_INVALID: [`The data is a JSON object of at most ${CUSTOM_BYTES_MAX} bytes that keeps to its registered form.`, 'data'],
  SCHEMA_NOT_REGISTERED: ['No form is registered under this name. An operator registers it first (registerMessageSchema).', 'schema'],
  CONVERSATION_NOT_FOUND: ['There is no conversation with this id.', 'conversationIds'],
  CONVERSATION_CLOSED: ['The conversation can be read, no longer written to.', 'conversationIds'],
  RATE_LIMITED: ['This service posts faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: [
    'This idempotencyKey was used before in this conversation with other input. Use a new key for a new wish.',
    'idempotencyKey',
  ],
};
