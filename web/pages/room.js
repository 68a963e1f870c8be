// A room, live: plain GraphQL over fetch and WebSocket, as any front end would do it. The token lives in memory only.
const EVENT_FIELDS = `__typename id seq cursor at
  ... on ChatEvent { message { text author { displayName } } }
  ... on GiftEvent { quantity coins combo { count } sender { displayName } gift { name } }
  ... on NoticeEvent { text }
  ... on ResetEvent { reason }`;
const WALLET = 'wallet { coins bonusCoins diamonds version }';
const SENT = `order { cancellableUntil gift { name } } ${WALLET}`;
const HISTORY_SIZE = 50; // events shown when a room is opened
const EVENTS_SHOWN_MAX = 500; // older lines leave the page
const [RECONNECT_MS_MIN, RECONNECT_MS_MAX] = [250, 10_000];
const ASK_TRIES_MAX = 30; // a second or more apart: longer than a restart
const STREAMS_EVERY_MS = 15_000;
const RENEW_TOKEN_BEFORE_MS = 60_000;
const TOKEN_EXPIRED = 4403; // close codes: see /limits

const element = (id) => document.getElementById(id);
// `turn` counts what the user chose: an answer to an earlier choice that comes late is dropped.
const state = { token: null, renewal: 0, room: null, cursor: null, lastSeq: 0, socket: null, retryMs: RECONNECT_MS_MIN, walletVersion: -1, pinned: true, turn: 0 };

async function askOnce(query, variables) {
  const headers = { 'content-type': 'application/json', ...(state.token && { authorization: `Bearer ${state.token}` }) };
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) }).catch(() => null);
  if (!response) throw Object.assign(new Error('Fanfare cannot be reached.'), { retryAfterMs: 1_000 });
  const { data, errors } = await response.json();
  if (data && Object.values(data).some((field) => field !== null)) return data;
  if (errors?.length) throw Object.assign(new Error(errors[0].message), { retryAfterMs: errors[0].extensions?.retryAfterMs });
  return data;
}

/** What did not get through is sent again as it is: a change has its idempotency key, so it happens once however often it is sent. */
async function ask(query, variables = {}) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await askOnce(query, variables);
    } catch (error) {
      if (!error.retryAfterMs || tries === ASK_TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
    }
  }
}

/** Runs something the user asked for; whatever goes wrong is said on the page. */
async function attempt(work) {
  try {
    element('notice').textContent = '';
    await work();
  } catch (error) {
    element('notice').textContent = error.message;
  }
}

function make(tag, className, textContent) {
  return Object.assign(document.createElement(tag), { className, textContent });
}

function button(label, onclick) {
  return Object.assign(make('button', '', label), { onclick });
}

const coinsOf = (count) => `${count} ${String(count) === '1' ? 'coin' : 'coins'}`;

/** [class, who, what]; null for positions, and for event types that this page does not know yet. */
function describe(event) {
  switch (event.__typename) {
    case 'ChatEvent': return ['chat', `${event.message.author.displayName}:`, event.message.text];
    case 'GiftEvent': return ['gift', event.sender.displayName, `sent ${event.quantity} × ${event.gift?.name ?? 'a gift'} (${coinsOf(event.coins)})${event.combo.count > event.quantity ? ` · combo × ${event.combo.count}` : ''}`];
    case 'NoticeEvent': return ['note', '', event.text];
    default: return null;
  }
}

function show(event) {
  if (event.__typename !== 'PositionEvent' && event.seq <= state.lastSeq) return;
  Object.assign(state, { cursor: event.cursor, lastSeq: event.seq });
  const described = describe(event);
  if (!described) return;
  const [kind, who, what] = described;
  const list = element('events');
  list.appendChild(make('li', kind, '')).append(make('span', 'seq', `#${event.seq}`), make('b', '', who), ` ${what}`);
  while (list.childElementCount > EVENTS_SHOWN_MAX) list.firstElementChild.remove();
  if (state.pinned) list.scrollTop = list.scrollHeight;
}

function showWallet(wallet) {
  if (!wallet || wallet.version < state.walletVersion) return;
  state.walletVersion = wallet.version;
  const others = [['bonus coins', wallet.bonusCoins], ['diamonds', wallet.diamonds]].filter(([, amount]) => amount !== '0');
  element('wallet').textContent = [coinsOf(wallet.coins), ...others.map(([name, amount]) => `${amount} ${name}`)].join(' · ');
}

/** One socket for the room and the wallet; when it dies, the room goes on from its cursor. */
function connect() {
  const previous = state.socket;
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, 'graphql-transport-ws');
  state.socket = socket;
  previous?.close(1000);
  const send = (message) => socket.send(JSON.stringify(message));
  const followWallet = () => send({ id: 'wallet', type: 'subscribe', payload: { query: 'subscription Wallet { walletChanged { coins bonusCoins diamonds version } }' } });
  socket.onopen = () => send({ type: 'connection_init', payload: state.token ? { authorization: `Bearer ${state.token}` } : {} });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (state.socket !== socket) return;
    if (message.type === 'ping') send({ type: 'pong' });
    if (message.type === 'connection_ack') {
      const query = `subscription Room($roomId: ID!, $after: Cursor) { roomEvents(roomId: $roomId, after: $after) { ${EVENT_FIELDS} } }`;
      send({ id: 'room', type: 'subscribe', payload: { query, variables: { roomId: state.room, after: state.cursor } } });
      if (state.token) followWallet();
    }
    if (message.type === 'next' && message.id === 'room' && message.payload.data) {
      state.retryMs = RECONNECT_MS_MIN;
      Object.assign(element('connection'), { textContent: 'live', className: 'live' });
      const event = message.payload.data.roomEvents;
      event.__typename === 'ResetEvent' ? attempt(() => openRoom(state.room, element('title').textContent)) : show(event);
    }
    if (message.type === 'next' && message.id === 'wallet' && message.payload.data) showWallet(message.payload.data.walletChanged);
    // A part of the graph is away: the room begins again, from its cursor, with the pauses of a lost connection.
    if (message.id === 'room' && message.type === 'error') socket.close(1000);
    // The stream is over, and this was the last of its room.
    if (message.id === 'room' && message.type === 'complete') Object.assign(element('connection'), { textContent: 'ended', className: '' });
    if (message.id === 'wallet' && message.type === 'error' && message.payload[0].extensions?.retryAfterMs)
      setTimeout(() => socket.readyState === WebSocket.OPEN && followWallet(), message.payload[0].extensions.retryAfterMs);
  };
  socket.onclose = ({ code }) => {
    if (state.socket !== socket) return;
    Object.assign(element('connection'), { textContent: 'reconnecting', className: '' });
    const again = code === TOKEN_EXPIRED ? () => attempt(() => actAs(element('persona').value)) : connect;
    setTimeout(() => state.socket === socket && again(), state.retryMs * (0.5 + Math.random()));
    state.retryMs = Math.min(state.retryMs * 2, RECONNECT_MS_MAX);
  };
}

async function openRoom(roomId, title) {
  state.turn += 1;
  const { turn } = state;
  const query = `query History($roomId: ID!, $last: Int!) { room(id: $roomId) { id canPost events(last: $last) { nodes { ${EVENT_FIELDS} } } } }`;
  const { room } = await ask(query, { roomId, last: HISTORY_SIZE });
  if (turn !== state.turn) return;
  if (!room) throw new Error('This room is not open yet. Try again in a moment.');
  Object.assign(state, { room: roomId, cursor: null, lastSeq: 0, pinned: true });
  element('title').textContent = title;
  element('events').replaceChildren();
  for (const event of room.events.nodes) show(event);
  for (const control of element('chat').elements) control.disabled = !room.canPost;
  element('text').placeholder = room.canPost ? 'Say something' : 'Act as alice to chat here';
  for (const entry of element('streams').querySelectorAll('button')) entry.toggleAttribute('aria-current', entry.dataset.room === roomId);
  connect();
}

async function listStreams() {
  const { liveStreams } = await ask('query Live { liveStreams(first: 20) { nodes { id title channel { handle } room { id } giftTotals { gifts } } } }');
  const open = liveStreams.nodes.filter((stream) => stream.room);
  const focused = document.activeElement?.dataset.room;
  element('streams').replaceChildren(...open.map((stream) => {
    const label = `${stream.title} — ${stream.channel.handle}${stream.giftTotals ? ` · ${stream.giftTotals.gifts} gifts` : ''}`;
    const entry = button(label, () => attempt(() => openRoom(stream.room.id, stream.title)));
    entry.dataset.room = stream.room.id;
    entry.toggleAttribute('aria-current', stream.room.id === state.room);
    return entry;
  }));
  if (focused) element('streams').querySelector(`[data-room="${focused}"]`)?.focus();
  if (!state.room && open[0]) await openRoom(open[0].room.id, open[0].title);
}

/** For ever, in the background: the next time may work. A first start opens its rooms a moment after it is ready. */
async function keepListing() {
  await listStreams().catch(() => undefined);
  setTimeout(keepListing, state.room ? STREAMS_EVERY_MS : 1_000);
}

/** A change, with an idempotency key of its own. `fields`: what to ask of the answer beside its errors. */
async function change(field, inputType, fields, input) {
  const query = `mutation Change($input: ${inputType}!) { ${field}(input: $input) { ${fields} userErrors { code message } } }`;
  const { [field]: answer } = await ask(query, { input: { ...input, idempotencyKey: crypto.randomUUID() } });
  showWallet(answer.wallet);
  const [error] = answer.userErrors;
  if (error) throw new Error(`${error.message} (${error.code})`);
  return answer;
}

const sendGift = (giftId) => attempt(async () => {
  const { order } = await change('sendGift', 'SendGiftInput', SENT, { streamId: state.room, giftId, quantity: 1 });
  if (!order.cancellableUntil) return;
  const seenAt = new Date(order.cancellableUntil).toLocaleTimeString();
  element('notice').textContent = `${order.gift.name} is paid. The room sees it at ${seenAt}; until then cancelGift takes it back.`;
});
const topUp = (productId) => attempt(() => change('topUp', 'TopUpInput', WALLET, { productId }));

async function listGifts() {
  const { token } = state;
  if (!token) return element('gifts').replaceChildren('Act as alice to send gifts.');
  const { gifts, topUpProducts } = await ask('query Shop($locale: String) { gifts(first: 500, locale: $locale) { id name priceCoins regions } topUpProducts { id name coins } }', { locale: navigator.language });
  if (token !== state.token) return; // somebody else by now
  element('gifts').replaceChildren(
    ...topUpProducts.slice(0, 1).map((product) => button(`Buy ${coinsOf(product.coins)}`, () => topUp(product.id))),
    'Send', ...gifts.filter(({ regions }) => regions.length === 0).map((gift) => button(`${gift.name} · ${coinsOf(gift.priceCoins)}`, () => sendGift(gift.id))),
  );
}

async function takeToken(user) {
  const response = await fetch('/dev/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user }) });
  if (!response.ok) element('persona').value = '';
  if (!response.ok) throw new Error('Tokens for trying things out exist only where Fanfare was started with npm start.');
  const { token, expiresAt } = await response.json();
  state.renewal = setTimeout(() => attempt(() => actAs(user)), Date.parse(expiresAt) - Date.now() - RENEW_TOKEN_BEFORE_MS);
  return token;
}

async function actAs(user) {
  state.turn += 1;
  const { turn } = state;
  clearTimeout(state.renewal);
  const token = user ? await takeToken(user) : null;
  if (turn !== state.turn) return;
  Object.assign(state, { token, walletVersion: -1 });
  element('wallet').textContent = '';
  await listGifts();
  if (state.room && turn === state.turn) await openRoom(state.room, element('title').textContent);
}

element('persona').addEventListener('change', ({ target }) => attempt(() => actAs(target.value)));
element('chat').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  const text = element('text').value;
  element('text').value = '';
  attempt(() => change('postMessage', 'PostMessageInput', '', { roomId: state.room, text }).catch((error) => {
    element('text').value ||= text;
    throw error;
  }));
});
// The newest line stays in sight, whatever takes room around it, until the reader scrolls up.
element('events').addEventListener('scroll', ({ target }) => {
  state.pinned = target.scrollHeight - target.scrollTop - target.clientHeight < 60;
});
new ResizeObserver(([{ target }]) => state.pinned && target.scrollTo(0, target.scrollHeight)).observe(element('events'));
keepListing();
listGifts();
