// Every page in every state that people can bring it into.
import type { Words } from '../words.ts';
import {
  announcesADeletion, comesBackToWhatWasWritten, holdsAStop, isBehind, keptInTheBrowser, leavesAFieldOpen, removesAStop, writesAfterTheSession,
  writesInATunnel, type Deed,
} from './deeds.ts';
import type { Who, World } from './world.ts';

export interface State {
  name: string;
  who: Who;
  /** The Korean path. */
  path: string;
  status: number;
  /** A form that is sent from there; its answer is the state. */
  sent?: { to: string; fields: [string, string][] };
  /** The page's heading. */
  heading: (words: Words) => string | undefined;
  /** What is done on the page before it is looked at: states that script brings about. */
  deed: Deed | undefined;
}

/** What the reader wants is in `path`, `sent` and `status`. */
type Row = [name: string, who: Who, path: string, status: number, heading: (words: Words) => string | undefined, sent?: [to: string, ...fields: [string, string][]]];

const NOBODY = '01890000-0000-7000-8000-000000000000';

/** The heading is a text of the world's, the same in both languages. */
const theirs = () => undefined;

/** The names of all states: known before there is a world. */
export const STATE_NAMES = rows({ origin: '', people: undefined as never, full: '', quiet: '', draft: '', withdrawn: '', tag: '' }).map(([name]) => name);

export function stateOf(world: World, name: string): State {
  const row = rows(world).find(([known]) => known === name);
  if (!row) throw new Error(`there is no state ${name}`);
  const [, who, path, status, heading, sent] = row;
  const deed = DEEDS[name]?.[0];
  if (!sent) return { name, who, path, status, heading, deed };
  const [to, ...fields] = sent;
  return { name, who, path, status, heading, deed, sent: { to, fields } };
}

/** What is done in a state, and the refusals that it takes. */
const DEEDS: Record<string, [deed: Deed, ...refusals: number[]]> = {
  'course form, kept in the browser': [keptInTheBrowser],
  'course form, a stop removed': [removesAStop],
  'course form, a stop in the hand': [holdsAStop],
  'course form, text offered': [comesBackToWhatWasWritten],
  'course form, not finished': [leavesAFieldOpen, 422],
  'course form, behind': [isBehind, 412],
  'course form, session ended': [writesAfterTheSession, 401],
  'course form, network gone': [writesInATunnel],
  'own courses, deleting': [announcesADeletion],
};

/** The refusals that a state takes. */
export function refusals({ name, status }: State): number[] {
  const [, ...others] = DEEDS[name] ?? [undefined];
  return status >= 400 ? [status, ...others] : others;
}

// What is counted beside the filters has to be the same every time: whatever is asked for leaves the world's own courses, or nothing.
function rows({ full, quiet, draft, withdrawn, tag }: World): Row[] {
  const course = (id: string, rest = '') => `/courses/${id}${rest}`;
  const edit = (id: string) => `/host/courses/${id}/edit`;
  return [
    ['discover', 'stranger', '/', 200, (words) => words.discover.headline],
    ['discover found', 'stranger', `/?q=${tag}`, 200, (words) => words.discover.headline],
    ['discover nothing found', 'stranger', `/?q=%EC%97%86%EB%8A%94+%EA%B8%B8+zzz&tag=${tag}`, 200, (words) => words.discover.headline],
    ['discover not understood', 'stranger', `/?q=${tag}&max_cost=cheap`, 200, (words) => words.discover.headline],
    ['discover signed in', 'customer', `/?q=${tag}`, 200, (words) => words.discover.headline],
    ['course', 'stranger', course(full), 200, theirs],
    ['course without talk', 'stranger', course(quiet), 200, theirs],
    ['course of a customer', 'customer', course(full), 200, theirs],
    ['course of a newcomer', 'newcomer', course(full), 200, theirs],
    ['course of its host', 'host', course(full), 200, theirs],
    ['course, review refused', 'newcomer', course(full), 422, theirs, [course(full, '/reviews'), ['body', '']]],
    ['course, comment refused', 'newcomer', course(full), 422, theirs, [course(full, '/comments'), ['body', '']]],
    ['course, session ended', 'stranger', course(full), 401, theirs, [course(full, '/comments'), ['body', '언제 가는 게 좋아요?']]],
    ['course withdrawn', 'customer', course(withdrawn), 404, (words) => words.error.not_found_title],
    ['course withdrawn, review not sent', 'newcomer', '/', 409, (words) => words.talk.unsent, [course(withdrawn, '/reviews'), ['rating', '4'], ['body', '좋았어요.']]],
    ['reviews', 'customer', course(full, '/reviews'), 200, (words) => words.review.title],
    ['comments', 'customer', course(full, '/comments'), 200, (words) => words.comment.title],
    ['sign-up', 'stranger', '/sign-up', 200, (words) => words.account.sign_up_title],
    ['sign-up refused', 'stranger', '/sign-up', 422, (words) => words.account.sign_up_title, ['/sign-up', ['display_name', ''], ['email', 'mina at "home"'], ['password', 'short']]],
    ['sign-in', 'stranger', '/sign-in', 200, (words) => words.account.sign_in_title],
    ['sign-in first', 'stranger', '/bookmarks', 200, (words) => words.account.sign_in_title],
    ['sign-in refused', 'stranger', '/sign-in', 401, (words) => words.account.sign_in_title, ['/sign-in', ['email', 'nobody@example.com'], ['password', 'not the password']]],
    ['bookmarks', 'customer', '/bookmarks', 200, (words) => words.bookmark.title],
    ['bookmarks, removed', 'customer', '/bookmarks?done=removed', 200, (words) => words.bookmark.title],
    ['bookmarks empty', 'newcomer', '/bookmarks', 200, (words) => words.bookmark.title],
    ['inbox of a customer', 'customer', '/inbox', 200, (words) => words.inbox.title],
    ['inbox of a host', 'host', '/inbox', 200, (words) => words.inbox.title],
    ['inbox empty', 'newcomer', '/inbox', 200, (words) => words.inbox.title],
    ['settings', 'newcomer', '/settings', 200, (words) => words.settings.title],
    ['settings, saved', 'newcomer', '/settings?done=messages', 200, (words) => words.settings.title],
    ['settings, password refused', 'newcomer', '/settings', 422, (words) => words.settings.title, ['/settings/password', ['current_password', 'not the password'], ['new_password', 'short']]],
    ['settings, closing refused', 'newcomer', '/settings', 422, (words) => words.settings.title, ['/settings/close', ['password', '']]],
    ['settings, closed', 'stranger', '/settings/closed', 200, (words) => words.settings.closed],
    ['own courses', 'host', '/host/courses', 200, (words) => words.host.title],
    ['own courses, saved', 'host', '/host/courses?done=saved', 200, (words) => words.host.title],
    ['own courses, refused', 'host', '/host/courses', 409, (words) => words.host.title, [`/host/courses/${draft}/publish`]],
    ['own courses empty', 'newcomer', '/host/courses', 200, (words) => words.host.title],
    ['course form', 'host', '/host/courses/new', 200, (words) => words.form.new_title],
    [
      'course form refused', 'host', '/host/courses/new', 422, (words) => words.form.new_title,
      ['/host/courses/new', ['do', 'save'], ['title', ''], ['region', ''], ['stops[0].name', '서울숲'], ['stops[0].lat', 'north'], ['translation.title', 'x'.repeat(200)]],
    ],
    ['course form of a course', 'host', edit(full), 200, (words) => words.form.edit_title],
    [
      'course form, changed meanwhile', 'host', edit(quiet), 412, (words) => words.form.edit_title,
      [edit(quiet), ['do', 'save'], ['version', '0'], ['title', '조용한 골목'], ['region', 'seoul'], ['published', 'on']],
    ],
    ['course form, preview', 'host', edit(quiet), 200, () => '조용한 골목', [edit(quiet), ['do', 'preview'], ['title', '조용한 골목'], ['region', 'seoul'], ['published', 'on']]],
    ['preview', 'host', `/host/courses/${full}/preview`, 200, theirs],
    ['course form, kept in the browser', 'host', edit(full), 200, (words) => words.form.edit_title],
    ['course form, a stop removed', 'host', edit(full), 200, (words) => words.form.edit_title],
    ['course form, a stop in the hand', 'host', edit(full), 200, (words) => words.form.edit_title],
    ['course form, text offered', 'host', edit(full), 200, (words) => words.form.edit_title],
    ['course form, not finished', 'host', edit(draft), 200, (words) => words.form.edit_title],
    ['course form, behind', 'host', edit(draft), 200, (words) => words.form.edit_title],
    ['course form, session ended', 'host', edit(draft), 200, (words) => words.form.edit_title],
    ['course form, network gone', 'host', edit(draft), 200, (words) => words.form.edit_title],
    ['own courses, deleting', 'host', '/host/courses', 200, (words) => words.host.title],
    ['not found', 'stranger', '/nowhere', 404, (words) => words.error.not_found_title],
    ['not found, signed in', 'customer', course(NOBODY), 404, (words) => words.error.not_found_title],
    ['not yours', 'newcomer', edit(full), 403, (words) => words.error.forbidden_title],
    ['not understood', 'newcomer', '/', 405, (words) => words.error.malformed_title, ['/']],
  ];
}
