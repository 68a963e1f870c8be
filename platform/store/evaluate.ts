import type { RedisCommands } from '#platform/redis/connect.ts';

/** Runs a Lua script that Redis usually knows by its hash. The keys share a slot. */
export const evaluate = async (
  commands: RedisCommands,
  { text, sha }: { readonly text: string; readonly sha: string },
  { keys, args }: { readonly keys: readonly [string, ...string[]]; readonly args: readonly string[] },
): Promise<unknown> => {
  const rest = [String(keys.length), ...keys, ...args];
  return commands.send(keys[0], ['EVALSHA', sha, ...rest]).catch((error: unknown) => {
    // The script cache is empty after a restart or SCRIPT FLUSH.
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return commands.send(keys[0], ['EVAL', text, ...rest]);
    throw error;
  });
};
