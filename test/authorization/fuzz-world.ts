import fc from 'fast-check';

/** A random schema as plain data, from which both its SDL and the oracle's rules are read. */

/** Each demand is one directive; all of an element's demands must be met. */
export type Demand = OwnDemand | FederationDemand;
type OwnDemand = 'auth' | 'roleA' | 'roleB' | 'scopeX' | 'scopeYZ' | 'office' | 'either';
/** Those of Federation's directives, under whatever name a link gives them. */
type FederationDemand = 'fedLogin' | 'fedScopes' | 'fedPolicy';
const DIRECTIVES: Readonly<Record<OwnDemand, string>> = {
  auth: '@auth',
  roleA: '@hasRole(roles: [A])',
  roleB: '@hasRole(roles: [B, C])',
  scopeX: '@hasScope(scopes: [["x:read"]])',
  scopeYZ: '@hasScope(scopes: [["y:read", "z:read"], ["x:write"]])',
  office: '@network(names: ["office"])',
  either:
    '@access(anyOf: [{ roles: ["A"], networks: ["office"] }, { scopes: ["x:read", "z:read"] }, { kinds: [USER], rule: "holdsC" }])',
};
const FEDERATION: Readonly<Record<FederationDemand, readonly [directive: string, args: string]>> = {
  fedLogin: ['authenticated', ''],
  fedScopes: ['requiresScopes', '(scopes: [["x:read", "z:read"], ["x:write"]])'],
  fedPolicy: ['policy', '(policies: [["isC", "isInOffice"], ["isB"]])'],
};
const anywhere: Demand[] = ['auth', 'roleA', 'roleB', 'scopeX', 'scopeYZ', 'either'];
/** What may stand on types, fields and enums: Federation's directives stand nowhere else. */
const outside: Demand[] = [...anywhere, 'fedLogin', 'fedScopes', 'fedPolicy'];

/** The names that Federation's directives have in a schema: their own, or those of a link. */
type Linked = 'bare' | 'imported' | 'renamed' | 'prefixed';
const nameIn = (linked: Linked, directive: string): string =>
  ({
    bare: directive,
    imported: directive,
    renamed: `our${directive[0]?.toUpperCase() ?? ''}${directive.slice(1)}`,
    prefixed: `fed__${directive}`,
  })[linked];
const linkOf = (linked: Linked): string => {
  const names = Object.values(FEDERATION).map(([name]) => name);
  const how = {
    bare: undefined,
    imported: `import: [${names.map((name) => `"@${name}"`).join(' ')}]`,
    renamed: `import: [${names.map((name) => `{ name: "@${name}", as: "@${nameIn('renamed', name)}" }`).join(' ')}]`,
    prefixed: 'as: "fed"',
  }[linked];
  return how === undefined ? '' : `extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", ${how})`;
};
const federationSdl = (linked: Linked): string => `
    scalar Import
    directive @link(url: String!, as: String, import: [Import]) repeatable on SCHEMA
    directive @${nameIn(linked, 'authenticated')} on OBJECT | INTERFACE | FIELD_DEFINITION | SCALAR | ENUM
    directive @${nameIn(linked, 'requiresScopes')}(scopes: [[String!]!]!) on OBJECT | INTERFACE | FIELD_DEFINITION | SCALAR | ENUM
    directive @${nameIn(linked, 'policy')}(policies: [[String!]!]!) on OBJECT | INTERFACE | FIELD_DEFINITION | SCALAR | ENUM
    ${linkOf(linked)}`;

export interface FieldWorld {
  readonly name: string;
  readonly demands: readonly Demand[];
  /** Int, Level, or the name of a type. */
  readonly type: string;
  readonly shape: 'T' | 'T!' | '[T]' | '[T!]' | '[T!]!' | '[[T!]]';
  readonly argDemands: readonly Demand[];
  /** The coordinate of a field whose rule the argument carries, if that field has one; see `carriedFrom`. */
  readonly argSameAs: string | null;
  /** The same for the field itself, which only root fields heed: nobody carries their rules further. */
  readonly sameAs: string | null;
  readonly canEdit: boolean;
  /** Whether the policy compares its row with the argument. */
  readonly canMatch: boolean;
  /** Whether a list of rows that may be null keeps the places of those that are refused. */
  readonly isPositional: boolean;
}
export interface TypeWorld {
  readonly name: string;
  readonly demands: readonly Demand[];
  /** Whether its rows have to be read by the policy. */
  readonly hasRows: boolean;
  readonly implementsNode: boolean;
  readonly fields: readonly FieldWorld[];
}
export interface World {
  readonly linked: Linked;
  readonly types: readonly TypeWorld[];
  readonly nodeDemands: readonly Demand[];
  readonly nodeIdDemands: readonly Demand[];
  readonly levelDemands: readonly Demand[];
  readonly highDemands: readonly Demand[];
  readonly union: readonly string[];
  readonly roots: readonly FieldWorld[];
}

export const TYPES = ['T0', 'T1', 'T2', 'T3'] as const;
const few = (values: readonly Demand[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Demand[]>([]) },
    { weight: 2, arbitrary: fc.subarray([...values], { maxLength: 2 }) },
  );

const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true));
const NAMES = ['a', 'b', 'c'];
const coordinates = fc.constantFrom(...TYPES.flatMap((type) => NAMES.map((name) => `${type}.${name}`)));

const fieldNamed = (name: string): fc.Arbitrary<FieldWorld> =>
  fc.record({
    name: fc.constant(name),
    demands: few([...outside, 'office']),
    type: fc.constantFrom('Int', 'Int', 'Level', 'Node', 'Any', ...TYPES),
    shape: fc.constantFrom('T', 'T', 'T!', '[T]', '[T!]', '[T!]!', '[[T!]]'),
    argDemands: few(anywhere),
    argSameAs: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, coordinates),
    sameAs: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, coordinates),
    canEdit: seldom,
    canMatch: seldom,
    isPositional: fc.boolean(),
  });

export const worlds: fc.Arbitrary<World> = fc.record({
  linked: fc.constantFrom<Linked>('bare', 'imported', 'renamed', 'prefixed'),
  types: fc.tuple(
    ...TYPES.map((name) =>
      fc.record({
        name: fc.constant<string>(name),
        demands: few([...outside, 'office']),
        hasRows: fc.boolean(),
        implementsNode: name === 'T0' ? fc.constant(true) : fc.boolean(),
        fields: fc.tuple(...NAMES.map(fieldNamed)),
      }),
    ),
  ),
  nodeDemands: few(outside),
  nodeIdDemands: few(outside),
  levelDemands: few(outside),
  highDemands: few(anywhere),
  union: fc.subarray([...TYPES], { minLength: 1 }).map((names): readonly string[] => names),
  roots: fc.tuple(...['p', 'q', 'r'].map(fieldNamed)),
});

const isOwn = (demand: Demand): demand is OwnDemand => Object.hasOwn(DIRECTIVES, demand);
const directiveOf = ({ linked }: World, demand: Demand): string => {
  if (isOwn(demand)) return DIRECTIVES[demand];
  const [name, args] = FEDERATION[demand];
  return `@${nameIn(linked, name)}${args}`;
};
const written = (world: World, demands: readonly Demand[]) =>
  demands.map((demand) => directiveOf(world, demand)).join(' ');
/** Whether a field says `@positional`: a list of objects, each of which may be null. */
export const isPositional = ({ isPositional: wanted, shape, type }: FieldWorld): boolean =>
  wanted && shape === '[T]' && type !== 'Int' && type !== 'Level';

/** Lists what a type demands of everyone: its own, and its interface's. */
export function demandsOfType(world: World, name: string): readonly Demand[] {
  if (name === 'Node') return world.nodeDemands;
  if (name === 'Level') return world.levelDemands;
  const type = world.types.find((one) => one.name === name);
  return type === undefined ? [] : [...type.demands, ...(type.implementsNode ? world.nodeDemands : [])];
}

/** Lists the demands that `@sameAs` carries along: none from a field that asks about its row, where it would not build. */
export function carriedFrom(world: World, coordinate: string | null): readonly Demand[] {
  const [typeName = '', fieldName = ''] = coordinate?.split('.') ?? [];
  const field = world.types.find(({ name }) => name === typeName)?.fields.find(({ name }) => name === fieldName);
  if (field === undefined || field.canEdit || field.canMatch) return [];
  return [...demandsOfType(world, typeName), ...field.demands, ...demandsOfType(world, field.type)];
}

const sameAsSdl = (world: World, coordinate: string | null) =>
  carriedFrom(world, coordinate).length === 0 ? '' : `@sameAs(field: "${coordinate}")`;

const fieldSdl = (world: World, own: FieldWorld, extra: string) =>
  `${own.name}(x: Int ${written(world, own.argDemands)} ${sameAsSdl(world, own.argSameAs)}): ${own.shape.replace('T', own.type)} ${written(world, own.demands)} ${isPositional(own) ? '@positional' : ''} ${extra}`;

const canSdl = ({ canEdit, canMatch }: FieldWorld) =>
  `${canEdit ? '@can(action: "edit")' : ''} ${canMatch ? '@can(action: "match")' : ''}`;

export function sdlOf(world: World): string {
  const types = world.types.map(({ name, demands, hasRows, implementsNode, fields }) => {
    const isMarked = hasRows || demands.length > 0 || (implementsNode && world.nodeDemands.length > 0);
    const rule = `${written(world, demands)} ${hasRows ? '@can(action: "read")' : ''} ${isMarked ? '' : '@public'}`;
    const heads = `${implementsNode ? 'implements Node' : ''} ${rule}`;
    return `type ${name} ${heads} { id: ID ${fields.map((own) => fieldSdl(world, own, canSdl(own))).join(' ')} }`;
  });
  const roots = world.roots.map((own) => {
    const sameAs = sameAsSdl(world, own.sameAs);
    const shape = own.shape === 'T!' ? 'T' : own.shape;
    return fieldSdl(world, { ...own, shape }, own.demands.length > 0 || sameAs !== '' ? sameAs : '@public');
  });
  return `
    ${federationSdl(world.linked)}
    interface Node ${written(world, world.nodeDemands)} { id: ID ${written(world, world.nodeIdDemands)} }
    enum Level ${written(world, world.levelDemands)} { LOW HIGH ${written(world, world.highDemands)} }
    union Any = ${world.union.join(' | ')}
    ${types.join('\n')}
    type Query { ${roots.join(' ')} }
    type Mutation { ${roots.join(' ')} }`;
}

/** Shapes that the oracle walks: lists around a name, each level nullable or not. */
export interface Shape {
  readonly mayBeNull: boolean;
  readonly item: Shape | null;
}
export function shapeOf(text: FieldWorld['shape']): Shape {
  const mayBeNull = !text.endsWith('!');
  const bare = mayBeNull ? text : text.slice(0, -1);
  return { mayBeNull, item: bare === 'T' ? null : shapeOf(bare.slice(1, -1) as FieldWorld['shape']) };
}

export interface Caller {
  readonly kind: 'anonymous' | 'user';
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly networks: readonly string[];
  /** Of a user alone; a name that is missing matches nothing. */
  readonly attributes: { readonly tenant?: string | null; readonly teams?: readonly string[] } | undefined;
}
export const callers: fc.Arbitrary<Caller> = fc
  .record({
    kind: fc.constantFrom('anonymous', 'user', 'user', 'user'),
    roles: fc.subarray(['A', 'B', 'C', 'ABOVE']),
    scopes: fc.subarray(['x', 'x:read', 'y:*', 'z:read', '*', 'x:write', 'xx']),
    networks: fc.subarray(['office', 'home']),
    attributes: fc.option(
      fc.record(
        { tenant: fc.constantFrom('t0', 't1', null), teams: fc.subarray(['t0', 't2', 't3']) },
        { requiredKeys: [] },
      ),
      { nil: undefined },
    ),
  })
  .map((caller): Caller =>
    caller.kind === 'anonymous'
      ? { ...caller, kind: 'anonymous', roles: [], scopes: [], attributes: undefined }
      : { ...caller, kind: 'user' },
  );

/** A random operation as plain data: fields under keys of their own, and fragments on types. */
export type Selected =
  | {
      readonly key: string;
      readonly field: string;
      readonly arg: 'none' | 'literal' | 'variable' | 'unset';
      readonly isSkipped: boolean;
      readonly below: readonly Selected[];
    }
  | { readonly on: string; readonly below: readonly Selected[] };

/** Draws a number below another one. */
type Roll = (sides: number) => number;

/** Draws a selection that is valid on a type. The place within the object makes its keys differ, in fragments as well. */
export function drawSelection(world: World, type: string, roll: Roll, depth = 3, place = ''): Selected[] {
  const fields = fieldsOn(world, type);
  return Array.from({ length: 1 + roll(3) }, (_, index): Selected => {
    const possible = possibleTypes(world, type);
    if (fields.length === 0 || (possible.length > 1 && roll(2) === 0)) {
      const on = possible[roll(possible.length)] ?? type;
      return { on, below: drawSelection(world, on, roll, depth, `${place}${index}_`) };
    }
    const own = fields[roll(fields.length)] ?? ID;
    const key = `k${place}${index}`;
    const isLeaf = own.type === 'Int' || own.type === 'Level';
    if (!isLeaf && depth === 0) return { key, field: '__typename', arg: 'none', isSkipped: false, below: [] };
    const arg = own === ID ? 'none' : ARGS[roll(ARGS.length)];
    const below = isLeaf ? [] : drawSelection(world, own.type, roll, depth - 1);
    return { key, field: own.name, arg: arg ?? 'none', isSkipped: roll(8) === 0, below };
  });
}

const ARGS = ['none', 'none', 'literal', 'variable', 'unset'] as const;
export const ID: FieldWorld = {
  name: 'id',
  demands: [],
  type: 'Int',
  shape: 'T',
  argDemands: [],
  argSameAs: null,
  sameAs: null,
  canEdit: false,
  canMatch: false,
  isPositional: false,
};

function fieldsOn(world: World, type: string): readonly FieldWorld[] {
  if (type === 'Query' || type === 'Mutation') return world.roots;
  if (type === 'Any') return [];
  return [ID, ...(world.types.find(({ name }) => name === type)?.fields ?? [])];
}

export function possibleTypes(world: World, type: string): readonly string[] {
  if (type === 'Node') return world.types.filter(({ implementsNode }) => implementsNode).map(({ name }) => name);
  return type === 'Any' ? world.union : [type];
}

export function documentOf(operation: 'query' | 'mutation', selected: readonly Selected[]): string {
  const write = (list: readonly Selected[]): string =>
    `{ ${list.map((one) => ('on' in one ? `... on ${one.on} ${write(one.below)}` : writeField(one))).join(' ')} }`;
  const writeField = ({ key, field, arg, isSkipped, below }: Extract<Selected, { key: string }>) => {
    const args = { none: '', literal: '(x: 1)', variable: '(x: $set)', unset: '(x: $unset)' }[arg];
    return `${key}: ${field}${args} ${isSkipped ? '@skip(if: true)' : ''} ${below.length > 0 ? write(below) : ''}`;
  };
  return `${operation} ($set: Int, $unset: Int) ${write(selected)}`;
}

export interface Share {
  readonly user: string;
  readonly level: number;
}
export interface WorldRow {
  readonly kind: string;
  readonly id: number;
  readonly isOpen: boolean;
  readonly isMine: boolean;
  readonly level: number;
  readonly tenant: string | null;
  /** Undefined if they are to be loaded. */
  readonly shares: readonly Share[] | undefined;
}

/** With whom a row is shared: always the same for the same id, loaded or not. */
export const sharesOf = (id: number): readonly Share[] =>
  Array.from({ length: scramble(id) % 3 }, (_, index) => {
    const dice = scramble(id * 7 + index);
    return { user: dice % 2 === 0 ? 'u' : 'v', level: dice % 3 };
  });

/** What a field of a row holds: always the same for the same row, so that the oracle may look as well. */
export function valueOf(world: World, seed: number, own: FieldWorld): unknown {
  const make = (shape: Shape, at: number): unknown => {
    const dice = scramble(at);
    if (shape.mayBeNull && dice % 7 === 0) return null;
    if (shape.item !== null)
      return Array.from({ length: dice % 4 }, (_, index) => make(shape.item ?? shape, at * 5 + index + 1));
    if (own.type === 'Int') return 1;
    if (own.type === 'Level') return dice % 2 === 0 ? 'LOW' : 'HIGH';
    const possible = possibleTypes(world, own.type);
    const id = at % 100_000;
    return {
      kind: possible[dice % possible.length],
      id,
      isOpen: dice % 3 > 1,
      isMine: dice % 5 > 2,
      level: dice % 4,
      tenant: dice % 13 > 4 ? null : `t${dice % 13}`,
      shares: dice % 11 > 4 ? sharesOf(id) : undefined,
    };
  };
  return make(shapeOf(own.shape), scramble(seed * 31 + own.name.charCodeAt(0)));
}

function scramble(seed: number): number {
  const mixed = Math.imul((seed ^ 0x9e3779b9) >>> 0, 0x85ebca6b) >>> 0;
  return ((mixed ^ (mixed >>> 13)) >>> 0) % 1_000_003;
}
