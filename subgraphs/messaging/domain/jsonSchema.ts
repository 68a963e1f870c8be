import { SCHEMA_BYTES_MAX, SCHEMA_DEPTH_MAX } from './limits.ts';

// A part of JSON Schema (2020-12) that takes linear time, whatever it is given: no references, no patterns, no combinations. What is not of it is refused when a schema is
// registered, so no keyword is silently ignored.

type TypeName = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** A schema that was read. */
export interface JsonSchema {
  readonly type?: TypeName | readonly TypeName[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const TYPES: ReadonlySet<unknown> = new Set<TypeName>(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isText = (value: unknown): boolean => typeof value === 'string';
const isScalar = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** What each keyword may hold, but for those that hold schemas. */
const KEYWORDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => TYPES.has(value) || (Array.isArray(value) && value.length > 0 && value.every((each) => TYPES.has(each))),
  enum: (value) => Array.isArray(value) && value.length > 0 && value.every(isScalar),
  const: isScalar,
  required: (value) => Array.isArray(value) && value.every(isText),
  additionalProperties: (value) => typeof value === 'boolean',
  minItems: isCount,
  maxItems: isCount,
  minLength: isCount,
  maxLength: isCount,
  minimum: isNumber,
  maximum: isNumber,
  title: isText,
  description: isText,
  $schema: isText,
};

/** Reads a schema, or says in a sentence what of it is not taken. */
export const readJsonSchema = (text: string): JsonSchema | string => {
  if (Buffer.byteLength(text) > SCHEMA_BYTES_MAX) return `A schema has at most ${SCHEMA_BYTES_MAX} bytes.`;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 'The schema is no JSON.';
    throw error;
  }
  const fault = schemaFault(read, '$', SCHEMA_DEPTH_MAX);
  if (fault !== null) return fault;
  // What schemaFault has nothing against is one.
  return read as JsonSchema;
};

const schemaFault = (schema: unknown, path: string, depthLeft: number): string | null => {
  if (!isRecord(schema)) return `${path} is no schema: it must be an object.`;
  if (depthLeft === 0) return `${path} is deeper than ${SCHEMA_DEPTH_MAX} levels.`;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'items') {
      const fault = schemaFault(value, `${path}.items`, depthLeft - 1);
      if (fault !== null) return fault;
    } else if (keyword === 'properties') {
      if (!isRecord(value)) return `${path}.properties must be an object.`;
      for (const [name, property] of Object.entries(value)) {
        const fault = schemaFault(property, `${path}.${name}`, depthLeft - 1);
        if (fault !== null) return fault;
      }
    } else if (!Object.hasOwn(KEYWORDS, keyword)) return `${path}.${keyword} is a keyword that is not known here.`;
    else if (KEYWORDS[keyword]?.(value) !== true) return `${path}.${keyword} does not hold what it should.`;
  }
  return null;
};

/** What is wrong with data, in a sentence that begins with the place; null when it keeps to its schema. */
export const schemaViolation = (schema: JsonSchema, data: unknown, path = '$'): string | null => {
  const types = schema.type === undefined ? null : [schema.type].flat();
  if (types !== null && !types.some((type) => isOfType(data, type))) return `${path} must be of type ${types.join(' or ')}.`;
  if (schema.enum !== undefined && !schema.enum.includes(data)) return `${path} is none of the values that are allowed.`;
  if (schema.const !== undefined && schema.const !== data) return `${path} must be ${JSON.stringify(schema.const)}.`;
  if (typeof data === 'string') return rangeFault(path, 'characters', [...data].length, [schema.minLength, schema.maxLength]);
  if (typeof data === 'number') return rangeFault(path, null, data, [schema.minimum, schema.maximum]);
  if (Array.isArray(data)) return arrayViolation(schema, data, path);
  return isRecord(data) ? objectViolation(schema, data, path) : null;
};

const arrayViolation = (schema: JsonSchema, data: readonly unknown[], path: string): string | null => {
  const fault = rangeFault(path, 'items', data.length, [schema.minItems, schema.maxItems]);
  if (fault !== null || schema.items === undefined) return fault;
  for (const [index, item] of data.entries()) {
    const violation = schemaViolation(schema.items, item, `${path}[${index}]`);
    if (violation !== null) return violation;
  }
  return null;
};

const objectViolation = (schema: JsonSchema, data: Readonly<Record<string, unknown>>, path: string): string | null => {
  const missing = schema.required?.find((name) => !Object.hasOwn(data, name));
  if (missing !== undefined) return `${path}.${missing} is missing.`;
  const { properties = {}, additionalProperties = true } = schema;
  for (const [name, value] of Object.entries(data)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined && !additionalProperties) return `${path}.${name} is not part of this form.`;
    const violation = property === undefined ? null : schemaViolation(property, value, `${path}.${name}`);
    if (violation !== null) return violation;
  }
  return null;
};

const rangeFault = (
  path: string,
  unit: string | null,
  value: number,
  [least, most]: readonly [number | undefined, number | undefined],
): string | null => {
  const what = unit === null ? 'be' : 'have';
  const units = unit === null ? '' : ` ${unit}`;
  if (least !== undefined && value < least) return `${path} must ${what} at least ${least}${units}.`;
  return most !== undefined && value > most ? `${path} must ${what} at most ${most}${units}.` : null;
};

const isOfType = (data: unknown, type: TypeName): boolean => {
  if (type === 'null') return data === null;
  if (type === 'array') return Array.isArray(data);
  if (type === 'object') return isRecord(data);
  if (type === 'integer') return Number.isInteger(data);
  return typeof data === type;
};
