import { defineEntity, p } from '@mikro-orm/core';

/** Whose turn a chore is: a row, and not an advisory lock, which a connection pooler would lose. */
const TurnSchema = defineEntity({
  name: 'Turn',
  tableName: 'housekeeping_turns',
  properties: {
    chore: p.string().length(64).primary(),
    /** When the next node may begin: after the chore's interval, or once the present one has been silent for too long. */
    dueAt: p.datetime(3),
    /** The node that has it, until it is done. */
    node: p.uuid(),
  },
});

export class Turn extends TurnSchema.class {}
TurnSchema.setClass(Turn);
