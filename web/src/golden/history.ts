/** What a golden record was along valid time, made from the answer of the server for the picture and the table. Pure. */
import type { GoldenRecordViewQuery } from "./golden-record.generated";

type Told = NonNullable<GoldenRecordViewQuery["goldenRecord"]>;
type ToldVersion = Told["timeline"][number];
type ToldCustomer = NonNullable<GoldenRecordViewQuery["customer"]>;
type Thread = Pick<ToldCustomer["timeline"][number], "message" | "file" | "load">;

export type Attribute = ToldVersion["attributes"][number];
export type Origin = NonNullable<Attribute["provenance"]>;
export type Lane = "message" | "file" | "load";

/** What carried a version a step further; without `at` it has not come so far yet. `texts`: what to call it, the longest first. */
export interface Carried {
  lane: Lane;
  at: string | null;
  texts: string[];
  runId: string | null;
}

/** A version, or what once was believed of a stretch of valid time; instants in milliseconds, `to` null: further notice. */
export interface Stretch {
  key: string;
  number: number;
  from: number;
  to: number | null;
  isDeleted: boolean;
  label: string;
  carried: Carried[];
}

export interface Version extends Stretch {
  attributes: readonly Attribute[];
  systemFrom: string | null;
}

/** A stretch of belief that was corrected, with the system instants between which it was believed. */
export interface Former extends Stretch {
  values: ReadonlyMap<string, string | null>;
  systemFrom: string;
  systemTo: string | null;
}

export interface History {
  versions: Version[];
  formers: Former[];
  lanes: Lane[];
}

export const LANES: Readonly<Record<Lane, { title: string; missing: string }>> = {
  message: { title: "Kafka message", missing: "not published" },
  file: { title: "Parquet row", missing: "not written" },
  load: { title: "Warehouse load", missing: "not loaded" },
};

/** The history that an answer tells; lanes that nothing ever used are left out. */
export function historyOf({ goldenRecord: told, customer }: GoldenRecordViewQuery): History {
  if (!told) return { versions: [], formers: [], lanes: [] };
  const versions = told.timeline.map((version, place): Version => {
    const values = valuesOf(version.attributes);
    const before = told.timeline[place - 1];
    return {
      key: `v${version.number}`,
      number: version.number,
      from: Date.parse(version.validFrom),
      to: version.validTo === null || version.validTo === undefined ? null : Date.parse(version.validTo),
      isDeleted: version.isDeleted,
      label: changeLabel(before ?? null, version, groupsOf(version.attributes), values),
      carried: carriedBy(customer?.timeline[place] ?? null, version.carriedBy ?? null, customer !== null && customer !== undefined),
      attributes: version.attributes,
      systemFrom: version.systemFrom ?? null,
    };
  });
  const formers = told.supersededBeliefs.flatMap((belief, place): Former[] => {
    const { version } = belief;
    if (!version) return [];
    const from = Date.parse(version.validFrom);
    const values = valuesOf(version.attributes);
    const now = versions.findLast((one) => one.from <= from && (one.to === null || one.to > from));
    const thread = customer?.supersededBeliefs[place]?.version ?? null;
    return [
      {
        key: `f${place}`,
        number: version.number,
        from,
        to: version.validTo ? Date.parse(version.validTo) : null,
        isDeleted: version.isDeleted,
        label: formerLabel(values, now ?? null, version.isDeleted),
        carried: carriedBy(thread, version.carriedBy ?? null, customer !== null && customer !== undefined),
        values,
        systemFrom: belief.systemFrom,
        systemTo: belief.systemTo ?? null,
      },
    ];
  });
  const used = (lane: Lane) => [...versions, ...formers].some(({ carried }) => carried.some((one) => one.lane === lane && one.at !== null));
  const lanes = (["message", "file", "load"] as const).filter((lane) => lane !== "message" || used(lane));
  const kept = (stretch: Stretch) => ({ ...stretch, carried: stretch.carried.filter(({ lane }) => lanes.includes(lane)) });
  return { versions: versions.map((one) => ({ ...one, ...kept(one) })), formers: formers.map((one) => ({ ...one, ...kept(one) })), lanes };
}

/** The version that holds at an instant; null where there is none. */
export function versionAt(versions: readonly Version[], at: number): Version | null {
  return versions.find(({ from, to }) => from <= at && (to === null || at < to)) ?? null;
}

/** The names of the attributes in which two versions differ; an attribute group is named where more than one of it does. */
export function changedNames(
  before: ReadonlyMap<string, string | null>,
  after: ReadonlyMap<string, string | null>,
  groups: ReadonlyMap<string, string> = new Map(),
): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => (before.get(name) ?? null) !== (after.get(name) ?? null),
  );
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(groups.get(name) ?? name, (sizes.get(groups.get(name) ?? name) ?? 0) + 1);
  return [...new Set(names.map((name) => ((sizes.get(groups.get(name) ?? name) ?? 0) > 1 ? (groups.get(name) ?? name) : name)))];
}

export function valuesOf(attributes: readonly { name: string; value?: string | null }[]): ReadonlyMap<string, string | null> {
  return new Map(attributes.map(({ name, value }) => [name, value ?? null]));
}

/** An attribute's name in words: "birthDate" → "birth date". */
export function words(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase();
}

/** Who a golden record is: its names, else the first thing known of it, else its id. */
export function titleOf(attributes: readonly { name: string; value?: string | null }[], id: string): string {
  const values = valuesOf(attributes);
  const person = [values.get("firstName"), values.get("lastName")].filter(Boolean).join(" ");
  return person || values.get("name") || attributes.find(({ value }) => value)?.value || id;
}

function groupsOf(attributes: readonly { name: string; group: string }[]): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ name, group }) => [name, group]));
}

function changeLabel(
  before: ToldVersion | null,
  version: ToldVersion,
  groups: ReadonlyMap<string, string>,
  values: ReadonlyMap<string, string | null>,
): string {
  if (before === null) return "created";
  if (version.isDeleted) return "ended";
  if (before.isDeleted) return "back";
  const names = changedNames(valuesOf(before.attributes), values, groups);
  return names.length === 0 ? "other source" : names.map(words).join(", ");
}

function formerLabel(values: ReadonlyMap<string, string | null>, now: Version | null, isDeleted: boolean): string {
  if (isDeleted) return "believed gone";
  if (now === null || now.isDeleted) return "believed there";
  const differs = now.attributes.filter(({ name, value }) => (values.get(name) ?? null) !== (value ?? null));
  const told = differs.map(({ name }) => values.get(name) ?? `no ${words(name)}`);
  return told.length === 0 ? "other source" : told.join(", ");
}

type CarriedBy = ToldVersion["carriedBy"];

function carriedBy(thread: Thread | null, carrier: CarriedBy | null, hasThread: boolean): Carried[] {
  const message = thread?.message ?? null;
  const file = hasThread ? (thread?.file ?? null) : null;
  const path = file?.path ?? carrier?.file ?? null;
  const row = file?.row ?? null;
  const load = (hasThread ? thread?.load : carrier?.load) ?? null;
  const writtenAt = file?.writtenAt ?? (hasThread ? null : carrier?.writtenAt) ?? null;
  return [
    {
      lane: "message",
      at: message?.at ?? null,
      texts: message ? [`${message.topic} ${message.partition}@${message.offset}`, `${message.partition}@${message.offset}`] : [],
      runId: null,
    },
    {
      lane: "file",
      at: writtenAt,
      texts: path === null ? [] : fileTexts(path, row),
      runId: file?.runId ?? carrier?.runId ?? null,
    },
    { lane: "load", at: load?.loadedAt ?? null, texts: load ? loadTexts(load.loadedAt) : [], runId: load?.runId ?? null },
  ];
}

function fileTexts(path: string, row: number | null): string[] {
  const name = path.split("/").at(-1) ?? path;
  const end = name.replace(/^.*_(?=\d+-\d+\.parquet$)/, "…");
  const at = row === null ? "" : ` row ${row}`;
  return [...new Set([`${name}${at}`, `${end}${at}`, row === null ? end : `row ${row}`])];
}

function loadTexts(at: string): string[] {
  const text = at.slice(0, 19).replace("T", " ");
  return [`loaded ${text}`, text.slice(11), text.slice(11, 16)];
}
