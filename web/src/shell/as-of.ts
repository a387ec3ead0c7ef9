import { useUrl } from "./url";

/** The two instants all screens are asked at; null: now. */
export interface AsOf {
  /** When it held in the world (valid time). */
  asOf: string | null;
  /** Up to when we may know (system time). */
  knownAt: string | null;
}

/** The instants that the address names, in the words of the GraphQL arguments, and the way to choose others. */
export function useAsOf(): AsOf & { isPast: boolean; choose: (instants: Partial<AsOf>) => void } {
  const [{ validAt, knownAt }, set] = useUrl();
  const choose = (instants: Partial<AsOf>) =>
    set({
      ...("asOf" in instants ? { validAt: instants.asOf ?? null } : {}),
      ...("knownAt" in instants ? { knownAt: instants.knownAt ?? null } : {}),
    });
  return { asOf: instant(validAt), knownAt: instant(knownAt), isPast: !!(validAt || knownAt), choose };
}

/** The instant of a text such as 2026-03-14 or 2026-03-14T09:00Z, in UTC where it names no zone; null where it is none. */
export function instant(text: string | undefined): string | null {
  if (!text) return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || /^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : /\.\d{4,}/.test(zoned) ? zoned : date.toISOString();
}
