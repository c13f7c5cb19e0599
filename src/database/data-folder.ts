import { dirname } from 'node:path';
import { StartError } from '../errors.ts';

/** The folder of DATA_DIR cannot be made, or a file in it not be read or written. */
export class DataFolderError extends StartError {
  constructor(folder: string, cause: object) {
    const reason = 'message' in cause ? String(cause.message) : '';
    super(`${folder} cannot be used: ${reason}. Set DATA_DIR to a folder in which this process may write.`, { cause });
  }
}

/**
 * Does some work on a file in the folder of DATA_DIR.
 * @throws DataFolderError if the system refuses it.
 */
export function inDataFolder<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'syscall' in error)
      throw new DataFolderError(dirname(file), error);
    throw error;
  }
}
