/** A picture for whoever has not chosen one: the first letter of the name on a colour of the user's own, as an SVG in a data URL. */
export const drawnAvatarOf = (userId: string, displayName: string): string => {
  const letter = encodeURIComponent(displayName.slice(0, 1));
  return (
    `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Crect width='64' height='64' fill='hsl(${hueOf(userId)} 55%25 42%25)'/%3E` +
    `%3Ctext x='32' y='43' font-family='sans-serif' font-size='32' text-anchor='middle' fill='white'%3E${letter}%3C/text%3E%3C/svg%3E`
  );
};

/** Degrees on the colour wheel, spread over the ids. */
const hueOf = (userId: string): number => {
  let hash = 0;
  for (const character of userId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
};
