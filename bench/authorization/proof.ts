import assert from 'node:assert/strict';
import type { GraphQLError } from 'graphql';
import type { Contestant } from './contestant.ts';
import {
  account,
  accountFields,
  callers,
  cases,
  caseNames,
  itemFields,
  mayRead,
  meets,
  meRule,
  rowsOf,
} from './task.ts';
import type { Caller, Case, CaseName, Field, Row } from './task.ts';

interface Expectation {
  readonly data: unknown;
  readonly refusedRows: number;
  /** How many values a static rule refuses, and how many selected fields. */
  readonly refusedValues: number;
  readonly refusedFields: number;
}

/** Twice and once more, because a compiler or a cache may answer the second time. */
const turns = ['first', 'second', 'third'];

/**
 * Every caller, every case: what comes back is exactly what the rules grant, however a contestant words its refusals.
 * @throws AssertionError naming the case and the caller
 */
export async function prove(name: string, contestant: Contestant): Promise<void> {
  for (const caseName of caseNames) {
    if (!takesPart(contestant, caseName)) continue;
    for (const callerName of contestant.refusals.fields === 'none' ? insiderAlone : everybody) {
      await proveOne(name, contestant, caseName, callerName);
    }
  }
}

type CallerName = keyof typeof callers;
const everybody = Object.keys(callers) as CallerName[];
const insiderAlone: readonly CallerName[] = ['insider'];

/** Proves each timed part by itself. @throws AssertionError */
export async function proveOne(
  name: string,
  contestant: Contestant,
  caseName: CaseName,
  callerName: CallerName,
): Promise<void> {
  const caller = callers[callerName];
  for (const turn of turns) {
    const answer = await contestant.run(caseName, caller);
    check(contestant, cases[caseName], caller, answer, `${name}, ${caseName}, ${callerName}, ${turn} time`);
  }
}

export function takesPart({ refusals }: Contestant, caseName: CaseName): boolean {
  return refusals.fields === 'none' || cases[caseName].root !== 'documents' || refusals.rows !== 'none';
}

type Answer = Awaited<ReturnType<Contestant['run']>>;

function check({ refusals }: Contestant, task: Case, caller: Caller, answer: Answer, where: string): void {
  const { data, errors = [] } = answer;
  const expected = expectationOf(task, caller);
  const isRowCase = task.root === 'documents';
  const kind = isRowCase ? refusals.rows : refusals.fields;
  const refused = expected.refusedValues + expected.refusedRows;
  if (kind === 'operation' && refused > 0) {
    assert.ok(errors.length > 0, `${where}: no error`);
    assert.ok(data === null || data === undefined, `${where}: data in spite of a refusal`);
    return;
  }
  assert.deepEqual(plain(data), plain({ [task.root]: expected.data }), `${where}: other data`);
  assert.equal(errors.length > 0 && !isRowCase, refused > 0 && !isRowCase, `${where}: errors ${describe(errors)}`);
  if (isRowCase) return;
  const wanted = kind === 'selection' ? expected.refusedFields : expected.refusedValues;
  assert.equal(errors.length, wanted, `${where}: ${errors.length} errors, ${describe(errors)}`);
}

const describe = (errors: readonly Pick<GraphQLError, 'message'>[]): string => errors[0]?.message ?? 'none';

/** Without the nulls that stand for refused rows in some answers, and without prototypes. */
function plain(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data ?? null, (_, value: unknown) =>
      Array.isArray(value) ? value.filter((item) => item !== null) : value,
    ),
  );
}

/** The small, slow, obviously right answer. */
function expectationOf({ root, first }: Case, caller: Caller): Expectation {
  if (root === 'me') {
    if (!meets(meRule, caller)) return { data: null, refusedRows: 0, refusedValues: 1, refusedFields: 1 };
    return { data: granted(accountFields, account, caller), refusedRows: 0, refusedValues: 0, refusedFields: 0 };
  }
  const rows = rowsOf(first);
  if (root === 'documents') {
    const readable = rows.filter((row) => mayRead(row, caller));
    const data = readable.map((row) => Object.fromEntries(itemFields.map(({ name }) => [name, row[name]])));
    return { data, refusedRows: rows.length - readable.length, refusedValues: 0, refusedFields: 0 };
  }
  const refusedFields = itemFields.filter(({ rule }) => rule !== undefined && !meets(rule, caller)).length;
  return {
    data: rows.map((row) => granted(itemFields, row, caller)),
    refusedRows: 0,
    refusedValues: refusedFields * rows.length,
    refusedFields,
  };
}

function granted(fields: readonly Field[], row: Row, caller: Caller): Row {
  return Object.fromEntries(
    fields.map(({ name, rule }) => [name, rule === undefined || meets(rule, caller) ? row[name] : null]),
  );
}
