import type { OnRefused, Recorder } from '../record.ts';

/** Records every refusal of a mutation. */
export const createRefusals =
  ({ note }: Pick<Recorder, 'note'>): OnRefused =>
  async (provenance, refusals) => {
    await Promise.all(
      refusals.map(({ field, code, subjectId }) =>
        note(provenance, { type: 'mutation.refused', outcome: 'DENIED', subjectId, details: { field, code } }),
      ),
    );
  };
