import { parseSync } from 'rolldown/utils';

/** A text in a source, without its quotes: the parts between the placeholders of a template. */
export type TextParts = readonly string[];

/** A node of the syntax tree (ESTree), which has its children as properties. */
interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}

/** Lists the texts of a TypeScript source that are written for people: those with two words. */
export function textsOf(source: string): readonly TextParts[] {
  const { program, errors } = parseSync('source.ts', source);
  if (errors.length > 0) throw new Error(`The source cannot be parsed: ${errors[0]?.message}`);
  const texts: TextParts[] = [];
  visit(program);
  return texts.filter((parts) => parts.some((part) => /\w \w|\w .|. \w/.test(part)));

  function visit(value: unknown): void {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value) || value.type === 'ImportDeclaration') return;
    if (value.type === 'Literal' && typeof value['value'] === 'string') texts.push([value['value']]);
    if (value.type === 'TemplateElement') return;
    if (value.type === 'TemplateLiteral') texts.push(partsOf(value['quasis']));
    Object.values(value).forEach(visit);
  }
}

function partsOf(quasis: unknown): TextParts {
  const elements: readonly unknown[] = Array.isArray(quasis) ? quasis : [];
  return elements.filter(isNode).map(({ value }) => String((value as { readonly cooked: unknown }).cooked));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
