import { describe, expect, test } from '@jest/globals';
import { userInfo } from 'node:os';
import { serverConnection } from '../../src/database/server-connection.ts';

describe('A connection to the server of a URL', () => {
  const system = userInfo().username;

  test.each([
    ['postgresql://127.0.0.1/db', system, 'db'],
    ['postgresql://127.0.0.1', system, system],
    ['postgresql:///db?host=/var/run/postgresql', system, 'db'],
    ['postgresql://ada@127.0.0.1', 'ada', 'ada'],
    ['postgresql://127.0.0.1/db?user=ada', 'ada', 'db'],
  ])('names user and database itself, as libpq does, whoever connects by it: %s', async (url, user, database) => {
    const mode = `${url.includes('?') ? '&' : '?'}sslmode=disable`;
    expect(await serverConnection(`${url}${mode}`, {})).toMatchObject({ user, database });
  });
});
