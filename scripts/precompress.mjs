// Usage: node precompress.mjs FOLDER
// Puts FILE.br and FILE.gz beside each text or wasm file of 1 KiB or more, as small as they get, so that the server
// need not compress while it serves. One that is as old as its source is kept; one whose source is gone is removed.
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const SMALLEST = 1024;
const TYPES = new Set([".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".wasm", ".webmanifest", ".xml"]);
const CODINGS = {
  ".br": (data) =>
    brotliCompressSync(data, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: 24,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      },
    }),
  ".gz": (data) => gzipSync(data, { level: 9 }),
};

const folder = process.argv[2];
const files = filesBelow(folder);
const sources = new Set(files.filter((path) => TYPES.has(extname(path)) && statSync(path).size >= SMALLEST));

for (const path of files) {
  const coding = extname(path);
  if (coding in CODINGS && !sources.has(path.slice(0, -coding.length))) rmSync(path);
}

let made = 0;
for (const path of sources) {
  const data = readFileSync(path);
  const { atime, mtimeMs, mtime } = statSync(path);
  for (const [coding, compress] of Object.entries(CODINGS)) {
    const target = path + coding;
    const old = statSync(target, { throwIfNoEntry: false });
    if (old && Math.abs(old.mtimeMs - mtimeMs) < 1) continue;
    writeFileSync(target, compress(data));
    utimesSync(target, atime, mtime);
    made += 1;
  }
}
console.log(`  compressed: ${made} files made, ${2 * sources.size - made} kept`);

function filesBelow(start) {
  return readdirSync(start, { withFileTypes: true }).flatMap((entry) => {
    const path = join(start, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
