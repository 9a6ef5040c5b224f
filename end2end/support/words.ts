// The texts of the pages, from the files that the pages take them from.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';

export type Language = 'ko' | 'en';
export type Words = typeof import('../../app/locales/ko.json');

/** The folder that the program under test was built with. */
const folder = process.env.DULLE_TEXTS ?? resolve(import.meta.dirname, '../../app');

function load(language: Language): Words {
  return JSON.parse(readFileSync(join(folder, 'locales', `${language}.json`), 'utf8')) as Words;
}

export const WORDS: Record<Language, Words> = { ko: load('ko'), en: load('en') };

/** A text with its gaps filled: `phrase('Stop {{ number }}', { number: 2 })`. */
export function phrase(template: string, values: Record<string, string | number>): string {
  return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (gap, name: string) => String(values[name] ?? gap));
}

/** A text with a time of day in it, whatever the time. */
export const timed = (template: string) => new RegExp(`^${phrase(template, { time: '\\d\\d:\\d\\d' })}$`);
