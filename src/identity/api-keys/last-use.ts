import type { EntityManager } from '@mikro-orm/postgresql';

export interface LastUseDeps {
  readonly fork: () => EntityManager;
  /** Told of what could not be written; no request fails by it. */
  readonly onFailure: (error: unknown) => void;
}

export interface LastUse {
  /** Notes that a key was used, if the last note is older than a minute; returns at once. */
  note(keyId: string, lastUsedAt: Date | null, now: Date): void;
  /** Answers when everything noted so far is written. */
  settled(): Promise<void>;
}

const resolutionMs = 60_000;

/** Records when keys were used last: off the path of requests, and once a minute for each key, not for each request. */
export function createLastUse({ fork, onFailure }: LastUseDeps): LastUse {
  const due = new Map<string, Date>();
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    while (due.size > 0) {
      const uses = [...due];
      due.clear();
      // Keys that are noted while a statement is on its way share the next one.
      try {
        await writeUses(fork(), uses);
      } catch (error) {
        onFailure(error);
      }
    }
    writing = null;
  }

  return {
    note(keyId, lastUsedAt, now) {
      if (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < resolutionMs) return;
      due.set(keyId, now);
      writing ??= write();
    },
    settled: async () => void (await writing),
  };
}

/** Passes over keys that another node has noted, or is about to: neither waits for the other. */
async function writeUses(em: EntityManager, uses: ReadonlyArray<readonly [keyId: string, at: Date]>): Promise<void> {
  const latest = new Date(Math.max(...uses.map(([, at]) => at.getTime())));
  const outdated = new Date(latest.getTime() - resolutionMs);
  await em.getConnection().execute(
    `update api_keys set last_used_at = ? where id in (
       select id from api_keys
        where id in (${uses.map(() => '?').join(', ')}) and (last_used_at is null or last_used_at <= ?)
          for update skip locked)`,
    [latest, ...uses.map(([keyId]) => keyId), outdated],
  );
}
