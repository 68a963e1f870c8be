/** How often a message has one reaction. */
export interface ReactionCount {
  readonly emoji: string;
  /** From 1. */
  readonly count: number;
}

/** The same, with the message that it belongs to. */
export interface ShownReaction extends ReactionCount {
  readonly messageId: string;
}

/** One character as people see it, from the emoji that Unicode recommends for interchange; or the name of a picture that front ends agree on. */
const EMOJI = /^\p{RGI_Emoji}$/v;
const CUSTOM_CODE = /^:[a-z0-9_+-]{1,32}:$/;
/** The longest emoji, a family or a flag of a region, has fewer UTF-16 units than that. */
const EMOJI_UNITS_MAX = 40;

/** Whether a text is a reaction: one emoji, or a custom code such as ":fanfare:". */
export const isReaction = (text: string): boolean => text.length <= EMOJI_UNITS_MAX && (EMOJI.test(text) || CUSTOM_CODE.test(text));
