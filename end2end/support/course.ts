// Courses that hosts write.
import { randomUUID } from 'node:crypto';

export interface StopText {
  name: string;
  category: string;
  lat: string;
  lng: string;
  stayMinutes: string;
  costKrw: string;
  note: string;
}

export interface CourseText {
  title: string;
  summary: string;
  region: string;
  tags: string[];
  stops: StopText[];
}

export function newStop(name: string): StopText {
  return { name, category: 'park', lat: '37.5444', lng: '127.0374', stayMinutes: '60', costKrw: '12000', note: `${name}: a word` };
}

/** A course with a title and a tag that no other has. */
export function newCourse(): CourseText {
  const id = randomUUID().slice(0, 8);
  return {
    title: `한 바퀴 ${id}`,
    summary: `첫 줄 ${id}\n둘째 줄 & "따옴표" <꺾쇠>`,
    region: 'seoul',
    tags: [`길${id}`, '산책'],
    stops: [
      { ...newStop('서울숲'), lat: '37.5444', lng: '127.0374' },
      { ...newStop('성수동 연무장길'), category: 'walk', lat: '37.5424', lng: '127.0550', costKrw: '0' },
      { ...newStop('뚝섬한강공원'), category: 'viewpoint', lat: '37.5296', lng: '127.0700' },
    ],
  };
}
