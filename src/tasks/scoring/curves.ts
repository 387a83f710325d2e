/**
 * Every constant of the score, in one place. The SQL of this folder is built from these numbers and from nothing else,
 * so changing one changes the list, the recommendation and the plan together.
 */

/** Minutes a task without an estimate is taken to need; answers say so when they rely on it. */
export const ASSUMED_EFFORT_MINUTES = 30;

/**
 * Urgency of a dated task, from its slack: working minutes left / (effort + margin).
 *
 *     urgency = floor + (1 - floor) · ((1 - calendarShare) · h / (h + slack) + calendarShare · d / (d + days left))
 *
 * It is 1 from the due date on, falls without a jump and never stops falling, so that five weeks still come after three.
 */
export const URGENCY = {
  /** What any due date is worth, however far: also where a new task without one begins. */
  floor: 0.1,
  /** Added to every estimate, so that a five-minute task is not forgotten until its last hour. */
  marginMinutes: 60,
  /** Slack at which the working-time part has fallen to half. */
  halfSlack: 8,
  /** Share decided by the calendar alone: orders dates between which no working time lies, and keeps "late" below "overdue". */
  calendarShare: 0.04,
  /** Days left at which the calendar part has fallen to half. */
  halfDays: 3,
} as const;

/**
 * Urgency of a task without a due date: floor + (ceiling - floor) · age / (age + halfAgeDays). The ceiling lies below what a
 * task due the same day has at least (0.34, for one minute of effort at the start of a 25-hour working day).
 */
export const UNDATED = { floor: URGENCY.floor, ceiling: 0.3, halfAgeDays: 30 } as const;

/** Priority and impact are linear: 1 is worth 0, 5 is worth 1. */
export const RATING = { lowest: 1, highest: 5 } as const;

/** Effort is worth h / (h + minutes): gently falling, half at two hours, a fifth at eight. */
export const EFFORT = { halfMinutes: 120 } as const;

/**
 * Points each adjustment may move a score by, before they are scaled by (100 - largest weight) / 100. Together they are the
 * ±10 points that adjustments may reach at most.
 */
export const ADJUSTMENT_POINTS = { context: 5, in_progress: 2, habit: 3 } as const;

/** How far ahead working time is counted shift by shift; later dates continue at the weekly average. */
export const CALENDAR_DAYS = 42;

/** Learning: how much of the past counts, how fast it fades, and how many completions it takes to be believed. */
export const HABITS = {
  /** The newest completions that are looked at. */
  completions: 100,
  /** Days after which a completion counts half. */
  halfLifeDays: 30,
  /** Completions' worth of doubt: evidence of this weight moves the belief half of the way. */
  doubt: 5,
  /** Habits weaker than this are not shown and move nothing. */
  faintest: 0.05,
} as const;
