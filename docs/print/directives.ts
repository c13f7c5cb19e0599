import { Kind, parse, print, visit, type DirectiveDefinitionNode, type DocumentNode } from 'graphql';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const made = '<!-- Made by `npm run print` from schema/directives.graphql; a test compares it with the code. -->';

const introduction = `Directives on one element add up: all of them must be met. What an interface or a type demands, its fields demand as well.
\`@public\`, \`@auth\`, \`@hasRole\`, \`@hasScope\`, \`@access\`, \`@can\`, \`@mfa\`, \`@recentAuth\`, \`@network\`, \`@sameAs\` and \`@positional\`
belong to the engine;
the others to this server. How they combine, and what does not build, is in the
[README of the engine](../../src/authorization/README.md).`;

/** Every directive of the SDL: what it means, its arguments, where it may stand, and a use of it. */
export function directivesPage(root: string): string {
  const files = globSync('schema/**/*.graphql', { cwd: root }).toSorted();
  const documents = files.map((file) => parse(readFileSync(join(root, file), 'utf8')));
  const definitions = documents
    .flatMap(({ definitions: all }) => all)
    .filter((definition) => definition.kind === Kind.DIRECTIVE_DEFINITION);
  const parts = ['# Directives', made, introduction, ...definitions.map((definition) => entry(definition, documents))];
  return `${parts.join('\n\n')}\n`;
}

function entry(definition: DirectiveDefinitionNode, documents: readonly DocumentNode[]): string {
  const { name, description, repeatable, locations } = definition;
  const use = firstUse(name.value, documents);
  const parts = [
    `## @${name.value}`,
    description?.value ?? '',
    `Arguments: ${argumentsOf(definition)}. ${repeatable ? 'Repeatable. ' : ''}On ${locations.map(({ value }) => `\`${value}\``).join(', ')}.`,
    ...(use === undefined ? [] : [`For example:\n\n\`\`\`graphql\n${use}\n\`\`\``]),
  ];
  return parts.join('\n\n');
}

const argumentsOf = ({ arguments: args = [] }: DirectiveDefinitionNode): string =>
  args.length === 0
    ? 'none'
    : args
        .map(
          ({ name, type, defaultValue }) =>
            `${name.value}: ${print(type)}${defaultValue ? ` = ${print(defaultValue)}` : ''}`,
        )
        .map((text) => `\`${text}\``)
        .join(', ');

/** The first field or type that bears a directive, without its description and, of a type, without its fields. */
function firstUse(directive: string, documents: readonly DocumentNode[]): string | undefined {
  let found: string | undefined;
  const note = (text: string): void => void (found ??= text);
  const isMarked = (node: { readonly directives?: ReadonlyArray<{ readonly name: { readonly value: string } }> }) =>
    node.directives?.some(({ name }) => name.value === directive) ?? false;
  for (const document of documents) {
    visit(document, {
      FieldDefinition(node, _key, _parent, _path, ancestors) {
        const owner = ancestors.findLast((candidate) => 'kind' in candidate && 'name' in candidate);
        const { description: _, ...bare } = node;
        if (isMarked(node) && owner !== undefined) note(inType(owner, print(bare)));
      },
      ObjectTypeDefinition(node) {
        const { description: _, ...bare } = node;
        if (isMarked(node)) note(print({ ...bare, fields: [] }));
      },
    });
  }
  return found;
}

const inType = (owner: object, field: string): string => {
  const { kind, name } = owner as { readonly kind: string; readonly name: { readonly value: string } };
  return `${kind.endsWith('Extension') ? 'extend ' : ''}type ${name.value} {\n${field.replaceAll(/^/gm, '  ')}\n}`;
};
