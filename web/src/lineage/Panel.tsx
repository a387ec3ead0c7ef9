import { Link } from "@tanstack/react-router";
import { Crosshair, Download, Route, X, Zap } from "lucide-react";
import { useAsk } from "@/asking";
import { Button, buttonClass, Chip, Copy, durationText, ErrorBox, Skeleton, StateChip, Time } from "@/parts";
import { kindLook } from "@/shell/kinds";
import type { AsOf } from "@/shell/as-of";
import { DatasetCard } from "./dataset-card.generated";
import { ImpactOf } from "./impact.generated";
import { JobCard } from "./job-card.generated";
import type { LineageState } from "./address";
import type { ViewNode } from "./view";
import styles from "./lineage.module.css";

interface Props {
  node: ViewNode;
  root: string;
  state: LineageState;
  at: AsOf;
  onClose: () => void;
  onStart: (id: string) => void;
  onImpact: () => void;
  onPath: () => void;
  onFollow: (path: string) => void;
}

/** What is known of the node that was chosen, and what can be asked about it. */
export function Panel(props: Props) {
  const { node, root, state, onClose, onStart, onImpact, onPath } = props;
  const { icon: Icon, label } = kindLook(node.kind);
  return (
    <aside className={styles["panel"]} aria-label="The chosen node">
      <div className={styles["panelHead"]}>
        <Chip tint={`kind-${node.lane}`} icon={<Icon aria-hidden />}>
          {label}
        </Chip>
        <span />
        <Copy text={node.name} label="Copy the name" />
        <Button small look="plain" icon={<X aria-hidden />} aria-label="Close" onClick={onClose} />
      </div>
      <h2 className={styles["panelName"]}>{node.label.slice(0, 2000)}</h2>
      <p className={styles["panelMore"]}>
        {node.namespace.slice(0, 1000)}
        {node.name !== node.label && <> · {node.name.slice(0, 2000)}</>}
      </p>
      <div className={styles["panelActs"]}>
        {node.id !== root && (
          <Button small icon={<Crosshair aria-hidden />} onClick={() => onStart(node.id)}>
            Start here
          </Button>
        )}
        <Button small icon={<Zap aria-hidden />} pressed={state.isImpact} onClick={onImpact}>
          Impact
        </Button>
        {node.id !== root && (
          <Button small icon={<Route aria-hidden />} pressed={state.pathTo === node.id} onClick={onPath}>
            Path to the start
          </Button>
        )}
        <Link to="/catalog" search={{ asset: node.id }} className={buttonClass({ small: true })}>
          In the catalog
        </Link>
      </div>
      {state.isImpact ? <Impact {...props} /> : node.kind === "JOB" ? <AboutJob {...props} /> : <AboutDataset {...props} />}
    </aside>
  );
}

function AboutDataset({ node, at, state, onFollow }: Props) {
  const { data, error, refetch } = useAsk(DatasetCard, { name: node.name, namespace: node.namespace, ...instants(at) }, { keep: false });
  if (error) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={5} />;
  const dataset = data.dataset;
  if (dataset == null) return <p className={styles["panelNote"]}>Nothing was known of it then.</p>;
  return (
    <>
      {dataset.description && <p className={styles["description"]}>{dataset.description.slice(0, 600)}</p>}
      <dl className={styles["facts"]}>
        <dt>Written</dt>
        <dd>
          <Time at={dataset.freshness.lastWrittenAt ?? null} relative /> {dataset.freshness.isOverdue && <Chip tint="warn">overdue</Chip>}
        </dd>
        <dt>Owners</dt>
        <dd>{dataset.owners.length === 0 ? "nobody yet" : dataset.owners.map(({ name }) => name).join(", ")}</dd>
        {dataset.tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd className={styles["chips"]}>
              {dataset.tags.map(({ key, value }) => (
                <Chip key={key + (value ?? "")}>{value ? `${key}: ${value}` : key}</Chip>
              ))}
            </dd>
          </>
        )}
      </dl>
      <h3>
        Columns <span className={styles["quiet"]}>{dataset.columns.length}</span>
      </h3>
      <ul className={styles["panelList"]}>
        {dataset.columns.slice(0, 200).map(({ path, type }) => (
          <li key={path}>
            <button
              type="button"
              aria-pressed={state.column?.dataset === node.id && state.column.path === path}
              title="Follow this column"
              onClick={() => onFollow(path)}
            >
              <span>{path}</span>
              <span className={styles["quiet"]}>{type?.toLowerCase()}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function AboutJob({ node, at }: Props) {
  const { data, error, refetch } = useAsk(JobCard, { name: node.name, namespace: node.namespace, ...instants(at) }, { keep: false });
  if (error) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={5} />;
  return (
    <>
      {data.job?.description && <p className={styles["description"]}>{data.job.description.slice(0, 600)}</p>}
      <dl className={styles["facts"]}>
        <dt>Owners</dt>
        <dd>{data.job?.owners.length ? data.job.owners.map(({ name }) => name).join(", ") : "nobody yet"}</dd>
      </dl>
      {data.job?.sql && (
        <>
          <h3>SQL</h3>
          <pre className={styles["sql"]} tabIndex={0}>
            {data.job.sql.query.slice(0, 4000)}
          </pre>
        </>
      )}
      <h3>Last runs</h3>
      <ul className={styles["panelList"]}>
        {data.runs.nodes.map((run) => (
          <li key={run.id}>
            <Link to={`/runs/${run.id}`}>
              <StateChip state={run.state} />
              <span className={styles["quiet"]}>
                {run.durationSeconds != null && `${durationText(run.durationSeconds)} · `}
                <Time at={run.startedAt} relative />
              </span>
            </Link>
          </li>
        ))}
        {data.runs.nodes.length === 0 && <li className={styles["quiet"]}>none is known</li>}
      </ul>
    </>
  );
}

function Impact({ node, at, state, onStart }: Props) {
  const column = state.column?.dataset === node.id ? state.column.path : null;
  const { data, error, refetch } = useAsk(ImpactOf, { of: { id: node.id }, column, ...instants(at) });
  if (error) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={6} />;
  const { totals, owners, nodes } = data.impact;
  const counted = (["critical", "high", "medium", "low"] as const).filter((severity) => totals[severity] > 0);
  return (
    <>
      <p className={styles["description"]}>
        When {column ? <b>{column}</b> : "it"} goes wrong, <b>{totals.datasets}</b> dataset{totals.datasets === 1 ? "" : "s"} and{" "}
        <b>{totals.jobs}</b> job{totals.jobs === 1 ? "" : "s"} downstream are hit
        {owners.length > 0 && <>; tell {owners.map(({ name }) => name).join(", ")}</>}.
      </p>
      <div className={styles["chips"]}>
        {counted.map((severity) => (
          <Chip key={severity} tint={{ critical: "bad", high: "warn", medium: "gold", low: "quiet" }[severity] as "bad"}>
            {totals[severity]} {severity}
          </Chip>
        ))}
        <a className={buttonClass({ small: true, look: "plain" })} href={exportAddress(node, column, at)} download>
          <Download aria-hidden /> CSV
        </a>
      </div>
      <ul className={styles["panelList"]}>
        {nodes.map(({ node: hit, severity, distance, columns, allColumns }) => (
          <li key={hit.id}>
            <button type="button" onClick={() => onStart(hit.id)} title={`${hit.namespace} ${hit.name}: start here`}>
              <span>
                <b className={styles[severity.toLowerCase()]} aria-label={severity.toLowerCase()}>
                  ●
                </b>{" "}
                {hit.displayName}
                {!allColumns && columns.length > 0 && <small> {columns.slice(0, 3).join(", ")}{columns.length > 3 && " …"}</small>}
              </span>
              <span className={styles["quiet"]}>{distance} hop{distance === 1 ? "" : "s"}</span>
            </button>
          </li>
        ))}
        {nodes.length === 0 && <li className={styles["quiet"]}>Nothing follows from it.</li>}
      </ul>
    </>
  );
}

function instants({ asOf, knownAt }: AsOf): AsOf {
  return { asOf, knownAt };
}

function exportAddress(node: ViewNode, column: string | null, { asOf, knownAt }: AsOf): string {
  const parts = new URLSearchParams({ [node.kind === "JOB" ? "job" : "dataset"]: node.name, namespace: node.namespace, format: "csv" });
  if (column) parts.set("column", column);
  if (asOf) parts.set("asOf", asOf);
  if (knownAt) parts.set("knownAt", knownAt);
  return `/api/v1/lineage/impact?${parts}`;
}
