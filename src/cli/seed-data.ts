export interface SeedTask {
  title: string;
  priority: number;
  impact: number;
  dueInHours: number | null;
  effortMinutes: number | null;
  tags: string[];
}

export interface SeedUser {
  email: string;
  fullName: string;
  tasks: SeedTask[];
}

/** Of both users; no secret. */
export const SEED_PASSWORD = 'what should I do next?';

/** Two people with different days: something urgent, something overdue, something small, something for some time. */
export const SEED_USERS: SeedUser[] = [
  {
    email: 'alan@example.com',
    fullName: 'Alan Turing',
    tasks: [
      task('Send the invoice to the mill', { priority: 4, dueInHours: 20, effortMinutes: 15 }),
      task('Prepare the talk on Bernoulli numbers', {
        impact: 5,
        dueInHours: 70,
        effortMinutes: 180,
        tags: ['talk'],
      }),
      task('Answer Charles about the engine', {
        priority: 5,
        impact: 4,
        dueInHours: 3,
        tags: ['engine'],
      }),
      task('Renew the library card', {
        priority: 2,
        impact: 1,
        dueInHours: -30,
        effortMinutes: 10,
      }),
      task('Read the new paper on weaving', { priority: 2, effortMinutes: 60, tags: ['reading'] }),
    ],
  },
  {
    email: 'grace@example.com',
    fullName: 'Grace Hopper',
    tasks: [
      task('Find the moth in relay 70', {
        priority: 5,
        impact: 5,
        dueInHours: 6,
        tags: ['debugging'],
      }),
      task('Cut wires to the length of a nanosecond', {
        priority: 3,
        effortMinutes: 45,
        tags: ['teaching'],
      }),
      task('Review the compiler manual', { impact: 4, dueInHours: 48, effortMinutes: 240 }),
      task('Book the train to New York', {
        priority: 4,
        dueInHours: 30,
        effortMinutes: 10,
        tags: ['travel'],
      }),
      task('Water the plants', { priority: 1, impact: 1, effortMinutes: 5, tags: ['home'] }),
    ],
  },
];

function task(title: string, differences: Partial<SeedTask>): SeedTask {
  const usual = { priority: 3, impact: 3, dueInHours: null, effortMinutes: null, tags: [] };
  return { title, ...usual, ...differences };
}
