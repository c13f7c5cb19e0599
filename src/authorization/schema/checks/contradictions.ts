import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import type { SchemaProblem } from '../../model/access-errors.ts';
import type { ElementReader, ElementRules } from '../element-reader.ts';

const publicRemedy = 'Drop @public, or move the requirement to the fields that need it.';

/** Finds elements that are `@public` although a requirement, own or inherited, applies to them. */
export function problemsOfContradictions(schema: GraphQLSchema, elements: ElementReader): SchemaProblem[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const ancestors = type.getInterfaces();
    const ofType = [type, ...ancestors].map((line) => elements.of(line, line.name));
    const demandsOfType = ofType.some(demands);
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const coordinate = `${type.name}.${field.name}`;
      const inherited = ancestors.flatMap((line) => {
        const own = line.getFields()[field.name];
        return own ? [elements.of(own, `${line.name}.${field.name}`)] : [];
      });
      const own = elements.of(field, coordinate);
      return own.isPublic && (demandsOfType || [own, ...inherited].some(demands)) ? [schemaProblem(coordinate)] : [];
    });
    return elements.of(type, type.name).isPublic && demandsOfType ? [schemaProblem(type.name), ...fields] : fields;
  });
}

function demands({ clauses, cans }: ElementRules): boolean {
  return clauses.length > 0 || cans.length > 0;
}

function schemaProblem(coordinate: string): SchemaProblem {
  return { coordinate, problem: 'it is @public, and requires something.', remedy: publicRemedy };
}
