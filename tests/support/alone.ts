/** Test files that want a process of their own: they start, kill and starve whole platforms, or measure the memory, the threads and the main thread of the process that they are in. All others
 * share three processes, one file after the other. */
export const ALONE = [
  'tests/{browser,chaos,e2e}/**/*.test.ts',
  'tests/subgraph/gateway-!(federation-*).test.ts',
  'tests/unit/gateway-{planner,process}.test.ts',
];
