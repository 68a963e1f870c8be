import { readJsonSchema } from './jsonSchema.ts';
import { isSchemaName } from './sendInput.ts';

/** The form of custom messages of one name. `definition`: a JSON Schema, as text. */
export interface MessageSchema {
  readonly name: string;
  readonly definition: string;
  readonly byId: string;
  readonly at: Date;
}

/** What an operator wants: this form under that name from now on; null: none any more. */
export interface SchemaAction {
  readonly name: string;
  readonly definition: string | null;
}

const CODES = ['NAME_INVALID', 'SCHEMA_INVALID', 'RATE_LIMITED', 'IDEMPOTENCY_CONFLICT'] as const;
export type SchemaRefusalCode = (typeof CODES)[number];

export type SchemaAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: SchemaRefusalCode; readonly message: string | null };

/** Why a form was not registered. `field`: path of the input field at fault. */
export interface SchemaRefusal {
  readonly code: SchemaRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export const isSchemaRefusalCode = (text: string): text is SchemaRefusalCode => CODES.some((code) => code === text);

/** What is wrong with the input alone, or null. */
export const schemaActionFault = ({ name, definition }: SchemaAction): SchemaRefusal | null => {
  if (!isSchemaName(name)) return schemaRefusalOf('NAME_INVALID', null);
  const read = definition === null ? null : readJsonSchema(definition);
  return typeof read === 'string' ? schemaRefusalOf('SCHEMA_INVALID', read) : null;
};

/** A refusal with its sentence. `message`: what is known better than by the code alone. */
export const schemaRefusalOf = (code: SchemaRefusalCode, message: string | null, retryAfterMs = 0): SchemaRefusal => {
  const [sentence, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: (message ?? sentence) + wait, field: field === null ? null : ['input', field] };
};

const REFUSALS: Readonly<Record<SchemaRefusalCode, readonly [message: string, field: string | null]>> = {
  NAME_INVALID: ['A name has 1 to 64 lower-case letters and digits, with single dots, dashes and slashes between them.', 'name'],
  SCHEMA_INVALID: ['This is no JSON Schema of the part that is taken here.', 'schema'],
  RATE_LIMITED: ['You register faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
