import type { Variable } from './parsers.ts';
import { VARIABLES } from './variables.ts';

/** The configuration table of the README, in Markdown: name, type, default, meaning. `npm run check` compares the README with it. */
export const renderConfigTable = (): string => {
  const rows = Object.entries<Variable<unknown>>(VARIABLES).map(
    ([name, of]) => `| \`${name}\` | ${of.type} | ${defaultOf(of)} | ${of.meaning} |`,
  );
  return ['| Variable | Type | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
};

const defaultOf = (of: Variable<unknown>): string => {
  if (of.default !== null) return of.default === '' ? 'empty' : `\`${of.default}\``;
  const kinds = of.requiredInProduction ?? [];
  if (kinds.length === 0) return 'none';
  const by = kinds.includes('gateway') ? (kinds.includes('subgraph') ? '' : ' by the gateway') : ' by subgraphs';
  return `none; required in production${by}`;
};
