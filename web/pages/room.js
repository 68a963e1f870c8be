// A room, live: plain GraphQL over fetch and WebSocket, as any front end would do it. The token lives in memory only.
const EVENT_FIELDS = `__typename id seq cursor at
  ... on ChatEvent { message { text author { displayName } } }
  ... on GiftEvent { quantity coins sender { displayName } gift { name } }
  ... on NoticeEvent { text }
  ... on ResetEvent { reason }`;
const HISTORY_SIZE = 50; // events shown when a room is opened
const EVENTS_SHOWN_MAX = 500; // older lines leave the page
const RECONNECT_MS_MAX = 10_000;

const element = (id) => document.getElementById(id);
const state = { token: null, room: null, cursor: null, lastSeq: 0, socket: null, retryMs: 250, walletVersion: -1 };

async function ask(query, variables = {}) {
  const headers = { 'content-type': 'application/json' };
  if (state.token) headers.authorization = `Bearer ${state.token}`;
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors?.length && !data) throw new Error(errors[0].message);
  return data;
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

function refuse(userErrors) {
  if (userErrors.length) throw new Error(`${userErrors[0].message} (${userErrors[0].code})`);
}

function button(label, onClick) {
  const made = document.createElement('button');
  made.textContent = label;
  made.addEventListener('click', onClick);
  return made;
}

function describe(event) {
  switch (event.__typename) {
    case 'ChatEvent': return ['chat', `${event.message.author.displayName}: ${event.message.text}`];
    case 'GiftEvent': return ['gift', `${event.sender.displayName} sent ${event.quantity} × ${event.gift?.name ?? 'a gift'} (${event.coins} coins)`];
    case 'NoticeEvent': return ['note', event.text];
    case 'ResetEvent': return ['note', `The log was reset (${event.reason}); showing it from the start again.`];
    default: return null; // positions, and event types that this page does not know yet
  }
}

function show(event) {
  if (event.__typename !== 'PositionEvent' && event.__typename !== 'ResetEvent' && event.seq <= state.lastSeq) return;
  state.cursor = event.cursor;
  state.lastSeq = event.seq;
  const described = describe(event);
  if (!described) return;
  const list = element('events');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const line = document.createElement('li');
  const seq = document.createElement('span');
  seq.className = 'seq';
  seq.textContent = `#${event.seq}`;
  const text = document.createElement('span');
  [text.className, text.textContent] = described;
  line.append(seq, text);
  list.append(line);
  while (list.childElementCount > EVENTS_SHOWN_MAX) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function showWallet(wallet) {
  if (!wallet || wallet.version < state.walletVersion) return;
  state.walletVersion = wallet.version;
  element('wallet').textContent = `${wallet.coins} coins · ${wallet.diamonds} diamonds`;
}

/** One socket for the room and the wallet; when it dies, the room goes on from its cursor. */
function connect() {
  const previous = state.socket;
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, 'graphql-transport-ws');
  state.socket = socket;
  previous?.close(1000);
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: 'connection_init', payload: state.token ? { authorization: `Bearer ${state.token}` } : {} });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (state.socket !== socket) return;
    if (message.type === 'ping') send({ type: 'pong' });
    if (message.type === 'connection_ack') {
      state.retryMs = 250;
      element('connection').textContent = 'live';
      element('connection').className = 'live';
      if (state.room) {
        const query = `subscription Room($roomId: ID!, $after: Cursor) { roomEvents(roomId: $roomId, after: $after) { ${EVENT_FIELDS} } }`;
        send({ id: 'room', type: 'subscribe', payload: { query, variables: { roomId: state.room, after: state.cursor } } });
      }
      if (state.token) send({ id: 'wallet', type: 'subscribe', payload: { query: 'subscription Wallet { walletChanged { coins diamonds version } }' } });
    }
    if (message.type === 'next' && message.id === 'room' && message.payload.data) {
      const event = message.payload.data.roomEvents;
      if (event.__typename === 'ResetEvent') attempt(() => openRoom(state.room, element('title').textContent));
      else show(event);
    }
    if (message.type === 'next' && message.id === 'wallet' && message.payload.data) showWallet(message.payload.data.walletChanged);
    if (message.type === 'error' && message.id === 'room') element('notice').textContent = message.payload[0].message;
  };
  socket.onclose = () => {
    if (state.socket !== socket) return;
    element('connection').textContent = 'reconnecting';
    element('connection').className = 'waiting';
    setTimeout(() => state.socket === socket && connect(), state.retryMs * (0.5 + Math.random()));
    state.retryMs = Math.min(state.retryMs * 2, RECONNECT_MS_MAX);
  };
}

async function openRoom(roomId, title) {
  const query = `query History($roomId: ID!, $last: Int!) { room(id: $roomId) { id canPost events(last: $last) { nodes { ${EVENT_FIELDS} } pageInfo { endCursor } } } }`;
  const { room } = await ask(query, { roomId, last: HISTORY_SIZE });
  if (!room) throw new Error('This room is not open yet. Try again in a moment.');
  Object.assign(state, { room: roomId, cursor: null, lastSeq: 0 });
  element('title').textContent = title;
  element('events').replaceChildren();
  for (const event of room.events.nodes) show(event);
  for (const control of element('chat').elements) control.disabled = !room.canPost;
  element('text').placeholder = room.canPost ? 'Say something' : 'Act as alice to chat here';
  for (const entry of element('streams').querySelectorAll('button')) entry.toggleAttribute('aria-current', entry.dataset.room === roomId);
  connect();
}

async function listStreams() {
  const { liveStreams } = await ask('query Live { liveStreams(first: 20) { nodes { id title channel { handle } room { id } giftTotals { gifts coins } } } }');
  element('streams').replaceChildren(...liveStreams.nodes.filter((stream) => stream.room).map((stream) => {
    const line = document.createElement('li');
    const label = `${stream.title} — ${stream.channel.handle}${stream.giftTotals ? ` · ${stream.giftTotals.gifts} gifts` : ''}`;
    const entry = button(label, () => attempt(() => openRoom(stream.room.id, stream.title)));
    entry.dataset.room = stream.room.id;
    entry.toggleAttribute('aria-current', stream.room.id === state.room);
    line.append(entry);
    return line;
  }));
  const first = liveStreams.nodes.find((stream) => stream.room);
  if (!state.room && first) await openRoom(first.room.id, first.title);
}

async function sendGift(giftId) {
  const query = `mutation Send($input: SendGiftInput!) { sendGift(input: $input) { wallet { coins diamonds version } userErrors { code message } } }`;
  const { sendGift: answer } = await ask(query, { input: { streamId: state.room, giftId, quantity: 1, idempotencyKey: crypto.randomUUID() } });
  showWallet(answer.wallet);
  refuse(answer.userErrors);
}

async function topUp(productId) {
  const query = `mutation Buy($input: TopUpInput!) { topUp(input: $input) { wallet { coins diamonds version } userErrors { code message } } }`;
  const { topUp: answer } = await ask(query, { input: { productId, idempotencyKey: crypto.randomUUID() } });
  showWallet(answer.wallet);
  refuse(answer.userErrors);
}

async function listGifts() {
  if (!state.token) return element('gifts').replaceChildren('Act as alice to send gifts.');
  const { gifts, topUpProducts } = await ask('query Shop { gifts { id name priceCoins } topUpProducts { id name coins } }');
  element('gifts').replaceChildren(
    ...gifts.map((gift) => button(`${gift.name} · ${gift.priceCoins}`, () => attempt(() => sendGift(gift.id)))),
    ...topUpProducts.slice(0, 1).map((product) => button(`Buy ${product.coins} coins`, () => attempt(() => topUp(product.id)))),
  );
}

async function actAs(user) {
  Object.assign(state, { token: null, walletVersion: -1 });
  element('wallet').textContent = '';
  if (user) {
    const response = await fetch('/dev/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user }) });
    if (!response.ok) throw new Error('Tokens for trying things out exist only where Fanfare was started with npm start.');
    state.token = (await response.json()).token;
  }
  await listGifts();
  if (state.room) await openRoom(state.room, element('title').textContent);
}

element('persona').addEventListener('change', ({ target }) => attempt(() => actAs(target.value)));
element('chat').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  const text = element('text').value;
  attempt(async () => {
    const query = 'mutation Post($input: PostMessageInput!) { postMessage(input: $input) { userErrors { code message } } }';
    const { postMessage } = await ask(query, { input: { roomId: state.room, text, idempotencyKey: crypto.randomUUID() } });
    refuse(postMessage.userErrors);
    element('text').value = '';
  });
});
setInterval(() => listStreams().catch(() => undefined), 15_000); // in the background: the next one may work
attempt(async () => {
  await listStreams();
  await listGifts();
});
