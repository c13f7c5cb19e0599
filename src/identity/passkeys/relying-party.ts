/**
 * The party that asks authenticators: passkeys belong to its domain, and responses come from its origins (WebAuthn
 * §5.1).
 */
export interface RelyingParty {
  readonly id: string;
  readonly name: string;
  readonly origins: readonly string[];
}

/**
 * Describes the relying party by PUBLIC_URL.
 * @param further Other origins: of related sites, and of mobile apps as `android:apk-key-hash:…`.
 */
export function relyingPartyOf(publicUrl: string, further: readonly string[]): RelyingParty {
  const { hostname, host, origin } = new URL(publicUrl);
  return { id: hostname, name: host, origins: [origin, ...further] };
}
