import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  challengeOf,
  codeAt,
  completeDocument,
  enrolledAccount,
  manyClients,
  type Host,
} from '../support/authenticator.ts';
import { createClient, type Answer } from '../support/client.ts';
import { beginEmailLogin, codeIn, finishEmailLogin } from '../support/email-login.ts';
import { openMailbox } from '../support/mailbox.ts';
import { hasServers, openCluster, type Cluster } from '../support/nodes.ts';
import type { ServerProcess } from '../support/process.ts';

const onServers = hasServers ? describe : describe.skip;

const reauthenticate = 'mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { accessToken } }';

const isAccepted = ({ status, body }: Answer): boolean => status === 200 && body.errors === undefined;

onServers('Of fifty parallel tries on two nodes', () => {
  let cluster: Cluster;
  let nodes: [ServerProcess, ServerProcess];
  let host: Host;
  beforeAll(async () => {
    cluster = await openCluster();
    const env = { ...manyClients, EMAIL_LOGIN: 'on' };
    const first = await cluster.startNode(env);
    nodes = [first, await cluster.startNode(env)];
    host = { ...first, now: () => new Date(), wait: () => undefined };
  });
  afterAll(() => cluster.stop());

  const nodeOf = (index: number): ServerProcess => nodes[index % 2] ?? nodes[0];

  test('of one code, whatever for, one is accepted', async () => {
    const account = await enrolledAccount(host);
    const challenges = await Promise.all(Array.from({ length: 20 }, () => challengeOf(host, account)));
    const code = codeAt(account.secret, new Date(Date.now() + 30_000));
    const authorization = `Bearer ${account.accessToken}`;
    const tries = Array.from({ length: 50 }, (_, index): Promise<Answer> => {
      const { url } = nodeOf(index);
      const challenge = challenges[index];
      if (challenge !== undefined) return createClient(url).ask(completeDocument, { input: { challenge, code } });
      const client = createClient(url, { authorization });
      return index < 35
        ? client.ask(reauthenticate, { input: { code } })
        : client.ask('{ me { id } }', {}, { 'x-totp-code': code });
    });
    expect((await Promise.all(tries)).filter(isAccepted)).toHaveLength(1);
  });

  test('of one recovery code one is accepted', async () => {
    const account = await enrolledAccount(host);
    const challenges = await Promise.all(Array.from({ length: 50 }, () => challengeOf(host, account)));
    const recoveryCode = account.recoveryCodes[0];
    const tries = challenges.map((challenge, index) =>
      nodeOf(index).ask(completeDocument, { input: { challenge, recoveryCode } }),
    );
    expect((await Promise.all(tries)).filter(isAccepted)).toHaveLength(1);
  });

  test('of one e-mail code, or the link beside it, one signs in', async () => {
    const email = 'viewer@demo.sallyport.test';
    const handle = await beginEmailLogin(host, email);
    const { text, token } = await openMailbox(cluster.mail).latestMail(email, 'email-login');
    const tries = Array.from({ length: 50 }, (_, index) =>
      finishEmailLogin(nodeOf(index), { handle, ...(index % 4 < 2 ? { code: codeIn(text) } : { token }) }),
    );
    expect((await Promise.all(tries)).filter(isAccepted)).toHaveLength(1);
  });

  test('of one challenge, by recovery codes that are all good, one signs in', async () => {
    const account = await enrolledAccount(host);
    const challenge = await challengeOf(host, account);
    const tries = Array.from({ length: 50 }, (_, index) =>
      nodeOf(index).ask(completeDocument, {
        input: { challenge, recoveryCode: account.recoveryCodes[index % account.recoveryCodes.length] },
      }),
    );
    expect((await Promise.all(tries)).filter(isAccepted)).toHaveLength(1);
  });
});
