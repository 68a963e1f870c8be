// The operators' page: services, figures and alerts over plain GraphQL, every figure with its age. The token lives in memory only.
const POLL_MS = 5_000; // as often as processes report
const WINDOW_SECONDS = 600; // what a sparkline shows
const STEP_SECONDS = 10;
const OLD_SECONDS = 30; // past this a figure is greyed: two polls and three reports have brought nothing new
const ALERTS_SHOWN_MAX = 12;
const RECONNECT_MS_MAX = 15_000;
const ANSWER_MS_MAX = 10_000;

const FIGURES = [
  { id: 'gifts', title: 'Gifts per second', name: 'fanfare_gifts_total' },
  { id: 'messages', title: 'Messages per second', name: 'fanfare_messages_total' },
  { id: 'subscribers', title: 'Subscribers', name: 'fanfare_subscribers{service="gateway"}' },
];
const HEALTH = { OK: '● works', DEGRADED: '▲ works in part', DOWN: '✖ down', UNKNOWN: '? unknown' };
const ALERT_FIELDS = 'id rule state summary startedAt resolvedAt';
const SERIES = FIGURES.map(({ id, name }) => `${id}: metricSeries(input: { name: ${JSON.stringify(name)}, from: $from, to: $to, stepSeconds: ${STEP_SECONDS} }) { points { at value } }`).join('\n');
const STATUS = `query Status($from: DateTime!, $to: DateTime!) {
  services { id name health lastReportedAt dependsOn { id name health } }
  ${SERIES}
}`;
const ALERTS = `query Alerts($first: Int!) { alerts(first: $first) { nodes { ${ALERT_FIELDS} } } }`;
const EVENTS = `subscription Alerts($after: Cursor) { alertEvents(after: $after) { __typename cursor ... on AlertStateEvent { state alert { ${ALERT_FIELDS} } } } }`;

const element = (id) => document.getElementById(id);
const state = { token: null, isDev: true, clockAheadMs: 0, services: [], alerts: new Map(), cursor: null, socket: null, retryMs: 500, answeredAtMs: null };

/** Our clock may be wrong; the server's is the one that ages are counted by. */
const now = () => Date.now() + state.clockAheadMs;

function make(tag, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...(text === undefined ? [] : [text]), ...children);
  return made;
}

function draw(tag, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function ageOf(seconds) {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s ago`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3_600)} h ago`;
}

/** An age that goes on counting: `refreshAges` rewrites it every second. */
function age(atText, prefix = '') {
  const made = make('span', { class: 'age', 'data-prefix': prefix });
  if (atText === null) made.textContent = 'never reported';
  else made.dataset.at = atText;
  return made;
}

/** Greys whatever became known too long ago: `data-known` says when. */
function refreshAges() {
  const secondsSince = (text) => (now() - Date.parse(text)) / 1_000;
  for (const shown of document.querySelectorAll('.age[data-at]')) shown.textContent = `${shown.dataset.prefix}${ageOf(secondsSince(shown.dataset.at))}`;
  for (const shown of document.querySelectorAll('[data-known]')) shown.classList.toggle('old', secondsSince(shown.dataset.known) > OLD_SECONDS);
  summarise();
}

function summarise() {
  const firing = [...state.alerts.values()].filter((alert) => alert.state === 'FIRING').length;
  const troubled = state.services.filter(({ health }) => health === 'DOWN' || health === 'DEGRADED');
  const silentSeconds = state.answeredAtMs === null ? null : (now() - state.answeredAtMs) / 1_000;
  const summary = element('summary');
  const [text, kind] =
    silentSeconds === null ? ['Waiting for the first answer', 'unknown']
    : silentSeconds > OLD_SECONDS ? [`No answer for ${ageOf(silentSeconds).replace(' ago', '')}: what you see is old`, 'down']
    : firing > 0 ? [`${firing} ${firing === 1 ? 'alert fires' : 'alerts fire'}`, 'down']
    : troubled.length > 0 ? [`In trouble: ${troubled.map(({ name }) => name).join(', ')}`, 'degraded']
    : state.services.length === 0 ? ['Nobody has reported yet', 'unknown']
    : [`All ${state.services.length} services work`, 'ok'];
  if (summary.textContent !== text) summary.textContent = text;
  summary.className = kind;
}

async function ask(query, variables) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${state.token}` };
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }), signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  const { data, errors } = await response.json();
  const code = errors?.[0]?.extensions?.code;
  if (code === 'UNAUTHENTICATED') return signIn('The token is not valid any more.').then(() => ask(query, variables));
  if (code === 'FORBIDDEN') askForToken(errors[0].message);
  if (errors?.length) throw new Error(errors[0].message);
  const serverMs = Date.parse(response.headers.get('date') ?? '');
  // The header has whole seconds: a smaller difference is no difference.
  if (!Number.isNaN(serverMs)) state.clockAheadMs = Math.abs(serverMs - Date.now()) > 2_000 ? serverMs - Date.now() : 0;
  return data;
}

/** The series of one metric added up: a step counts where any of them has a value. */
function addUp(series) {
  const byTime = new Map();
  for (const { points } of series) for (const { at, value } of points) {
    const sum = byTime.get(at) ?? null;
    byTime.set(at, value === null ? sum : (sum ?? 0) + value);
  }
  return [...byTime].map(([at, value]) => ({ at, value })).sort((left, right) => (left.at < right.at ? -1 : 1));
}

function sparkline(points, title) {
  const top = Math.max(1e-9, ...points.map(({ value }) => value ?? 0));
  let path = '';
  points.forEach(({ value }, index) => {
    if (value === null) return;
    const starts = index === 0 || points[index - 1].value === null;
    path += `${starts ? 'M' : 'L'}${((index * 100) / Math.max(1, points.length - 1)).toFixed(2)} ${(29 - (value / top) * 27).toFixed(2)}`;
  });
  const label = `${title} over the last ${WINDOW_SECONDS / 60} minutes, at most ${format(top)}`;
  return draw('svg', { viewBox: '0 0 100 30', preserveAspectRatio: 'none', role: 'img', 'aria-label': label }, draw('path', { class: 'line', d: path }));
}

function format(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 10) / 10);
}

function showFigures(data) {
  element('figures').replaceChildren(...FIGURES.map(({ id, title }) => {
    const points = addUp(data[id]);
    const last = points.findLast(({ value }) => value !== null);
    const heading = make('h2', { text: title });
    if (!last) return make('article', { class: 'figure', id }, heading, make('strong', { text: '–' }), make('span', { class: 'age', text: 'no figure in the last 10 minutes' }));
    const known = new Date(Math.min(now(), Date.parse(last.at) + STEP_SECONDS * 1_000)).toISOString();
    return make('article', { class: 'figure', id, 'data-known': known }, heading, make('strong', { text: format(last.value) }), sparkline(points, title), age(known, 'as of '));
  }));
}

/** Columns from left to right: whoever nobody needs, those between, what needs nothing itself. */
function columnsOf(services) {
  const needed = new Set(services.flatMap(({ dependsOn }) => dependsOn.map(({ id }) => id)));
  const columnOf = ({ id, dependsOn }) => (!needed.has(id) ? 0 : dependsOn.length > 0 ? 1 : 2);
  return [0, 1, 2].map((column) => services.filter((service) => columnOf(service) === column)).filter((column) => column.length > 0);
}

function graph(services, known) {
  const [width, height, gapX, gapY] = [190, 66, 130, 26];
  const columns = columnsOf(services);
  const rows = Math.max(...columns.map((column) => column.length));
  const total = { x: columns.length * (width + gapX) - gapX / 2, y: rows * (height + gapY) - gapY + 8 };
  const places = new Map(columns.flatMap((column, x) => column.map((service, y) => {
    const offset = ((rows - column.length) * (height + gapY)) / 2;
    return [service.id, { x: 4 + x * (width + gapX), y: 4 + offset + y * (height + gapY) }];
  })));
  const edges = services.flatMap(({ id, dependsOn }) => dependsOn.map((need) => {
    const [from, to] = [places.get(id), places.get(need.id)];
    const isBeside = to.x === from.x; // in one column: out at the right, and in at the right
    const [x1, y1, y2] = [from.x + width, from.y + height / 2, to.y + height / 2 + (isBeside ? 12 : 0)];
    const x2 = isBeside ? to.x + width + 3 : to.x - 3;
    const bend = isBeside ? x1 + gapX / 2 : x2 - gapX / 2;
    const d = `M${x1} ${y1}C${x1 + gapX / 2} ${y1} ${bend} ${y2} ${x2} ${y2}`;
    return draw('path', { d, class: need.health === 'DOWN' ? 'edge broken' : 'edge', 'marker-end': 'url(#arrow)' });
  }));
  const nodes = services.map(({ id, name, health }) =>
    draw('g', { transform: `translate(${places.get(id).x} ${places.get(id).y})`, class: health.toLowerCase(), 'data-known': known },
      draw('rect', { width, height, rx: 9 }), draw('text', { x: 14, y: 29, class: 'name' }, name), draw('text', { x: 14, y: 52, class: 'health' }, HEALTH[health] ?? health)));
  const arrow = draw('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' }, draw('path', { d: 'M0 0L8 4L0 8z' }));
  return draw('svg', { viewBox: `0 0 ${total.x} ${total.y}`, role: 'img', 'aria-label': 'Which service needs which: the table below says the same' }, draw('defs', {}, arrow), ...edges, ...nodes);
}

function showServices(services) {
  state.services = services;
  const known = new Date(state.answeredAtMs).toISOString();
  element('graph').replaceChildren(...(services.length === 0 ? ['Nobody has reported yet.'] : [graph(services, known)]));
  element('services').replaceChildren(...services.map(({ id, name, health, lastReportedAt, dependsOn }) =>
    make('tr', { 'data-service': id, 'data-known': known },
      make('th', { scope: 'row', text: name }),
      make('td', { class: `state ${health.toLowerCase()}`, text: HEALTH[health] ?? health }),
      make('td', {}, age(lastReportedAt)),
      make('td', { text: dependsOn.length === 0 ? 'nothing' : `→ ${dependsOn.map((need) => need.name).join(', ')}` }))));
}

function showAlerts() {
  const rank = { FIRING: 0, PENDING: 1, RESOLVED: 2 };
  const sorted = [...state.alerts.values()].sort((left, right) => rank[left.state] - rank[right.state] || (left.id < right.id ? 1 : -1));
  const shown = sorted.slice(0, ALERTS_SHOWN_MAX);
  state.alerts = new Map(shown.map((alert) => [alert.id, alert]));
  const lines = shown.map(({ state: at, summary, rule, startedAt, resolvedAt }) =>
    make('li', { class: at.toLowerCase() }, `${at.toLowerCase()}: ${summary}`,
      make('small', { text: `${rule}, ` }, age(startedAt, 'began '), ...(resolvedAt ? [', ', age(resolvedAt, 'over ')] : []))));
  element('alerts').replaceChildren(...(lines.length === 0 ? [make('li', { text: 'No alerts.' })] : lines));
  refreshAges();
}

async function readAlerts() {
  const { alerts } = await ask(ALERTS, { first: ALERTS_SHOWN_MAX });
  state.alerts = new Map(alerts.nodes.map((alert) => [alert.id, alert]));
  showAlerts();
}

async function poll() {
  const toMs = Math.floor(now() / 1_000 / STEP_SECONDS) * STEP_SECONDS * 1_000 + STEP_SECONDS * 1_000;
  const data = await ask(STATUS, { from: new Date(toMs - WINDOW_SECONDS * 1_000).toISOString(), to: new Date(toMs).toISOString() });
  state.answeredAtMs = now();
  showFigures(data);
  showServices(data.services);
  refreshAges();
}

function showConnection(text, kind) {
  element('connection').textContent = text;
  element('connection').className = kind;
  element('alerts').classList.toggle('old', kind !== 'ok');
}

/** Alerts, live: the position comes first, so that what is read after it misses nothing; a lost socket goes on from its cursor. */
function connect() {
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, 'graphql-transport-ws');
  state.socket?.close(1000);
  state.socket = socket;
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: 'connection_init', payload: { authorization: `Bearer ${state.token}` } });
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    if (state.socket !== socket) return;
    if (type === 'ping') send({ type: 'pong' });
    if (type === 'connection_ack') send({ id: 'alerts', type: 'subscribe', payload: { query: EVENTS, variables: { after: state.cursor } } });
    if (type === 'error' || payload?.errors) element('notice').textContent = (payload.errors ?? payload)[0].message;
    if (type === 'next' && payload.data) attempt(() => takeEvent(payload.data.alertEvents));
    if (type === 'error' || type === 'complete') socket.close(1000);
  };
  socket.onclose = ({ code }) => {
    if (state.socket !== socket) return;
    showConnection('alerts not live, connecting again', 'bad');
    setTimeout(() => attempt(async () => {
      if (state.socket !== socket || !state.token) return;
      if (code === 4401 || code === 4403) await signIn('The token is not valid any more.');
      connect();
    }), state.retryMs * (0.5 + Math.random()));
    state.retryMs = Math.min(state.retryMs * 2, RECONNECT_MS_MAX);
  };
}

async function takeEvent(event) {
  const isFirst = state.cursor === null;
  state.cursor = event.cursor;
  state.retryMs = 500;
  showConnection('alerts live', 'ok');
  if ((event.__typename === 'AlertPositionEvent' && isFirst) || event.__typename === 'AlertResetEvent') return readAlerts();
  if (event.__typename !== 'AlertStateEvent') return;
  state.alerts.set(event.alert.id, event.alert);
  showAlerts();
}

/** Development servers hand out a read-only token; elsewhere an operator brings one. */
async function signIn(reason) {
  const response = state.isDev ? await fetch('/dev/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"user":"status"}' }) : null;
  if (!response?.ok) askForToken(reason);
  state.token = (await response.json()).token;
}

function askForToken(reason) {
  Object.assign(state, { token: null, isDev: false });
  element('sign-in').hidden = false;
  throw new Error(reason);
}

/** Figures first: they say whether the token is good. */
async function begin() {
  try {
    await poll();
    element('sign-in').hidden = true;
  } finally {
    if (state.token) connect();
  }
}

/** Whatever goes wrong is said on the page, and the next poll tries again. */
async function attempt(work) {
  try {
    await work();
    element('notice').textContent = '';
  } catch (error) {
    element('notice').textContent = error.name === 'TypeError' || error.name === 'TimeoutError' ? 'The gateway cannot be reached.' : error.message;
  }
}

element('sign-in').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  state.token = element('token').value.trim();
  element('token').value = '';
  attempt(begin);
});
setInterval(refreshAges, 1_000);
setInterval(() => state.token && attempt(poll), POLL_MS);
attempt(async () => {
  await signIn('Bring a token that may read operations.');
  await begin();
});
