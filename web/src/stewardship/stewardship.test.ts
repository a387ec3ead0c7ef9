import { describe, expect, it } from "vitest";
import { ageTint, argumentsOf, deferredUntil, following } from "./filters";
import { bitsText, levelWords, waterfall } from "./waterfall";

describe("waterfall", () => {
  const found = waterfall(-19, [{ comparison: "first_name", level: "equal(first_name)", bits: 8 }, { comparison: "email", level: "else", bits: -3 }, { comparison: "birth_date", level: null, bits: 0 }], -14);

  it("lets each bar begin where the one before ended, and the sum stand on zero", () => {
    expect(found.beams.map(({ from, to }) => [from, to])).toEqual([[0, -19], [-19, -11], [-11, -14], [-14, -14], [0, -14]]);
    expect(found.beams.map(({ kind }) => kind)).toEqual(["prior", "for", "against", "nothing", "total"]);
    expect([found.least, found.most]).toEqual([-19, 0]);
  });

  it("tells levels and bits in words", () => {
    expect(levelWords("any_equal(phone, street, postal_code)")).toBe("equal phone, street, postal code");
    expect(levelWords("jaro_winkler(last_name, 0.88)")).toBe("nearly equal last name");
    expect(levelWords("else")).toBe("different");
    expect([bitsText(7.81), bitsText(-2.64), bitsText(0.01)]).toEqual(["+7.8", "−2.6", "0"]);
  });
});

describe("argumentsOf", () => {
  it("asks for open tasks of customers, the most alike first, where the address says nothing", () => {
    expect(argumentsOf({})).toMatchObject({ type: "customer", status: "OPEN", kind: null, isUnassigned: null, orderBy: "HEAVIEST", after: null });
  });

  it("reads every filter, and passes over what is none", () => {
    expect(argumentsOf({ status: "any", kind: "contested", assignee: "-", system: "crm", least: "2.5", q: "crm 1042", order: "oldest" })).toMatchObject({
      status: null, kind: "CONTESTED", assignee: null, isUnassigned: true, system: "crm", minWeight: 2.5, search: "crm 1042", orderBy: "OLDEST",
    });
    expect(argumentsOf({ status: "<b>", kind: "x", order: "constructor", least: "much" })).toMatchObject({ status: "OPEN", kind: null, orderBy: "HEAVIEST", minWeight: null });
  });
});

describe("the queue", () => {
  it("goes on with the next task, at the end with the one before", () => {
    expect([following(["a", "b", "c"], "b"), following(["a", "b"], "b"), following(["a"], "a"), following(["a"], "x")]).toEqual(["c", "a", null, "a"]);
  });

  it("marks what waits longer than a day, and more so after three", () => {
    expect([ageTint(3600), ageTint(86_400), ageTint(300_000)]).toEqual(["quiet", "warn", "bad"]);
  });

  it("puts off until a morning", () => {
    expect(deferredUntil(3, Date.parse("2026-11-21T22:10:00Z"))).toBe("2026-11-24T07:00:00.000Z");
  });
});
