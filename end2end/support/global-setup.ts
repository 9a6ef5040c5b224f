// One server with the demo courses for the whole suite.
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test';
import { DulleServer } from './server.ts';

export const ORIGIN = 'DULLE_E2E_ORIGIN';

export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const results = config.projects[0]?.outputDir ?? 'test-results';
  const server = await DulleServer.started(join(results, 'server.log'), { demo: true });
  process.env[ORIGIN] = server.origin;
  return () => server.dispose();
}
