import { inFile, type Explained } from './in-file.ts';

export const comments: readonly Explained[] = [
  ...inFile('src/comments/comments.service.ts', {
    'what nothing can match is found nowhere: to ask only costs time': [
      ['if (where === NOTHING) return emptyPage();', 'if (false) return emptyPage();'],
      ['if (where === NOTHING) return [];', 'if (false) return [];'],
    ],
    'authors that do not come with their comments are read by their ids: it only costs time': [
      [
        "joined: nodes.has('author') ? joinedUser(rows, 'author', nodes.below('author')) : undefined,",
        'joined: (undefined),',
      ],
    ],
    'MikroORM takes what was not changed in memory from the row that is read, unless that is null: what is looked at never is':
      [
        [
          'tx.findOne(Article, articleId, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true }),',
          'tx.findOne(Article, articleId, { lockMode: LockMode.PESSIMISTIC_READ, refresh: false }),',
        ],
        [
          'tx.findOne(Comment, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }),',
          'tx.findOne(Comment, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: false }),',
        ],
      ],
    'a policy refuses what is no row: the other case is there for the types': [
      [
        "if (article === null || !(await policies.Article.decide('read', principal, article)))",
        "if (!(await policies.Article.decide('read', principal, article)))",
      ],
    ],
    'MikroORM writes the first version by itself': [
      [
        'const comment = { id: newId(now), createdAt: now, updatedAt: now, body: text, version: 1 };',
        'const comment = { id: newId(now), createdAt: now, updatedAt: now, body: text, version: 2 };',
      ],
    ],
  }),
];
