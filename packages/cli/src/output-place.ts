// Looks, before any work, whether results can be written where they were asked for.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InputError } from './failure.js';
import type { SettingsReader } from './settings-reader.js';

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

/** The path itself or the nearest folder above it that exists. */
async function nearestExisting(path: string): Promise<string> {
  for (let place = resolve(path); ; place = dirname(place)) {
    if ((await kindOf(place)) !== undefined || place === dirname(place)) return place;
  }
}

async function requireFolder(folder: string, flag: string): Promise<void> {
  const nearest = await nearestExisting(folder);
  if ((await kindOf(nearest)) === 'file') {
    throw new InputError(
      `${flag}: the folder ${JSON.stringify(folder)} is needed, ${JSON.stringify(nearest)} is a file. Choose another place.`,
    );
  }
  try {
    await access(nearest, constants.W_OK);
  } catch {
    throw new InputError(
      `${flag}: nothing can be written in ${JSON.stringify(nearest)}. Change its permissions, or choose another place.`,
    );
  }
}

async function requireFile(file: string, flag: string): Promise<void> {
  if ((await kindOf(file)) === 'folder') {
    throw new InputError(`${flag}: a file is needed, ${JSON.stringify(file)} is a folder. Name a file in it.`);
  }
  await requireFolder(dirname(file), flag);
}

/** Settings that name a file which the command writes. */
const files = ['output', 'removed', 'sequences-output'];

/**
 * Checks the places of everything that a command writes: files, the folder `--output-dir`, and the folder around the shards
 * of `aam data build`. Nothing is made or changed.
 *
 * @throws InputError where nothing can be written.
 */
export async function requireOutputPlace(settings: SettingsReader): Promise<void> {
  const folder = settings.textOrUnset('output-dir');
  if (folder !== undefined) await requireFolder(folder, '--output-dir');
  const shards = settings.textOrUnset('folder');
  if (shards !== undefined) await requireFolder(dirname(shards), '--folder');
  for (const name of files) {
    const file = settings.textOrUnset(name);
    if (file !== undefined) await requireFile(file, `--${name}`);
  }
}
