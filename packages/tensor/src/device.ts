// Where tensors live and operations run. It knows no tensor.
import { tensorError } from './errors.js';
import { callNative } from './native.js';

/**
 * A place where tensors live and operations run. There is one so far; a further device is one more member of this union
 * and one more entry of {@link devices}, which asks the addon; nothing else of the interface changes.
 */
export type Device = 'cpu';

/** The device of everything that names none. */
export const defaultDevice: Device = 'cpu';

/** The devices that this machine and this build of the addon offer, best first. */
export function devices(): readonly Device[] {
  return callNative((addon) => addon.devices()) as readonly Device[];
}

/** @throws SeqError `DEVICE_NOT_AVAILABLE` unless {@link devices} lists it. */
export function requireDevice(asked: string, device: string): Device {
  if (device === defaultDevice) return defaultDevice;
  const found = devices().find((known) => known === device);
  if (found !== undefined) return found;
  const known = devices().join(', ');
  throw tensorError('DEVICE_NOT_AVAILABLE', `${asked}: there is no device "${device}" here, only ${known}.`, {
    device,
  });
}
