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

/**
 * Checks the places that `--output` (a file) and `--output-dir` (a folder) name. Nothing is made or changed.
 *
 * @throws InputError where nothing can be written.
 */
export async function requireOutputPlace(settings: SettingsReader): Promise<void> {
  const folder = settings.textOrUnset('output-dir');
  if (folder !== undefined) await requireFolder(folder, '--output-dir');
  const file = settings.textOrUnset('output');
  if (file === undefined) return;
  if ((await kindOf(file)) === 'folder') {
    throw new InputError(`--output: a file is needed, ${JSON.stringify(file)} is a folder. Name a file in it.`);
  }
  await requireFolder(dirname(file), '--output');
}
