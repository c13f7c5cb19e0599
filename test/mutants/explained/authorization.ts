import { inFile, type Explained } from './in-file.ts';

export const authorization: readonly Explained[] = [
  ...inFile('src/authorization/runtime/columns-guarded.ts', {
    'a schema in which an action has no policy does not build: the other case is there for the types': [
      [
        'const read = policy === undefined ? [] : columnsRead(policy, action);',
        'const read = (columnsRead(policy, action));',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/abstract-type-guard.ts', {
    'what is no name becomes no type: the executor refuses it in either case': [
      ["if (typeof name !== 'string') return undefined;", 'if (false) return undefined;'],
      ["if (typeof name !== 'string') return value;", 'if (false) return value;'],
    ],
    'every object type of the schema has a rule: the other case is there for the types': [
      [
        'const requirement = guard.model.types.get(name)?.requirement ?? unrestricted;',
        'const requirement = guard.model.types.get(name)?.requirement;',
      ],
      [
        'const requirement = operation.guard.model.types.get(name)?.requirement ?? unrestricted;',
        'const requirement = operation.guard.model.types.get(name)?.requirement;',
      ],
      ['const actions = model.types.get(name)?.actions ?? [];', 'const actions = model.types.get(name)?.actions;'],
    ],
    'a guard of no action admits every row: it only costs time': [
      ['if (guards.size === 0) return undefined;', 'if (false) return undefined;'],
      [
        'return actions.length === 0 ? [] : [[name, rowGuard(name, actions)]];',
        'return ([[name, rowGuard(name, actions)]]);',
      ],
    ],
    'only fields of an abstract type have this guard: the other case is there for the types': [
      [
        'return isAbstractType(abstractType) ? resolveType(value, contextValue, info, abstractType) : undefined;',
        'return (resolveType(value, contextValue, info, abstractType));',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/argument-guard.ts', {
    'no guard, and a guard of no rules, refuse nothing: it only costs time': [
      [
        'return denialFor === undefined ? [] : [[`${type.name}.${field.name}`, denialFor] as const];',
        'return ([[`${type.name}.${field.name}`, denialFor] as const]);',
      ],
      ['if (rules.length === 0) return undefined;', 'if (false) return undefined;'],
    ],
    'a value of an argument that the schema does not have is left as it is in either case': [
      [
        'return [name, type === undefined ? value : withoutMarks(type, value)] as const;',
        'return [name, (withoutMarks(type, value))] as const;',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/count-guard.ts', {
    'whatever has rows of a guarded type has a check: the other case is there for the types': [
      [
        'if (check !== undefined && types.length > 0) return { parent, field, types, check };',
        'if (types.length > 0) return { parent, field, types, check };',
      ],
    ],
    'an edge is an object type by its name': [
      ['const node = isObjectType(item) ? nodeFieldOf(item) : undefined;', 'const node = (nodeFieldOf(item));'],
    ],
    'every object type of the schema has a rule: the other case is there for the types': [
      [
        'return possible.filter((name) => (guard.model.types.get(name)?.actions ?? []).length > 0);',
        'return possible.filter((name) => (guard.model.types.get(name)?.actions).length > 0);',
      ],
      [
        '(operation.guard.model.types.get(type)?.actions ?? []).every(',
        '(operation.guard.model.types.get(type)?.actions).every(',
      ],
    ],
    'the node that is made for the list is the first and only one, and like the one that stands in for it': [
      ['at.fieldNodes[0] ?? listNode(counted.field.name),', 'at.fieldNodes[0],'],
      ['at.fieldNodes[0] ?? listNode(counted.field.name),', 'at.fieldNodes[1] ?? listNode(counted.field.name),'],
    ],
    'what cannot be iterated, or has a length or size that is no number, is no list: the executor refuses it': [
      [
        "if (typeof list !== 'object' || list === null || !(Symbol.iterator in list)) return undefined;",
        "if (typeof list !== 'object' || list === null) return undefined;",
      ],
      [
        "if (typeof list !== 'object' || list === null || !(Symbol.iterator in list)) return undefined;",
        'if (list === null || !(Symbol.iterator in list)) return undefined;',
      ],
      [
        "if ('length' in list && typeof list.length === 'number') return list.length;",
        "if ('length' in list) return list.length;",
      ],
      [
        "if ('length' in list && typeof list.length === 'number') return list.length;",
        "if (typeof list.length === 'number') return list.length;",
      ],
      ["return 'size' in list && typeof list.size === 'number' ? list.size : undefined;", 'return (list.size);'],
      [
        "return 'size' in list && typeof list.size === 'number' ? list.size : undefined;",
        "return 'size' in list ? list.size : undefined;",
      ],
      [
        "return 'size' in list && typeof list.size === 'number' ? list.size : undefined;",
        "return typeof list.size === 'number' ? list.size : undefined;",
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/decisions.ts', {
    'the bytes are known to this file alone, which writes and reads them by the same number': [
      ['const allowedByte = 1;', 'const allowedByte = 2;'],
      [
        'return decision.allowed ? allowedByte : allowedByte + 1 + denialCodes.indexOf(decision.code);',
        'return (allowedByte + 1 + denialCodes.indexOf(decision.code));',
      ],
    ],
    'a requirement that is asked about has a number and a byte of the table: the other case is there for the types': [
      [
        'return denialCodes[(table[requirement] ?? 0) - allowedByte - 1];',
        'return denialCodes[(table[requirement]) - allowedByte - 1];',
      ],
      [
        'return denialCodes[(table[requirement] ?? 0) - allowedByte - 1];',
        'return denialCodes[(table[requirement] ?? 1) - allowedByte - 1];',
      ],
      [
        "if (requirement === undefined) return { allowed: false, code: 'FORBIDDEN', reason: 'an unknown requirement' };",
        "if (false) return { allowed: false, code: 'FORBIDDEN', reason: 'an unknown requirement' };",
      ],
      [
        "if (requirement === undefined) return { allowed: false, code: 'FORBIDDEN', reason: 'an unknown requirement' };",
        "if (requirement === undefined) return { allowed: true, code: 'FORBIDDEN', reason: 'an unknown requirement' };",
      ],
      [
        'if (requirement === undefined || operation.isMalformed) return requirement?.clauses.length === 0;',
        'if (operation.isMalformed) return requirement?.clauses.length === 0;',
      ],
      [
        'const requirement = number === undefined ? undefined : guard.model.requirements.list[number];',
        'const requirement = (guard.model.requirements.list[number]);',
      ],
    ],
    'without arguments the condition is the same as the one that is remembered: it only costs time': [
      [
        'if (args !== undefined && operation.guard.argumentActions.has(`${type}.${action}`) && !operation.isMalformed) {',
        'if (operation.guard.argumentActions.has(`${type}.${action}`) && !operation.isMalformed) {',
      ],
    ],
    'without a requirement nothing can be missing: to ask fails, and nothing is told': [
      [
        'if (guard.options.tellRequired !== true || requirement === undefined || isMalformed) return {};',
        'if (guard.options.tellRequired !== true || isMalformed) return {};',
      ],
    ],
    'a step-up is asked of a signed-in principal alone, and a detail that is undefined is not told': [
      [
        "if (!isStepUp || principal.kind === 'anonymous' || principal.hasFactor === undefined) return {};",
        "if (!isStepUp || principal.kind === 'anonymous') return {};",
      ],
      [
        "if (!isStepUp || principal.kind === 'anonymous' || principal.hasFactor === undefined) return {};",
        'if (!isStepUp || principal.hasFactor === undefined) return {};',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/list-guard.ts', {
    'what lies behind the last item is undefined, which stays as it is': [
      [
        'for (let index = 0; index < items.length; index += 1) {',
        'for (let index = 0; index <= items.length; index += 1) {',
      ],
    ],
    'a list that is collected or copied although nothing of it changed holds the same: it only costs time': [
      [
        'if (checked !== item || isPromiseLike(checked)) return collect(items, index, checked, check, rule);',
        'if (true) return collect(items, index, checked, check, rule);',
      ],
      ['if (Array.isArray(list)) return list;', 'if (false) return list;'],
    ],
    'an item that comes later is another promise than the one that was given': [
      [
        'if (checked !== item || isPromiseLike(checked)) return collect(items, index, checked, check, rule);',
        'if (checked !== item) return collect(items, index, checked, check, rule);',
      ],
    ],
    'a field that is null is not looked into': [
      [
        "return typeof value === 'object' && value !== null && Symbol.iterator in value;",
        "return typeof value === 'object' && Symbol.iterator in value;",
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/row-guard.ts', {
    'the way for one action does what the way for several does, for less': [
      [
        'if (only !== undefined && others.length === 0) return (position) => evaluateRow(position, type, only);',
        'if (false) return (position) => evaluateRow(position, type, only);',
      ],
      [
        'if (only !== undefined && others.length === 0) return (position) => evaluateRow(position, type, only);',
        'if (only === undefined && others.length === 0) return (position) => evaluateRow(position, type, only);',
      ],
    ],
    'nobody guards rows by no action: the other case is there for the types': [
      [
        'if (only !== undefined && others.length === 0) return (position) => evaluateRow(position, type, only);',
        'if (others.length === 0) return (position) => evaluateRow(position, type, only);',
      ],
    ],
    'what stands for a refused row is no row, which no policy turns into one': [
      [
        '(admitted, evaluate) => mapMaybePromise(admitted, (row) => (row === refusedRow ? refusedRow : evaluate(row))),',
        '(admitted, evaluate) => mapMaybePromise(admitted, (row) => ((evaluate(row)))),',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/edge-guard.ts', {
    'a type without the field has no guard of it either: the other case is there for the types': [
      [
        'if (field === undefined || evaluateNode === undefined) return undefined;',
        'if (evaluateNode === undefined) return undefined;',
      ],
    ],
    'every field and object type of the schema has a rule, and every item an index: the other cases are there for the types':
      [
        [
          'const requirement = guard.model.fields.get(`${edge.name}.node`)?.requirement ?? unrestricted;',
          'const requirement = guard.model.fields.get(`${edge.name}.node`)?.requirement;',
        ],
        [
          'const actions = guard.model.types.get(named.name)?.actions ?? [];',
          'const actions = guard.model.types.get(named.name)?.actions;',
        ],
        ['return (value, index = 0) => {', 'return (value, index = 1) => {'],
        [
          'const fields = isObjectType(known) ? requestedFields(info, known, sets) : new Map<string, readonly FieldNode[]>();',
          'const fields = (requestedFields(info, known, sets));',
        ],
      ],
    'an item that is null stays in its place, and is not looked into': [
      [
        "if (typeof value !== 'object' || value === null) return refusedRow;",
        "if (typeof value !== 'object') return refusedRow;",
      ],
    ],
    'only object types have actions, and a guard of no action admits every row: it only costs time': [
      [
        'return isObjectType(named) && actions.length > 0 ? rowGuard(named.name, actions) : undefined;',
        'return (rowGuard(named.name, actions));',
      ],
      [
        'return isObjectType(named) && actions.length > 0 ? rowGuard(named.name, actions) : undefined;',
        'return isObjectType(named) ? rowGuard(named.name, actions) : undefined;',
      ],
      [
        'return isObjectType(named) && actions.length > 0 ? rowGuard(named.name, actions) : undefined;',
        'return actions.length > 0 ? rowGuard(named.name, actions) : undefined;',
      ],
      [
        'return isObjectType(named) && actions.length > 0 ? rowGuard(named.name, actions) : undefined;',
        'return isObjectType(named) && actions.length >= 0 ? rowGuard(named.name, actions) : undefined;',
      ],
    ],
    'a weak map has nothing but objects': [
      [
        "const isKnown = typeof edge === 'object' && edge !== null && nodes?.has(edge) && Object.keys(args).length === 0;",
        'const isKnown = nodes?.has(edge) && Object.keys(args).length === 0;',
      ],
      [
        "const isKnown = typeof edge === 'object' && edge !== null && nodes?.has(edge) && Object.keys(args).length === 0;",
        "const isKnown = typeof edge === 'object' && nodes?.has(edge) && Object.keys(args).length === 0;",
      ],
      [
        "const isKnown = typeof edge === 'object' && edge !== null && nodes?.has(edge) && Object.keys(args).length === 0;",
        'const isKnown = edge !== null && nodes?.has(edge) && Object.keys(args).length === 0;',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/result-guard.ts', {
    'only object types have actions or edges, and a guard of no action admits every row: it only costs time': [
      ['if (!isObjectType(named)) return undefined;', 'if (false) return undefined;'],
      [
        'const row = actions.length > 0 ? rowGuard(named.name, actions) : undefined;',
        'const row = (rowGuard(named.name, actions));',
      ],
      [
        'const row = actions.length > 0 ? rowGuard(named.name, actions) : undefined;',
        'const row = actions.length >= 0 ? rowGuard(named.name, actions) : undefined;',
      ],
    ],
    'every object type of the schema has a rule: the other case is there for the types': [
      [
        'const actions = guard.model.types.get(named.name)?.actions ?? [];',
        'const actions = guard.model.types.get(named.name)?.actions;',
      ],
    ],
    'what stands for a refused row is no object, which is refused as an edge, too': [
      ['checked === refusedRow ? refusedRow : evaluateSecond(checked, index),', '(evaluateSecond(checked, index)),'],
    ],
    'what is null is looked for twice, here and where the resolver has answered': [
      [
        'if (value === null || value === undefined || value instanceof Error) return value;',
        'if (value instanceof Error) return value;',
      ],
      [
        'if (value === null || value === undefined || value instanceof Error) return value;',
        'if (value === null || value instanceof Error) return value;',
      ],
      [
        'if (value === null || value === undefined || value instanceof Error) return value;',
        'if (value === undefined || value instanceof Error) return value;',
      ],
      ['if (value === null || value === undefined) return value;', 'if (false) return value;'],
      ['if (value === null || value === undefined) return value;', 'if (value === null) return value;'],
      ['if (value === null || value === undefined) return value;', 'if (value === undefined) return value;'],
    ],
    'an id that is undefined is not told': [
      [
        "operation.log({ kind: 'row', type, coordinate, message, ...(id === undefined ? {} : { id }) });",
        "operation.log({ kind: 'row', type, coordinate, message, ...(({ id })) });",
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/requirement-guard.ts', {
    'what is not remembered is decided again, and a property is read by a call: it only costs time': [
      ['return isRememberable(guard, operation, info) ? info.variableValues : undefined;', 'return (undefined);'],
      [
        'if (resolve !== defaultFieldResolver) return callingGuard(guard, demand, resolve);',
        'if (true) return callingGuard(guard, demand, resolve);',
      ],
      [
        'if (info.variableValues !== allowed) allowed = demand(info, contextValue);',
        'if (true) allowed = demand(info, contextValue);',
      ],
      ["if (typeof source === 'object' && source !== null) {", 'if (false) {'],
      ["if (typeof source === 'object' && source !== null) {", "if (typeof source === 'object' && source === null) {"],
      ["if (typeof value !== 'function') return value;", 'if (false) return value;'],
    ],
    'nothing is read of an object that is null': [
      ["if (typeof source === 'object' && source !== null) {", "if (typeof source === 'object') {"],
    ],
  }),
  ...inFile('src/authorization/runtime/subject-guard.ts', {
    'a row that is null allows nobody anything, and every object type of the schema has a rule': [
      ['if (row === null) return null;', 'if (false) return null;'],
      [
        'for (const action of operation.guard.model.types.get(type)?.actions ?? []) {',
        'for (const action of operation.guard.model.types.get(type)?.actions) {',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/field-guards.ts', {
    'no layer, and a layer that finds nothing to do, answer the same: it only costs time': [
      [
        'const layers = [...countLayers(of), ...resultLayers(of, check), ...(isEvent ? [withEventValue] : [])];',
        'const layers = [...countLayers(of), ...resultLayers(of, check), ...(([withEventValue]))];',
      ],
      ['if (guards.length === 0)', 'if (false)'],
      [
        'return readsBesideGuarded(of) ? withRequirement(guard, rule, defaultFieldResolver) : undefined;',
        'return (undefined);',
      ],
      ['return isEvent ? withEventRights(guard, admitted) : admitted;', 'return (withEventRights(guard, admitted));'],
    ],
    'a field has an object type around it: the other case is there for the types': [
      [
        'const isNode = isObjectType(parent) && nodeFieldOf(parent)?.name === field.name;',
        'const isNode = nodeFieldOf(parent)?.name === field.name;',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/enum-guard.ts', {
    'the guard of an enum without guarded values refuses nothing: it only costs time': [
      ['if (guarded.size === 0) return undefined;', 'if (false) return undefined;'],
      ['if (denialFor === undefined) return undefined;', 'if (false) return undefined;'],
    ],
  }),
  ...inFile('src/authorization/report/explain-operation.ts', {
    'what refuses is a requirement of the list: the other case is there for the types': [
      [
        "const required = operation.guard.model.requirements.list[denial.requirement]?.text ?? '';",
        'const required = operation.guard.model.requirements.list[denial.requirement]?.text;',
      ],
    ],
  }),
  ...inFile('src/authorization/runtime/operation-guard.ts', {
    'a path that is visited has an entry, an entry a node, and a field of the schema a rule: the other cases are there for the types':
      [
        ['if (shown === undefined) return null;', 'if (false) return null;'],
        [
          'if (denial !== undefined && denials.every((other) => other !== undefined)) {',
          'if (denials.every((other) => other !== undefined)) {',
        ],
        [
          'if (denialFor === undefined || node === undefined) return undefined;',
          'if (denialFor === undefined) return undefined;',
        ],
      ],
  }),
];
