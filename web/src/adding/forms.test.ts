import { describe, expect, it } from "vitest";
import { ASSET_FORMS, changesOf, fieldOf, problemsOf, recordFields, sentOf } from "./forms";
import { columnsOf, sizeText } from "./upload";

const CENTER = ASSET_FORMS.find(({ what }) => what === "datacenter")?.fields ?? [];

describe("forms", () => {
  it("send what changed alone, numbers as numbers and nothing as null", () => {
    const before = { name: "Frankfurt 1", location: "Frankfurt", capacityTb: "40", description: "old" };
    const changes = changesOf(CENTER, before, { ...before, capacityTb: " 60 ", description: "" });
    expect(changes.map(({ name, before: old, after }) => [name, old, after])).toEqual([["capacityTb", "40", "60"], ["description", "old", ""]]);
    expect(sentOf(CENTER, changes)).toEqual({ capacityTb: 60, description: null });
  });

  it("say what is to be entered before anything is sent", () => {
    expect(problemsOf(CENTER, { name: "x", capacityTb: "many" })).toEqual({
      location: "Enter where it stands.",
      capacityTb: "Enter a number that is not negative, such as 12.5.",
    });
    expect(problemsOf(CENTER, { name: "x", location: "y", capacityTb: "1", usedTb: "-1" })).toHaveProperty("usedTb");
  });

  it("put what the server says beside the field that it is about", () => {
    expect(fieldOf("$.input.capacityTb", CENTER)).toBe("capacityTb");
    expect(fieldOf("$.capacity_tb", CENTER)).toBe("capacityTb");
    expect(fieldOf("$.reason", CENTER)).toBeNull();
  });

  it("have the attributes of an entity type as fields", () => {
    const fields = recordFields([{ name: "birthDate", description: "Date of birth.", kind: "birth_date" }, { name: "city", description: "City.", kind: "text" }], (name) => name.replace("D", " d"));
    expect(fields).toEqual([{ name: "birthDate", label: "Birth date", kind: "date", hint: "Date of birth." }, { name: "city", label: "City", kind: "text" }]);
  });
});

describe("uploads", () => {
  it("read what columns mean, or say that nothing can be read", () => {
    expect(columnsOf("mail=email, customer no = key\n")).toEqual({ mail: "email", "customer no": "key" });
    expect(columnsOf("")).toEqual({});
    expect(columnsOf("mail")).toBeNull();
  });

  it("tell sizes", () => {
    expect([sizeText(512), sizeText(2048), sizeText(3 << 20)]).toEqual(["512 B", "2.0 kB", "3.0 MB"]);
  });
});
