import { inFile, type Explained } from './in-file.ts';

export const events: readonly Explained[] = [
  ...inFile('src/events/event.ts', {
    'what is no object has no kind: the other case is there for the types': [
      ["return typeof value === 'object' && value !== null ? { ...value } : null;", 'return ({ ...value });'],
      [
        "return typeof value === 'object' && value !== null ? { ...value } : null;",
        "return typeof value === 'object' ? { ...value } : null;",
      ],
      [
        "return typeof value === 'object' && value !== null ? { ...value } : null;",
        'return value !== null ? { ...value } : null;',
      ],
    ],
  }),
  ...inFile('src/events/open-events.ts', {
    'a name is made alike for those who tell and those who listen': [
      ["'userId' in topic ? `${topic.kind} ${topic.userId}` : topic.kind;", '(`${topic.kind} ${topic.userId}`);'],
    ],
    'a second listener is warned of, and heard all the same': [
      [
        'const emitter = new EventEmitter().setMaxListeners(0);',
        'const emitter = new EventEmitter().setMaxListeners(1);',
      ],
    ],
  }),
  ...inFile('src/events/postgres-transport.ts', {
    'a notification without a text has an empty one: the other case is there for the types': [
      [
        "next.on('notification', ({ payload }) => onText(payload ?? ''));",
        "next.on('notification', ({ payload }) => onText(payload));",
      ],
    ],
    'a millisecond more of seconds is noticed by nobody': [
      ['const heartbeatMs = 5_000;', 'const heartbeatMs = 5001;'],
      ['const answerMs = 5_000;', 'const answerMs = 5001;'],
      ['const deliveryMs = 5_000;', 'const deliveryMs = 5001;'],
    ],
  }),
];
