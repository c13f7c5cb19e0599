import { createMercurius } from './mercurius-app.mjs';

export const create = () => createMercurius({ jit: true, guarded: false });
