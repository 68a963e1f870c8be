// The files of messages: images are shown, all else is offered to be saved. Their addresses hold for minutes, so they are asked for when a file comes into sight, and again when they hold no longer.
import { make } from './lines.js';

const ASKED_AT_ONCE_MAX = 20; // messages in one question
const IMAGE_TRIES_MAX = 3;
const AGAIN_MS = 1_000; // before the second try, and twice as long before each one after it
const [SHOWN_WIDTH_MAX, SHOWN_HEIGHT_MAX] = [320, 240]; // pixels

const sizeOf = (bytes) => {
  if (bytes < 1_000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};

/** An image, in the room that it will take where its sender has said how large it is. */
function imageOf({ name, width, height }) {
  const image = Object.assign(make('img', ''), { alt: name, decoding: 'async', referrerPolicy: 'no-referrer' });
  if (!width || !height) return image;
  const scale = Math.min(1, SHOWN_WIDTH_MAX / width, SHOWN_HEIGHT_MAX / height);
  return Object.assign(image, { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
}

/** Files of the messages in `list`. `ask(query, variables)`: asks the graph. */
export function createFiles(list, ask) {
  const askedFor = new Map(); // what to do with the links of a message, by message
  const files = new WeakMap(); // by what shows them
  const holds = ({ link }) => link !== null && Date.parse(link.expiresAt) > Date.now();

  const askForAll = () => {
    const asked = [...askedFor].slice(0, ASKED_AT_ONCE_MAX);
    for (const [messageId] of asked) askedFor.delete(messageId);
    if (askedFor.size > 0) setTimeout(askForAll);
    const names = asked.map((_, index) => `$m${index}: ID!`).join(', ');
    const fields = asked.map((_, index) => `m${index}: message(id: $m${index}) { attachments { id link { url expiresAt } } }`).join(' ');
    const variables = Object.fromEntries(asked.map(([messageId], index) => [`m${index}`, messageId]));
    const answer = ask(`query Links(${names}) { ${fields} }`, variables);
    for (const [index, [, tell]] of asked.entries()) tell(answer.then((data) => data[`m${index}`]?.attachments ?? []));
  };
  /** The links of a message's files as they are signed now. Those of all messages that come into sight together are one question. */
  const linksOf = (messageId) => new Promise((resolve) => {
    if (askedFor.size === 0) setTimeout(askForAll);
    const before = askedFor.get(messageId);
    askedFor.set(messageId, (answer) => {
      before?.(answer);
      resolve(answer);
    });
  });

  /** Gives a file an address that holds. Whoever clicks it meanwhile waits for the same answer. */
  const renew = (file) => {
    file.renewal ??= (async () => {
      try {
        const links = await linksOf(file.messageId);
        file.link = links.find(({ id }) => id === file.id)?.link ?? null;
        if (file.link) file.shown.href = file.link.url;
        if (file.link && file.image && !file.isLoaded) file.image.src = file.link.url;
      } catch (error) {
        file.shown.title = error.message;
      }
      file.renewal = null;
    })();
    return file.renewal;
  };
  const inSight = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) if (isIntersecting && !holds(files.get(target))) renew(files.get(target));
  }, { root: list, rootMargin: '200px' });

  /** An address that holds no longer is never followed. */
  const follow = async (clicked, file) => {
    if (file.isRenewed || holds(file)) return;
    clicked.preventDefault();
    await renew(file);
    if (!file.link) return;
    // Once, however wrong the clock of this machine is.
    file.isRenewed = true;
    file.shown.click();
    file.isRenewed = false;
  };
  const drawImage = (file, attachment, onGrow) => {
    const image = imageOf(attachment);
    let tries = 1;
    image.onload = () => {
      file.isLoaded = true;
      onGrow();
    };
    image.onerror = () => {
      if (tries < IMAGE_TRIES_MAX) setTimeout(() => file.shown.isConnected && renew(file), AGAIN_MS * 2 ** (tries - 1));
      tries += 1;
    };
    file.image = image;
    return image;
  };
  const draw = (messageId, attachment, onGrow) => {
    const { id, kind, name, bytes } = attachment;
    const shown = Object.assign(make('a', kind === 'IMAGE' ? 'image' : 'file'), { title: `${name}, ${sizeOf(bytes)}`, target: '_blank', rel: 'noopener noreferrer' });
    const file = { id, messageId, shown, link: null, renewal: null, isLoaded: false, isRenewed: false };
    shown.append(...(kind === 'IMAGE' ? [drawImage(file, attachment, onGrow)] : [`${name} `, make('small', '', sizeOf(bytes))]));
    shown.onclick = (clicked) => follow(clicked, file);
    files.set(shown, file);
    inSight.observe(shown);
    return shown;
  };
  return {
    /** What shows the files of a message. `onGrow`: an image has come, and may take more room than before. */
    draw: (messageId, attachments, onGrow) => {
      const all = make('span', 'files');
      all.append(...attachments.map((attachment) => draw(messageId, attachment, onGrow)));
      return all;
    },
  };
}
