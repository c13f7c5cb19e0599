import { describe, expect, test } from '@jest/globals';
import { definePolicy, type AccessWarning } from '../../src/authorization/index.ts';
import { admin, anonymous, build, editor, offenders, viewer } from './support.ts';

const project = `
  interface Priced @auth { budget: Int @hasScope(scopes: [["articles:write"]]) }
  type Project implements Priced { id: ID name: String budget: Int @hasRole(roles: [EDITOR]) plan: Secret seen: Int @can(action: "see") }
  type Secret @hasRole(roles: [ADMIN]) { id: ID }`;
const policies = [definePolicy('Project', ({ everyone }) => ({ see: everyone }))];
const sdl = (rest: string) =>
  `${project} ${rest} type Query { project: Project @public ${rest === '' ? '' : 'q(w: W, budget: Int @sameAs(field: "Project.budget")): Int @public'} total: Int @sameAs(field: "Project.budget") plans: Int @sameAs(field: "Project.plan") }`;
const input = 'input W { name: String budget: Int @sameAs(field: "Project.budget") }';

describe('@sameAs', () => {
  const one = () => 1;
  const { ask } = build({ sdl: sdl(input), policies, resolvers: { Query: { q: one, total: one, plans: one } } });
  const codeFor = async (field: string, principal = editor) =>
    Object.values((await ask(`{ ${field} }`, principal)).codes)[0];

  test.each([
    ['a field', 'total'],
    ['an argument', 'q(budget: 1)'],
    ['an input field', 'q(w: { budget: 1 })'],
  ])("gives %s all that the other field requires: its own, its type's and its interface's", async (_, field) => {
    expect(await codeFor(field)).toBeUndefined();
    expect(await codeFor(field, { ...editor, scopes: [] })).toBe('FORBIDDEN');
    expect(await codeFor(field, { ...viewer, scopes: ['*'] })).toBe('FORBIDDEN');
    expect(await codeFor(field, anonymous as never)).toBe('UNAUTHENTICATED');
    expect(await codeFor('q(w: { name: "x" })', viewer)).toBeUndefined();
  });

  test('carries what the other field returns along', async () => {
    expect(await codeFor('plans')).toBe('FORBIDDEN');
    expect(await codeFor('plans', admin)).toBeUndefined();
  });

  test.each([
    ['a field that is not there', 'Project.budgett'],
    ['a type that is not there', 'Projekt.budget'],
    ['no field at all', 'Project'],
    ['more than a field', 'Project.budget.x'],
    ['a field that requires nothing', 'Open.a'],
    ['a field that asks a policy about its object', 'Project.seen'],
    ['itself', 'Query.q'],
  ])('of %s does not build', (_, field) => {
    const document = `${project} type Open { a: Int } type Query { o: Open @public q: Int @sameAs(field: "${field}") }`;
    expect(offenders({ sdl: document, policies })).toContain('Query.q @sameAs');
  });

  test('that goes round in a circle does not build', () => {
    const document = 'type Query { a: Int @sameAs(field: "Query.b") b: Int @auth @sameAs(field: "Query.a") }';
    expect(offenders({ sdl: document })).not.toEqual([]);
  });
});

describe('A side door to a guarded field earns a warning', () => {
  const warningsOf = (rest: string, args: string, returns = '[Project]') => {
    const warnings: AccessWarning[] = [];
    build({
      sdl: `${project} ${rest} type ProjectConnection { edges: [ProjectEdge] } type ProjectEdge { node: Project } type Query { projects(${args}): ${returns} @public }`,
      policies,
      onWarning: (warning) => warnings.push(warning),
    });
    return warnings.map(
      ({ kind, coordinate, message }) => `${kind} ${coordinate}: ${/Project\.\w+/.exec(message)?.[0]}`,
    );
  };
  const filter =
    'input ProjectFilter { budget: IntFilter name: String and: [ProjectFilter!] } input IntFilter { gt: Int }';

  test.each([
    ['a filter', filter, 'filter: ProjectFilter', ['sideDoor ProjectFilter.budget: Project.budget']],
    [
      'a filter of operators in its names',
      'input Where { budget_gt: Int budgetary: Int }',
      'where: Where',
      ['sideDoor Where.budget_gt: Project.budget'],
    ],
    [
      'an order',
      'enum Order { NAME_ASC BUDGET_DESC }',
      'orderBy: [Order!]',
      ['sideDoor Order.BUDGET_DESC: Project.budget'],
    ],
    [
      'a field that a policy guards',
      'input Where { seen: Int }',
      'where: Where',
      ['sideDoor Where.seen: Project.seen'],
    ],
  ])('by %s', (_, rest, args, expected) => {
    expect(warningsOf(rest, args)).toEqual(expected);
    expect(warningsOf(rest, args, 'ProjectConnection')).toEqual(expected);
  });

  test.each([
    ['has a rule of its own', 'input Where { budget: Int @sameAs(field: "Project.budget") }', 'where: Where'],
    ['stands in what is no search', 'input ProjectInput { budget: Int }', 'input: ProjectInput'],
    ['has another name', 'input Where { name: String }', 'where: Where'],
  ])('but none if it %s', (_, rest, args) => {
    expect(warningsOf(rest, args)).toEqual([]);
  });
});
