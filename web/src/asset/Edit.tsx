import { Plus, X } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTell } from "@/asking";
import { Button, Chip, Dialog, ErrorBox, Field } from "@/parts";
import { Annotate } from "./annotate.generated";
import { changeOf, draftOf, type Draft } from "./draft";
import type { Asset } from "./Screen";
import styles from "./asset.module.css";

/** Says what an asset is for, who answers for it and how it is tagged; from now on, with a reason. */
export function Edit({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const [before] = useState(() => draftOf(asset));
  const [draft, setDraft] = useState<Draft>(before);
  const [reason, setReason] = useState("");
  const tell = useTell(Annotate);
  const input = changeOf(before, draft);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (input === null) onClose();
    else tell.mutate({ id: asset.id, input, reason: reason.trim() || null }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width={620}
      title="Describe"
      subtitle={<span className={styles["quiet"]}>What people say comes before what producers say, and is kept with its history.</span>}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="main" type="submit" form="describe" disabled={tell.isPending || input === null}>
            {tell.isPending ? "Saving…" : "Save"}
          </Button>
        </>
      }
    >
      <form id="describe" className={styles["form"]} onSubmit={save}>
        {tell.error && <ErrorBox error={tell.error} />}
        <Field label="What it is for" hint="Markdown; shown as text.">
          <textarea rows={5} maxLength={50_000} value={draft.description} onChange={(event) => setDraft({ ...draft, description: event.target.value })} />
        </Field>
        <Owners draft={draft} onDraft={setDraft} />
        <Tags draft={draft} onDraft={setDraft} />
        <Field label="Why (optional)" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} placeholder="Stays in the history" />
      </form>
    </Dialog>
  );
}

function Owners({ draft, onDraft }: { draft: Draft; onDraft: (draft: Draft) => void }) {
  const [name, setName] = useState("");
  const add = () => {
    const wanted = name.trim();
    if (wanted !== "" && !draft.owners.some((one) => one.name === wanted)) onDraft({ ...draft, owners: [...draft.owners, { name: wanted, role: "owner" }] });
    setName("");
  };
  return (
    <fieldset className={styles["many"]}>
      <legend>Owners</legend>
      <Held names={draft.owners.map((one) => one.name)} onRemove={(gone) => onDraft({ ...draft, owners: draft.owners.filter((one) => one.name !== gone) })} />
      <Adding label="Add an owner" placeholder="ann or team:data-platform" value={name} onValue={setName} onAdd={add} />
    </fieldset>
  );
}

function Tags({ draft, onDraft }: { draft: Draft; onDraft: (draft: Draft) => void }) {
  const [text, setText] = useState("");
  const add = () => {
    const [key, ...rest] = text.split(/[:=]/);
    const wanted = key?.trim() ?? "";
    if (wanted !== "") onDraft({ ...draft, tags: [...draft.tags.filter((one) => one.key !== wanted), { key: wanted, value: rest.join(":").trim() || null }] });
    setText("");
  };
  const shown = (one: Draft["tags"][number]) => (one.value ? `${one.key}: ${one.value}` : one.key);
  return (
    <fieldset className={styles["many"]}>
      <legend>Tags</legend>
      <Held names={draft.tags.map(shown)} onRemove={(gone) => onDraft({ ...draft, tags: draft.tags.filter((one) => shown(one) !== gone) })} />
      <Adding label="Add a tag" placeholder="pii: yes" value={text} onValue={setText} onAdd={add} />
    </fieldset>
  );
}

function Held({ names, onRemove }: { names: readonly string[]; onRemove: (name: string) => void }) {
  if (names.length === 0) return <small className={styles["quiet"]}>None said by people.</small>;
  return (
    <div className={styles["chips"]}>
      {names.map((name) => (
        <span key={name} className={styles["held"]}>
          <Chip tint="gold">{name}</Chip>
          <Button small look="plain" icon={<X aria-hidden />} aria-label={`Take ${name} away`} onClick={() => onRemove(name)} />
        </span>
      ))}
    </div>
  );
}

interface AddingProps {
  label: string;
  placeholder: string;
  value: string;
  onValue: (value: string) => void;
  onAdd: () => void;
}

function Adding({ label, placeholder, value, onValue, onAdd }: AddingProps) {
  return (
    <div className={styles["adding"]}>
      <Field
        label={label}
        hideLabel
        placeholder={placeholder}
        value={value}
        maxLength={200}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            onAdd();
          }
        }}
      />
      <Button icon={<Plus aria-hidden />} aria-label={label} onClick={onAdd} />
    </div>
  );
}
