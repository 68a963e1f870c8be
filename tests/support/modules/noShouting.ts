import type { Module } from '../../../subgraphs/messaging/modules/module.ts';

/** From here on it is not liveliness any more, in characters. */
const SHOUT_CHARACTERS_MAX = 40;

/** Nobody shouts: a text in capitals alone is posted in small letters, a long one is refused. Operators may. */
export const noShouting = (): Module => ({
  name: 'no-shouting',
  order: 450,
  rules: {
    onFailure: 'open',
    open: async () => ({
      decide: ({ author, body }) => {
        const small = body.text.toLowerCase();
        const isShout = body.text.length > 3 && body.text !== small && body.text === body.text.toUpperCase();
        if (author.isOperator || !isShout) return null;
        if (body.text.length > SHOUT_CHARACTERS_MAX)
          return { type: 'refuse', code: 'SHOUTING', message: 'Everybody hears you. Say it in small letters.' };
        return { type: 'change', body: { ...body, text: small } };
      },
    }),
  },
});
