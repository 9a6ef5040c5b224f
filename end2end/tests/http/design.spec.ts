// The table of contrasts in docs/DESIGN.md is what the style sheet gives, and enough.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '../../support/fixtures.ts';

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, '../../..', path), 'utf8');

/** WCAG 1.4.3: the relative luminance of a colour. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The colours of the style sheet's `:root`, light, and dark where it says another. */
function schemes(): Map<string, string>[] {
  const [, light = '', dark = ''] = read('style/tokens.css').split(':root {');
  const colours = (text: string): [string, string][] => [...(text.split('}')[0] ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]);
  return [new Map(colours(light)), new Map([...colours(light), ...colours(dark)])];
}

test('the contrasts are those that are written down, and enough', () => {
  const rows = [...read('docs/DESIGN.md').matchAll(/^\| `([\w-]+)` on `([\w-]+)` \| ([\d.]+) \| ([\d.]+) \|$/gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [row, text = '', ground = '', ...written] of rows) {
    for (const [index, scheme] of schemes().entries()) {
      const ratio = contrast(scheme.get(text) ?? '', scheme.get(ground) ?? '');
      expect(ratio.toFixed(1), row).toBe(written[index]);
      expect(ratio, row).toBeGreaterThanOrEqual(text === 'field-line' ? 3 : 7);
    }
  }
});
