// People who sign up: nobody is there twice, however many tests run at once.
import { randomUUID } from 'node:crypto';

export interface Person {
  displayName: string;
  email: string;
  password: string;
}

export function newPerson(displayName = 'Mina'): Person {
  const id = randomUUID();
  return { displayName, email: `${id}@example.com`, password: `walk together ${id}` };
}
