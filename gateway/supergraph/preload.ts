import { openThread, type PlanningThread } from './planner.ts';
import { fileSource, type SupergraphInput } from './source.ts';

/** A supergraph that is being read while a process still starts other things. */
export interface Preloaded {
  readonly input: Promise<SupergraphInput>;
  readonly thread: Promise<PlanningThread>;
  /** For a start that comes to nothing. */
  close(): Promise<void>;
}

/** Begins to read a supergraph. What is wrong with it is told to whoever waits for it. */
export const preloadSupergraph = (file: string): Preloaded => {
  const input = fileSource(file).read();
  const thread = input.then((known) => openThread({ input: known, validated: false }));
  const over = thread.then(
    ({ worker }) => {
      worker.unref();
      return worker;
    },
    // The gateway tells it when it gets there.
    () => null,
  );
  return {
    input,
    thread,
    close: async () => {
      await (await over)?.terminate();
    },
  };
};
