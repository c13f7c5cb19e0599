import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import type { SchemaProblem } from '../model/access-errors.ts';
import type { Clause } from '../model/clause.ts';
import { directivesOn, unknownAccessKey, type SchemaElement } from './applied-directives.ts';
import { similarDirective, unknownArgument, type DirectiveNames } from './directive-definitions.ts';
import { directiveReaders, type Known } from './directive-readers.ts';
import { fieldClauses, fieldLineage } from './field-demand.ts';

/** A `@can` as written: the action, and on a root field the type and id argument of its subject. */
export interface CanUse {
  readonly action: string;
  readonly on: string | undefined;
  readonly id: string | undefined;
}

/** The directives of one element of the schema, before anything is inherited. */
export interface ElementRules {
  readonly isPublic: boolean;
  /** True if an access directive stands here at all, readable or not. */
  readonly isMarked: boolean;
  readonly isPositional: boolean;
  readonly clauses: readonly Clause[];
  readonly cans: readonly CanUse[];
}

export interface ReadingContext extends Known {
  /** The names that the schema gives the access directives. */
  readonly names: DirectiveNames;
  readonly schema: GraphQLSchema;
  /** Tells whether the schema defines a directive. */
  readonly isDefined: (name: string) => boolean;
  readonly problems: SchemaProblem[];
}

/** Reads the rules of each element once, so that a mistake which many inherit is reported once. */
export interface ElementReader {
  readonly of: (element: SchemaElement, coordinate: string) => ElementRules;
  /** All elements read so far, by coordinate. */
  readonly entries: () => Iterable<readonly [string, ElementRules]>;
}

export function createElementReader(context: ReadingContext): ElementReader {
  const rules = new Map<string, ElementRules>();
  const underWay = new Set<string>();
  const of: ElementReader['of'] = (element, coordinate) => {
    const known = rules.get(coordinate);
    if (known !== undefined) return known;
    if (underWay.has(coordinate)) {
      const problem = 'it leads back to itself.';
      context.problems.push({
        coordinate: `${coordinate} @sameAs`,
        problem,
        remedy: 'Write the rule at one of the fields.',
      });
      return unmarked;
    }
    underWay.add(coordinate);
    const read = readElement(element, coordinate, context, of);
    underWay.delete(coordinate);
    rules.set(coordinate, read);
    return read;
  };
  return { of, entries: () => rules };
}

const unmarked: ElementRules = { isPublic: false, isMarked: false, isPositional: false, clauses: [], cans: [] };

/** Reads the directives of an element. What cannot be read becomes a problem, so that it never opens anything. */
function readElement(
  element: SchemaElement,
  coordinate: string,
  context: ReadingContext,
  of: ElementReader['of'],
): ElementRules {
  const clauses: Clause[] = [];
  const cans: CanUse[] = [];
  const found = new Set<string>();
  for (const { name, args } of directivesOn(element)) {
    const canonical = context.names.get(name);
    const report = (problem: string, remedy: string): void => {
      context.problems.push({ coordinate: `${coordinate} @${name}`, problem, remedy });
    };
    if (canonical === undefined) {
      reportUnknown(name, context, report);
      continue;
    }
    found.add(canonical);
    const unknown = unknownArgument(canonical, args);
    if (unknown !== undefined) report(`it has no argument ${unknown}.`, 'Correct or drop the argument.');
    if (canonical === 'can') cans.push(readCan(args, report));
    if (canonical === 'sameAs') clauses.push(...readSameAs(args, context, of, report));
    const reading = directiveReaders[canonical]?.(args, context);
    if (reading === undefined) continue;
    if ('clause' in reading) clauses.push(reading.clause);
    else report(reading.problem, reading.remedy);
  }
  const isPositional = found.delete('positional');
  return { isPublic: found.has('public'), isMarked: found.size > 0, isPositional, clauses, cans };
}

type Report = (problem: string, remedy: string) => void;

/** Reports a directive that guards nothing and looks as if it should: a prefix without a link, or a misspelt name. */
function reportUnknown(name: string, { names, isDefined }: ReadingContext, report: Report): void {
  if (name.startsWith(unknownAccessKey)) report('it is no key of `extensions.access`.', 'Correct or drop it.');
  const [, bareName = ''] = /__(\w+)$/.exec(name) ?? [];
  if (names.has('authenticated') && names.has(bareName)) {
    report(
      'no @link of the schema gives it this name, so it would guard nothing.',
      'Link the specification, or rename it.',
    );
  }
  const similar = isDefined(name) ? undefined : similarDirective(name, names);
  if (similar === undefined) return;
  report(
    `there is no such directive, so it would guard nothing.`,
    `Write @${similar}, or define @${name} if you mean it.`,
  );
}

function readCan({ action, on, id }: Readonly<Record<string, unknown>>, report: Report): CanUse {
  if (typeof action !== 'string' || action === '') report('it names no action.', 'Name one.');
  return { action: String(action), on: textOrNothing(on), id: textOrNothing(id) };
}

/** Reads the clauses of the field that a `@sameAs` names. */
function readSameAs(
  { field: named }: Readonly<Record<string, unknown>>,
  { schema }: ReadingContext,
  of: ElementReader['of'],
  report: Report,
): readonly Clause[] {
  const [typeName = '', fieldName = '', ...rest] = String(named).split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined || rest.length > 0 || !(isObjectType(type) || isInterfaceType(type))) {
    report(`there is no field ${String(named)}.`, 'Name a field by its coordinate, as `Type.field`.');
    return [];
  }
  const lines = fieldLineage(type, fieldName);
  if (lines.some((line) => of(line.field, line.coordinate).cans.length > 0)) {
    report(
      `${String(named)} asks a policy about its object, which is not there.`,
      'Write the rule of the principal here.',
    );
  }
  const clauses = fieldClauses((element, at) => of(element, at).clauses, type, field);
  if (clauses.length === 0) report(`${String(named)} requires nothing.`, 'Drop the directive, or guard the field.');
  return clauses;
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
