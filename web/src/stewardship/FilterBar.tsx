import { useEffect, useState } from "react";
import { Button, Field } from "@/parts";
import { useUrl } from "@/shell/url";
import { KIND_WORDS, KINDS, ORDERS, STATUSES, type Kind, type Status } from "./filters";
import styles from "./stewardship.module.css";

interface Props {
  counts: readonly { kind: Kind; status: Status; count: number }[];
  total: number | undefined;
}

/** What of the queue is shown; all of it is in the address. */
export function FilterBar({ counts, total }: Props) {
  const [url, set] = useUrl();
  const status = (url["status"] ?? "open").toUpperCase();
  const kind = url["kind"]?.toUpperCase();
  const count = (of: { kind?: Kind; status?: string }) =>
    counts.filter((one) => (!of.kind || one.kind === of.kind) && (!of.status || of.status === "ANY" || one.status === of.status)).reduce((sum, one) => sum + one.count, 0);
  const isFiltered = ["status", "kind", "assignee", "system", "least", "q"].some((name) => url[name]);
  return (
    <div className={styles["filters"]} role="search" aria-label="Filters">
      <div className={styles["kinds"]} role="group" aria-label="Kind">
        <Button small pressed={!kind} onClick={() => set({ kind: null })}>
          All <small>{count({ status })}</small>
        </Button>
        {KINDS.map((one) => (
          <Button key={one} small pressed={kind === one} onClick={() => set({ kind: kind === one ? null : one.toLowerCase() })}>
            {KIND_WORDS[one].title} <small>{count({ kind: one, status })}</small>
          </Button>
        ))}
      </div>
      <Field label="Status" hideLabel>
        <select value={status} onChange={({ target }) => set({ status: target.value === "OPEN" ? null : target.value.toLowerCase() })}>
          {[...STATUSES, "ANY"].map((one) => (
            <option key={one} value={one}>
              {one.toLowerCase()} ({count({ status: one, ...(kind ? { kind: kind as Kind } : {}) })})
            </option>
          ))}
        </select>
      </Field>
      <Field label="Order" hideLabel>
        <select value={url["order"]?.toUpperCase() ?? "HEAVIEST"} onChange={({ target }) => set({ order: target.value === "HEAVIEST" ? null : target.value.toLowerCase() })}>
          {Object.entries(ORDERS).map(([one, told]) => (
            <option key={one} value={one}>
              {told}
            </option>
          ))}
        </select>
      </Field>
      <Typed name="assignee" label="Assigned to; - means nobody" placeholder="assigned to" width={92} />
      <Typed name="system" label="Source system" placeholder="source system" width={120} />
      <Typed name="q" label="Golden id or source key" placeholder="id or source key" width={150} />
      {isFiltered && (
        <Button small look="plain" onClick={() => set({ status: null, kind: null, assignee: null, system: null, least: null, q: null })}>
          Clear
        </Button>
      )}
      <span className="unseen" role="status">
        {total === undefined ? "" : total === 1 ? "1 task" : `${total} tasks`}
      </span>
    </div>
  );
}

function Typed({ name, label, placeholder, width }: { name: string; label: string; placeholder: string; width: number }) {
  const [url, set] = useUrl();
  const value = url[name] ?? "";
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => set({ [name]: typed.trim() || null }), 250);
    return () => clearTimeout(timer);
  }, [typed, value, name, set]);
  return (
    <div style={{ width }}>
      <Field label={label} hideLabel placeholder={placeholder} value={typed} maxLength={300} onChange={({ target }) => setTyped(target.value)} />
    </div>
  );
}
