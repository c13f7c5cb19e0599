import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRights } from '../../../src/access/rights-of-roles.ts';
import { roles } from '../../../src/access/roles.ts';
import { createAdministration } from '../../../src/identity/accounts/administration.service.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf, keepingRecorder } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const rightsOf = createRights(roles);

/** The service, and what it asks of others. */
async function createFor(name: string) {
  const user = await server.database.fork().findOneOrFail(User, { email: `${name}@demo.sallyport.test` });
  const [recorder, done]: [ReturnType<typeof keepingRecorder>, unknown[]] = [keepingRecorder(), []];
  const administration = createAdministration({
    publishEvent: (_, event) => void done.push(event),
    recorder,
    rightsOf,
    sessions: { endAll: async () => (done.push('sessions ended'), 0) },
    factorRemoval: { removeAll: async () => void done.push('factors removed') },
    removeCredentials: async () => void done.push('credentials removed'),
    mail: { send: (kind) => done.push(kind) > 0 },
    revokeApiKeys: async () => void done.push('keys revoked'),
  });
  const admin = { kind: 'user', id: '01900000-0000-7000-8000-00000000000c', ...rightsOf(['ADMIN']) } as const;
  return { administration, recorder, done, admin, user, context: contextOf(server.database) };
}

test('Every node is told that the roles of an account are others, which is recorded', async () => {
  const { administration, recorder, done, admin, user, context } = await createFor('viewer');
  await administration.setRoles(context, admin, user.id, ['EDITOR']);
  expect(done).toContainEqual({ kind: 'account-changed', userId: user.id });
  expect(recorder.events).toMatchObject([{ subjectId: user.id }]);
});

test('An account whose owner has proved the e-mail loses its second factors alone, and is told', async () => {
  const { administration, recorder, done, admin, user, context } = await createFor('editor');
  await server.database.fork().nativeUpdate(User, { id: user.id }, { emailProvedAt: new Date() });
  await administration.resetFactors(context, admin, user.id);
  expect(done).toEqual(['factors removed', { kind: 'account-changed', userId: user.id }, 'factors-reset']);
  expect(recorder.events).toMatchObject([{ type: 'factors.reset', subjectId: user.id, details: { methods: [] } }]);
  const after = await server.database.fork().findOneOrFail(User, user.id);
  expect(after.credentialVersion).toBe(user.credentialVersion);
});
