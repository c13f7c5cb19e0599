import { expect } from '@jest/globals';
import { testOnPostgres } from '../support/on-postgres.ts';
import { startPostgres } from '../support/postgres.ts';
import { startServer } from '../support/server.ts';

testOnPostgres(
  'A database that asks for a password is given it by every way to it',
  async () => {
    const postgres = await startPostgres({ password: 'a secret of the database' });
    try {
      const server = await startServer({}, { kind: 'postgresql', url: encodeURI(postgres.url) });
      const viewer = await server.signIn('viewer');
      expect(await viewer.get('{ me { displayName } }')).toMatchObject({ me: {} });
      expect(await (await fetch(`${server.url}/health/ready`)).json()).toEqual({ status: 'ready' });
      await server.stop();
    } finally {
      await postgres.remove();
    }
  },
  120_000,
);
