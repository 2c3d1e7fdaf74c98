/**
 * Files of a simulation needn't outlive the machine: flushing each of some ten thousand writes would be most of its time.
 * Importing this ends it for the whole process.
 */
import promises from 'node:fs/promises';

const { open } = promises;

promises.open = async (...args) => {
  const handle = await open(...args);
  handle.sync = () =>
    handle.fd < 0 ? Promise.reject(new Error('EBADF: sync of a closed file')) : Promise.resolve();
  return handle;
};
