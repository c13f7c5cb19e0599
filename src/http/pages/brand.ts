import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { StartError } from '../../errors.ts';

export interface Picture {
  readonly type: string;
  readonly bytes: Buffer;
}

const pictureTypes: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
};
const maxPictureBytes = 256 * 1024;

/** Reads the logo. @throws StartError if it cannot be read, or is no picture that the pages can show. */
export function readPicture(file: string): Picture {
  const type = pictureTypes[extname(file).toLowerCase()];
  const bytes = tryToRead(file);
  if (type !== undefined && bytes !== null && bytes.length <= maxPictureBytes) return { type, bytes };
  throw new StartError(
    `BRAND_LOGO: expected a readable file, SVG, PNG, WebP or JPEG, of at most ${maxPictureBytes / 1024} KiB: ${file}`,
  );
}

function tryToRead(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

type Rgb = readonly [number, number, number];

/** The least contrast of a text with its ground (WCAG 2.2, 1.4.3). */
const leastContrast = 4.5;
const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];
/** The grounds of `pages.css`, on which an accent stands. */
const grounds = { light: [255, 255, 255], dark: [27, 30, 37] } as const satisfies Record<string, Rgb>;

/** Returns the variables of the style sheet that come of one colour, for light and for dark. */
export function accentRules(color: string): string {
  const accent = parse(color);
  const rule = (ground: Rgb, towards: Rgb): string => {
    // One of the two can be read on any colour: their contrasts with it multiply to 21.
    const on = contrast(accent, white) >= leastContrast ? white : black;
    return `--accent:${print(accent)};--on-accent:${print(on)};--accent-text:${print(readable(accent, ground, towards))}`;
  };
  return `:root{${rule(grounds.light, black)}}@media (prefers-color-scheme:dark){:root{${rule(grounds.dark, white)}}}`;
}

/** Moves a colour towards another until it can be read on its ground. */
function readable(color: Rgb, ground: Rgb, towards: Rgb): Rgb {
  for (let step = 0; step < 20; step += 1) {
    const mixed = mix(color, towards, step / 20);
    if (contrast(mixed, ground) >= leastContrast) return mixed;
  }
  return towards;
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb => {
  const channel = (at: 0 | 1 | 2): number => Math.round(from[at] + (to[at] - from[at]) * share);
  return [channel(0), channel(1), channel(2)];
};

function contrast(one: Rgb, other: Rgb): number {
  const [first, second] = [luminance(one), luminance(other)];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

/** Computes the relative luminance (WCAG 2.2). */
function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

const parse = (color: string): Rgb => {
  const channel = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  return [channel(1), channel(3), channel(5)];
};

const print = (color: Rgb): string => `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
