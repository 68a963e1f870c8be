import type { Stream } from './stream.ts';
import type { StreamAnswer, StreamRefusal } from './streamCommand.ts';

/** An answer as the graph shows it: the stream, or why not. */
export const payloadOf = (answer: StreamAnswer): { readonly stream: Stream | null; readonly userErrors: readonly StreamRefusal[] } =>
  answer.ok ? { stream: answer.stream, userErrors: [] } : { stream: null, userErrors: [answer.refusal] };
