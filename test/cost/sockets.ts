import { once } from 'node:events';
import { speakAt, type Message, type Speaker } from '../support/websocket.ts';
import type { Attempt, Shape, World } from './shape.ts';

/** Subscriptions that one connection may have. */
const perConnection = 100;

const published = 'subscription { articlePublished { id title body } }';

/** What can be done over WebSockets. */
export const sockets: readonly Shape[] = [
  {
    name: 'subscriptions that are told of one event',
    largest: 200,
    async prepare(world, size) {
      const id = await draft(world);
      return {
        async run() {
          const speakers = await Promise.all(parts(size).map((count) => speakFor(world, count)));
          await world.editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', { id });
          await Promise.all(speakers.map((speaker, at) => speaker.until('next', parts(size)[at] ?? 0)));
          await world.editor.get('mutation ($id: ID!) { unpublishArticle(id: $id) { id } }', { id });
          for (const { socket } of speakers) socket.terminate();
          await Promise.all(speakers.map(({ socket }) => once(socket, 'close')));
          return bytesOf(speakers);
        },
      };
    },
  },
  said('subscriptions that are refused', 100, (size) =>
    Array.from({ length: size }, (_, index) => subscribe(String(index), 'subscription { nothing }')),
  ),
  said('subscriptions that are not subscriptions', 100, (size) =>
    Array.from({ length: size }, (_, index) => subscribe(String(index), '{ __typename }')),
  ),
  said('subscriptions that are completed', 100, (size) =>
    Array.from({ length: size }, (_, index) => [
      subscribe(String(index), published),
      { type: 'complete', id: String(index) },
    ]).flat(),
  ),
  said('completions of what was never there', 1_000, (size) =>
    Array.from({ length: size }, (_, index) => ({ type: 'complete', id: String(index) })),
  ),
  said('a long id of a subscription', 60_000, (size) => [subscribe('i'.repeat(size), 'subscription { nothing }')]),
  {
    name: 'connections with a long connection_init',
    largest: 60_000,
    prepare: ({ server }, size) => ({
      async run() {
        const speaker = await speakAt(server.url);
        speaker.say({ type: 'connection_init', payload: { note: 'n'.repeat(size) } });
        await speaker.until('connection_ack', 1);
        speaker.socket.terminate();
        return bytesOf([speaker]);
      },
    }),
  },
  {
    name: 'connections',
    largest: 100,
    prepare: (world, size) => ({
      async run() {
        const speakers = await Promise.all(Array.from({ length: size }, () => connectFor(world)));
        for (const { socket } of speakers) socket.terminate();
        return bytesOf(speakers);
      },
    }),
  },
];

/** A shape of messages that are said at once on one connection. */
function said(name: string, largest: number, messages: (size: number) => readonly Message[]): Shape {
  return {
    name,
    largest,
    async prepare(world, size): Promise<Attempt> {
      const speaker = await connectFor(world);
      return {
        async run() {
          speaker.messages.length = 0;
          speaker.say(...messages(size));
          await speaker.settled();
          return bytesOf([speaker]);
        },
        end: () => speaker.socket.terminate(),
      };
    },
  };
}

const subscribe = (id: string, query: string): Message => ({ type: 'subscribe', id, payload: { query } });

const parts = (size: number): number[] =>
  Array.from({ length: Math.ceil(size / perConnection) }, (_, at) =>
    Math.min(perConnection, size - at * perConnection),
  );

async function speakFor(world: World, subscriptions: number): Promise<Speaker> {
  const speaker = await connectFor(world);
  for (let index = 0; index < subscriptions; index += 1) speaker.say(subscribe(String(index), published));
  await speaker.settled();
  return speaker;
}

async function connectFor({ server, viewer }: World): Promise<Speaker> {
  const speaker = await speakAt(server.url);
  speaker.say({ type: 'connection_init', payload: { authorization: `Bearer ${viewer.accessToken}` } });
  await speaker.until('connection_ack', 1);
  return speaker;
}

async function draft({ editor }: World): Promise<string> {
  const make = 'mutation ($input: CreateArticleInput!) { createArticle(input: $input) { id } }';
  const { createArticle } = await editor.get<{ createArticle: { id: string } }>(make, {
    input: { title: 'News', body: 'y'.repeat(200) },
  });
  return createArticle.id;
}

const bytesOf = (speakers: readonly Speaker[]): number =>
  speakers.reduce((sum, { messages }) => sum + JSON.stringify(messages).length, 0);
