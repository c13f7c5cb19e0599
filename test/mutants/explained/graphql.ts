import { inFile, type Explained } from './in-file.ts';

export const graphql: readonly Explained[] = [
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
  ...inFile('src/graphql/unconditional-subscriptions.ts', {
    'nothing but an operation has an operation: the kind is asked for the types': [
      [
        'node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION;',
        'node.operation === OperationTypeNode.SUBSCRIPTION;',
      ],
    ],
  }),
  ...inFile('src/graphql/scalars.ts', {
    'no literal but a string can have the text of a moment: what another has is refused as well': [
      [
        'parseLiteral: (node) => parseValue(node.kind === Kind.STRING ? node.value : undefined),',
        'parseLiteral: (node) => parseValue((node.value)),',
      ],
    ],
    'no type but a scalar can have the directive: the kind is asked for the types': [
      ['if (!isScalarType(type) || type.astNode == null) continue;', 'if (type.astNode == null) continue;'],
    ],
  }),
  ...inFile('src/graphql/apollo.ts', {
    'errors are put into the shape of ours after Apollo Server has formatted them, and that has no stack': [
      ['includeStacktraceInErrorResponses: false,', 'includeStacktraceInErrorResponses: true,'],
    ],
    'an operation that is not learned goes by Apollo Server each time: it only costs time': [
      ['known.learn(request, given, answered);', ';'],
    ],
    'this graphql-js has no incremental delivery: the kind is asked for the types': [
      [
        "if (result.body.kind !== 'complete') throw new Error('Incremental delivery is not supported.');",
        "if (false) throw new Error('Incremental delivery is not supported.');",
      ],
    ],
    'what an object has not is undefined: it is asked for the types': [
      [
        "const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;",
        "const query = typeof body === 'object' && body !== null ? body.query : undefined;",
      ],
    ],
  }),
  ...inFile('src/graphql/events-in-time.ts', {
    'a timer waits for a millisecond at least': [
      [
        'timer = setTimeout(() => tellLate(), Math.max(0, timeLimitMs - work.elapsedMs())).unref();',
        'timer = setTimeout(() => tellLate(), Math.max(1, timeLimitMs - work.elapsedMs())).unref();',
      ],
    ],
    'each event that begins has a number of its own: the one that was given up comes once': [
      ['givenUp = 0;', ';'],
      ['givenUp = 0;', 'givenUp = 1;'],
    ],
    'a timer that is left over tells a promise that nobody waits for': [['clearTimeout(timer);', ';']],
  }),
  ...inFile('src/graphql/rate-limit.ts', {
    'a field without a budget around its resolver answers as it does with none: it only costs time': [
      ['if (limits.length === 0) return undefined;', 'if (false) return undefined;'],
    ],
  }),
  ...inFile('src/graphql/cost-directive.ts', {
    'a weight that is not remembered is read again: it only costs time': [
      ['if (known !== undefined) return known;', 'if (false) return known;'],
      ['weights.set(field, weight);', ';'],
    ],
  }),
];
