import { useState, type FormEvent } from "react";
import { useAsk, useTell } from "@/asking";
import { Button, Dialog, ErrorBox, Field } from "@/parts";
import type { Shown } from "./Pipeline";
import { PipelineSteps } from "./pipeline-steps.generated";
import { PipelineView } from "./pipeline-view.generated";
import { RunPipeline } from "./run-pipeline.generated";
import styles from "./pipelines.module.css";

/** Asks for a run, with what it is to be given; pressing twice starts one run. */
export function RunDialog({ pipeline, onClose }: { pipeline: Shown; onClose: (run: string | null) => void }) {
  const [conf, setConf] = useState("{}");
  const [key] = useState(() => crypto.randomUUID?.() ?? String(Math.random()).slice(2));
  const run = useTell(RunPipeline, [PipelineView]);
  const step = pipeline.runsAs?.startsWith("worker:") ? pipeline.runsAs.slice("worker:".length) : null;
  const steps = useAsk(PipelineSteps, {}, { enabled: step !== null }).data?.pipelineSteps;
  const options = steps?.find(({ name }) => name === step)?.conf ?? [];
  const { value, wrong } = read(conf);
  const start = (event: FormEvent) => {
    event.preventDefault();
    if (wrong === undefined) run.mutate({ id: pipeline.id, conf: value, idempotencyKey: key }, { onSuccess: ({ runPipeline }) => onClose(runPipeline.id) });
  };
  return (
    <Dialog
      open
      onClose={() => onClose(null)}
      title={`Run ${pipeline.name}`}
      subtitle={<code>{pipeline.runsAs}</code>}
      foot={
        <>
          <Button onClick={() => onClose(null)}>Cancel</Button>
          <Button look="main" type="submit" form="run" disabled={run.isPending || wrong !== undefined}>
            {run.isPending ? "Asking…" : "Run"}
          </Button>
        </>
      }
    >
      <form id="run" className={styles["form"]} onSubmit={start}>
        {run.error && <ErrorBox error={run.error} />}
        <Field label="What it is given, as JSON" wrong={wrong}>
          <textarea rows={6} spellCheck={false} style={{ fontFamily: "var(--mono)" }} value={conf} onChange={(event) => setConf(event.target.value)} />
        </Field>
        {options.length > 0 && (
          <dl className={styles["facts"]}>
            {options.map(({ name, description, isRequired }) => (
              <div key={name}>
                <dt>
                  <code>{name}</code>
                  {isRequired && " *"}
                </dt>
                <dd>{description}</dd>
              </div>
            ))}
          </dl>
        )}
      </form>
    </Dialog>
  );
}

function read(text: string): { value: unknown; wrong?: string } {
  if (text.trim() === "") return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value };
    return { value: null, wrong: 'Must be an object such as {"rows": 1000}' };
  } catch {
    return { value: null, wrong: 'Is not JSON yet; an object such as {"rows": 1000}' };
  }
}
