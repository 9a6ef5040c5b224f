// The host's form.
import { expect, type Locator } from '@playwright/test';
import type { CourseText, StopText } from './course.ts';
import type { Visitor } from './visitor.ts';
import { phrase, type Words } from './words.ts';

type StopField = 'stop_name' | 'stop_category' | 'stop_lat' | 'stop_lng' | 'stop_stay' | 'stop_cost' | 'stop_note';

export class CourseForm {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  private get words(): Words['form'] {
    return this.visitor.words.form;
  }

  get title(): Locator {
    return this.visitor.field(this.words.title);
  }

  get summary(): Locator {
    return this.visitor.field(this.words.summary);
  }

  get region(): Locator {
    return this.visitor.field(this.words.region);
  }

  get tags(): Locator {
    return this.visitor.field(this.words.tags);
  }

  get reviewsOpen(): Locator {
    return this.visitor.field(this.words.reviews_open);
  }

  /** All stops. */
  get stops(): Locator {
    return this.visitor.page.locator('fieldset.stop-fields');
  }

  /** The stop of this number; the first is 1. */
  stop(number: number): Locator {
    return this.visitor.page.getByRole('group', { name: phrase(this.words.stop_number, { number }), exact: true });
  }

  stopField(number: number, field: StopField): Locator {
    return this.stop(number).getByLabel(this.words[field], { exact: true });
  }

  /** Writes the whole course, with as many stops as it has. */
  async fill(course: CourseText): Promise<void> {
    // stops are only counted once the form is there
    await expect(this.title).toBeVisible();
    while ((await this.stops.count()) < course.stops.length) await this.addStop();
    await this.visitor.overfill(this.title, course.title);
    await this.visitor.overfill(this.summary, course.summary);
    await this.region.selectOption(course.region);
    await this.tags.fill(course.tags.join(', '));
    for (const [index, stop] of course.stops.entries()) await this.fillStop(index + 1, stop);
  }

  async fillStop(number: number, stop: StopText): Promise<void> {
    await this.visitor.overfill(this.stopField(number, 'stop_name'), stop.name);
    await this.stopField(number, 'stop_category').selectOption(stop.category);
    await this.stopField(number, 'stop_lat').fill(stop.lat);
    await this.stopField(number, 'stop_lng').fill(stop.lng);
    await this.stopField(number, 'stop_stay').fill(stop.stayMinutes);
    await this.stopField(number, 'stop_cost').fill(stop.costKrw);
    await this.visitor.overfill(this.stopField(number, 'stop_note'), stop.note);
  }

  async expectCourse(course: CourseText): Promise<void> {
    await expect(this.title).toHaveValue(course.title);
    await expect(this.summary).toHaveValue(course.summary);
    await expect(this.region).toHaveValue(course.region);
    await expect(this.tags).toHaveValue(course.tags.join(', '));
    await this.expectStops(course.stops);
  }

  /** These stops in this order, all of their fields. */
  async expectStops(stops: StopText[]): Promise<void> {
    await expect(this.stops).toHaveCount(stops.length);
    for (const [index, stop] of stops.entries()) {
      const number = index + 1;
      await expect(this.stopField(number, 'stop_name')).toHaveValue(stop.name);
      await expect(this.stopField(number, 'stop_category')).toHaveValue(stop.category);
      // 127.0550 and 127.055 are the same place
      expect(Number(await this.stopField(number, 'stop_lat').inputValue())).toBe(Number(stop.lat));
      expect(Number(await this.stopField(number, 'stop_lng').inputValue())).toBe(Number(stop.lng));
      await expect(this.stopField(number, 'stop_stay')).toHaveValue(stop.stayMinutes);
      await expect(this.stopField(number, 'stop_cost')).toHaveValue(stop.costKrw);
      await expect(this.stopField(number, 'stop_note')).toHaveValue(stop.note);
    }
  }

  async addStop(): Promise<void> {
    const add = this.visitor.button(this.words.add_stop);
    await expect(add).toBeVisible();
    const before = await this.stops.count();
    await this.visitor.press(add);
    await expect(this.stops).toHaveCount(before + 1);
  }

  stopButton(kind: 'remove_stop_label' | 'move_up_label' | 'move_down_label', number: number): Locator {
    return this.visitor.button(phrase(this.words[kind], { number }));
  }

  /** The handle of a stop: there with script alone. */
  grip(number: number): Locator {
    return this.visitor.button(phrase(this.visitor.words.editor.grip, { number }));
  }

  /** What became of what was written. */
  get status(): Locator {
    return this.visitor.page.locator('.editor-status');
  }

  /** What is said to who can't see it happen. */
  get said(): Locator {
    return this.visitor.page.locator('.editor-bar [aria-live]');
  }

  /** The mark of a stop on the map. */
  mark(number: number): Locator {
    return this.visitor.page.locator(`.map [data-mark="${number - 1}"]`);
  }

  /** Chooses files and adds them. */
  async addPhotos(...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    await this.visitor.field(this.words.photo_files).setInputFiles(files);
    // with script they are on their way as soon as they are chosen
    const add = this.visitor.button(this.words.add_photos);
    if (await add.isVisible()) await this.visitor.press(add);
  }

  photoAlt(number: number): Locator {
    return this.visitor.field(phrase(this.words.photo_alt, { number }));
  }

  /** All that is said of photos. */
  get photos(): Locator {
    return this.visitor.page.locator('#photos');
  }

  /** Opens a form and waits until script has taken it over. */
  async open(path: string): Promise<void> {
    await this.visitor.open(path);
    await this.isTakenOver();
  }

  /** Script has come, later than that of other islands. */
  async isTakenOver(): Promise<void> {
    await expect(this.visitor.page.locator('#course-form')).toHaveClass(/taken-over/);
  }

  /** What is written in the names of the stops, in their order. */
  async expectNames(names: string[]): Promise<void> {
    await expect(this.stops).toHaveCount(names.length);
    for (const [index, name] of names.entries()) await expect(this.stopField(index + 1, 'stop_name')).toHaveValue(name);
  }

  async saveDraft(): Promise<void> {
    await this.visitor.press(this.visitor.button(this.words.save_draft));
  }

  async save(): Promise<void> {
    await this.visitor.press(this.visitor.button(this.words.save));
  }

  async saveAndPublish(): Promise<void> {
    await this.visitor.press(this.visitor.button(this.words.save_publish));
  }
}
