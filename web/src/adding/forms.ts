/** What the forms ask for: the fields of each kind of asset, and of golden records from their entity type. Pure. */

export interface FieldSpec {
  name: string;
  label: string;
  hint?: string;
  placeholder?: string;
  required?: boolean;
  kind: "text" | "number" | "date" | "email" | "tel" | "long";
}

export type AssetKind = "DATA_CENTER" | "DATA_LAKE" | "DATA_WAREHOUSE" | "PIPELINE" | "MESSAGE_BROKER";

/** A kind of asset that people keep here; `what` names it in the address. */
export interface AssetForm {
  what: string;
  kind: AssetKind;
  title: string;
  fields: readonly FieldSpec[];
}

const NAME: FieldSpec = { name: "name", label: "Name", required: true, kind: "text", hint: "No other of its kind has it." };
const DESCRIPTION: FieldSpec = { name: "description", label: "What it is for", kind: "long" };
const CONNECTION = "Without a password: nothing secret is kept here.";

export const ASSET_FORMS: readonly AssetForm[] = [
  {
    what: "pipeline",
    kind: "PIPELINE",
    title: "Pipeline",
    fields: [
      NAME,
      { name: "source", label: "Reads from", required: true, kind: "text", placeholder: "s3://raw/orders" },
      { name: "destination", label: "Writes to", required: true, kind: "text", placeholder: "postgresql://dw:5432/sales" },
      DESCRIPTION,
    ],
  },
  {
    what: "lake",
    kind: "DATA_LAKE",
    title: "Data lake",
    fields: [NAME, { name: "storageLocation", label: "Where its files lie", required: true, kind: "text", placeholder: "s3://bucket/prefix" }, DESCRIPTION],
  },
  {
    what: "warehouse",
    kind: "DATA_WAREHOUSE",
    title: "Data warehouse",
    fields: [NAME, { name: "connection", label: "Connection", required: true, kind: "text", placeholder: "postgresql://host:5432/database", hint: CONNECTION }, DESCRIPTION],
  },
  {
    what: "datacenter",
    kind: "DATA_CENTER",
    title: "Data center",
    fields: [
      NAME,
      { name: "location", label: "Where it stands", required: true, kind: "text", placeholder: "Frankfurt am Main" },
      { name: "capacityTb", label: "Capacity in TB", required: true, kind: "number" },
      { name: "usedTb", label: "Used of it in TB", kind: "number" },
      DESCRIPTION,
    ],
  },
  {
    what: "broker",
    kind: "MESSAGE_BROKER",
    title: "Message broker",
    fields: [NAME, { name: "connection", label: "Connection", required: true, kind: "text", placeholder: "kafka://broker:9092", hint: CONNECTION }, DESCRIPTION],
  },
];

/** The fields of a golden record's form, from the attributes of its entity type. */
export function recordFields(attributes: readonly { name: string; description: string; kind: string }[], label: (name: string) => string): FieldSpec[] {
  return attributes.map(({ name, description, kind }) => ({
    name,
    label: capital(label(name)),
    kind: kind === "email" ? "email" : kind === "phone" ? "tel" : kind === "date" || kind === "birth_date" ? "date" : "text",
    ...(description && description.replace(/\.$/, "").toLowerCase() !== label(name) ? { hint: description } : {}),
  }));
}

export type Values = Readonly<Record<string, string>>;

/** One value that is about to be written: what it was and will be, "" for nothing. */
export interface Change {
  name: string;
  label: string;
  before: string;
  after: string;
}

/** What the fields say otherwise than before, in their order. */
export function changesOf(fields: readonly FieldSpec[], before: Values, now: Values): Change[] {
  return fields.flatMap(({ name, label }) => {
    const [old, entered] = [before[name] ?? "", (now[name] ?? "").trim()];
    return old === entered ? [] : [{ name, label, before: old, after: entered }];
  });
}

/** What is wrong with what was entered, by the field's name. */
export function problemsOf(fields: readonly FieldSpec[], now: Values): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, label, required, kind } of fields) {
    const entered = (now[name] ?? "").trim();
    if (required && entered === "") found[name] = `Enter ${article(label)}.`;
    else if (kind === "number" && entered !== "" && !(Number(entered) >= 0)) found[name] = "Enter a number that is not negative, such as 12.5.";
  }
  return found;
}

/** The changes as they are sent: numbers as numbers, and null for what is emptied. */
export function sentOf(fields: readonly FieldSpec[], changes: readonly Change[]): Record<string, string | number | null> {
  const numbers = new Set(fields.filter(({ kind }) => kind === "number").map(({ name }) => name));
  return Object.fromEntries(changes.map(({ name, after }) => [name, after === "" ? null : numbers.has(name) ? Number(after) : after]));
}

/** The field that a problem of the server is about, by the end of its path: "$.input.capacityTb" → capacityTb. */
export function fieldOf(path: string, fields: readonly FieldSpec[]): string | null {
  const last = path.split(/[.[\]]/).filter(Boolean).at(-1) ?? "";
  const plain = (text: string) => text.replaceAll("_", "").toLowerCase();
  return fields.find(({ name }) => plain(name) === plain(last))?.name ?? null;
}

function article(label: string): string {
  const lower = label.charAt(0).toLowerCase() + label.slice(1);
  return lower.startsWith("reads") || lower.startsWith("writes") || lower.startsWith("where") ? `what it ${lower}`.replace("what it where", "where") : `the ${lower}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
