/** One tab of the playground: an operation of the README's tour that runs as it stands against the demo data. */
export interface Example {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Luna's stream, and its room: the same in every demo. */
const LUNA_STREAM_ID = '01980000-0000-7000-8000-000000000001';

/** The examples in the order of the tour. `newKey` makes an idempotency key: each visit gets keys of its own, so that running a tab twice shows
 * that nothing happens twice, and coming back another day does something new. */
export const makeExamples = (newKey: () => string): readonly Example[] => [
  {
    query: `# 1. What is live now? Anybody may ask.
query LiveStreams {
  liveStreams(first: 10) {
    nodes {
      id
      title
      startedAt
      channel { handle owner { displayName } }
      room { id }
      giftTotals { gifts coins }
    }
  }
}
`,
    variables: {},
  },
  {
    query: `# 2. A room, live. Start it, then post and send gifts
# from a second window. To resume after a break, pass
# the last cursor you saw as "after".
subscription RoomEvents($roomId: ID!, $after: Cursor) {
  roomEvents(roomId: $roomId, after: $after) {
    __typename
    seq
    at
    cursor
    ... on ChatEvent {
      message { text author { displayName } }
    }
    ... on GiftEvent {
      quantity
      coins
      gift { name }
      sender { displayName }
    }
    ... on NoticeEvent { code text }
    ... on ResetEvent { reason }
  }
}
`,
    variables: { roomId: LUNA_STREAM_ID, after: null },
  },
  {
    query: `# 3. Say something. Act as alice, or luna.
mutation PostMessage($input: PostMessageInput!) {
  postMessage(input: $input) {
    event { seq message { text sentAt } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { roomId: LUNA_STREAM_ID, text: 'Hello from the playground!', idempotencyKey: newKey() } },
  },
  {
    query: `# 4. The catalogue: gifts to send and coins to buy. Anybody may ask.
query Gifts {
  gifts(locale: "en") {
    id name priceCoins kind onSaleUntil regions
    bundle { quantity gift { name } }
    effect { durationMs priority assets { url mimeType } }
  }
  topUpProducts { id name coins }
}
`,
    variables: {},
  },
  {
    query: `# 5. Buy coins, without real money. Act as alice.
# Run it twice: the same idempotencyKey buys once.
# The key button makes a new key, and so a new purchase.
mutation TopUp($input: TopUpInput!) {
  topUp(input: $input) {
    wallet { coins version }
    userErrors { code message field }
  }
}
`,
    variables: { input: { productId: 'coins-1000', idempotencyKey: newKey() } },
  },
  {
    query: `# 6. Send a gift to luna. Act as alice. Everybody who
# follows the room sees it once. Run it twice: the same
# idempotencyKey is charged once. The key button makes
# a new key, and so a new gift.
mutation SendGift($input: SendGiftInput!) {
  sendGift(input: $input) {
    order {
      id
      status
      coins
      quantity
      gift { name }
      receiver { displayName }
    }
    wallet { coins version }
    userErrors { code message field }
  }
}
`,
    variables: { input: { streamId: LUNA_STREAM_ID, giftId: 'rose', quantity: 1, idempotencyKey: newKey() } },
  },
  {
    query: `# 7. What is left, and where it went. Act as alice;
# as luna, the diamonds are what her viewers sent.
query MyWallet {
  me {
    displayName
    wallet {
      coins
      diamonds
      orders(first: 5) {
        nodes {
          id
          status
          quantity
          coins
          gift { name }
          receiver { displayName }
          createdAt
          settledAt
        }
      }
    }
  }
}
`,
    variables: {},
  },
  {
    query: `# 8. Who has sent most today. Anybody may ask; as alice,
# "me" is where you stand. What somebody spent is shown
# once they allow it, by setLeaderboardConsent.
query Leaderboard {
  leaderboard(kind: SENDERS, period: DAY, first: 5) {
    state
    members
    entries { rank user { displayName } coins }
    me { rank coins }
  }
}
`,
    variables: {},
  },
  {
    query: `# 9. Behind the scenes: services, their health and what
# they depend on. Act as olga, the operator.
query Services {
  services { name health lastReportedAt dependsOn { name health } }
  alerts(states: [PENDING, FIRING], first: 10) {
    nodes { rule state summary value threshold startedAt }
  }
}
`,
    variables: {},
  },
];

/** The variables text with a new key in place of its idempotencyKey; the same text when it has none. */
export const withNewKey = (variablesText: string, newKey: () => string): string =>
  variablesText.replace(/("idempotencyKey"\s*:\s*)"[^"]*"/g, (_, name: string) => `${name}"${newKey()}"`);
