import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, visit } from 'graphql';

/** The labels of a supergraph's progressive @override. */
export const readOverrideLabels = (supergraph: DocumentNode): readonly string[] => {
  const labels = new Set<string>();
  visit(supergraph, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'join__field') return;
      const label = given.find((argument) => argument.name.value === 'overrideLabel')?.value;
      if (label?.kind === Kind.STRING) labels.add(label.value);
    },
  });
  return [...labels];
};

const PERCENT = /^percent\((\d{1,3}(?:\.\d+)?)\)$/;

/** For each label whether an operation takes its fields from where they move to. `percent(N)` holds for N % of all operations, always the same ones, so that a plan
 * can be kept. Other labels mean nothing to this gateway: their fields stay where they are. `operation`: its text. */
export const decideOverrides = (labels: readonly string[], operation: string): Map<string, boolean> =>
  new Map(
    labels.map((label) => {
      const percent = Number(PERCENT.exec(label)?.[1] ?? 0);
      const place = createHash('sha256').update(`${label}\n${operation}`).digest().readUInt32BE(0) / 2 ** 32;
      return [label, place * 100 < percent];
    }),
  );
