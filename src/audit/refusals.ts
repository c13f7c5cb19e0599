import type { OnRefused, Recorder } from '../record.ts';

/** Records every refusal of a mutation. */
export const createRefusals =
  ({ note }: Pick<Recorder, 'note'>): OnRefused =>
  async (origin, refusals) => {
    await Promise.all(
      refusals.map(({ field, code, subjectId }) =>
        note(origin, { type: 'mutation.refused', outcome: 'DENIED', subjectId, details: { field, code } }),
      ),
    );
  };
