import { exportStorage } from '../store/export.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { Settings } from './settings.ts';
import type { DeviceExport } from './types.ts';

/** Rejects where storage fails. */
export async function exportDevice(settings: Settings, opened: Promise<OpenedStorage>): Promise<DeviceExport> {
  const { clock, consents, egress: level, storageName } = settings;
  const rows = await exportStorage((await opened).storage);
  const about = { version: 1, exportedAt: clock(), consent: consents.inEffect, level } as const;
  return { ...about, ...rows, localStorage: readKeys(`${storageName}:`) };
}

function readKeys(prefix: string): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith(prefix)));
  } catch {
    // refused, so it holds nothing
    return {};
  }
}
