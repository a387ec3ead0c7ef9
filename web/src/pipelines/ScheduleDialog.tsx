import { useState, type FormEvent } from "react";
import { useAsk, useTell } from "@/asking";
import { Button, Dialog, ErrorBox, Field } from "@/parts";
import type { Shown } from "./Pipeline";
import { PipelineSteps } from "./pipeline-steps.generated";
import { SchedulePipeline } from "./schedule-pipeline.generated";
import styles from "./pipelines.module.css";

/** Says what runs a pipeline and when: by cron, for each new file, or only when asked. */
export function ScheduleDialog({ pipeline, onClose }: { pipeline: Shown; onClose: () => void }) {
  const [draft, setDraft] = useState({ runsAs: pipeline.runsAs ?? "", schedule: pipeline.schedule ?? "", timeZone: pipeline.timeZone ?? "", onNewFile: pipeline.onNewFile ?? "" });
  const [reason, setReason] = useState("");
  const tell = useTell(SchedulePipeline);
  const steps = useAsk(PipelineSteps, {}).data?.pipelineSteps ?? [];
  const put = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const save = (event: FormEvent) => {
    event.preventDefault();
    const input = Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, value.trim() || null]));
    tell.mutate({ id: pipeline.id, input, reason: reason.trim() || null }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="What runs it, and when"
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="main" type="submit" form="schedule" disabled={tell.isPending}>
            {tell.isPending ? "Saving…" : "Save"}
          </Button>
        </>
      }
    >
      <form id="schedule" className={styles["form"]} onSubmit={save}>
        {tell.error && <ErrorBox error={tell.error} />}
        <Field label="Runs as" hint="airflow:DAG, or worker:STEP" value={draft.runsAs} placeholder="airflow:nightly" list="steps" onChange={(event) => put({ runsAs: event.target.value })} />
        <datalist id="steps">
          {steps.map(({ name, description }) => (
            <option key={name} value={`worker:${name}`}>
              {description}
            </option>
          ))}
        </datalist>
        <Field label="Schedule" hint="Cron, five fields: */5 * * * * is every five minutes. Empty: only when asked." value={draft.schedule} placeholder="0 2 * * *" onChange={(event) => put({ schedule: event.target.value })} />
        <Field label="Time zone" hint="Empty: UTC" value={draft.timeZone} placeholder="Europe/Berlin" onChange={(event) => put({ timeZone: event.target.value })} />
        <Field label="For each new file of">
          <select value={draft.onNewFile} onChange={(event) => put({ onNewFile: event.target.value })}>
            <option value="">nothing</option>
            <option value="customers">customers</option>
            <option value="orders">orders</option>
          </select>
        </Field>
        <Field label="Why (optional)" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </form>
    </Dialog>
  );
}
