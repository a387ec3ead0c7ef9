import { Link } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { AskError } from "@/asking";
import { Button, buttonClass, Dialog, ErrorBox, Field, instantText } from "@/parts";
import { instant } from "@/shell/as-of";
import { changesOf, fieldOf, problemsOf, sentOf, type FieldSpec, type Values } from "./forms";
import type { Writer } from "./sending";
import styles from "./adding.module.css";

interface Props {
  /** What is written, in the singular: "customer", "data lake". */
  noun: string;
  fields: readonly FieldSpec[];
  writer: Writer;
  /** What is corrected; null: something new is added. */
  id: string | null;
  before: Values;
  hasReason: boolean;
  /** Where what was written is shown. */
  shownAt: (id: string) => { to: string; search?: Record<string, string> };
}

/** A form that adds something or corrects it, shows what it is about to change, and says where the result is. */
export function WriteForm({ noun, fields, writer, id, before, hasReason, shownAt }: Props) {
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>(before);
  const [since, setSince] = useState("");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [ending, setEnding] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AskError | null>(null);
  const [written, setWritten] = useState<string | null>(null);
  const beforeText = JSON.stringify(before);
  useEffect(() => setValues(JSON.parse(beforeText) as Values), [beforeText]);
  const changes = changesOf(fields, before, values);
  const wrong = { ...(tried ? problemsOf(fields, values) : {}), ...told(error, fields) };
  const write = async (act: () => Promise<string>) => {
    setBusy(true);
    setError(null);
    setWritten(null);
    try {
      const done = await act();
      await client.invalidateQueries();
      setWritten(done);
      setTried(false);
      if (id === null) setValues(before);
      setEnding(false);
    } catch (problem) {
      setEnding(false);
      setError(problem instanceof AskError ? problem : new AskError(String(problem), "UNKNOWN"));
    } finally {
      setBusy(false);
    }
  };
  const said = { validFrom: instant(since || undefined), reason: reason.trim() || null };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problemsOf(fields, values)).length > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    if (changes.length === 0) return;
    const input = sentOf(fields, changes);
    void write(() => (id === null ? writer.create(input, said) : writer.update(id, input, said)));
  };
  const link = written === null ? null : shownAt(written);
  return (
    <form ref={form} className={styles["form"]} onSubmit={submit} noValidate>
      {link && (
        <p className={styles["written"]} role="status">
          <Check size={16} aria-hidden /> {id === null ? "Added." : "Written."}{" "}
          <Link to={link.to} search={{ ...link.search }}>
            Look at it
          </Link>
        </p>
      )}
      {error && <ErrorBox error={error} />}
      <div className={styles["fields"]}>
        {fields.map((field) => (
          <Entry key={field.name} field={field} value={values[field.name] ?? ""} wrong={wrong[field.name]} onChange={(value) => setValues({ ...values, [field.name]: value })} />
        ))}
      </div>
      <fieldset className={styles["since"]}>
        <legend>Since when it holds</legend>
        <Field label="Valid from (UTC)" hint="Left empty: from now on. In the past it is a correction, and what was believed stays readable.">
          <input type="datetime-local" step="60" value={since} onChange={({ target }) => setSince(target.value)} />
        </Field>
        {hasReason && <Field label="Reason" hint="Stays with the version." value={reason} maxLength={1000} onChange={({ target }) => setReason(target.value)} />}
      </fieldset>
      {id !== null && (
        <section className={styles["preview"]} aria-live="polite">
          <h3>{changes.length === 0 ? "Nothing is changed yet" : `What this changes${since ? `, from ${instantText(instant(since) ?? "")}` : ", from now on"}`}</h3>
          {changes.length > 0 && (
            <ul>
              {changes.map((change) => (
                <li key={change.name}>
                  <span>{change.label}</span> <s dir="auto">{change.before || "–"}</s> → <b dir="auto">{change.after || "nothing"}</b>
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
      <div className={styles["foot"]}>
        <button type="submit" className={buttonClass({ look: "main" })} disabled={busy || changes.length === 0}>
          {id === null ? `Add the ${noun}` : "Write the correction"}
        </button>
        {id !== null && (
          <Button look="danger" disabled={busy} onClick={() => setEnding(true)}>
            {hasReason ? "Retire it" : "End it"}
          </Button>
        )}
      </div>
      <Dialog
        open={ending}
        onClose={() => setEnding(false)}
        title={hasReason ? `Retire this ${noun}?` : `End this ${noun}?`}
        foot={
          <>
            <Button onClick={() => setEnding(false)}>Keep it</Button>
            <Button look="danger" disabled={busy} onClick={() => id !== null && void write(() => writer.end(id, said))}>
              {hasReason ? "Retire it" : "End it"}
            </Button>
          </>
        }
      >
        <p>
          It ends {since ? <>at {instantText(instant(since) ?? "")}</> : "now"}. Its whole history stays and can be looked at; writing to it later lets it hold again.
        </p>
      </Dialog>
    </form>
  );
}

function Entry({ field, value, wrong, onChange }: { field: FieldSpec; value: string; wrong: string | undefined; onChange: (value: string) => void }) {
  const label = field.required ? `${field.label} *` : field.label;
  if (field.kind === "long") {
    return (
      <div className={styles["wide"]}>
        <Field label={label} hint={field.hint} wrong={wrong}>
          <textarea rows={2} maxLength={10_000} value={value} onChange={({ target }) => onChange(target.value)} />
        </Field>
      </div>
    );
  }
  const type = field.kind === "number" ? "text" : field.kind;
  return (
    <Field
      label={label}
      hint={field.hint}
      wrong={wrong}
      type={type}
      inputMode={field.kind === "number" ? "decimal" : undefined}
      placeholder={field.placeholder}
      required={field.required ?? false}
      value={value}
      dir="auto"
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

function told(error: AskError | null, fields: readonly FieldSpec[]): Record<string, string> {
  const found = (error?.problems ?? []).map(({ path, reason }) => [fieldOf(path, fields), reason] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[0] !== null));
}
