// A schema by Pothos. `npm run example examples/code-first/pothos.ts`

import SchemaBuilder from '@pothos/core';
import { note, notes, rename, serveLines, type Context, type Note } from './notes.ts';
import './pothos-access.ts';

const builder = new SchemaBuilder<{ Context: Context; AccessRole: 'EDITOR' }>({ plugins: ['access'] });

const NoteRef = builder.objectRef<Note>('Note').implement({
  access: { can: 'read' },
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    title: t.exposeString('title', { nullable: false }),
    remarks: t.exposeString('remarks', { access: { roles: ['EDITOR'] } }),
  }),
});

builder.queryType({
  fields: (t) => ({
    notes: t.field({
      type: t.listRef(NoteRef, { nullable: false }),
      nullable: false,
      access: { public: true },
      resolve: notes,
    }),
    note: t.field({
      type: NoteRef,
      access: { can: 'read' },
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, __, ___, info) => note(info),
    }),
  }),
});

builder.mutationType({
  fields: (t) => ({
    renameNote: t.field({
      type: NoteRef,
      access: { can: 'rename' },
      args: { id: t.arg.id({ required: true }), title: t.arg.string({ required: true }) },
      resolve: (_, { title }, __, info) => rename(title, info),
    }),
  }),
});

serveLines(builder.toSchema());
