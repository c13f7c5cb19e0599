import {
  carriedFrom,
  demandsOfType,
  ID,
  isPositional,
  possibleTypes,
  shapeOf,
  sharesOf,
  valueOf,
} from './fuzz-world.ts';
import type { Caller, Demand, FieldWorld, Selected, Shape, TypeWorld, World, WorldRow } from './fuzz-world.ts';

/** Runs an operation slowly and obviously by the rules as DESIGN states them, with nothing of the engine in it. */

class Refused extends Error {
  readonly code: string;
  readonly path: string;
  constructor(code: string, path: readonly (string | number)[]) {
    super(code);
    this.code = code;
    this.path = path.join('.');
  }
}

export interface Answer {
  readonly data: unknown;
  readonly codes: Record<string, string>;
}
type Path = readonly (string | number)[];

export function oracle(
  world: World,
  caller: Caller,
  operation: 'query' | 'mutation',
  selected: readonly Selected[],
): Answer {
  const codes: Record<string, string> = {};
  const code = caller.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  const roles = new Set(caller.roles.flatMap((role) => (role === 'ABOVE' ? ['ABOVE', 'A', 'C'] : [role])));
  const granted = (scope: string) =>
    caller.scopes.some((own) => own === '*' || own === scope || scope.startsWith(`${own.replace(':*', '')}:`));
  const meets: Record<Demand, () => boolean> = {
    auth: () => caller.kind !== 'anonymous',
    roleA: () => roles.has('A'),
    roleB: () => roles.has('B') || roles.has('C'),
    scopeX: () => granted('x:read'),
    scopeYZ: () => (granted('y:read') && granted('z:read')) || granted('x:write'),
    office: () => caller.networks.includes('office'),
    either: () =>
      (roles.has('A') && caller.networks.includes('office')) ||
      (granted('x:read') && granted('z:read')) ||
      (caller.kind !== 'anonymous' && caller.roles.includes('C')),
    fedLogin: () => caller.kind !== 'anonymous',
    // A scope of Federation is the very one, whatever ours would cover.
    fedScopes: () =>
      (caller.scopes.includes('x:read') && caller.scopes.includes('z:read')) || caller.scopes.includes('x:write'),
    fedPolicy: () => (caller.roles.includes('C') && caller.networks.includes('office')) || caller.roles.includes('B'),
  };
  const met = (demands: readonly Demand[]) => demands.every((demand) => meets[demand]());

  const typeOf = (name: string) => world.types.find((type) => type.name === name);
  const ofType = (name: string) => demandsOfType(world, name);
  const isSupplied = (arg: string) => arg === 'literal' || arg === 'variable';
  const isRefused = (parent: TypeWorld | undefined, field: FieldWorld, arg: string): boolean => {
    const ofParent = parent ? ofType(parent.name) : [];
    const ofId = field === ID && parent?.implementsNode ? world.nodeIdDemands : [];
    const ofArg = isSupplied(arg) ? [...field.argDemands, ...carriedFrom(world, field.argSameAs)] : [];
    const ofField = [...field.demands, ...(parent === undefined ? carriedFrom(world, field.sameAs) : [])];
    return !met([...ofParent, ...ofId, ...ofField, ...ofType(field.type), ...ofArg]);
  };
  const isShared = ({ id }: WorldRow) =>
    caller.kind !== 'anonymous' && sharesOf(id).some(({ user, level }) => user === 'u' && level > 0);
  const isOfCaller = ({ tenant }: WorldRow) =>
    (caller.attributes?.tenant !== undefined && caller.attributes.tenant === tenant) ||
    (tenant !== null && caller.attributes?.teams?.includes(tenant) === true);
  const mayRead = (row: WorldRow) =>
    typeOf(row.kind)?.hasRows !== true || row.isOpen || roles.has('B') || isOfCaller(row) || isShared(row);
  const mayMatch = (row: WorldRow, arg: string) => roles.has('A') || (isSupplied(arg) && row.level === 1);
  const mayEdit = (row: WorldRow) => row.isMine || roles.has('A');

  const isRow = (value: unknown): value is WorldRow => typeof value === 'object' && value !== null && 'kind' in value;
  /** Whether a row is left out or null: its type may be met at all, and its policy refuses. */
  const isHidden = (value: unknown, field: FieldWorld) => {
    if (!isRow(value)) return false;
    const isAbstract = possibleTypes(world, field.type)[0] !== field.type;
    return (!isAbstract || met(ofType(value.kind))) && !mayRead(value);
  };

  function complete(value: unknown, shape: Shape, field: FieldWorld, below: readonly Selected[], path: Path): unknown {
    const may = <Result>(attempt: () => Result): Result | null => {
      if (!shape.mayBeNull) return attempt();
      try {
        return attempt();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        codes[error.path] = error.code;
        return null;
      }
    };
    return may(() => {
      if (value === null) {
        if (shape.mayBeNull) return null;
        throw new Refused('NULL', path);
      }
      const { item } = shape;
      if (item !== null && Array.isArray(value)) {
        const kept = isPositional(field)
          ? value.map((one) => (isHidden(one, field) ? null : one))
          : value.filter((one) => !isHidden(one, field));
        return kept.map((one, index) => complete(one, item, field, below, [...path, index]));
      }
      if (field.type === 'Level' && value === 'HIGH' && !met(world.highDemands)) throw new Refused(code, path);
      if (!isRow(value)) return value;
      if (!met(ofType(value.kind))) throw new Refused(code, path);
      return object(value, below, path);
    });
  }

  function object(row: WorldRow, selections: readonly Selected[], path: Path): Record<string, unknown> {
    const type = typeOf(row.kind);
    const result: Record<string, unknown> = {};
    for (const one of fieldsFor(row.kind, selections)) {
      const at = [...path, one.key];
      const field = one.field === 'id' ? ID : type?.fields.find(({ name }) => name === one.field);
      result[one.key] = field === undefined ? row.kind : run(type, row, field, one, at);
    }
    return result;
  }

  function run(
    type: TypeWorld | undefined,
    row: WorldRow,
    field: FieldWorld,
    one: Extract<Selected, { key: string }>,
    path: Path,
  ): unknown {
    const shape = shapeOf(field.shape);
    const attempt = () => {
      const isForbidden = (field.canEdit && !mayEdit(row)) || (field.canMatch && !mayMatch(row, one.arg));
      if (isRefused(type, field, one.arg) || isForbidden) throw new Refused(code, path);
      const value = field === ID ? String(row.id) : valueOf(world, row.id, field);
      if (isHidden(value, field)) {
        if (shape.mayBeNull) return null;
        throw new Refused('NOT_FOUND', path);
      }
      return complete(value, shape, field, one.below, path);
    };
    if (!shape.mayBeNull) return attempt();
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      codes[error.path] = error.code;
      return null;
    }
  }

  function fieldsFor(type: string, list: readonly Selected[]): Array<Extract<Selected, { key: string }>> {
    return list.flatMap((one) => {
      if ('on' in one)
        return one.on === type || possibleTypes(world, one.on).includes(type) ? fieldsFor(type, one.below) : [];
      return one.isSkipped ? [] : [one];
    });
  }

  const root: WorldRow = { kind: 'root', id: 0, isOpen: true, isMine: true, level: 0, tenant: null, shares: [] };
  const rootField = ({ field }: { field: string }) => world.roots.find(({ name }) => name === field);
  const rootShape = (field: FieldWorld): FieldWorld => ({
    ...field,
    shape: field.shape === 'T!' ? 'T' : field.shape,
    canEdit: false,
    canMatch: false,
  });
  const roots = fieldsFor('root', selected);
  const refused = roots.filter((one) => {
    const field = rootField(one);
    return field !== undefined && isRefused(undefined, field, one.arg);
  });
  if (operation === 'mutation' && refused.length > 0) {
    const isWhole = roots.some(
      (one) => shapeOf(rootField(one)?.shape ?? 'T').item !== null && rootField(one)?.shape.endsWith('!'),
    );
    if (isWhole) return { data: null, codes: { WHOLE: code } };
    for (const one of refused) codes[one.key] = code;
    return { data: Object.fromEntries(roots.map(({ key }) => [key, null])), codes };
  }
  try {
    const entries = roots.map((one) => {
      const field = rootField(one);
      return [one.key, field === undefined ? 'root' : run(undefined, root, rootShape(field), one, [one.key])] as const;
    });
    return { data: Object.fromEntries(entries), codes };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    codes[error.path] = error.code;
    return { data: null, codes };
  }
}
