import type { Offence } from '../errors.ts';
import type { Clause } from '../requirement.ts';
import { strangeArgument } from './definitions.ts';
import { directivesOn } from './directive-uses.ts';
import type { Directed } from './directive-uses.ts';
import { FEDERATION_DIRECTIVES, PRINCIPAL_DIRECTIVES } from './vocabulary.ts';
import type { Known } from './vocabulary.ts';

/** A `@can` as written: which action, and on a root field whose. */
export interface CanUse {
  readonly action: string;
  readonly on: string | undefined;
  readonly id: string | undefined;
}

/** What stands on one element of the schema itself, before anything is inherited. */
export interface ElementRules {
  readonly isPublic: boolean;
  /** Whether a directive of ours stands here at all, readable or not. */
  readonly isMarked: boolean;
  readonly clauses: readonly Clause[];
  readonly cans: readonly CanUse[];
}

export interface ReadingContext extends Known {
  readonly readsFederation: boolean;
  readonly offences: Offence[];
}

/** Reads the directives of an element; whatever cannot be read becomes an offence, never an open door. */
export function readElement(element: Directed, coordinate: string, context: ReadingContext): ElementRules {
  const clauses: Clause[] = [];
  const cans: CanUse[] = [];
  let isPublic = false;
  let isMarked = false;
  for (const { name, args } of directivesOn(element)) {
    const read = readerOf(name, context);
    const stranger = strangeArgument(name, args);
    if (stranger !== undefined) context.offences.push(strangeUse(coordinate, name, stranger));
    isMarked ||= name === 'public' || name === 'can' || read !== undefined;
    isPublic ||= name === 'public';
    if (name === 'can') cans.push(readCan(args, coordinate, context));
    if (read === undefined) continue;
    const reading = read(args, context);
    if ('clause' in reading) clauses.push(reading.clause);
    else context.offences.push({ coordinate: `${coordinate} @${name}`, ...reading });
  }
  return { isPublic, isMarked, clauses, cans };
}

function strangeUse(coordinate: string, name: string, argument: string): Offence {
  const problem = `it has no argument ${argument}.`;
  return { coordinate: `${coordinate} @${name}`, problem, remedy: 'Correct or drop the argument.' };
}

function readerOf(name: string, { readsFederation }: ReadingContext) {
  if (Object.hasOwn(PRINCIPAL_DIRECTIVES, name)) return PRINCIPAL_DIRECTIVES[name];
  const bareName = name.replace(/^federation__/, '');
  const isFederated = readsFederation && Object.hasOwn(FEDERATION_DIRECTIVES, bareName);
  return isFederated ? FEDERATION_DIRECTIVES[bareName] : undefined;
}

function readCan(args: Readonly<Record<string, unknown>>, coordinate: string, context: ReadingContext): CanUse {
  const { action, on, id } = args;
  if (typeof action !== 'string' || action === '') {
    context.offences.push({ coordinate: `${coordinate} @can`, problem: 'it names no action.', remedy: 'Name one.' });
  }
  return { action: String(action), on: textOrNothing(on), id: textOrNothing(id) };
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
