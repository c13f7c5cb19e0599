import type { Recorder } from '../../audit/record.ts';
import type { TokenAlgorithm } from '../../config/config.ts';
import type { Resolvers, SigningKeyState } from '../../generated/resolvers.ts';
import { rotateKeys } from './key-rotation.ts';
import { SigningKey } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

export interface SigningKeyResolversDeps {
  readonly recorder: Recorder;
  readonly signing: { readonly vault: Vault; readonly algorithm: TokenAlgorithm };
}

const maxListed = 50;

export const createSigningKeyResolvers = ({ recorder, signing }: SigningKeyResolversDeps): Resolvers => ({
  SigningKey: { state: ({ state }) => state.toUpperCase() as SigningKeyState },
  Query: {
    signingKeys: (_, __, { em }) =>
      em.find(SigningKey, { purpose: 'access' }, { orderBy: { id: 'desc' }, limit: maxListed }),
  },
  Mutation: {
    rotateSigningKeys: async (_, __, context) => {
      const { em } = context;
      const { vault, algorithm } = signing;
      const id = await rotateKeys({ em, vault, recorder, provenance: context }, algorithm);
      return em.findOneOrFail(SigningKey, id, { refresh: true });
    },
  },
});
