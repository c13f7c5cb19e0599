import { inFile, type Explained } from './in-file.ts';

export const articles: readonly Explained[] = [
  ...inFile('src/articles/articles.service.ts', {
    'the policy judges by the same columns, whatever else is read: it only costs time': [
      [
        'columns: policyColumns === undefined ? source.tableOf(Article).all : columnsNamed(policyColumns),',
        'columns: (source.tableOf(Article).all),',
      ],
      [
        'columns: policyColumns === undefined ? source.tableOf(Article).all : columnsNamed(policyColumns),',
        'columns: policyColumns !== undefined ? source.tableOf(Article).all : columnsNamed(policyColumns),',
      ],
    ],
    'the policy names its columns as it stands: the other case is there for one that does not': [
      [
        'columns: policyColumns === undefined ? source.tableOf(Article).all : columnsNamed(policyColumns),',
        'columns: (columnsNamed(policyColumns)),',
      ],
    ],
    'what nothing can match is found nowhere: to ask only costs time': [
      ['if (readableOnes === NOTHING) return emptyPage();', 'if (false) return emptyPage();'],
      ['if (where === NOTHING) return emptyPage();', 'if (false) return emptyPage();'],
      ['if (where === NOTHING) return [];', 'if (false) return [];'],
    ],
    'MikroORM writes the first version by itself': [['version: 1,', 'version: 2,']],
    'MikroORM takes what was not changed in memory from the row that is read, unless that is null: neither the author nor the status is':
      [
        [
          'tx.findOne(Article, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }),',
          'tx.findOne(Article, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: false }),',
        ],
      ],
    'authors that do not come with their articles are read by their ids, and those whom nobody asked for are not shown: it only costs time':
      [
        [
          "joined: nodes.has('author') ? joinedUser(rows, 'author', nodes.below('author')) : undefined,",
          "joined: (joinedUser(rows, 'author', nodes.below('author'))),",
        ],
        [
          "joined: nodes.has('author') ? joinedUser(rows, 'author', nodes.below('author')) : undefined,",
          'joined: (undefined),',
        ],
      ],
  }),
];
