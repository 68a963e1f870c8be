// A room, live: plain GraphQL over fetch and WebSocket, as any front end would do it. The token lives in memory only.
import { createFiles } from './files.js';
import { coinsOf, createLines, EVENT_FIELDS, gistOf, make, modesOf } from './lines.js';
import { createWatching } from './watching.js';

const WALLET = 'wallet { coins bonusCoins diamonds version }';
const SENT = `order { cancellableUntil gift { name } } ${WALLET}`;
const HISTORY_SIZE = 50; // events shown when a room is opened
const [RECONNECT_MS_MIN, RECONNECT_MS_MAX] = [250, 10_000];
const ASK_TRIES_MAX = 30; // a second or more apart: longer than a restart
const STREAMS_EVERY_MS = 15_000;
const RENEW_TOKEN_BEFORE_MS = 60_000;
const TOKEN_EXPIRED = 4403; // close codes: see /limits
const REACTIONS = ['👍', '❤️', '😂', '🎉'];
const PINS = 'pins { message { id text attachments { name } author { displayName } } }';
const ROOM_FIELDS = `id canPost viewerCount permissions chatModes { slowSeconds followersOnlyMinutes membersOnly emotesOnly links } announcement { text } ${PINS}`;

const element = (id) => document.getElementById(id);
// `turn` counts what the user chose: an answer to an earlier choice that comes late is dropped.
const state = { token: null, user: '', renewal: 0, room: null, cursor: null, lastSeq: 0, socket: null, retryMs: RECONNECT_MS_MIN, walletVersion: -1, viewersVersion: -1, turn: 0, canPost: false, permissions: [], slowSeconds: 0, waiting: 0 };

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

function button(label, onclick) {
  return Object.assign(make('button', '', label), { onclick });
}

function show(event) {
  if (event.__typename !== 'PositionEvent' && event.seq <= state.lastSeq) return;
  Object.assign(state, { cursor: event.cursor, lastSeq: event.seq });
  lines.show(event);
}

/** What a live event changes beside its line. */
function heed(event) {
  if (event.__typename === 'ChatModesChangedEvent') showModes(event.modes);
  if (event.__typename === 'AnnouncementChangedEvent') showAnnouncement(event.announced);
  if (event.__typename === 'PinsChangedEvent') attempt(() => refreshPin(state.room));
}

const says = (id, text) => Object.assign(element(id), { textContent: text ?? '', hidden: !text });
const showAnnouncement = (text) => says('announcement', text);

/** The newest pinned message that still says something. */
function showPin(pins) {
  const pin = pins.findLast(({ message }) => message && gistOf(message));
  says('pin', pin && `${pin.message.author.displayName}: ${gistOf(pin.message)}`);
}

async function refreshPin(roomId) {
  const { room } = await ask(`query Pins($roomId: ID!) { room(id: $roomId) { ${PINS} } }`, { roomId });
  if (room && roomId === state.room) showPin(room.pins);
}

function showModes(modes) {
  state.slowSeconds = modes.slowSeconds;
  element('modes').replaceChildren(...modesOf(modes).map((text) => make('span', '', text)));
}

const showViewers = (count) => (element('viewers').textContent = `${count} watching`);

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
  const followViewers = () => send({ id: 'viewers', type: 'subscribe', payload: { query: 'subscription Viewers($roomId: ID!) { viewersChanged(roomId: $roomId) { count version } }', variables: { roomId: state.room } } });
  const followWallet = () => send({ id: 'wallet', type: 'subscribe', payload: { query: 'subscription Wallet { walletChanged { coins bonusCoins diamonds version } }' } });
  socket.onopen = () => send({ type: 'connection_init', payload: state.token ? { authorization: `Bearer ${state.token}` } : {} });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (state.socket !== socket) return;
    if (message.type === 'ping') send({ type: 'pong' });
    if (message.type === 'connection_ack') {
      const query = `subscription Room($roomId: ID!, $after: Cursor) { roomEvents(roomId: $roomId, after: $after) { ${EVENT_FIELDS} } }`;
      send({ id: 'room', type: 'subscribe', payload: { query, variables: { roomId: state.room, after: state.cursor } } });
      followViewers();
      if (state.token) followWallet();
    }
    if (message.type === 'next' && message.id === 'room' && message.payload.data) {
      state.retryMs = RECONNECT_MS_MIN;
      Object.assign(element('connection'), { textContent: 'live', className: 'live' });
      const event = message.payload.data.roomEvents;
      if (event.__typename === 'ResetEvent') return attempt(() => openRoom(state.room, element('title').textContent));
      show(event);
      heed(event);
    }
    if (message.type === 'next' && message.id === 'viewers' && message.payload.data) {
      const { count, version } = message.payload.data.viewersChanged;
      if (version >= state.viewersVersion) showViewers(count);
      state.viewersVersion = Math.max(state.viewersVersion, version);
    }
    if (message.type === 'next' && message.id === 'wallet' && message.payload.data) showWallet(message.payload.data.walletChanged);
    if (message.id === 'room' && message.type === 'error' && message.payload[0].extensions?.code === 'FORBIDDEN') return shutOut(message.payload[0].message);
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

/** Whoever is banned is told so, and not let in again and again. */
function shutOut(why) {
  const { socket } = state;
  state.socket = null;
  socket.close(1000);
  Object.assign(element('connection'), { textContent: 'closed to you', className: '' });
  element('notice').textContent = why;
  allowChat(false);
}

function allowChat(canPost) {
  state.canPost = canPost;
  element('text').disabled = !canPost;
  element('text').placeholder = canPost ? 'Say something' : state.token ? 'You cannot write here now' : 'Act as alice to chat here';
  pause(0);
}

/** Sending rests for so long, with the seconds counted down on the button. */
function pause(ms) {
  clearInterval(state.waiting);
  const untilMs = Date.now() + ms;
  const tick = () => {
    const seconds = Math.ceil((untilMs - Date.now()) / 1_000);
    Object.assign(element('send'), { textContent: seconds > 0 ? `${seconds} s` : 'Send', disabled: seconds > 0 || !state.canPost });
    if (seconds > 0) return;
    clearInterval(state.waiting);
    if (ms > 0) element('notice').textContent = '';
  };
  if (ms > 0) state.waiting = setInterval(tick, 250);
  tick();
}

async function openRoom(roomId, title) {
  state.turn += 1;
  const { turn } = state;
  const query = `query History($roomId: ID!, $last: Int!) { room(id: $roomId) { ${ROOM_FIELDS} events(last: $last) { nodes { ${EVENT_FIELDS} ... on ChatEvent { message { reactions { emoji count mine } } } } } } }`;
  const { room } = await ask(query, { roomId, last: HISTORY_SIZE });
  if (turn !== state.turn) return;
  if (!room) throw new Error('This room is not open yet. Try again in a moment.');
  Object.assign(state, { room: roomId, cursor: null, lastSeq: 0, viewersVersion: -1, permissions: room.permissions ?? [] });
  element('title').textContent = title;
  lines.clear();
  for (const event of room.events.nodes) show(event);
  showViewers(room.viewerCount);
  showModes(room.chatModes);
  showAnnouncement(room.announcement?.text);
  showPin(room.pins);
  allowChat(room.canPost ?? false);
  watching.watch(roomId, state.user, state.token);
  for (const entry of element('streams').querySelectorAll('button')) entry.toggleAttribute('aria-current', entry.dataset.room === roomId);
  connect();
}

async function listStreams() {
  const { liveStreams } = await ask('query Live { liveStreams(first: 20) { nodes { id title channel { handle } room { id } giftTotals { gifts } } } }');
  const open = liveStreams.nodes.filter((stream) => stream.room);
  const focused = document.activeElement?.dataset.room;
  element('streams').replaceChildren(...open.map((stream) => {
    const entry = button(stream.title, () => attempt(() => openRoom(stream.room.id, stream.title)));
    entry.append(make('small', '', `${stream.channel.handle}${stream.giftTotals ? ` · ${stream.giftTotals.gifts} gifts` : ''}`));
    entry.dataset.room = stream.room.id;
    entry.toggleAttribute('aria-current', stream.room.id === state.room);
    return entry;
  }));
  if (focused) element('streams').querySelector(`[data-room="${focused}"]`)?.focus();
  if (!state.room && open[0]) await openRoom(open[0].room.id, open[0].title);
}

/** For ever, in the background: the next time may work. A first start opens its rooms a moment after it is ready. Where there is a room, what failed is no news. */
async function keepListing() {
  await listStreams().catch((error) => {
    if (!state.room) element('notice').textContent = error.message;
  });
  setTimeout(keepListing, state.room ? STREAMS_EVERY_MS : 1_000);
}

/** A change, with an idempotency key of its own. `fields`: what to ask of the answer beside its errors. */
async function change(field, inputType, fields, input) {
  const query = `mutation Change($input: ${inputType}!) { ${field}(input: $input) { ${fields} userErrors { code message } } }`;
  const { [field]: answer } = await ask(query, { input: { ...input, idempotencyKey: crypto.randomUUID() } });
  showWallet(answer.wallet);
  const [error] = answer.userErrors;
  if (error) throw Object.assign(new Error(`${error.message} (${error.code})`), { code: error.code });
  return answer;
}

const sendGift = (giftId) => attempt(async () => {
  const { order } = await change('sendGift', 'SendGiftInput', SENT, { streamId: state.room, giftId, quantity: 1 });
  if (!order.cancellableUntil) return;
  const seenAt = new Date(order.cancellableUntil).toLocaleTimeString();
  element('notice').textContent = `${order.gift.name} is paid. The room sees it at ${seenAt}; until then cancelGift takes it back.`;
});
const topUp = (productId) => attempt(() => change('topUp', 'TopUpInput', WALLET, { productId }));

function giftButton({ id, name, priceCoins }) {
  const send = button(`${name} `, () => sendGift(id));
  send.append(make('small', '', coinsOf(priceCoins)));
  return send;
}

async function listGifts() {
  const { token } = state;
  if (!token) return element('gifts').replaceChildren('Act as alice to send gifts.');
  const { gifts, topUpProducts } = await ask('query Shop($locale: String) { gifts(first: 500, locale: $locale) { id name priceCoins regions } topUpProducts { id name coins } }', { locale: navigator.language });
  if (token !== state.token) return; // somebody else by now
  element('gifts').replaceChildren(
    ...topUpProducts.slice(0, 1).map((product) => button(`Buy ${coinsOf(product.coins)}`, () => topUp(product.id))),
    'Send', ...gifts.filter(({ regions }) => regions.length === 0).map((gift) => giftButton(gift)),
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
  Object.assign(state, { token, user, walletVersion: -1 });
  element('wallet').textContent = '';
  await listGifts();
  if (state.room && turn === state.turn) await openRoom(state.room, element('title').textContent);
}

element('persona').addEventListener('change', ({ target }) => attempt(() => actAs(target.value)));
element('chat').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  const text = element('text').value;
  element('text').value = '';
  attempt(async () => {
    try {
      await change('postMessage', 'PostMessageInput', '', { roomId: state.room, text });
      if (state.slowSeconds > 0 && !state.permissions.includes('SKIP_MODES')) pause(state.slowSeconds * 1_000);
    } catch (error) {
      element('text').value ||= text;
      const [, waitMs] = /Try again in (\d+) ms/.exec(error.message) ?? [];
      if (!waitMs) throw error;
      pause(Number(waitMs));
      throw new Error(`${error.message.replace(/ Try again in .*/, '')} Your message is kept until you can send it.`);
    }
  });
});

const files = createFiles(element('events'), ask);
const lines = createLines(element('events'), {
  drawFiles: files.draw,
  onReact: async (messageId, emoji, adds) => {
    let done = false;
    await attempt(async () => {
      if (!state.token) throw new Error('Act as alice to react.');
      await change(adds ? 'addReaction' : 'removeReaction', 'ReactionInput', '', { messageId, emoji });
      done = true;
    });
    return done;
  },
});
const watching = createWatching(showViewers);

// One set of tools, on the message that the mouse is over or that the arrow keys have chosen.
const tools = Object.assign(make('div', ''), { id: 'tools' });
function choose(line) {
  tools.parentElement?.classList.remove('chosen');
  tools.remove();
  if (!line?.dataset.message || line.classList.contains('gone') || !state.canPost) return;
  const { message: messageId, author } = line.dataset;
  const tool = (label, title, work) => Object.assign(button(label, work), { title, ariaLabel: title });
  const changes = (field) => () => attempt(() => change(field, 'MessageInput', '', { messageId }));
  tools.replaceChildren(
    ...REACTIONS.map((emoji) => tool(emoji, `React with ${emoji}`, () => lines.react(messageId, emoji))),
    ...(state.permissions.includes('PIN') ? [tool('Pin', 'Pin', changes('pinMessage'))] : []),
    ...(author === state.user || state.permissions.includes('RECALL') ? [tool('Recall', 'Recall', changes('recallMessage'))] : []),
  );
  line.append(tools);
  line.classList.add('chosen');
}
element('events').addEventListener('mouseover', ({ target }) => {
  const line = target.closest('li');
  if (line !== tools.parentElement) choose(line);
});
element('events').addEventListener('mouseleave', () => choose(null));
element('events').addEventListener('keydown', (pressed) => {
  const step = { ArrowUp: 'previousElementSibling', ArrowDown: 'nextElementSibling' }[pressed.key];
  if (!step) return;
  let line = tools.parentElement ? tools.parentElement[step] : element('events').lastElementChild;
  while (line && !line.dataset.message) line = line[step];
  if (!line) return;
  pressed.preventDefault();
  choose(line);
  line.scrollIntoView({ block: 'nearest' });
});
keepListing();
listGifts();
