/** What a schema.prisma does against the house plan: the feed tables must stand at its end word for word, and every key must lead with the shard. */
export const findPrismaFaults = (path: string, schema: string, feedTables: string): readonly string[] => [
  ...(schema.trimEnd().endsWith(modelsOnly(feedTables)) ? [] : [`${path} does not end with platform/feed/tables.prisma`]),
  ...findKeysWithoutShard(schema).map((key) => `${path}: ${key} does not lead with shard`),
];

/** The tables without the remark above them, which speaks to readers of platform/feed. */
const modelsOnly = (feedTables: string): string => feedTables.replace(/^(\/\/ .*\n|\n)+/, '').trimEnd();

/** Keys and unique constraints, of one field or several, that don't begin with `shard`. Without it a table cannot be distributed. */
function findKeysWithoutShard(schema: string): readonly string[] {
  const models = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)];
  return models.flatMap(([, model = '', body = '']) => {
    const lines = body.split('\n').map((line) => line.replace(/\/\/.*$/, '').trim());
    const ofOneField = lines.filter((line) => /\s@(id|unique)\b/.test(line)).map((line) => `${model}.${line.split(/\s+/)[0]}`);
    const ofSeveral = lines.filter((line) => /^@@(id|unique)\(/.test(line) && !/^@@\w+\((fields:\s*)?\[shard\b/.test(line));
    const hasKey = lines.some((line) => line.startsWith('@@id('));
    return [...ofOneField, ...ofSeveral.map((line) => `${model} ${line}`), ...(hasKey ? [] : [`${model} without @@id`])];
  });
}
