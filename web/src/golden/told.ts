/** What was said of a golden record by whom, gathered from the origins of all its attributes. Pure. */
import type { Origin, Version } from "./history";

/** One source event that gave something, and what it gave. */
export interface Telling {
  origin: Origin;
  attributes: string[];
}

/** Every source event that gave a value to some version, the one received last first. */
export function tellings(versions: readonly Version[]): Telling[] {
  const found = new Map<string, { origin: Origin; names: Set<string> }>();
  for (const { attributes } of versions) {
    for (const { name, provenance } of attributes) {
      if (!provenance) continue;
      const one = found.get(provenance.eventId) ?? { origin: provenance, names: new Set() };
      one.names.add(name);
      found.set(provenance.eventId, one);
    }
  }
  return [...found.values()]
    .map(({ origin, names }) => ({ origin, attributes: [...names] }))
    .sort(
      (a, b) =>
        Date.parse(b.origin.receivedAt) - Date.parse(a.origin.receivedAt) || Date.parse(b.origin.validFrom) - Date.parse(a.origin.validFrom),
    );
}

/** The keys of the versions whose attribute came by the same source event as at the given version. */
export function litBy(versions: readonly Version[], here: Version | null, attribute: string | null): ReadonlySet<string> | null {
  if (here === null || attribute === null) return null;
  const eventOf = (version: Version) => version.attributes.find(({ name }) => name === attribute)?.provenance?.eventId ?? null;
  const event = eventOf(here);
  if (event === null) return null;
  return new Set(versions.filter((version) => eventOf(version) === event).map(({ key }) => key));
}
