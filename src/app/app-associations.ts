import type { Config } from '../config/config.ts';
import { publicJson, type Handler } from '../http/server/server.ts';

/**
 * Creates the files by which browsers and mobile systems learn whose passkeys they may use here: related origins
 * (WebAuthn Level 3, §5.11), Android's Digital Asset Links and Apple's associated domains. Each is served if it is set.
 */
export function createAppAssociations({ origins, apps }: Config['passkeys']): Record<string, Handler> {
  const related = origins.filter((origin) => origin.startsWith('https:'));
  return {
    ...(related.length === 0 ? {} : { '/.well-known/webauthn': publicJson(() => ({ origins: related })) }),
    ...(apps.ios.length === 0
      ? {}
      : { '/.well-known/apple-app-site-association': publicJson(() => ({ webcredentials: { apps: apps.ios } })) }),
    ...(apps.android.length === 0
      ? {}
      : { '/.well-known/assetlinks.json': publicJson(() => apps.android.map(assetLink)) }),
  };
}

/** Writes the link of an app as Credential Manager reads it. */
const assetLink = ({ package: name, sha256 }: Config['passkeys']['apps']['android'][number]) => ({
  relation: ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'],
  target: { namespace: 'android_app', package_name: name, sha256_cert_fingerprints: sha256 },
});
