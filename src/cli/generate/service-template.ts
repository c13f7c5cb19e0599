import { targetImport } from './code-templates.ts';
import {
  asksPolicies,
  type FeatureToWrite,
  importLines,
  inputName,
  loaderOf,
  referencesOf,
  targetsOf,
} from './feature-to-write.ts';
import type { Field } from './fields.ts';
import { kinds } from './kinds.ts';
import { capitalised, uncapitalised } from './names.ts';
import { template } from './template.ts';

/** `src/notes/notes.service.ts` */
export function serviceOf(feature: FeatureToWrite): string {
  const { names, fields, isOwned } = feature;
  const { type, one, manyType, words, manyWords } = names;
  const references = referencesOf(feature);
  const created = fields.map((field) => `${field.name}: ${creation(feature, field)},`);
  return template`
${importLines(importsOf(feature))}

export type ${manyType} = ReturnType<typeof create${manyType}>;

export interface ${manyType}Deps {
  readonly policies: BoundPolicies<[${policiesOf(feature)
    .map((name) => `typeof ${name}`)
    .join(', ')}]>;
}

/** Reads ${manyWords} by id, those of one turn by one statement. */
export const ${one}ById = rowById(${type});
${targetsOf(feature)
  .map((field) => `export const ${loaderOf(field)} = rowById(${field.target});`)
  .join('\n')}

/** Reads and writes ${manyWords}, within what the policy lets the principal. */
export function create${manyType}({ policies }: ${manyType}Deps) {
  async function list({ rows }: RequestContext, principal: Principal, page: Page): Promise<Connection<${type}Row>> {
    const where = policies.${type}.where('read', principal);
    return where === NOTHING ? emptyPage() : readPage(rows, ${type}, { where, page });
  }

  async function create(
    ${references.length > 0 ? 'context' : '{ em, now }'}: RequestContext,
    ${asksPolicies(feature) ? 'principal: Principal,' : ''}
    ${isOwned ? 'ownerId: string,' : ''}
    input: Create${type}Input,
  ): Promise<${type}> {
    ${references.length > 0 ? 'const { em, now } = context;' : ''}
    const ${one} = em.create(${type}, {
      id: newId(now),
      createdAt: now,
      updatedAt: now,
      ${created.join('\n')}
      ${isOwned ? 'owner: em.getReference(User, ownerId),' : ''}
      version: 1,
    });
    await em.flush();
    return ${one};
  }

  /**
   * Changes a ${words} that the policy let the principal update, and asks the policy again about what it has become.
   * @throws CONFLICT if it has another version than expected, or changes in the meantime.
   */
  async function update(
    context: RequestContext,
    principal: Principal,
    ${one}: ${type}Row,
    change: Update${type}Input,
  ): Promise<${type}Row> {
    if (change.expectedVersion != null && change.expectedVersion !== ${one}.version)
      throw new AppError('CONFLICT', \`The ${words} has version \${${one}.version} by now: read it again, then repeat the change.\`);
    const changes = {
      updatedAt: context.now,
      ${fields.map((field) => change(feature, field)).join('\n')}
    };
    if (!(await policies.${type}.decide('update', principal, { ...${one}, ...changes })))
      throw new AppError('FORBIDDEN', 'You are not allowed to change the ${words} to this state.');
    return updateRow(context.rows, ${type}, ${one}, changes);
  }

  /** Deletes under a lock, and decides on the row as it is then: the version does not guard a delete. */
  async function remove({ em }: RequestContext, principal: Principal, id: string): Promise<string> {
    await em.transactional(async (tx) => {
      const ${one} = await lockAsSystem(tx, () =>
        tx.findOne(${type}, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }),
      );
      if (${one} === null) throw notFound('The ${words}');
      if (!(await policies.${type}.decide('delete', principal, ${one})))
        throw new AppError('FORBIDDEN', 'You are not allowed to delete the ${words} in its present state.');
      tx.remove(${one});
    });
    return id;
  }

  ${references.map((field) => referenceCheck(feature, field)).join('\n')}

  return { list, create, update, remove };
}
`;
}

/** The policies that are asked: its own, and those of what is referred to. */
const policiesOf = (feature: FeatureToWrite): string[] => [
  `${feature.names.one}Policy`,
  ...guardedTargets(feature).map(({ target }) => policyName(target)),
];

const policyName = (target: string): string => `${uncapitalised(target)}Policy`;

const guardedTargets = (feature: FeatureToWrite): Field[] =>
  targetsOf(feature).filter(({ target }) => feature.targets[target]?.isReadGuarded === true);

function importsOf(feature: FeatureToWrite): Array<readonly [readonly string[], string]> {
  const { names, fields, isOwned } = feature;
  const references = referencesOf(feature);
  const used = (word: string): string[] =>
    fields.some((field) => checked(feature, field, '').startsWith(word)) ? [word] : [];
  return [
    [['LockMode'], '@mikro-orm/core'],
    [['type BoundPolicies', 'NOTHING', 'type Principal'], '../authorization/index.ts'],
    [['newId'], '../database/base.entity.ts'],
    [['type Connection', 'emptyPage', 'type Page'], '../database/pages.ts'],
    [['lockAsSystem'], '../database/row-session.ts'],
    [['readPage'], '../database/rows/list.ts'],
    [['rowById'], '../database/rows/read-by-id.ts'],
    [['updateRow'], '../database/rows/update-row.ts'],
    [['AppError', ...(references.length > 0 ? ['badInput'] : []), 'notFound'], '../errors.ts'],
    [[`type Create${names.type}Input`, `type Update${names.type}Input`], '../generated/resolvers.ts'],
    [['type RequestContext'], '../request/context.ts'],
    [
      [...(references.length > 0 ? ['requireId'] : []), ...used('requireNumber'), ...used('requireText')],
      '../request/input.ts',
    ],
    ...(isOwned ? ([[['User'], '../users/user.entity.ts']] as const) : []),
    ...(references.some(({ target }) => target === 'User')
      ? ([[['userById'], '../users/users.service.ts']] as const)
      : []),
    ...targetsOf(feature).map(({ target }) => targetImport(feature, target)),
    ...guardedTargets(feature).map(
      ({ target }) => [[`type ${policyName(target)}`], `../${feature.targets[target]?.policyFile}`] as const,
    ),
    [[names.type, `type ${names.type}Row`], `./${names.file}.entity.ts`],
    [[`type ${names.one}Policy`], `./${names.file}.policy.ts`],
  ];
}

const checked = ({ targets }: FeatureToWrite, field: Field, value: string): string =>
  field.kind === 'reference'
    ? `await ${finderOf(field)}(context, ${targets[field.target]?.isReadGuarded === true ? 'principal, ' : ''}${value})`
    : kinds[field.kind].checked(field, value);

const finderOf = ({ name }: Field): string => `require${capitalised(name)}`;

function creation(feature: FeatureToWrite, field: Field): string {
  const value = `input.${inputName(field)}`;
  if (!field.isOptional) return checked(feature, field, value);
  return checked(feature, field, value) === value
    ? `${value} ?? null`
    : `${value} == null ? null : ${checked(feature, field, value)}`;
}

function change(feature: FeatureToWrite, field: Field): string {
  const value = `change.${inputName(field)}`;
  const taken = checked(feature, field, value);
  if (!field.isOptional) return `...(${value} == null ? {} : { ${field.name}: ${taken} }),`;
  const cleared = taken === value ? value : `${value} === null ? null : ${taken}`;
  return `...(${value} === undefined ? {} : { ${field.name}: ${cleared} }),`;
}

/** Writes the check of a reference. A row that cannot be read is as unknown as one that is not there. */
function referenceCheck({ targets }: FeatureToWrite, field: Field): string {
  const { target } = field;
  const isReadGuarded = targets[target]?.isReadGuarded === true;
  const isUnknown = `row === null${isReadGuarded ? ` || !(await policies.${target}.decide('read', principal, row))` : ''}`;
  return template`
  /** @throws BAD_USER_INPUT if there is no such row${isReadGuarded ? ', or the principal may not read it' : ''}. */
  async function ${finderOf(field)}({ rows }: RequestContext, ${isReadGuarded ? 'principal: Principal, ' : ''}id: string): Promise<string> {
    const row = await ${loaderOf(field)}(rows, requireId('input.${inputName(field)}', id));
    if (${isUnknown})
      throw badInput('input.${inputName(field)}', 'unknown', 'There is no such row.');
    return row.id;
  }`;
}
