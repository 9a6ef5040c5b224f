// What is on the pictures: each page, who looks at it, and how it gets into the state that is shown.
import type { Visitor } from '../support/visitor.ts';
import type { Scene } from './scene.ts';

export interface Shot {
  name: string;
  /** Whose session it is; without one nobody is signed in. */
  who?: 'host' | 'customer' | 'newcomer';
  show: (visitor: Visitor, scene: Scene) => Promise<unknown>;
}

export const SHOTS: Shot[] = [
  { name: 'discover', show: (visitor) => visitor.openLive('/') },
  { name: 'search', show: (visitor) => visitor.open(`/?q=${encodeURIComponent(visitor.site.language === 'ko' ? '바다' : 'sea')}&sort=popular&max_cost=60000`) },
  { name: 'search-nothing', show: (visitor) => visitor.open('/?q=zzzz&region=jeju') },
  { name: 'sign-in', show: (visitor) => visitor.open('/sign-in?next=%2Fbookmarks') },
  {
    name: 'sign-up-refused',
    show: async (visitor) => {
      await visitor.open('/sign-up');
      await visitor.fillSignUp({ displayName: '', email: 'seoyeon@', password: 'short' });
      await visitor.press(visitor.button(visitor.words.account.sign_up_action));
      await visitor.alert.waitFor();
    },
  },
  { name: 'lost', show: (visitor) => visitor.open('/nowhere') },
  { name: 'viewpage', show: (visitor, { favourite }) => visitor.openLive(`/courses/${favourite}`) },
  { name: 'talk', who: 'customer', show: (visitor, { course }) => visitor.openLive(`/courses/${course}#reviews`) },
  { name: 'reviews', who: 'host', show: (visitor, { course }) => visitor.open(`/courses/${course}/reviews`) },
  { name: 'comments', who: 'customer', show: (visitor, { course }) => visitor.open(`/courses/${course}/comments`) },
  {
    name: 'talk-changing',
    who: 'customer',
    show: async (visitor, { course }) => {
      const { reviews } = visitor.course;
      await visitor.open(`/courses/${course}#reviews`);
      const own = reviews.of('책방에서');
      await own.unfold(visitor.words.review.edit);
      await reviews.edit(own).fill(' ');
      await reviews.edit(own).send();
      await reviews.edit(own).alert.waitFor();
    },
  },
  {
    name: 'review-refused',
    who: 'newcomer',
    show: async (visitor, { course }) => {
      const { form } = visitor.course.reviews;
      await visitor.open(`/courses/${course}`);
      await form.fill(visitor.site.language === 'ko' ? '다음 달에 또 가려고요.' : 'We will go again next month.');
      await form.send();
      await form.alert.waitFor();
    },
  },
  { name: 'bookmarks', who: 'customer', show: (visitor) => visitor.openLive('/bookmarks') },
  { name: 'bookmarks-empty', who: 'newcomer', show: (visitor) => visitor.open('/bookmarks') },
  { name: 'inbox', who: 'customer', show: (visitor) => visitor.open('/inbox') },
  { name: 'inbox-host', who: 'host', show: (visitor) => visitor.open('/inbox') },
  { name: 'inbox-empty', who: 'newcomer', show: (visitor) => visitor.open('/inbox') },
  { name: 'settings', who: 'customer', show: (visitor) => visitor.open('/settings') },
  {
    name: 'settings-refused',
    who: 'customer',
    show: async (visitor) => {
      await visitor.open('/settings');
      await visitor.settings.changePassword('not mine', 'short');
      await visitor.settings.part('password').getByRole('alert').waitFor();
    },
  },
  { name: 'host-courses', who: 'host', show: (visitor) => visitor.open('/host/courses') },
  { name: 'host-courses-empty', who: 'newcomer', show: (visitor) => visitor.open('/host/courses') },
  { name: 'host-form', who: 'host', show: (visitor, { course }) => visitor.open(`/host/courses/${course}/edit`) },
  {
    name: 'host-form-refused',
    who: 'host',
    show: async (visitor) => {
      await visitor.open('/host/courses/new');
      await visitor.overfill(visitor.form.title, '길'.repeat(81));
      await visitor.form.stopField(1, 'stop_name').fill('서울숲');
      await visitor.form.stopField(1, 'stop_lat').fill('북쪽');
      await visitor.form.saveDraft();
      await visitor.alert.waitFor();
    },
  },
];
