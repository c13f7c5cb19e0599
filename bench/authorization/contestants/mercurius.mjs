import { createMercurius } from './mercurius-app.mjs';

export const create = () => createMercurius({ jit: false, guarded: false });
