import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useAskPages, useLive } from "@/asking";
import { buttonClass, Chip, durationText, EmptyState, ErrorBox, Page, Skeleton, Table, Time, type Column } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { Pipeline } from "./Pipeline";
import { PipelineList, type PipelineListQuery } from "./pipeline-list.generated";
import { PipelineRunsChanged } from "./pipeline-run-changed.generated";
import { PipelineState } from "./states";

type Row = PipelineListQuery["dataPipelines"]["nodes"][number];

/** Pipelines: what runs them and when, and how they went; one of them with its runs and their tasks. */
export function Screen() {
  const { pipeline } = useParams({ strict: false }) as { pipeline?: string };
  return pipeline === undefined ? <List /> : <Pipeline id={pipeline} />;
}

function List() {
  const { asOf, knownAt, isPast } = useAsOf();
  const navigate = useNavigate();
  const list = useAskPages(PipelineList, { asOf, knownAt }, (data) => data.dataPipelines.pageInfo, { every: 30_000 });
  useLive(PipelineRunsChanged, { pipeline: null }, list.refetch, !isPast);
  const rows = list.pages.flatMap(({ dataPipelines }) => dataPipelines.nodes);
  const add = (
    <Link to="/adding" search={{ kind: "pipeline" }} className={buttonClass()}>
      <Plus aria-hidden />
      Add a pipeline
    </Link>
  );
  return (
    <Page title="Pipelines" size="full" about="Run them, watch them, and see how they went." actions={add}>
      {list.error ? (
        <ErrorBox error={list.error} onRetry={list.refetch} />
      ) : list.isPending ? (
        <Skeleton rows={8} />
      ) : rows.length === 0 ? (
        <EmptyState title="No pipeline yet" actions={add}>
          A pipeline names what it reads and writes, and a DAG of Airflow or a step of the worker that does it.
        </EmptyState>
      ) : (
        <Table
          label="Pipelines"
          columns={COLUMNS}
          rows={rows}
          keyOf={(row) => row.id}
          onOpen={(row) => void navigate({ to: `/pipelines/${row.id}` })}
          onEnd={list.more}
        />
      )}
    </Page>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "name", head: "Pipeline", width: "minmax(182px, 1.4fr)", cell: (row) => <b style={{ fontWeight: 540, unicodeBidi: "isolate" }}>{row.name}</b> },
  { id: "work", head: "Runs as", width: "minmax(156px, 1.2fr)", cell: (row) => (row.runsAs ? <code>{row.runsAs}</code> : <span>not to be run from here</span>) },
  {
    id: "when",
    head: "When",
    width: "minmax(130px, 1fr)",
    cell: (row) => (
      <span>
        {row.schedule && <code>{row.schedule}</code>} {row.timeZone && row.schedule && <small>{row.timeZone}</small>}
        {row.onNewFile && <Chip tint="kind-lake">{`new file of ${row.onNewFile}`}</Chip>}
      </span>
    ),
  },
  { id: "next", head: "Next", width: "120px", cell: (row) => row.nextRunAt && <Time at={row.nextRunAt} relative /> },
  { id: "last", head: "Last run", width: "120px", cell: (row) => row.lastRun && <PipelineState state={row.lastRun.state} /> },
  { id: "at", head: "Asked for", width: "120px", cell: (row) => row.lastRun && <Time at={row.lastRun.requestedAt} relative /> },
  { id: "took", head: "Took", width: "84px", end: true, cell: (row) => row.lastRun?.durationSeconds != null && durationText(row.lastRun.durationSeconds) },
];
