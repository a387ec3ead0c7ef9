import { Link } from "@tanstack/react-router";
import { Ban, ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { useAsk, useTell } from "@/asking";
import { Button, buttonClass, Chip, Drawer, durationText, ErrorBox, Skeleton, Time } from "@/parts";
import { CancelPipelineRun } from "./cancel-pipeline-run.generated";
import { PipelineRunView, type PipelineRunViewQuery } from "./pipeline-run.generated";
import { PipelineView } from "./pipeline-view.generated";
import { goesOn, PipelineState, TaskState, webAddress } from "./states";
import styles from "./pipelines.module.css";

type Run = NonNullable<PipelineRunViewQuery["pipelineRun"]>;

/** A run of a pipeline: its tasks with every try, what it was given, why it failed. */
export function RunPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, isPending, refetch } = useAsk(PipelineRunView, { id }, { keep: false, every: 3_000 });
  const cancel = useTell(CancelPipelineRun, [PipelineRunView, PipelineView]);
  const run = data?.pipelineRun;
  const logs = webAddress(run?.logsUrl ?? null);
  return (
    <Drawer
      open
      onClose={onClose}
      width={660}
      title={run ? run.work : "Run"}
      subtitle={
        run && (
          <div className={styles["subtitle"]}>
            <PipelineState state={run.state} />
            <span>
              asked for <Time at={run.requestedAt} exact />
            </span>
            {run.durationSeconds !== null && <span>took {durationText(run.durationSeconds)}</span>}
          </div>
        )
      }
      foot={
        run && (
          <>
            {goesOn(run.state) && (
              <Button look="danger" icon={<Ban aria-hidden />} disabled={cancel.isPending || run.cancelRequestedAt !== null} onClick={() => cancel.mutate({ id })}>
                {run.cancelRequestedAt ? "Cancelling…" : "Cancel"}
              </Button>
            )}
            {logs && (
              <a href={logs} target="_blank" rel="noopener noreferrer" className={buttonClass()}>
                <ExternalLink aria-hidden />
                Logs in Airflow
              </a>
            )}
            {run.lineageRun && (
              <>
                <Link to={`/runs/${run.lineageRun.id}`} search={{}} className={buttonClass()}>
                  As lineage tells it
                </Link>
                <Link to={`/lineage/${run.lineageRun.jobId}`} search={{ validAt: run.lineageRun.endedAt ?? run.lineageRun.lastHeardAt }} className={buttonClass({ look: "main" })}>
                  Lineage at that moment
                </Link>
              </>
            )}
          </>
        )
      }
    >
      {error ? (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton rows={8} />
      ) : run ? (
        <div className={styles["sections"]}>
          {cancel.error && <ErrorBox error={cancel.error} />}
          <Told run={run} />
        </div>
      ) : (
        <p>No run has this id.</p>
      )}
    </Drawer>
  );
}

function Told({ run }: { run: Run }) {
  return (
    <>
      {run.stateReason && <p className={styles["reason"]}>{run.stateReason}</p>}
      {run.error && (
        <pre className={styles["error"]} tabIndex={0}>
          {run.error}
        </pre>
      )}
      {run.taskTries.length > 0 && <Tasks run={run} />}
      <section>
        <h3>About it</h3>
        <dl className={styles["facts"]}>
          <Fact label="Because of" value={[run.cause.toLowerCase().replaceAll("_", " "), run.requestedBy].filter(Boolean).join(", ")} />
          <Fact label="File" value={run.fileKey && <code>{run.fileKey}</code>} />
          <Fact label="Scheduled for" value={run.scheduledFor && <Time at={run.scheduledFor} />} />
          <Fact label="Began" value={run.startedAt && <Time at={run.startedAt} exact />} />
          <Fact label="Ended" value={run.endedAt && <Time at={run.endedAt} exact />} />
          <Fact label="Attempts" value={run.attempts || null} />
          <Fact label="Next attempt" value={run.nextAttemptAt && <Time at={run.nextAttemptAt} relative />} />
          <Fact label="In Airflow" value={run.dagRunId && <code>{run.dagRunId}</code>} />
          <Fact label="Id" value={<code>{run.id}</code>} />
        </dl>
      </section>
      <Json title="Given" value={run.conf} />
      <Json title="Answered" value={run.result} />
    </>
  );
}

/** Tasks with every try, as bars on the axis of the run. */
function Tasks({ run }: { run: Run }) {
  const tries = run.taskTries.slice().sort((a, b) => (a.startedAt ?? "9").localeCompare(b.startedAt ?? "9") || a.taskId.localeCompare(b.taskId) || a.tryNumber - b.tryNumber);
  const times = tries.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]).filter((at) => at !== null).map((at) => Date.parse(at));
  const first = Math.min(...times);
  const last = Math.max(...times, first + 1000);
  const place = (at: string) => `${((Date.parse(at) - first) / (last - first)) * 100}%`;
  return (
    <section>
      <h3>{`Tasks${run.taskCount > 100 ? ` (the first of ${run.taskCount})` : ""}`}</h3>
      <ul className={styles["tasks"]}>
        {tries.map((task) => (
          <li key={`${task.taskId} ${task.mapIndex} ${task.tryNumber}`}>
            <span className={styles["task"]} title={task.operator ?? ""}>
              {task.mapIndex >= 0 ? `${task.taskId} [${task.mapIndex}]` : task.taskId}
              {task.tryNumber > 1 && <small> try {task.tryNumber}</small>}
            </span>
            <TaskState state={task.state} />
            <span className={styles["lane"]}>
              {task.startedAt && (
                <i data-state={task.state} style={{ left: place(task.startedAt), width: task.endedAt ? `max(3px, calc(${place(task.endedAt)} - ${place(task.startedAt)}))` : "100%" }} />
              )}
            </span>
            <span className={styles["took"]}>{task.durationSeconds !== null && durationText(task.durationSeconds)}</span>
            {webAddress(task.logsUrl) && (
              <a href={webAddress(task.logsUrl) ?? ""} target="_blank" rel="noopener noreferrer">
                logs
              </a>
            )}
            {task.error && <pre tabIndex={0}>{task.error}</pre>}
            {!task.isNewest && <Chip>earlier try</Chip>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Json({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined || JSON.stringify(value) === "{}") return null;
  return (
    <section>
      <h3>{title}</h3>
      <pre className={styles["json"]} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </section>
  );
}

function Fact({ label, value }: { label: string; value: ReactNode }) {
  if (value === null || value === "" || value === undefined) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
