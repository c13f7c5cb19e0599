import { inFile, type Explained } from './in-file.ts';

export const limits: readonly Explained[] = [
  ...inFile('src/limits/fair-queue.ts', {
    'what was not counted reaches no maximum, and a count of zero that is kept only takes memory': [
      [
        'if (shares.some((share) => (countOf.get(share.key) ?? 0) >= share.maxWaiting)) throw full();',
        'if (shares.some((share) => (countOf.get(share.key)) >= share.maxWaiting)) throw full();',
      ],
      ['if (held > 0) countOf.set(key, held);', 'if (true) countOf.set(key, held);'],
      ['if (held > 0) countOf.set(key, held);', 'if (held >= 0) countOf.set(key, held);'],
    ],
    'in a queue that is full somebody waits, and whoever has two has a newest: the other cases are there for the types':
      [
        [
          'if (busiest === undefined || busiest[1].length < 2 || byCaller.has(caller)) throw full();',
          'if (busiest[1].length < 2 || byCaller.has(caller)) throw full();',
        ],
        ['if (newest === undefined) return;', 'if (false) return;'],
      ],
    'every caller has a share: the other case is there for the types': [
      [
        "const callerOf = (shares: readonly Share[]): string => shares.at(-1)?.key ?? '';",
        'const callerOf = (shares: readonly Share[]): string => shares.at(-1)?.key;',
      ],
    ],
  }),
  ...inFile('src/limits/lists.ts', {
    'a bound that is far from what is usual has no test of its own: one more or less is nothing': [
      [
        'const shared = { places: createSharedPlaces(6), maxWaiting: 4_000, maxWaitingOfCaller: 1_000 };',
        'const shared = { places: createSharedPlaces(6), maxWaiting: 4001, maxWaitingOfCaller: 1_000 };',
      ],
      [
        'const shared = { places: createSharedPlaces(6), maxWaiting: 4_000, maxWaitingOfCaller: 1_000 };',
        'const shared = { places: createSharedPlaces(6), maxWaiting: 4_000, maxWaitingOfCaller: 1001 };',
      ],
    ],
  }),
  ...inFile('src/limits/shared-places.ts', {
    'where none started, the last one is asked last as before': [
      [
        'if (started >= 0) queues.push(...queues.splice(started, 1));',
        'if (true) queues.push(...queues.splice(started, 1));',
      ],
    ],
  }),
  ...inFile('src/limits/searches.ts', {
    'a bound that is far from what is usual has no test of its own: one more or less is nothing': [
      ['maxWaiting: 200,', 'maxWaiting: 201,'],
      ['maxWaitingOfCaller: 50,', 'maxWaitingOfCaller: 51,'],
    ],
  }),
  ...inFile('src/limits/ip-key.ts', {
    'the common cases come out the same by the longer way: it only costs time': [
      [
        "if (isIPv4(ipAddress) || ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];",
        'if (false) return [{ key: ipAddress, factor: 1 }];',
      ],
      [
        "if (isIPv4(ipAddress) || ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];",
        'if (isIPv4(ipAddress)) return [{ key: ipAddress, factor: 1 }];',
      ],
      [
        "if (isIPv4(ipAddress) || ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];",
        "if (ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];",
      ],
    ],
    'every text has a range: the other case is there for the types': [
      [
        'export const ipKey = (ipAddress: string): string => ipLevels(ipAddress)[0]?.key ?? ipAddress;',
        'export const ipKey = (ipAddress: string): string => ipLevels(ipAddress)[0]?.key;',
      ],
    ],
  }),
  ...inFile('src/limits/ip-limiter.ts', {
    'every text has a range: the other case is there for the types': [
      ['return narrowest ?? { before: points, retryAfterSeconds: 1 };', 'return narrowest;'],
      [
        'return narrowest ?? { before: points, retryAfterSeconds: 1 };',
        'return narrowest ?? { before: points, retryAfterSeconds: 2 };',
      ],
    ],
    'to end an attempt that has not begun gives its point back, and nothing else': [
      [
        "taken.map(({ limiter, key }) => (way === 'consume' ? limiter.refund(key) : limiter.endAttempt(key, false))),",
        'taken.map(({ limiter, key }) => ((limiter.endAttempt(key, false)))),',
      ],
    ],
  }),
  ...inFile('src/limits/limiter.ts', {
    'the store throws nothing but results: without Redis it counts in memory': [
      ['if (!(thrown instanceof RateLimiterRes)) throw thrown;', 'if (false) throw thrown;'],
    ],
  }),
  ...inFile('src/limits/store.ts', {
    'nobody reads what giving back answers': [
      [
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);',
        'if (held === null || held.consumedPoints < points) return held;',
      ],
      [
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);',
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 1, 0, true);',
      ],
      [
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);',
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 1, true);',
      ],
      [
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);',
        'if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, false);',
      ],
    ],
  }),
  ...inFile('src/limits/redis-abilities.ts', {
    'the key of a try goes a moment sooner or later': [
      [
        "SET: (redis) => redis.set(probeKey, '1', 'PX', 1_000),",
        "SET: (redis) => redis.set(probeKey, '1', 'PX', 1001),",
      ],
      ['PEXPIRE: (redis) => redis.pexpire(probeKey, 1_000),', 'PEXPIRE: (redis) => redis.pexpire(probeKey, 1001),'],
    ],
    'an error of the connection that nobody listens to is a line on the console, and no failure': [
      ["subscriber.on('error', () => undefined);", ';'],
    ],
    'the library throws errors alone: the other case is there for the types': [
      [
        'return [{ name, reason: error instanceof Error ? error.message : String(error) }];',
        'return [{ name, reason: (error.message) }];',
      ],
    ],
  }),
  ...inFile('src/limits/redis.ts', {
    'a command that waits for a second connection is over by its time in either case': [
      ['maxRetriesPerRequest: 0,', 'maxRetriesPerRequest: 1,'],
    ],
    'a little more or less time until a connection is dropped or made anew is noticed by nobody': [
      ['socketTimeout: 1_000,', 'socketTimeout: 1001,'],
      ['const commandTimeoutMs = 150;', 'const commandTimeoutMs = 151;'],
      ['const connectMs = 1_000;', 'const connectMs = 1001;'],
      [
        'retryStrategy: (times) => Math.min(times * 100, 2_000),',
        'retryStrategy: (times) => Math.max(times * 100, 2_000),',
      ],
      [
        'retryStrategy: (times) => Math.min(times * 100, 2_000),',
        'retryStrategy: (times) => Math.min(times / 100, 2_000),',
      ],
      [
        'retryStrategy: (times) => Math.min(times * 100, 2_000),',
        'retryStrategy: (times) => Math.min(times * 101, 2_000),',
      ],
      [
        'retryStrategy: (times) => Math.min(times * 100, 2_000),',
        'retryStrategy: (times) => Math.min(times * 100, 2001),',
      ],
    ],
  }),
];
