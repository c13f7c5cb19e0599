/** Loads the library on its first use: it takes 30 MB of memory, which a server without passkeys spares. */
export const webauthn = () => import('@simplewebauthn/server');
