// A running server seen in one language.
import { WORDS, type Language, type Words } from './words.ts';

export class Site {
  readonly origin: string;
  readonly language: Language;

  constructor(origin: string, language: Language) {
    this.origin = origin;
    this.language = language;
  }

  get words(): Words {
    return WORDS[this.language];
  }

  /** The path of a page in this language; `path` is the Korean one. */
  href(path: string): string {
    if (this.language === 'ko') return path;
    return path === '/' || path.startsWith('/?') ? `/en${path.slice(1)}` : `/en${path}`;
  }

  url(path: string): string {
    return this.origin + this.href(path);
  }

  in(language: Language): Site {
    return new Site(this.origin, language);
  }
}
