// Being counted among a room's viewers: joined while the page shows it, renewed as long as it does, left when it goes.
const AGAIN_MS = 5_000;
const INPUT = (field) => `mutation Watch($input: WatchRoomInput!) { ${field}(input: $input) { viewerCount renewAfterSeconds userErrors { code } } }`;

/** `onCount(count)`: how many are watching. */
export function createWatching(onCount) {
  const sessionId = crypto.randomUUID();
  let watched = null; // what is joined: the room, and as whom
  let timer = 0;
  const call = (field, { roomId, token }, keepalive) =>
    fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query: INPUT(field), variables: { input: { roomId, sessionId } } }),
      keepalive,
    }).then((response) => response.json()).then(({ data }) => data?.[field]).catch(() => null);
  const renew = async () => {
    const asked = watched;
    const answer = await call('joinRoom', asked, false);
    if (watched !== asked) return;
    if (answer && answer.viewerCount !== null) onCount(answer.viewerCount);
    timer = setTimeout(renew, answer?.renewAfterSeconds ? answer.renewAfterSeconds * 1_000 : AGAIN_MS);
  };
  /** The request outlives the page. */
  const leave = () => {
    clearTimeout(timer);
    if (watched !== null) void call('leaveRoom', watched, true);
  };
  addEventListener('pagehide', leave);
  // A page that comes back as it was, out of the browser's memory.
  addEventListener('pageshow', ({ persisted }) => persisted && watched !== null && renew());
  return {
    /** From now on this room, and as this person; `token` null: as nobody. A new token of the same person is no new viewer. */
    watch: (roomId, user, token) => {
      if (watched?.roomId === roomId && watched.user === user) {
        watched.token = token;
        return;
      }
      leave();
      watched = { roomId, user, token };
      void renew();
    },
  };
}
