import { escapeMarkup } from '../../markup.ts';

/** A piece of HTML; whatever is not one is text, and is escaped when it is put into one. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** A value in a template: HTML, a text, several of either, or nothing. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

/** Joins HTML as it is written in the source with values that stay text, in elements and in quoted attributes. */
export const html = (written: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(written.map((piece, at) => piece + markupOf(parts[at])).join(''));

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === 'string' || typeof part === 'number') return escapeMarkup(String(part));
  return typeof part === 'object' && part !== null ? part.map(markupOf).join('') : '';
}

/** Writes attributes with a value; `true` is an attribute without one, `undefined` and `false` are left out. */
export const attributes = (values: Readonly<Record<string, string | number | boolean | undefined>>): Html[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? html`${name} ` : html`${name}="${value}" `;
  });
