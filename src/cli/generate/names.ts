import { UsageError } from '../usage.ts';

/** The spellings of one name: `blog-post` is the type `BlogPost`, its folder `blog-posts`, its table `blog_posts`. */
export interface Names {
  /** `blog-post` */
  readonly file: string;
  /** `blog-posts` */
  readonly folder: string;
  /** `BlogPost` */
  readonly type: string;
  /** `blogPost` */
  readonly one: string;
  /** `blogPosts` */
  readonly many: string;
  /** `BlogPosts` */
  readonly manyType: string;
  /** `blog_posts` */
  readonly table: string;
  /** `blog post` */
  readonly words: string;
  /** `blog posts` */
  readonly manyWords: string;
}

/** The length with which no name of an index grows beyond the 63 characters that PostgreSQL keeps. */
const maxName = 24;

/** @throws UsageError if the text is no name in lower case, in the singular, its words joined by hyphens. */
export function namesOf(file: string, plural = pluralOf(file)): Names {
  if (![file, plural].every((name) => /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name)) || file.length > maxName)
    throw new UsageError(
      `Name the feature in the singular and in lower case, such as note or blog-post, in at most ${maxName} characters.`,
    );
  if (file === plural) throw new UsageError(`The plural of ${file} is the same: give another by --plural.`);
  const type = pascal(file);
  const manyType = pascal(plural);
  return {
    file,
    folder: plural,
    type,
    one: uncapitalised(type),
    many: uncapitalised(manyType),
    manyType,
    table: plural.replaceAll('-', '_'),
    words: file.replaceAll('-', ' '),
    manyWords: plural.replaceAll('-', ' '),
  };
}

/** English, by its rules alone. */
function pluralOf(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const uncapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const pascal = (text: string): string => text.split('-').map(capitalised).join('');
