import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type DataProfile, PROFILE_VERSION } from './data-profile.ts';
import { InputError } from './input-error.ts';
import { readObject } from './json-file.ts';
import { isNumber, isRecord } from '../src/core/guards.ts';

/** Reads the profile of a bundle, given as its folder or its manifest. Throws `InputError` where there is none. */
export function readPreviousProfile(path: string): DataProfile {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder ? join(path, 'manifest.json') : path;
  const profile = readObject(file)['dataProfile'];
  if (isProfile(profile)) return profile;
  throw new InputError(
    profile === undefined
      ? `${file}: no dataProfile: the bundle was made by an older version; train once without --previous`
      : `${file}: dataProfile is not one of version ${String(PROFILE_VERSION)}; train once without --previous`,
  );
}

type Check = (value: unknown) => boolean;
const isNumbers = (value: unknown, length: number): boolean =>
  Array.isArray(value) && value.length === length && value.every(isNumber);
const isNumberRecord: Check = (value) => isRecord(value) && Object.values(value).every(isNumber);

const CHECKS: { readonly [K in keyof DataProfile]: Check } = {
  version: (value) => value === PROFILE_VERSION,
  rows: isNumber,
  types: isNumberRecord,
  from: isNumber,
  to: isNumber,
  days: (value) =>
    isNumberRecord(value) && ['open', 'closed', 'mean', 'deviation'].every((key) => key in (value as object)),
  openWeekdays: (value) =>
    Array.isArray(value) && value.length === 7 && value.every((share) => share === null || isNumber(share)),
  late: isNumber,
  repeated: isNumber,
  sessions: isNumber,
  users: isNumber,
  sessionRows: (value) => isNumbers(value, 3),
  logSessionRows: (value) => isNumbers(value, 2),
  items: isNumber,
  coverage: (value) => isNumberRecord(value) && ['price', 'category', 'brand'].every((key) => key in (value as object)),
  prices: (value) => value === null || isNumbers(value, 3),
  idShape: (value) => Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isNumber(value[1]),
  itemSample: (value) => typeof value === 'string',
};

const isProfile = (value: unknown): value is DataProfile =>
  isRecord(value) && Object.entries(CHECKS).every(([field, check]) => check(value[field]));
