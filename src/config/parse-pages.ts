import { resolve } from 'node:path';
import type { Settings } from './settings.ts';

export interface PagesConfig {
  readonly isOn: boolean;
  /** A web app that has pages of its own for the links in mails, without a trailing slash. */
  readonly appUrl: string | null;
  readonly brand: BrandConfig;
}

export interface BrandConfig {
  readonly name: string;
  /** The file of a picture. */
  readonly logo: string | null;
  /** A colour as `#rrggbb`, in lower case. */
  readonly color: string;
}

const color = /^#[\da-f]{6}$/;
const maxName = 60;

export function parsePages(settings: Settings): PagesConfig {
  const appUrl = settings.text('APP_URL', '');
  return {
    isOn: settings.oneOf('PAGES', ['on', 'off'], 'on') === 'on',
    appUrl: appUrl === '' ? null : settings.url('APP_URL', 'https://app.example.com', ['http:', 'https:']),
    brand: parseBrand(settings),
  };
}

function parseBrand(settings: Settings): BrandConfig {
  const brand = {
    name: settings.text('BRAND_NAME', 'Sallyport'),
    color: settings.text('BRAND_COLOR', '#3a5bd9').toLowerCase(),
  };
  const logo = settings.text('BRAND_LOGO', '');
  if (brand.name.length > maxName) settings.mistake('BRAND_NAME', `expected at most ${maxName} characters`);
  if (!color.test(brand.color)) settings.mistake('BRAND_COLOR', 'expected a colour such as #3a5bd9');
  return { ...brand, logo: logo === '' ? null : resolve(logo) };
}
