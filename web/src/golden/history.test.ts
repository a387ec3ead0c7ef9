import { describe, expect, it } from "vitest";
import type { GoldenRecordViewQuery } from "./golden-record.generated";
import { changedNames, historyOf, titleOf, versionAt, words } from "./history";

const origin = (eventId: string) => ({
  sourceSystem: "crm", sourceKey: "1", receivedAt: "2026-01-01T00:00:00Z", validFrom: "2023-01-01T00:00:00Z", validFromAssumed: false,
  door: "file", file: null, position: null, topic: null, partition: null, runId: null, actor: null, eventId,
});
const attribute = (name: string, value: string | null, group = name) => ({ name, group, kind: "text", value, rule: null, otherValues: [], provenance: value ? origin(name) : null });
const held = (number: number, from: string, to: string | null, city: string, email: string, isDeleted = false) => ({
  number, validFrom: from, validTo: to, systemFrom: "2026-01-01T00:00:00Z", isDeleted, carriedBy: null,
  attributes: [attribute("email", email), attribute("city", city, "address"), attribute("street", `${city} 1`, "address")],
});

const ANSWER = {
  dataset: null,
  goldenRecord: {
    id: "g", basis: { asOf: "2026-01-01T00:00:00Z", knownAt: "2026-01-01T00:00:00Z" }, isDeleted: false, quality: { score: 1, failed: [] }, members: [],
    supersededCount: 1, recordedCount: 2, recordedAt: [],
    timeline: [
      held(1, "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "Köln", "a@x.example"),
      held(2, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "Bonn", "a@x.example"),
      held(3, "2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z", "Bonn", "a@x.example", true),
      held(4, "2025-06-01T00:00:00Z", null, "Bonn", "b@x.example"),
    ],
    supersededBeliefs: [
      { systemFrom: "2025-01-01T00:00:00Z", systemTo: "2026-01-01T00:00:00Z", version: { ...held(1, "2024-01-01T00:00:00Z", "2024-03-01T00:00:00Z", "Köln", "a@x.example") } },
    ],
  },
  customer: {
    timeline: [
      { systemFrom: null, message: { topic: "customers", partition: 2, offset: 7, at: "2026-01-01T00:00:01Z" }, file: { dataset: "d", path: "a/customers_20260101_2_0-99.parquet", row: 8, runId: "w", writtenAt: "2026-01-01T00:00:02Z" }, load: { runId: "l", loadedAt: "2026-01-01T00:00:03Z" } },
      { systemFrom: null, message: null, file: null, load: null },
      { systemFrom: null, message: null, file: null, load: null },
      { systemFrom: null, message: null, file: null, load: null },
    ],
    supersededBeliefs: [{ version: { systemFrom: null, message: null, file: null, load: null } }],
  },
} as unknown as GoldenRecordViewQuery;

describe("historyOf", () => {
  const history = historyOf(ANSWER);

  it("says of each version what changed, a group by its name", () => {
    expect(history.versions.map(({ label }) => label)).toEqual(["created", "address", "ended", "back"]);
  });

  it("says of a corrected belief what was believed otherwise than it is now", () => {
    expect(history.formers.map(({ label, number }) => [number, label])).toEqual([[1, "Köln, Köln 1"]]);
  });

  it("has the message, the row and the load of each, and what is missing without an instant", () => {
    expect(history.versions[0]?.carried.map(({ lane, at, texts }) => [lane, at !== null, texts.at(-1)])).toEqual([
      ["message", true, "2@7"],
      ["file", true, "row 8"],
      ["load", true, "00:00"],
    ]);
    expect(history.versions[1]?.carried.map(({ at }) => at)).toEqual([null, null, null]);
  });

  it("leaves the lane of messages out where nothing ever was published", () => {
    const silent = { ...ANSWER, customer: { ...ANSWER.customer, timeline: ANSWER.customer?.timeline.map((one) => ({ ...one, message: null })) } } as GoldenRecordViewQuery;
    expect(historyOf(silent).lanes).toEqual(["file", "load"]);
  });

  it("finds the version of an instant: a period begins with its first instant and ends before its last", () => {
    const at = (text: string) => versionAt(history.versions, Date.parse(text))?.number ?? null;
    expect([at("2022-12-31T23:59:59Z"), at("2024-01-01T00:00:00Z"), at("2023-12-31T23:59:59Z"), at("2030-01-01T00:00:00Z")]).toEqual([null, 2, 1, 4]);
  });
});

describe("changedNames", () => {
  it("names a group only where more than one attribute of it changed", () => {
    const groups = new Map([["city", "address"], ["street", "address"]]);
    const before = new Map([["city", "Köln"], ["street", "A"], ["email", "x"]]);
    expect(changedNames(before, new Map([["city", "Bonn"], ["street", "A"], ["email", "x"]]), groups)).toEqual(["city"]);
    expect(changedNames(before, new Map([["city", "Bonn"], ["street", "B"], ["email", null]]), groups)).toEqual(["address", "email"]);
  });
});

describe("titleOf and words", () => {
  it("calls a person by name, anything else by what is known, and nobody by the id", () => {
    expect(titleOf([{ name: "lastName", value: "Weidner" }, { name: "firstName", value: "Klara" }], "id")).toBe("Klara Weidner");
    expect(titleOf([{ name: "brand", value: null }, { name: "sku", value: "X-1" }], "id")).toBe("X-1");
    expect(titleOf([], "id")).toBe("id");
    expect([words("birthDate"), words("postal_code")]).toEqual(["birth date", "postal code"]);
  });
});
