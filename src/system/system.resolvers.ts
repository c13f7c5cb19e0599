import type { Posture, Resolvers, SentMail } from '../generated/resolvers.ts';

export interface SystemResolversDeps {
  /** Works out how the server stands at a moment. */
  readonly posture: (now: Date) => Promise<Posture>;
  /** The mails of a development server; null if they are really sent. */
  readonly sentMails: () => SentMail[] | null;
}

export const createSystemResolvers = ({ posture, sentMails }: SystemResolversDeps): Resolvers => ({
  Query: {
    posture: (_, __, { now }) => posture(now),
    sentMails: () => sentMails(),
  },
});
