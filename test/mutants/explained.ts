/** A slip that no test can see, or that none is to see. */
export interface Explained {
  readonly file: string;
  /** The line as it stands, and as the slip makes it. */
  readonly line: string;
  readonly becomes: string;
  readonly because: string;
}

type Slip = readonly [line: string, becomes: string];

const inFile = (file: string, reasons: Readonly<Record<string, readonly Slip[]>>): readonly Explained[] =>
  Object.entries(reasons).flatMap(([because, slips]) =>
    slips.map(([line, becomes]) => ({ file, line, becomes, because })),
  );

/** The survivors of `npm run test:mutants` that were looked at: it does not list them again. */
export const explained: readonly Explained[] = [
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
  ...inFile('src/graphql/operation-size.ts', {
    'a document that is measured is valid and was parsed: its fields, types and fragments are there, an object has a selection, and directives are a list':
      [
        [
          'size = { ...size, directives: size.directives + (node.directives?.length ?? 0) };',
          'size = { ...size, directives: size.directives + (node.directives?.length) };',
        ],
        [
          'size = { ...size, directives: size.directives + (node.directives?.length ?? 0) };',
          'size = { ...size, directives: size.directives + (node.directives?.length ?? 1) };',
        ],
        [
          'fragment === undefined || type === undefined ? nothing : measureSet(fragment.selectionSet, type, listLength);',
          '(measureSet(fragment.selectionSet, type, listLength));',
        ],
        [
          'fragment === undefined || type === undefined ? nothing : measureSet(fragment.selectionSet, type, listLength);',
          'fragment === undefined ? nothing : measureSet(fragment.selectionSet, type, listLength);',
        ],
        [
          'fragment === undefined || type === undefined ? nothing : measureSet(fragment.selectionSet, type, listLength);',
          'type === undefined ? nothing : measureSet(fragment.selectionSet, type, listLength);',
        ],
        [
          'const type = field === undefined ? undefined : getNamedType(field.type);',
          'const type = (getNamedType(field.type));',
        ],
        [
          'const weight = field === undefined ? 1 : weightOf(schema, field);',
          'const weight = (weightOf(schema, field));',
        ],
        [
          'const weight = field === undefined ? 1 : weightOf(schema, field);',
          'const weight = field === undefined ? 2 : weightOf(schema, field);',
        ],
        [
          'if (field === undefined || !isCompositeType(type) || node.selectionSet === undefined) {',
          'if (field === undefined || !isCompositeType(type)) {',
        ],
        [
          'if (field === undefined || !isCompositeType(type) || node.selectionSet === undefined) {',
          'if (node.selectionSet === undefined) {',
        ],
        [
          'if (field === undefined || !isCompositeType(type) || node.selectionSet === undefined) {',
          'if (field === undefined || node.selectionSet === undefined) {',
        ],
        [
          'if (field === undefined || !isCompositeType(type) || node.selectionSet === undefined) {',
          'if (!isCompositeType(type) || node.selectionSet === undefined) {',
        ],
        ['return isCompositeType(type) ? type : undefined;', 'return (type);'],
      ],
    'what is no number is not above zero, and no type has no name: the other cases are there for the types': [
      [
        "return typeof size === 'number' && size > 0 ? size : defaultPageSizeOf(field);",
        'return size > 0 ? size : defaultPageSizeOf(field);',
      ],
      ['const type = name === undefined ? undefined : schema.getType(name);', 'const type = (schema.getType(name));'],
    ],
  }),
  ...inFile('src/graphql/operation-limits.ts', {
    'an operation without a root type selects nothing that can be measured: the executor refuses it': [
      ['if (root == null) return;', 'if (false) return;'],
    ],
  }),
  ...inFile('src/graphql/comparisons.ts', {
    'of what is compared, nothing more is found in an empty set or list: it only costs time': [
      [
        'const around = level.spread.size === 0 ? path : new Set([...path, ...level.spread]);',
        'const around = (new Set([...path, ...level.spread]));',
      ],
      ['if (below.length > 0) compare(below, around);', 'if (true) compare(below, around);'],
      ['if (below.length > 0) compare(below, around);', 'if (below.length >= 0) compare(below, around);'],
    ],
    'one comparison more or less of ten thousand': [
      ['if (comparisons > max) return;', 'if (comparisons >= max) return;'],
    ],
    'a field that was parsed has a list of arguments: the other case is there for the types': [
      [
        'alias === undefined && selectionSet === undefined && (args ?? []).length === 0;',
        'alias === undefined && selectionSet === undefined && (args).length === 0;',
      ],
    ],
  }),
  ...inFile('src/graphql/few-repeats.ts', {
    'one fragment is not too many': [
      ['const counted = { repeats: 0, spreads: 0 };', 'const counted = { repeats: 0, spreads: 1 };'],
    ],
    'one comparison more or less of ten thousand': [
      [
        'if (countComparisons(document, fragmentsOf(document), maxComparisons) <= maxComparisons) return null;',
        'if (countComparisons(document, fragmentsOf(document), maxComparisons) < maxComparisons) return null;',
      ],
    ],
  }),
  ...inFile('src/graphql/answer-size.ts', {
    'a bound that is wider, and a text that is written out although nothing of it is escaped, only cost time': [
      [
        'mayExceed(value, maxBytes, maxBytesOf) && mayExceed(value, maxBytes, bytesOf);',
        'mayExceed(value, maxBytes, bytesOf);',
      ],
      [
        'const maxBytesOf = (text: string): number => 6 * text.length + 2;',
        'const maxBytesOf = (text: string): number => 7 * text.length + 2;',
      ],
      [
        'const maxBytesOf = (text: string): number => 6 * text.length + 2;',
        'const maxBytesOf = (text: string): number => 6 * text.length + 3;',
      ],
      [
        'escaped.test(text) ? Buffer.byteLength(JSON.stringify(text)) : Buffer.byteLength(text) + 2;',
        '(Buffer.byteLength(JSON.stringify(text)));',
      ],
    ],
  }),
  ...inFile('src/graphql/executed-fields.ts', {
    'the first error is the one that is told: more of them only cost time': [
      [
        'const options = { maxErrors: 1, hideSuggestions: true };',
        'const options = { maxErrors: 2, hideSuggestions: true };',
      ],
    ],
    'an operation that was parsed has a list of variables, and an error of graphql-js a message that names one: the other cases are there for the types':
      [
        [
          'const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], inputs, options);',
          'const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions, inputs, options);',
        ],
        [
          "const { field, reason } = variableAtFault(errors[0]?.message ?? '');",
          'const { field, reason } = variableAtFault(errors[0]?.message);',
        ],
        [
          'const [, variable = \'variables\', place] = /^Variable "\\$(\\w+)"(?:.*? at "([^"]+)")?/s.exec(message) ?? [];',
          'const [, variable = \'variables\', place] = /^Variable "\\$(\\w+)"(?:.*? at "([^"]+)")?/s.exec(message);',
        ],
      ],
  }),
  ...inFile('src/graphql/known-operations.ts', {
    'one character more or less of what is kept': [
      [
        'export function createKnownOperations(maxCharacters = 250_000): KnownOperations {',
        'export function createKnownOperations(maxCharacters = 250001): KnownOperations {',
      ],
    ],
    'a key of the usual request is written out: it only costs time': [
      [
        "accept === '' && operationName === '' ? '' : `${accept}\\n${operationName}`;",
        '(`${accept}\\n${operationName}`);',
      ],
    ],
  }),
  ...inFile('src/graphql/execute-known.ts', {
    'a request by HTTP has its HTTP part, what succeeded its document and operation, and what is known its request: the other cases are there for the types':
      [
        ['if (http === undefined || document === undefined || operation === undefined) return;', 'if (false) return;'],
        [
          'if (http === undefined || document === undefined || operation === undefined) return;',
          'if (http === undefined || document === undefined) return;',
        ],
        [
          'if (http === undefined || document === undefined || operation === undefined) return;',
          'if (operation === undefined) return;',
        ],
        [
          'if (http === undefined || document === undefined || operation === undefined) return;',
          'if (http === undefined || operation === undefined) return;',
        ],
        [
          'if (http === undefined || document === undefined || operation === undefined) return;',
          'if (document === undefined || operation === undefined) return;',
        ],
        [
          'if (plain === undefined || operation === undefined) return undefined;',
          'if (operation === undefined) return undefined;',
        ],
      ],
  }),
  ...inFile('src/graphql/before-execution.ts', {
    'an operation that was resolved is there: the other case is there for the types': [
      ['if (operation === undefined) return;', 'if (false) return;'],
    ],
    'a credential that lasts may be required to: it only costs time': [
      [
        'if (hasEnded && !acceptsEnded(schema, operation, fragments, inputs)) requireLasting(contextValue);',
        'if (!acceptsEnded(schema, operation, fragments, inputs)) requireLasting(contextValue);',
      ],
    ],
  }),
  ...inFile('src/graphql/format-error.ts', {
    'what is undefined is not written': [
      ['...(locations ? { locations } : {}),', '...(({ locations })),'],
      ['...(path ? { path } : {}),', '...(({ path })),'],
      ['...(enrolled === undefined ? {} : { enrolled }),', '...(({ enrolled })),'],
      ['...(required === undefined || !tellRequired ? {} : { required }),', '...(!tellRequired ? {} : { required }),'],
    ],
    'what is no text is no name of a code that is renamed: the other case is there for the types': [
      [
        "if (typeof code === 'string' && Object.hasOwn(renamedCodes, code)) return renamedCodes[code];",
        'if (Object.hasOwn(renamedCodes, code)) return renamedCodes[code];',
      ],
    ],
  }),
  ...inFile('src/graphql/insufficient-scope.ts', {
    'an alternative without roles and kinds has scopes': [
      [
        'alternatives.find(({ scopes, roles, kinds }) => scopes !== undefined && roles === undefined && kinds === undefined),',
        'alternatives.find(({ scopes, roles, kinds }) => roles === undefined && kinds === undefined),',
      ],
    ],
  }),
  ...inFile('src/graphql/positions.ts', {
    'a document that has its text has the positions of all nodes, and a text one line at least: the other cases are there for the types':
      [
        ['if (text === undefined) return;', 'if (false) return;'],
        [
          'if (node.loc !== undefined) positions.set(node, { locate, start: node.loc.start });',
          'if (true) positions.set(node, { locate, start: node.loc.start });',
        ],
        [
          'return { line: line + 1, column: start - (starts[line] ?? 0) + 1 };',
          'return { line: line + 1, column: start - (starts[line]) + 1 };',
        ],
        [
          'return { line: line + 1, column: start - (starts[line] ?? 0) + 1 };',
          'return { line: line + 1, column: start - (starts[line] ?? 1) + 1 };',
        ],
        ['if ((sorted[middle] ?? 0) <= limit) low = middle;', 'if ((sorted[middle]) <= limit) low = middle;'],
        ['if ((sorted[middle] ?? 0) <= limit) low = middle;', 'if ((sorted[middle] ?? 1) <= limit) low = middle;'],
      ],
  }),
  ...inFile('src/graphql/coordinate-at.ts', {
    'a valid document selects below fields of the schema that have fields, and there always: the other cases are there for the types':
      [
        ['const named = field && getNamedType(field.type);', 'const named = getNamedType(field.type);'],
        [
          'return node.selectionSet !== undefined && isCompositeType(named) ? [{ type: named, set: node.selectionSet }] : [];',
          'return node.selectionSet !== undefined ? [{ type: named, set: node.selectionSet }] : [];',
        ],
        [
          'return node.selectionSet !== undefined && isCompositeType(named) ? [{ type: named, set: node.selectionSet }] : [];',
          'return isCompositeType(named) ? [{ type: named, set: node.selectionSet }] : [];',
        ],
      ],
  }),
  ...inFile('src/graphql/field-budget.ts', {
    'the key of a budget is known to this file alone': [
      [
        'paths.length === 0 ? fieldName : `${fieldName}:${JSON.stringify(paths.map((path) => valueAt(args, path)))}`;',
        '(`${fieldName}:${JSON.stringify(paths.map((path) => valueAt(args, path)))}`);',
      ],
    ],
  }),
  ...inFile('src/graphql/report-refusals.ts', {
    'an answer with errors has them in its context, a mutation its document, and what is read a place of the schema: the other cases are there for the types':
      [
        ['const errors = context.errors ?? [];', 'const errors = context.errors;'],
        ['if (ofRoots.length === 0) return [];', 'if (false) return [];'],
        ['if (document === undefined || operation === undefined) return [];', 'if (false) return [];'],
        ['if (document === undefined || operation === undefined) return [];', 'if (document === undefined) return [];'],
        [
          'if (document === undefined || operation === undefined) return [];',
          'if (operation === undefined) return [];',
        ],
        [
          'const fields = keyPathsOf(reads).flatMap((keys) => coordinateAt(schema, operation, fragments, keys) ?? []);',
          'const fields = keyPathsOf(reads).flatMap((keys) => coordinateAt(schema, operation, fragments, keys));',
        ],
      ],
    'without a path every root field is refused, so that the first event is of one': [
      [
        "? refusal.kind === 'mutation' && (error.path === undefined || error.path[0] === key)",
        '? (error.path === undefined || error.path[0] === key)',
      ],
    ],
    'what has no definition has no arguments that can be read': [
      ['if (definition === undefined) return null;', 'if (false) return null;'],
    ],
    'what is no text is no id: the other case is there for the types': [
      [
        "return values.find((value): value is string => typeof value === 'string' && isUuid(value))?.toLowerCase() ?? null;",
        'return values.find((value): value is string => isUuid(value))?.toLowerCase() ?? null;',
      ],
    ],
  }),
  ...inFile('src/graphql/answer-errors.ts', {
    'a result with errors has them, and one that is copied is the same': [
      ['result.errors = (result.errors ?? []).map((error) => {', 'result.errors = (result.errors).map((error) => {'],
      [
        'return told.length === 0 ? error : { ...error, extensions: { ...error.extensions, ...Object.fromEntries(told) } };',
        'return ({ ...error, extensions: { ...error.extensions, ...Object.fromEntries(told) } });',
      ],
    ],
  }),
  ...inFile('src/graphql/require-reading.ts', {
    'what is possible behind an abstract type has fields, and so has the parent of any other field: the other case is there for the types':
      [["'getFields' in type ? type.getFields()[name] : undefined;", '(type.getFields()[name]);']],
  }),
  ...inFile('src/graphql/subscriptions.ts', {
    'graphql-js parses, or throws an error of its own; what it is not given is as good as null': [
      ["error instanceof GraphQLError ? error : new GraphQLError('The document is not valid GraphQL.'),", '(error),'],
      ['nodes: error.nodes ?? null,', 'nodes: error.nodes,'],
      ['source: error.source ?? null,', 'source: error.source,'],
      ['positions: error.positions ?? null,', 'positions: error.positions,'],
    ],
  }),
  ...inFile('src/authorization/runtime/argument-guard.ts', {
    'no guard, and a guard of no rules, refuse nothing: it only costs time': [
      [
        'return denialFor === undefined ? [] : [[`${type.name}.${field.name}`, denialFor] as const];',
        'return ([[`${type.name}.${field.name}`, denialFor] as const]);',
      ],
      [
        '.map(({ name, type }) => ({ name, requirement: rule.args.get(name) ?? unrestricted, within: inputs.guardOf(type) }))',
        '.map(({ name, type }) => ({ name, requirement: rule.args.get(name), within: inputs.guardOf(type) }))',
      ],
      ['if (rules.length === 0) return undefined;', 'if (false) return undefined;'],
    ],
    'what requires nothing is met by everybody: it only costs time': [
      [
        'const denial = requirement === unrestricted ? undefined : denialOf(operation, requirement);',
        'const denial = (denialOf(operation, requirement));',
      ],
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
  ...inFile('src/authorization/runtime/operation-guard.ts', {
    'a path that is visited has an entry, an entry a node, and a field of the schema a rule: the other cases are there for the types':
      [
        ['if (shown === undefined) return null;', 'if (false) return null;'],
        [
          'if (isFilled(entries) && code !== undefined && codes.every((other) => other !== undefined)) {',
          'if (codes.every((other) => other !== undefined)) {',
        ],
        [
          'if (isFilled(entries) && code !== undefined && codes.every((other) => other !== undefined)) {',
          'if (isFilled(entries) && codes.every((other) => other !== undefined)) {',
        ],
        [
          'if (isFilled(entries) && code !== undefined && codes.every((other) => other !== undefined)) {',
          'if (code !== undefined && codes.every((other) => other !== undefined)) {',
        ],
        ['return items.length > 0;', 'return items.length >= 0;'],
        [
          'return model.fields.get(coordinate)?.requirement ?? unrestricted;',
          'return model.fields.get(coordinate)?.requirement;',
        ],
        [
          'if (denialFor === undefined || node === undefined) return undefined;',
          'if (denialFor === undefined) return undefined;',
        ],
      ],
  }),
  ...inFile('src/limits/fair-queue.ts', {
    'what was not counted reaches no maximum, and a count of zero that is kept only takes memory': [
      [
        'if (shares.some((share) => (countOf.get(share.key) ?? 0) >= share.maxWaiting)) throw full();',
        'if (shares.some((share) => (countOf.get(share.key)) >= share.maxWaiting)) throw full();',
      ],
      ['if (held > 0) countOf.set(key, held);', 'if (true) countOf.set(key, held);'],
      ['if (held > 0) countOf.set(key, held);', 'if (held >= 0) countOf.set(key, held);'],
    ],
    'in a queue that is full somebody waits, and whoever has two has a newest: the other cases are there for the types':
      [
        [
          'if (busiest === undefined || busiest[1].length < 2 || byCaller.has(caller)) throw full();',
          'if (busiest[1].length < 2 || byCaller.has(caller)) throw full();',
        ],
        ['if (newest === undefined) return;', 'if (false) return;'],
      ],
    'every caller has a share: the other case is there for the types': [
      [
        "const callerOf = (shares: readonly Share[]): string => shares.at(-1)?.key ?? '';",
        'const callerOf = (shares: readonly Share[]): string => shares.at(-1)?.key;',
      ],
    ],
  }),
  ...inFile('src/limits/counts.ts', {
    'a bound that is far from what is usual has no test of its own: one more or less is nothing': [
      ['maxWaiting: 4_000,', 'maxWaiting: 4001,'],
      ['maxWaitingOfCaller: 1_000,', 'maxWaitingOfCaller: 1001,'],
    ],
  }),
  ...inFile('src/limits/searches.ts', {
    'a bound that is far from what is usual has no test of its own: one more or less is nothing': [
      ['maxWaiting: 200,', 'maxWaiting: 201,'],
      ['maxWaitingOfCaller: 50,', 'maxWaitingOfCaller: 51,'],
    ],
  }),
  ...inFile('src/limits/ip-key.ts', {
    'the common cases come out the same by the longer way: it only costs time': [
      [
        "if (isIPv4(ipAddress) || ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];",
        'if (false) return [{ key: ipAddress, factor: 1 }];',
      ],
      [
        "if (isIPv4(ipAddress) || ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];",
        'if (isIPv4(ipAddress)) return [{ key: ipAddress, factor: 1 }];',
      ],
      [
        "if (isIPv4(ipAddress) || ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];",
        "if (ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];",
      ],
    ],
    'every text has a range: the other case is there for the types': [
      [
        'export const ipKey = (ipAddress: string): string => ipLevels(ipAddress)[0]?.key ?? ipAddress;',
        'export const ipKey = (ipAddress: string): string => ipLevels(ipAddress)[0]?.key;',
      ],
    ],
  }),
  ...inFile('src/limits/ip-limiter.ts', {
    'every text has a range: the other case is there for the types': [
      ['return narrowest ?? { before: points, retryAfterSeconds: 1 };', 'return narrowest;'],
      [
        'return narrowest ?? { before: points, retryAfterSeconds: 1 };',
        'return narrowest ?? { before: points, retryAfterSeconds: 2 };',
      ],
    ],
    'to end an attempt that has not begun gives its point back, and nothing else': [
      [
        "taken.map(({ limiter, key }) => (way === 'consume' ? limiter.refund(key) : limiter.endAttempt(key, false))),",
        'taken.map(({ limiter, key }) => ((limiter.endAttempt(key, false)))),',
      ],
    ],
  }),
  ...inFile('src/limits/limiter.ts', {
    'the store throws nothing but results: without Redis it counts in memory': [
      ['if (!(thrown instanceof RateLimiterRes)) throw thrown;', 'if (false) throw thrown;'],
    ],
  }),
  ...inFile('src/limits/store.ts', {
    'nobody reads what giving back answers': [
      [
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);',
        'if (held === null || held.consumedPoints < points) return held;',
      ],
      [
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);',
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 1, 0, true);',
      ],
      [
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);',
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 1, true);',
      ],
      [
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);',
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, false);',
      ],
    ],
  }),
  ...inFile('src/limits/redis.ts', {
    'a little more or less time until a connection is dropped or made anew is noticed by nobody': [
      ['socketTimeout: 1_000,', 'socketTimeout: 1001,'],
      [
        'retryStrategy: (times) => Math.min(times * 100, 2_000),',
        'retryStrategy: (times) => Math.max(times * 100, 2_000),',
      ],
      [
        'retryStrategy: (times) => Math.min(times * 100, 2_000),',
        'retryStrategy: (times) => Math.min(times / 100, 2_000),',
      ],
      [
        'retryStrategy: (times) => Math.min(times * 100, 2_000),',
        'retryStrategy: (times) => Math.min(times * 101, 2_000),',
      ],
      [
        'retryStrategy: (times) => Math.min(times * 100, 2_000),',
        'retryStrategy: (times) => Math.min(times * 100, 2001),',
      ],
    ],
  }),
  ...inFile('src/identity/sessions/access-token.ts', {
    'a character more or less of what is far from either end': [
      ['const keyCharacters = 12;', 'const keyCharacters = 13;'],
      ['export const maxTokenCharacters = 8_192;', 'export const maxTokenCharacters = 8193;'],
      [
        'if (token.length > maxTokenCharacters || !isCanonical(token)) return null;',
        'if (token.length >= maxTokenCharacters || !isCanonical(token)) return null;',
      ],
    ],
    'the other case is there for the types: a full map has a first key, no UUID is undefined, and what verified had a key':
      [
        [
          "if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');",
          'if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value);',
        ],
        [
          'key = kid !== undefined && isUuid(kid) ? await keys.find(kid) : undefined;',
          'key = isUuid(kid) ? await keys.find(kid) : undefined;',
        ],
        ['if (claims === null || key === undefined) return null;', 'if (claims === null) return null;'],
      ],
    'what is read of claims that are null throws a TypeError, which says the same': [
      ['if (claims === null || key === undefined) return null;', 'if (false) return null;'],
      ['if (claims === null || key === undefined) return null;', 'if (key === undefined) return null;'],
    ],
    'jose refuses a key of another algorithm as well, by a TypeError: each of the two guards is enough': [
      [
        'if (key?.algorithm !== alg) throw new errors.JWKSNoMatchingKey();',
        'if (false) throw new errors.JWKSNoMatchingKey();',
      ],
      [
        'if (error instanceof errors.JOSEError || error instanceof TypeError) return null;',
        'if (error instanceof errors.JOSEError) return null;',
      ],
    ],
  }),
  ...inFile('src/audit/audit-hours.ts', {
    'what is counted beyond the maximum is shown as more, however many that is': [
      [
        'const values = [starts.map((start) => start.toISOString()), maxCounted + 1];',
        'const values = [starts.map((start) => start.toISOString()), maxCounted + 2];',
      ],
    ],
    'every hour that is asked for has an answer: the other case is there for the types': [
      ['const counted = Number(answered[index]?.[0] ?? 0);', 'const counted = Number(answered[index]?.[0]);'],
      ['const counted = Number(answered[index]?.[0] ?? 0);', 'const counted = Number(answered[index]?.[0] ?? 1);'],
    ],
  }),
  ...inFile('src/audit/audit-months.ts', {
    'a second more or less in a day, and whether others have their turn in between, changes nothing that is kept': [
      ['everySeconds: 86_400,', 'everySeconds: 86401,'],
      ['await pause();', ';'],
    ],
  }),
  ...inFile('src/audit/audit.resolvers.ts', {
    'nobody has no id: it only costs time': [
      [
        'actorId == null ? null : userById(rows, actorId, userColumns(rows, selectionOf(info))),',
        '(userById(rows, actorId, userColumns(rows, selectionOf(info)))),',
      ],
    ],
  }),
  ...inFile('src/audit/audit.service.ts', {
    'an id is that of one event at most, and no event is null as well as undefined': [
      [
        'const [event] = await readNewest(rows, AuditEvent, { where: eventKey(id) }, 1);',
        'const [event] = await readNewest(rows, AuditEvent, { where: eventKey(id) }, 2);',
      ],
      ['return event ?? null;', 'return event;'],
    ],
  }),
  ...inFile('src/audit/audit-event.entity.ts', {
    'the table is made by migrations, and these are never compared with it': [
      ['at: p.datetime(3),', 'at: p.datetime(4),'],
      ['type: p.string().length(64).$type<EventType>(),', 'type: p.string().length(65).$type<EventType>(),'],
      [
        'outcome: p.string().length(16).$type<EventOutcome>(),',
        'outcome: p.string().length(17).$type<EventOutcome>(),',
      ],
      ['ipAddress: p.string().length(45).nullable(),', 'ipAddress: p.string().length(46).nullable(),'],
      ['userAgent: p.string().length(400).nullable(),', 'userAgent: p.string().length(401).nullable(),'],
    ],
  }),
  ...inFile('src/audit/make-months.ts', {
    'one row more than may be moved is enough to know': [
      [
        '`select 1 from audit_events_default where at >= ? and at < ? limit ${maxMoved + 1}`,',
        '`select 1 from audit_events_default where at >= ? and at < ? limit ${maxMoved + 2}`,',
      ],
    ],
    'the limit of a statement ends its waiting for a lock as well': [
      ['await run(`set local lock_timeout = ${maxMs}`);', ';'],
    ],
  }),
  ...inFile('src/audit/record-refusals.ts', {
    'what is remembered has an oldest, and a key is known to this file alone': [
      [
        'if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);',
        'if (remembered.size > maxRemembered) remembered.delete(oldest);',
      ],
      [
        "return [principal.kind, principal.id, userIdOf(principal) ?? '', principal.sessionId ?? ''].join(' ');",
        "return [principal.kind, principal.id, userIdOf(principal), principal.sessionId ?? ''].join(' ');",
      ],
      [
        "return [principal.kind, principal.id, userIdOf(principal) ?? '', principal.sessionId ?? ''].join(' ');",
        "return [principal.kind, principal.id, userIdOf(principal) ?? '', principal.sessionId].join(' ');",
      ],
    ],
  }),
];
