// The texts of both languages: nothing left untranslated, nothing left over.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '../../support/fixtures.ts';
import { WORDS } from '../../support/words.ts';

/** Without a letter of Hangul in Korean, and why. */
const NOT_KOREAN: Record<string, string> = {
  'header.other_language': 'the name of the other language in that language',
  'amount.metres': 'a unit that is written so in both languages',
  'amount.kilometres': 'a unit that is written so in both languages',
};

/** With Hangul in English, and why. */
const NOT_ENGLISH: Record<string, string> = { 'header.other_language': 'the name of the other language in that language' };

/** With other gaps in one language than in the other, and why. */
const OTHER_GAPS: Record<string, string> = { 'discover.round_won': 'Korean counts round sums in ten thousands' };

/** Groups whose keys the source puts together. */
const PUT_TOGETHER = /^(region|category|setting)\.|^host\.(draft|published|unpublished)$/;

const HANGUL = /[\uAC00-\uD7A3]/;
const GAP = /\{\{\s*(\w+)\s*\}\}/g;

function flat(texts: object, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) => (typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flat(value as object, `${prefix}${key}.`)));
}

const korean = new Map(flat(WORDS.ko));
const english = new Map(flat(WORDS.en));
const gaps = (text: string) => [...text.matchAll(GAP)].map(([, name]) => name).sort();

test('both languages have the same texts, with the same gaps', () => {
  expect([...korean.keys()].sort()).toEqual([...english.keys()].sort());
  const differing = [...korean].filter(([key, text]) => gaps(english.get(key) ?? '').join() !== gaps(text).join());
  expect(differing.map(([key]) => key)).toEqual(Object.keys(OTHER_GAPS));
});

test('each text is in its own language', () => {
  expect([...korean].filter(([, text]) => !HANGUL.test(text)).map(([key]) => key)).toEqual(Object.keys(NOT_KOREAN));
  expect([...english].filter(([, text]) => HANGUL.test(text)).map(([key]) => key)).toEqual(Object.keys(NOT_ENGLISH));
  expect([...korean].filter(([key, text]) => english.get(key) === text).map(([key]) => key)).toEqual([]);
});

test('no text begins or ends with a space, is empty, or has two spaces', () => {
  expect([...korean, ...english].filter(([, text]) => text === '' || text !== text.trim() || / {2}/.test(text))).toEqual([]);
});

test('every text is used, and none is written into the source', () => {
  const folder = resolve(import.meta.dirname, '../../../app/src');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => path.endsWith('.rs') && !/(^|\/)tests(\.rs|\/)/.test(path));
  // without tests and comments
  const source = files.map((path) => [path, (readFileSync(`${folder}/${path}`, 'utf8').split('#[cfg(test)]')[0] ?? '').replaceAll(/\/\/.*$/gm, '')] as const);
  const all = source.map(([, text]) => text).join('\n');
  const unused = [...korean.keys()].filter((key) => !PUT_TOGETHER.test(key) && !new RegExp(`\\b${key.replaceAll('.', '\\.')}\\b`).test(all));
  expect(unused).toEqual([]);
  expect(source.filter(([, text]) => HANGUL.test(text)).map(([path]) => path), 'files with Korean in them').toEqual([]);
});
