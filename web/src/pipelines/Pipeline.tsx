import { Link } from "@tanstack/react-router";
import { CalendarClock, Play } from "lucide-react";
import { useState } from "react";
import { answers, useAsk, useLive } from "@/asking";
import { Button, buttonClass, Chip, durationText, EmptyState, ErrorBox, Page, Skeleton, Table, Time, type Column } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { useUrl } from "@/shell/url";
import { AssetLink } from "@/catalog/links";
import { PipelineRunView } from "./pipeline-run.generated";
import { PipelineRunsChanged } from "./pipeline-run-changed.generated";
import { PipelineView, type PipelineViewQuery } from "./pipeline-view.generated";
import { RunDialog } from "./RunDialog";
import { RunPanel } from "./RunPanel";
import { ScheduleDialog } from "./ScheduleDialog";
import { PipelineState } from "./states";
import styles from "./pipelines.module.css";

export type Shown = NonNullable<PipelineViewQuery["dataPipeline"]>;
type Run = Shown["runs"]["nodes"][number];

const CAUSES: Readonly<Record<string, string>> = { REQUEST: "asked for", NEW_FILE: "new file", SCHEDULE: "schedule", AIRFLOW: "begun in Airflow" };

/** One pipeline: run it, watch it, its schedule, and its runs. */
export function Pipeline({ id }: { id: string }) {
  const [url, set] = useUrl();
  const { asOf, knownAt, isPast } = useAsOf();
  const { data, error, isPending, refetch } = useAsk(PipelineView, { id, asOf, knownAt }, { every: 15_000 });
  const [dialog, setDialog] = useState<"run" | "schedule" | null>(null);
  useLive(
    PipelineRunsChanged,
    { pipeline: id },
    ({ pipelineRunChanged }) => {
      void refetch();
      void answers.invalidateQueries({ queryKey: [PipelineRunView.name, { id: pipelineRunChanged.id }] });
    },
    !isPast,
  );
  const pipeline = data?.dataPipeline;
  if (error || isPending || !pipeline) {
    return (
      <Page title="Pipeline">
        {error ? <ErrorBox error={error} onRetry={() => void refetch()} /> : isPending ? <Skeleton rows={8} /> : <EmptyState title="No pipeline has this id">It may have been retired, or not known at the chosen instants.</EmptyState>}
      </Page>
    );
  }
  const { runs } = pipeline;
  return (
    <Page
      title={pipeline.name}
      size="full"
      about={pipeline.description ?? `${pipeline.source} → ${pipeline.destination}`}
      actions={
        <>
          <Link to={`/catalog/${id}`} search={{}} className={buttonClass()}>
            In the catalog
          </Link>
          <Button icon={<CalendarClock aria-hidden />} onClick={() => setDialog("schedule")}>
            Schedule
          </Button>
          <Button look="main" icon={<Play aria-hidden />} disabled={!pipeline.runsAs || pipeline.isRetired || isPast} onClick={() => setDialog("run")}>
            Run
          </Button>
        </>
      }
    >
      <When pipeline={pipeline} />
      {runs.nodes.length === 0 ? (
        <EmptyState title="It never ran">
          {pipeline.runsAs ? "Press “Run”, or give it a schedule." : "Say under “Schedule” what runs it: a DAG of Airflow or a step of the worker."}
        </EmptyState>
      ) : (
        <Table
          label="Runs of the pipeline"
          className={styles["table"]}
          columns={COLUMNS}
          rows={runs.nodes}
          keyOf={(run) => run.id}
          selected={url["run"]}
          onOpen={(run) => set({ run: run.id }, true)}
        />
      )}
      {runs.pageInfo.hasNextPage && <p className={styles["quiet"]}>The last {runs.nodes.length} runs.</p>}
      {url["run"] && <RunPanel id={url["run"]} onClose={() => set({ run: null })} />}
      {dialog === "run" && (
        <RunDialog
          pipeline={pipeline}
          onClose={(run) => {
            setDialog(null);
            if (run) set({ run }, true);
          }}
        />
      )}
      {dialog === "schedule" && <ScheduleDialog pipeline={pipeline} onClose={() => setDialog(null)} />}
    </Page>
  );
}

function When({ pipeline: { runsAs, schedule, timeZone, onNewFile, nextRunAt, reads, writes } }: { pipeline: Shown }) {
  return (
    <div className={styles["when"]}>
      <span>
        <small>runs as</small> {runsAs ? <code>{runsAs}</code> : "nothing yet"}
      </span>
      {schedule && (
        <span>
          <small>schedule</small> <code>{schedule}</code> {timeZone ?? "UTC"}
        </span>
      )}
      {nextRunAt && (
        <span>
          <small>next</small> <Time at={nextRunAt} /> <span>(<Time at={nextRunAt} relative />)</span>
        </span>
      )}
      {onNewFile && (
        <span>
          <small>each new file of</small> <Chip tint="kind-lake">{onNewFile}</Chip>
        </span>
      )}
      {reads.length > 0 && (
        <span>
          <small>reads</small> {reads.slice(0, 4).map((one) => <AssetLink key={one.id} {...one} />)}
        </span>
      )}
      {writes.length > 0 && (
        <span>
          <small>writes</small> {writes.slice(0, 4).map((one) => <AssetLink key={one.id} {...one} />)}
        </span>
      )}
    </div>
  );
}

const COLUMNS: readonly Column<Run>[] = [
  { id: "state", head: "State", width: "116px", cell: (run) => <PipelineState state={run.state} /> },
  { id: "asked", head: "Asked for", width: "160px", cell: (run) => <Time at={run.requestedAt} /> },
  { id: "cause", head: "Because of", width: "minmax(160px, 1fr)", cell: (run) => <span title={run.fileKey ?? ""}>{[CAUSES[run.cause] ?? run.cause, run.requestedBy ?? run.fileKey].filter(Boolean).join(": ")}</span> },
  { id: "took", head: "Took", width: "80px", end: true, cell: (run) => run.durationSeconds !== null && durationText(run.durationSeconds) },
  { id: "tasks", head: "Tasks", width: "74px", end: true, cell: (run) => run.taskCount || "" },
  { id: "attempts", head: "Attempts", width: "86px", end: true, cell: (run) => run.attempts || "" },
  { id: "why", head: "Why", width: "minmax(320px, 2fr)", cell: (run) => <span className={run.error ? styles["bad"] : styles["quiet"]}>{run.error ?? run.stateReason}</span> },
];
