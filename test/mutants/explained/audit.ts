import { inFile, type Explained } from './in-file.ts';

export const audit: readonly Explained[] = [
  ...inFile('src/audit/audit-hours.ts', {
    'what is counted beyond the maximum is shown as more, however many that is': [
      [
        'const values = [starts.map((start) => start.toISOString()), maxCounted + 1];',
        'const values = [starts.map((start) => start.toISOString()), maxCounted + 2];',
      ],
    ],
    'every hour that is asked for has an answer: the other case is there for the types': [
      ['const counted = Number(answered[index]?.[0] ?? 0);', 'const counted = Number(answered[index]?.[0]);'],
      ['const counted = Number(answered[index]?.[0] ?? 0);', 'const counted = Number(answered[index]?.[0] ?? 1);'],
    ],
  }),
  ...inFile('src/audit/audit-months.ts', {
    'a second more or less in a day, and whether others have their turn in between, changes nothing that is kept': [
      ['everySeconds: 86_400,', 'everySeconds: 86401,'],
      ['await pause();', ';'],
    ],
  }),
  ...inFile('src/audit/audit.resolvers.ts', {
    'nobody has no id: it only costs time': [
      [
        'actorId == null ? null : userById(rows, actorId, userColumns(rows, selectionOf(info))),',
        '(userById(rows, actorId, userColumns(rows, selectionOf(info)))),',
      ],
    ],
  }),
  ...inFile('src/audit/audit.service.ts', {
    'an id is that of one event at most, and no event is null as well as undefined': [
      [
        'const [event] = await readNewest(rows, AuditEvent, { where: eventKey(id) }, 1);',
        'const [event] = await readNewest(rows, AuditEvent, { where: eventKey(id) }, 2);',
      ],
      ['return event ?? null;', 'return event;'],
    ],
  }),
  ...inFile('src/audit/audit-event.entity.ts', {
    'the table is made by migrations, and these are never compared with it': [
      ['at: p.datetime(3),', 'at: p.datetime(4),'],
      ['type: p.string().length(64).$type<EventType>(),', 'type: p.string().length(65).$type<EventType>(),'],
      [
        'outcome: p.string().length(16).$type<EventOutcome>(),',
        'outcome: p.string().length(17).$type<EventOutcome>(),',
      ],
      ['ipAddress: p.string().length(45).nullable(),', 'ipAddress: p.string().length(46).nullable(),'],
      ['userAgent: p.string().length(400).nullable(),', 'userAgent: p.string().length(401).nullable(),'],
    ],
  }),
  ...inFile('src/audit/make-months.ts', {
    'one row more than may be moved is enough to know': [
      [
        '`select 1 from audit_events_default where at >= ? and at < ? limit ${maxMoved + 1}`,',
        '`select 1 from audit_events_default where at >= ? and at < ? limit ${maxMoved + 2}`,',
      ],
    ],
    'the limit of a statement ends its waiting for a lock as well': [
      ['await run(`set local lock_timeout = ${maxHoldUpMs}`);', ';'],
    ],
  }),
  ...inFile('src/audit/record-refusals.ts', {
    'what is remembered has an oldest, and a key is known to this file alone': [
      [
        'if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);',
        'if (remembered.size > maxRemembered) remembered.delete(oldest);',
      ],
      [
        "return [principal.kind, principal.id, userIdOf(principal) ?? '', principal.sessionId ?? ''].join(' ');",
        "return [principal.kind, principal.id, userIdOf(principal), principal.sessionId ?? ''].join(' ');",
      ],
      [
        "return [principal.kind, principal.id, userIdOf(principal) ?? '', principal.sessionId ?? ''].join(' ');",
        "return [principal.kind, principal.id, userIdOf(principal) ?? '', principal.sessionId].join(' ');",
      ],
    ],
  }),
  ...inFile('src/audit/create-recorder.ts', {
    'a second more of an hour or of ten minutes, and a row more in a statement, is seen by nobody; of the omissions only what was told before counts':
      [
        [
          "export const failuresBudget: Budget = { name: 'recorded-failures', points: 10_000, windowSeconds: 3600 };",
          "export const failuresBudget: Budget = { name: 'recorded-failures', points: 10_000, windowSeconds: 3601 };",
        ],
        [
          "export const omissionsBudget: Budget = { name: 'omitted-failures', points: 1, windowSeconds: 600 };",
          "export const omissionsBudget: Budget = { name: 'omitted-failures', points: 2, windowSeconds: 600 };",
        ],
        [
          "export const omissionsBudget: Budget = { name: 'omitted-failures', points: 1, windowSeconds: 600 };",
          "export const omissionsBudget: Budget = { name: 'omitted-failures', points: 1, windowSeconds: 601 };",
        ],
        ['const maxRows = 500;', 'const maxRows = 501;'],
      ],
  }),
];
