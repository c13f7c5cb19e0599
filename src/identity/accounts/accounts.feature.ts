import type { Feature, FeatureDeps } from '../../feature/feature.ts';
import type { RightsOf } from '../../request/rights.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { Passwords } from '../sign-in/passwords/passwords.ts';
import type { VerifyPassword } from '../sign-in/passwords/verify-password.ts';
import type { RequireProof } from '../sign-in/require-proof.ts';
import type { SignInField } from '../sign-in/sign-in-field.ts';
import type { SignIn } from '../sign-in/sign-in.service.ts';
import { createAccountChangesResolvers } from './account-changes.resolvers.ts';
import type { AccountMail } from './account-mail.ts';
import { AccountToken } from './account-token.entity.ts';
import { createAccountResolvers } from './accounts.resolvers.ts';
import { createAdministrationResolvers } from './administration.resolvers.ts';
import { createAdministration, type AdministrationDeps } from './administration.service.ts';
import { createChangePassword } from './change-password.ts';
import { createClosing, type ClosingDeps } from './closing.service.ts';
import { createEmailChange } from './email-change.service.ts';
import { createInvitations } from './invitations.service.ts';
import { createPasswordReset, type PasswordResetDeps } from './password-reset.service.ts';
import { createRegistration, type RegistrationDeps } from './registration.service.ts';
import { tokenRetention } from './token-retention.ts';
import { createVerification } from './verification.service.ts';

export interface AccountsFeatureDeps
  extends
    Pick<FeatureDeps, 'publishEvent' | 'recorder' | 'createLimiter'>,
    Pick<AdministrationDeps, 'factorRemoval'>,
    Pick<ClosingDeps, 'removeCredentialsOfClosed'>,
    Pick<PasswordResetDeps, 'factors' | 'accountKeys' | 'removeCredentials'> {
  readonly registrationMode: RegistrationDeps['mode'];
  readonly mail: AccountMail;
  readonly passwords: Passwords;
  readonly requireProof: RequireProof;
  readonly rightsOf: RightsOf;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly signInField: SignInField;
  readonly verifyPassword: VerifyPassword;
}

export const accountsFeature = {
  systemWork: 'accounts change by proofs, and by those who administer them',
  entities: [AccountToken],
  jobs: () => [tokenRetention],
  create(deps) {
    const registration = createRegistration({ ...deps, mode: deps.registrationMode });
    const emailChange = createEmailChange(deps);
    const confirmations = { registration: registration.confirm, 'email-change': emailChange.confirm };
    const verification = createVerification({ ...deps, confirmations });
    const invitations = createInvitations(deps);
    return [
      createAccountResolvers({
        ...deps,
        changePassword: createChangePassword(deps),
        invitations,
        registration,
        verification,
      }),
      createAccountChangesResolvers({
        closing: createClosing(deps),
        emailChange,
        invitations,
        passwordReset: createPasswordReset(deps),
        requireProof: deps.requireProof,
        verification,
      }),
      createAdministrationResolvers({
        administration: createAdministration({ ...deps, revokeApiKeys: deps.accountKeys.revokeAll }),
      }),
    ];
  },
} satisfies Feature<AccountsFeatureDeps>;
