/** One line of a plot. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface PlotOptions {
  readonly title: string;
  /** What the axes show, with units. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 64;
const RIGHT = 24;
const TOP = 44;
const BOTTOM = 56;
const COLOURS = ['#c2255c', '#1971c2', '#2f9e44', '#e8590c'];
/** Lines across, besides the bottom. */
const STEPS = 4;

/** A plot as SVG: x by powers of ten, y from zero. */
export const plotSvg = ({ title, x, y, lines }: PlotOptions): string => {
  const all = lines.flatMap(({ points }) => points);
  const [low, high] = [
    Math.floor(Math.log10(Math.min(...all.map((point) => point.x)))),
    Math.ceil(Math.log10(Math.max(...all.map((point) => point.x)))),
  ];
  const top = niceTop(Math.max(...all.map((point) => point.y)));
  const placeX = (value: number): number => LEFT + ((Math.log10(value) - low) / Math.max(1, high - low)) * (WIDTH - LEFT - RIGHT);
  const placeY = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const grid = Array.from({ length: STEPS + 1 }, (_, step) => {
    const value = (top / STEPS) * step;
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${placeY(value)}" y2="${placeY(value)}" stroke="#dee2e6"/>${label(LEFT - 8, placeY(value) + 4, 'end', String(value))}`;
  });
  const powers = Array.from({ length: high - low + 1 }, (_, step) => {
    const value = 10 ** (low + step);
    return label(placeX(value), HEIGHT - BOTTOM + 18, 'middle', value.toLocaleString('en'));
  });
  const drawn = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#000';
    const path = points.map((point) => `${placeX(point.x).toFixed(1)},${placeY(point.y).toFixed(1)}`);
    const dots = path.map((place) => `<circle cx="${place.split(',')[0]}" cy="${place.split(',')[1]}" r="3.5" fill="${colour}"/>`);
    const key = `<rect x="${LEFT + index * 220}" y="28" width="10" height="10" fill="${colour}"/>${label(LEFT + 16 + index * 220, 37, 'start', name)}`;
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${key}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#343a40">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="18" font-size="14" font-weight="bold">${escapeText(title)}</text>`,
    ...grid,
    ...powers,
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, 'middle', x),
    `<text transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeText(y)}</text>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
};

const label = (x: number, y: number, anchor: string, text: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeText(text)}</text>`;

const escapeText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The next of 1, 2, 4 or 8 times a power of ten: four steps of it are round numbers. */
const niceTop = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return ([1, 2, 4, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
};
