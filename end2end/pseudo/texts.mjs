// Writes texts that nobody has to translate and that everybody can tell from what was forgotten: English with accents, two fifths
// longer, in brackets. Korean stays as it is. Argument: the folder to write `locales` into.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const [folder] = process.argv.slice(2);
const locales = new URL("../../app/locales/", import.meta.url);
const ACCENTS = Object.fromEntries([..."aáeéiíoóuúyýcçnñsšzžAÁEÉIÍOÓUÚYÝCÇNÑSŠZŽ".matchAll(/../g)].map(([[plain, accented]]) => [plain, accented]));

function pseudo(text) {
  // gaps stay: what is put there is someone's, or another text with brackets of its own
  const accented = text.split(/(\{\{.*?\}\})/).map((part, index) => (index % 2 === 1 ? part : [...part].map((letter) => ACCENTS[letter] ?? letter).join("")));
  // in words, as another language would be, and not in one that can't be broken
  const more = Math.ceil(text.replaceAll(/\{\{.*?\}\}/g, "").length * 0.4);
  const words = "lorem ipsum dolor sit amet ".repeat(Math.ceil(more / 26) + 1).slice(0, more).trim();
  return `⟦${accented.join("")}${words === "" ? "" : ` ${words}`}⟧`;
}

const all = (texts) => Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, typeof value === "string" ? pseudo(value) : all(value)]));

mkdirSync(`${folder}/locales`, { recursive: true });
const read = (language) => JSON.parse(readFileSync(new URL(`${language}.json`, locales), "utf8"));
writeFileSync(`${folder}/locales/ko.json`, JSON.stringify(read("ko"), null, 2));
writeFileSync(`${folder}/locales/en.json`, JSON.stringify(all(read("en")), null, 2));
