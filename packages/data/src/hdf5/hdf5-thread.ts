// The thread of the HDF5 library.
import { LibraryThread, type ThreadLimits } from '../threads/library-thread.js';

/** A thread in which the HDF5 library waits for a file. */
export function takeHdf5Thread(limits: ThreadLimits): Promise<LibraryThread> {
  return LibraryThread.take(new URL('./hdf5-worker.js', import.meta.url), limits);
}
