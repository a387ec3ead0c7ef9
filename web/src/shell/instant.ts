/** The two instants all screens are asked at; null: now. */
export interface AsOf {
  /** When it held in the world (valid time). */
  asOf: string | null;
  /** Up to when we may know (system time). */
  knownAt: string | null;
}

/** The instant of a text such as 2026-03-14 or 2026-03-14T09:00Z, in UTC where it names no zone; null where it is none. */
export function instant(text: string | undefined): string | null {
  if (!text) return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || /^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : /\.\d{4,}/.test(zoned) ? zoned : date.toISOString();
}
