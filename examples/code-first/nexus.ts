// A schema by Nexus. `npm run example examples/code-first/nexus.ts`

// oxlint-disable-next-line import/default -- Node gives a CommonJS package a default export.
import nexus from 'nexus';
import type { AccessRule } from 'sallyport/authorization';
import { note, notes, rename, serveLines } from './notes.ts';

/** Makes the rule of a field or a type, as the extension that `guardSchema` reads. */
const access = (rule: AccessRule<'EDITOR'>) => ({ extensions: { access: rule } });

const Note = nexus.objectType({
  name: 'Note',
  ...access({ can: 'read' }),
  definition(t) {
    t.nonNull.id('id');
    t.nonNull.string('title');
    t.string('remarks', access({ roles: ['EDITOR'] }));
  },
});

const Query = nexus.queryType({
  definition(t) {
    t.nonNull.list.nonNull.field('notes', { type: 'Note', ...access({ public: true }), resolve: notes });
    t.field('note', {
      type: 'Note',
      ...access({ can: 'read' }),
      args: { id: nexus.nonNull(nexus.idArg()) },
      resolve: (_, __, ___, info) => note(info),
    });
  },
});

const Mutation = nexus.mutationType({
  definition(t) {
    t.field('renameNote', {
      type: 'Note',
      ...access({ can: 'rename' }),
      args: { id: nexus.nonNull(nexus.idArg()), title: nexus.nonNull(nexus.stringArg()) },
      resolve: (_, { title }: { title: string }, __, info) => rename(title, info),
    });
  },
});

serveLines(nexus.makeSchema({ types: [Note, Query, Mutation], outputs: false }));
