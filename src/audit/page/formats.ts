const COUNT = new Intl.NumberFormat('en');
const PERCENT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export function count(value: number): string {
  return COUNT.format(value);
}

export function percent(value: number): string {
  return `${PERCENT.format(value)} %`;
}

/** Three digits are enough to compare by. */
export function milliseconds(value: number): string {
  return `${COUNT.format(Number(value.toPrecision(3)))} ms`;
}

/** `2030-01-15 09:30:00.250` for an ISO text in UTC. */
export function moment(iso: string): string {
  return iso.replace('T', ' ').replace('Z', '');
}

/** `Get best task` for `GET_BEST_TASK`. */
export function actionName(action: string): string {
  const words = action.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
