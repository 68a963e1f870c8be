import type { Channel, Stream } from './domain/stream.ts';

// What resolvers of these types get as their parent.
export type ChannelMapper = Channel;
export type StreamMapper = Stream;
/** A reference: profiles are messaging's. */
export interface UserMapper {
  readonly id: string;
}
