// How the system's Chromium is started.
import { getuid } from 'node:process';
import type { LaunchOptions } from '@playwright/test';

// Chromium's sandbox refuses to run as root.
const asRoot = getuid?.() === 0 ? ['--no-sandbox'] : [];

const launchOptions: LaunchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    ...asRoot,
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export const chromium = { browserName: 'chromium', launchOptions } as const;
