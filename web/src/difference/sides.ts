/** The two sides of a comparison: which instants they mean, and what lies between them. Pure. */
import type { DifferenceChoicesQuery } from "./choices.generated";
import type { DifferenceViewQuery } from "./difference.generated";

type Told = NonNullable<DifferenceChoicesQuery["goldenRecord"]>;
export type Shown = NonNullable<DifferenceViewQuery["left"]>;
export type Attribute = Shown["attributes"][number];
export type Reasons = NonNullable<DifferenceViewQuery["leftReasons"]>;

/** One side: `key` as the address has it, with the two instants it stands for. */
export interface Side {
  key: string;
  title: string;
  about: string;
  asOf: string;
  knownAt: string;
}

/** Everything that can stand on a side: the versions as known now, and what was believed before it was corrected. */
export function sidesOf(told: Told, day: (at: string) => string): Side[] {
  const now = told.basis.knownAt;
  const versions = told.timeline.map((version): Side => ({
    key: `v${version.number}`,
    title: `version ${version.number}`,
    about: `from ${day(version.validFrom)}${version.validTo ? ` to ${day(version.validTo)}` : ""}${version.isDeleted ? ", ended" : ""}`,
    asOf: version.validFrom,
    knownAt: now,
  }));
  const beliefs = told.supersededBeliefs.flatMap((belief, place): Side[] => {
    if (!belief.version || !belief.systemTo) return [];
    return [
      {
        key: `b${told.supersededBeliefs.length - place}`,
        title: `belief ${told.supersededBeliefs.length - place}`,
        about: `of ${day(belief.version.validFrom)}, held until ${belief.systemTo.slice(0, 19).replace("T", " ")}`,
        asOf: belief.version.validFrom,
        knownAt: justBefore(belief.systemTo),
      },
    ];
  });
  return [...versions, ...beliefs];
}

/** The side that the address names: a key of the list, or two instants as `VALID@KNOWN`; null where it is neither. */
export function sideOf(text: string | undefined, sides: readonly Side[], now: string, day: (at: string) => string): Side | null {
  const known = sides.find(({ key }) => key === text);
  if (known || !text) return known ?? null;
  const [asOf = "", knownAt = ""] = text.split("@");
  if (Number.isNaN(Date.parse(asOf)) || (knownAt !== "" && Number.isNaN(Date.parse(knownAt)))) return null;
  const about = knownAt ? `as known at ${day(knownAt)}` : "as known now";
  return { key: text, title: `at ${day(asOf)}`, about, asOf: new Date(asOf).toISOString(), knownAt: knownAt ? new Date(knownAt).toISOString() : now };
}

/** The sides a comparison begins with: the last two versions, or what is believed beside what was before. */
export function firstPair(sides: readonly Side[]): [Side | null, Side | null] {
  const versions = sides.filter(({ key }) => key.startsWith("v"));
  if (versions.length >= 2) return [versions.at(-2) ?? null, versions.at(-1) ?? null];
  return [sides.at(-1) ?? null, versions[0] ?? null];
}

/** The belief that an instant of a corrected belief is compared with: the same valid instant, as known now. */
export function sameInstant(side: Side, now: string): string {
  return side.knownAt === now ? side.key : `${side.asOf}@`;
}

export type Change = "same" | "added" | "removed" | "changed" | "source";

export interface Field {
  name: string;
  group: string;
  change: Change;
  left: Attribute | null;
  right: Attribute | null;
}

const ORDER: readonly Change[] = ["changed", "added", "removed", "source", "same"];

/** Every attribute of two sides with what became of it, what differs first; `source`: the same value from another source event. */
export function fieldsOf(left: Shown | null, right: Shown | null): Field[] {
  const names = [...new Set([...(left?.attributes ?? []), ...(right?.attributes ?? [])].map(({ name }) => name))];
  const fields = names.map((name): Field => {
    const [a, b] = [left, right].map((side) => side?.attributes.find((one) => one.name === name) ?? null) as [Attribute | null, Attribute | null];
    return { name, group: (a ?? b)?.group ?? name, change: changeOf(a, b), left: a, right: b };
  });
  return fields.sort((one, other) => ORDER.indexOf(one.change) - ORDER.indexOf(other.change));
}

function changeOf(left: Attribute | null, right: Attribute | null): Change {
  const [a, b] = [left?.value ?? null, right?.value ?? null];
  if (a === b) return a !== null && left?.provenance?.eventId !== right?.provenance?.eventId ? "source" : "same";
  return a === null ? "added" : b === null ? "removed" : "changed";
}

/** Why a side has the value it has: the reason of whoever gave it. */
export function reasonOf(reasons: Reasons | null | undefined, attribute: string): string | null {
  const group = reasons?.find(({ attributes }) => attributes.includes(attribute));
  const winner = group?.candidates.find(({ values }) => values.some((one) => one.attribute === attribute && one.isTaken));
  return winner?.reason ?? null;
}

/** What lost on a side: what others said of an attribute, the best first. */
export function othersOf(reasons: Reasons | null | undefined, attribute: string): { system: string; value: string; reason: string }[] {
  const group = reasons?.find(({ attributes }) => attributes.includes(attribute));
  return (group?.candidates ?? []).flatMap(({ sourceRecord, reason, values }) =>
    values.filter((one) => one.attribute === attribute && !one.isTaken && one.value).map(({ value }) => ({ system: sourceRecord.system, value, reason })),
  );
}

/** The instant a microsecond before another, in which what ended then was still believed. */
export function justBefore(at: string): string {
  const [, whole = at, part = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(at) ?? [];
  const micros = Number(part.padEnd(6, "0").slice(0, 6));
  if (micros > 0) return `${whole}.${String(micros - 1).padStart(6, "0")}Z`;
  return `${new Date(Date.parse(`${whole}Z`) - 1000).toISOString().slice(0, 19)}.999999Z`;
}
