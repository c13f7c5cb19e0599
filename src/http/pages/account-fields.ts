import type { CheckField, TextField } from './form.ts';
import type { Form } from './page.ts';
import { texts } from './texts.ts';

/** A field for a password that is chosen now. */
export const newPasswordField = (name: string, label: string): TextField => ({
  kind: 'password',
  name,
  label,
  autocomplete: 'new-password',
  hint: texts.fields.passwordHint,
  minLength: 8,
});

/** A field for the name that others see. */
export const displayNameField: TextField = {
  name: 'displayName',
  label: texts.fields.displayName,
  autocomplete: 'name',
};

/** A box that ends API keys along with sessions. */
export const revokeApiKeysField: CheckField = {
  kind: 'check',
  name: 'revokeApiKeys',
  label: texts.fields.revokeApiKeys,
};

/** Returns the box that says how many keys there are to end. */
export const revokeApiKeysFieldOf = (activeKeys: number): CheckField =>
  activeKeys === 0
    ? revokeApiKeysField
    : { ...revokeApiKeysField, label: texts.fields.revokeActiveApiKeys(activeKeys) };

/** Tells whether the box was ticked. */
export const revokesApiKeys = (sent: Form): boolean => sent.has(revokeApiKeysField.name);
