import type { MetadataStorage } from '@mikro-orm/core';
import type { WriteGuard } from './write-guard.ts';

/** A relation of many to many whose rows stand in a table between. */
interface Relation {
  readonly owner: string;
  readonly property: string;
}

/** A write of rows that relate others to a row with a policy, by which that row would change without being asked about. */
export class RelationWriteError extends Error {
  constructor(type: string, { owner, property }: Relation) {
    super(
      `Rows of ${type} are the relation ${owner}.${property}, and rows of ${owner} have a policy: change the collection, ` +
        `give ${type} a policy of its own, or say \`asSystem(reason, work)\` for what is the work of the system.`,
    );
  }
}

const known = new WeakMap<MetadataStorage, ReadonlyMap<string, Relation>>();

/** Finds the relation whose rows are those of a class, whether a table's own or one that an application wrote. */
function relationsOf(metadata: MetadataStorage): ReadonlyMap<string, Relation> {
  const found = known.get(metadata) ?? new Map(relationsIn(metadata));
  known.set(metadata, found);
  return found;
}

function* relationsIn(metadata: MetadataStorage): Iterable<readonly [pivot: string, relation: Relation]> {
  for (const { className, relations } of metadata.getAll().values()) {
    for (const { owner, name, pivotEntity } of relations) {
      // Relations of other kinds have no table between.
      const pivot = owner ? metadata.find(pivotEntity) : undefined;
      if (pivot !== undefined) yield [pivot.className, { owner: className, property: name }];
    }
  }
}

/**
 * Makes a guard refuse rows that are a relation of guarded rows, unless they have a policy of their own: whoever adds such
 * a row changes the row that owns the relation, which nobody was asked about.
 */
export function withRelations(guard: WriteGuard, metadata: MetadataStorage): WriteGuard {
  const relations = relationsOf(metadata);
  const isMadeHere = guard.isRelation !== undefined;
  if (relations.size === 0 || isMadeHere) return guard;
  const relationBy = (type: string): Relation | undefined => {
    const relation = guard.guards(type) ? undefined : relations.get(type);
    return relation !== undefined && guard.guards(relation.owner) ? relation : undefined;
  };
  return {
    session: () => guard.session?.(),
    guards: (type) => guard.guards(type) || relationBy(type) !== undefined,
    isRelation: (type) => relationBy(type) !== undefined,
    async require(action, type, row) {
      const relation = relationBy(type);
      if (relation !== undefined) throw new RelationWriteError(type, relation);
      return guard.require(action, type, row);
    },
  };
}
