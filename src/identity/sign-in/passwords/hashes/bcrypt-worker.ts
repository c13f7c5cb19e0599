import bcrypt from 'bcryptjs';
import { parentPort, workerData } from 'node:worker_threads';

// The whole of a thread: one password against one hash.
const { stored, password } = workerData as { readonly stored: string; readonly password: string };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(bcrypt.compareSync(password, stored));
