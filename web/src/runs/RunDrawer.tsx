import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAsk } from "@/asking";
import { buttonClass, Chip, Copy, Drawer, durationText, ErrorBox, Skeleton, StateChip, Time } from "@/parts";
import { NameLink, RunLink } from "@/catalog/links";
import { RunView, type RunViewQuery } from "./run-view.generated";
import styles from "./runs.module.css";

type Run = NonNullable<RunViewQuery["run"]>;

/** All of a run: why it failed, what it started, what it read and wrote, and its lineage at that moment. */
export function RunDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, isPending, refetch } = useAsk(RunView, { id }, { keep: false, every: 15_000 });
  const run = data?.run;
  const moment = run && (run.endedAt ?? run.lastHeardAt);
  return (
    <Drawer
      open
      onClose={onClose}
      width={620}
      title={run ? <span className={styles["title"]}>{run.job.name.slice(0, 300)}</span> : "Run"}
      subtitle={
        run && (
          <div className={styles["subtitle"]}>
            <StateChip state={run.state} />
            <Time at={run.startedAt} exact />
            {run.durationSeconds !== null && <span>took {durationText(run.durationSeconds)}</span>}
            {run.isStreaming && <Chip>streaming</Chip>}
          </div>
        )
      }
      foot={
        run && (
          <>
            <Link to="/events" search={{ run: run.id }} className={buttonClass()}>
              Its events
            </Link>
            <Link to={`/catalog/${run.jobId}`} search={{}} className={buttonClass()}>
              Its job
            </Link>
            <Link to={`/lineage/${run.jobId}`} search={{ validAt: moment ?? "" }} className={buttonClass({ look: "main" })}>
              Lineage at that moment
            </Link>
          </>
        )
      }
    >
      {error ? (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton rows={9} />
      ) : run ? (
        <Told run={run} tree={data.runTree} causes={data.rootCauses} />
      ) : (
        <p>No run has this id. It may have been erased.</p>
      )}
    </Drawer>
  );
}

function Told({ run, tree, causes }: { run: Run; tree: RunViewQuery["runTree"]; causes: RunViewQuery["rootCauses"] }) {
  return (
    <div className={styles["sections"]}>
      {run.placeholder && <p className={styles["quiet"]}>Nothing came from this run itself: others name it as their parent.</p>}
      {run.error && (
        <Section title="Why it failed" note={<Copy text={[run.error.message, run.error.stackTrace].filter(Boolean).join("\n")} label="Copy the error" />}>
          <pre className={styles["error"]} tabIndex={0}>
            {run.error.message}
          </pre>
          {run.error.stackTrace && (
            <details>
              <summary>Stack trace</summary>
              <pre className={styles["trace"]} tabIndex={0}>
                {run.error.stackTrace}
              </pre>
            </details>
          )}
        </Section>
      )}
      {causes && causes.suspects.length > 0 && <Causes causes={causes} />}
      {tree && tree.nodes.length > 1 && <Tree tree={tree} own={run.id} />}
      <Section title="Read">
        <Volumes all={run.inputs} none="Nothing that it told." />
        {run.read.some(({ writings }) => writings.length > 0) && <Reads read={run.read} />}
      </Section>
      <Section title={run.state === "FAIL" || run.state === "ABORT" ? "Was to write" : "Wrote"}>
        <Volumes all={run.outputs} none="Nothing that it told." />
        <ReadBy all={run.readBy} />
      </Section>
      {run.sql && (
        <Section title="SQL" note={<Copy text={run.sql.query} label="Copy the SQL" />}>
          <pre className={styles["trace"]} tabIndex={0}>
            {run.sql.query}
          </pre>
        </Section>
      )}
      <About run={run} />
      {run.facets.length > 0 && (
        <Section title={`Facets (${run.facets.length})`}>
          {run.facets.map(({ name, dataset, isOutput, body }) => (
            <details key={`${name} ${dataset?.namespace} ${dataset?.name} ${isOutput}`} className={styles["facet"]}>
              <summary>
                {name} {dataset && <small>of {dataset.displayName}</small>}
              </summary>
              <pre className={styles["trace"]} tabIndex={0}>
                {JSON.stringify(body, null, 2)}
              </pre>
            </details>
          ))}
        </Section>
      )}
    </div>
  );
}

function About({ run }: { run: Run }) {
  const facts: [string, ReactNode][] = [
    ["Id", <code key="i">{run.id}</code>],
    ["Given as", run.givenId && <code key="g">{run.givenId}</code>],
    ["Job of", run.job.namespace],
    ["Ended", run.endedAt && <Time key="e" at={run.endedAt} exact />],
    ["Heard of last", <Time key="h" at={run.lastHeardAt} exact />],
    ["Scheduled for", run.nominalFrom && <Time key="n" at={run.nominalFrom} />],
    ["Carried out by", run.processingEngine && `${run.processingEngine.name ?? ""} ${run.processingEngine.version}`],
    ["Code", run.sourceCodeLocation && <code key="c">{run.sourceCodeLocation.url}</code>],
    ["Started by", run.parent && <RunLink key="p" id={run.parent.id}>{run.parent.job.displayName}</RunLink>],
    ["At the root", run.root && run.root.id !== run.parent?.id && run.root.id !== run.id && <RunLink key="r" id={run.root.id}>{run.root.job.displayName}</RunLink>],
  ];
  return (
    <Section title="About it">
      <dl className={styles["facts"]}>
        {facts.map(([label, value]) =>
          value ? (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </Section>
  );
}

function Causes({ causes }: { causes: NonNullable<RunViewQuery["rootCauses"]> }) {
  return (
    <Section title="What happened upstream before">
      <ol className={styles["causes"]}>
        {causes.suspects.map(({ kind, at, reason, node, run, score }) => (
          <li key={kind + at + node.id}>
            <Chip tint={score >= 0.5 ? "bad" : score >= 0.2 ? "warn" : "quiet"}>{kind.toLowerCase().replaceAll("_", " ")}</Chip>
            <span>
              {reason} {run && <RunLink id={run.id}>that run</RunLink>}
            </span>
          </li>
        ))}
      </ol>
      {causes.suspectCount > causes.suspects.length && <small className={styles["quiet"]}>and {causes.suspectCount - causes.suspects.length} less likely ones</small>}
    </Section>
  );
}

function Tree({ tree, own }: { tree: NonNullable<RunViewQuery["runTree"]>; own: string }) {
  const tries = new Map<string, number>();
  const nodes = tree.nodes.slice(1).map((node) => {
    const key = [node.parentRunId, node.run.job.namespace, node.run.job.name, node.run.mapIndex].join("\n");
    const number = (tries.get(key) ?? 0) + 1;
    tries.set(key, number);
    return { ...node, key, number };
  });
  return (
    <Section title={`What it started (${nodes.length}${tree.truncated ? "+" : ""})`}>
      <ul className={styles["tree"]}>
        {nodes.map(({ depth, run, key, number }) => (
          <li key={run.id} style={{ paddingLeft: (depth - 1) * 18 }} aria-current={run.id === own ? "true" : undefined}>
            <StateChip state={run.state} />
            <RunLink id={run.id}>
              <span>{run.mapIndex === null ? run.job.displayName : `${run.job.displayName} [${run.mapIndex}]`}</span>
            </RunLink>
            {(tries.get(key) ?? 1) > 1 && <small>{`try ${number} of ${tries.get(key)}`}</small>}
            <span className={styles["push"]}>{run.durationSeconds !== null && durationText(run.durationSeconds)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Volumes({ all, none }: { all: Run["inputs"]; none: string }) {
  if (all.length === 0) return <p className={styles["quiet"]}>{none}</p>;
  return (
    <ul className={styles["tree"]}>
      {all.slice(0, 60).map((one) => (
        <li key={one.namespace + one.name}>
          <NameLink of={one} kind="dataset" />
          <span className={styles["push"]}>{one.volume?.rowCount != null && `${one.volume.rowCount.toLocaleString("en")} rows`}</span>
        </li>
      ))}
      {all.length > 60 && <li>and {all.length - 60} more</li>}
    </ul>
  );
}

function Reads({ read }: { read: Run["read"] }) {
  return (
    <details className={styles["facet"]}>
      <summary>Which writings that was made of</summary>
      {read.map(({ dataset, version, isExact, isWhole, writings }) => (
        <div key={dataset.namespace + dataset.name} className={styles["readOf"]}>
          <b>{dataset.displayName}</b>{" "}
          <small>{isExact ? `version ${version}` : isWhole ? "all of it, by time" : "by time; earlier writings may lie there too"}</small>
          <ul className={styles["tree"]}>
            {writings.slice(-8).map(({ run, writtenAt, mode, rows }) => (
              <li key={run.id + writtenAt}>
                <RunLink id={run.id}>{run.job.displayName}</RunLink>
                <small>{mode.toLowerCase()}</small>
                <span className={styles["push"]}>
                  {rows !== null && `${rows.toLocaleString("en")} rows, `}
                  <Time at={writtenAt} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </details>
  );
}

function ReadBy({ all }: { all: Run["readBy"] }) {
  const read = all.filter(({ runs }) => runs.length > 0);
  if (read.length === 0) return null;
  return (
    <details className={styles["facet"]}>
      <summary>Who read what it wrote</summary>
      {read.map(({ dataset, runs, truncated }) => (
        <div key={dataset.namespace + dataset.name} className={styles["readOf"]}>
          <b>{dataset.displayName}</b>
          <ul className={styles["tree"]}>
            {runs.map(({ id, job, startedAt, state }) => (
              <li key={id}>
                <StateChip state={state} />
                <RunLink id={id}>{job.displayName}</RunLink>
                <span className={styles["push"]}>
                  <Time at={startedAt} />
                </span>
              </li>
            ))}
          </ul>
          {truncated && <small>and more</small>}
        </div>
      ))}
    </details>
  );
}

function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles["section"]}>
      <header>
        <h3>{title}</h3>
        {note}
      </header>
      {children}
    </section>
  );
}
