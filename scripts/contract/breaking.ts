import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { API_SCHEMA_PATH } from './compose.ts';
import { ROOT_FOLDER } from './schema.ts';

/** What in `next` breaks clients that were written against `previousSdl`, one sentence each. */
export const findBreaks = (previousSdl: string, next: GraphQLSchema): readonly string[] =>
  findBreakingChanges(buildSchema(previousSdl), next).map((change) => change.description);

/** The API schema as it was last committed; where git or a commit is missing, as it lies on disk; null when there is none yet. */
export function readCommittedApiSdl(rootFolder: string = ROOT_FOLDER): string | null {
  return readFromGit(rootFolder) ?? readApiSdl(rootFolder);
}

/** The API schema as it lies on disk; null when there is none yet. */
export function readApiSdl(rootFolder: string = ROOT_FOLDER): string | null {
  const path = join(rootFolder, API_SCHEMA_PATH);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function readFromGit(rootFolder: string): string | null {
  try {
    return execFileSync('git', ['show', `HEAD:${API_SCHEMA_PATH}`], {
      cwd: rootFolder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    // An unpacked archive has no git, and a first commit no HEAD: the file on disk is the committed one then.
    return null;
  }
}

/** Types, fields, arguments and enum values of the API schema without a description. */
export function findUndescribed(schema: GraphQLSchema): readonly string[] {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
  return types.flatMap((type) => {
    const own = type.description ? [] : [type.name];
    if (isEnumType(type)) return [...own, ...undescribed(type.name, type.getValues())];
    if (isInputObjectType(type)) return [...own, ...undescribed(type.name, Object.values(type.getFields()))];
    if (!isObjectType(type) && !isInterfaceType(type)) return own;
    const fields = Object.values(type.getFields());
    return [...own, ...undescribed(type.name, fields), ...fields.flatMap((field) => undescribed(`${type.name}.${field.name}`, field.args))];
  });
}

const undescribed = (
  owner: string,
  members: readonly { readonly name: string; readonly description?: string | null | undefined }[],
): readonly string[] => members.filter((member) => !member.description).map((member) => `${owner}.${member.name}`);
