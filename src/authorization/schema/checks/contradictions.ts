import { isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import type { Offence } from '../../errors.ts';
import type { ElementRules } from '../element.ts';
import type { Rulebook } from '../rulebook.ts';

const REMEDY = 'Drop @public, or move the requirement to the fields that need it.';

/** `@public` where a requirement holds as well, own or inherited, is a promise that would not be kept. */
export function offencesOfContradictions(schema: GraphQLSchema, book: Rulebook): Offence[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const ancestors = type.getInterfaces();
    const ofType = [type, ...ancestors].map((line) => book.of(line, line.name));
    const demandsOfType = ofType.some(demands);
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const coordinate = `${type.name}.${field.name}`;
      const inherited = ancestors.flatMap((line) => {
        const own = line.getFields()[field.name];
        return own ? [book.of(own, `${line.name}.${field.name}`)] : [];
      });
      const own = book.of(field, coordinate);
      return own.isPublic && (demandsOfType || [own, ...inherited].some(demands)) ? [offence(coordinate)] : [];
    });
    return book.of(type, type.name).isPublic && demandsOfType ? [offence(type.name), ...fields] : fields;
  });
}

function demands({ clauses, cans }: ElementRules): boolean {
  return clauses.length > 0 || cans.length > 0;
}

function offence(coordinate: string): Offence {
  return { coordinate, problem: 'it is @public, and requires something.', remedy: REMEDY };
}
