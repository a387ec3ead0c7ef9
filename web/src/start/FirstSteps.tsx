import { Link, useNavigate } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useAsk, useLive } from "@/asking";
import { Button, CopyLine } from "@/parts";
import { AnyLineageChanged } from "./any-lineage-changed.generated";
import { FirstEvent } from "./first-event.generated";
import styles from "./start.module.css";

/** The command that sends a first event to this server: one job that reads one file and writes one table. */
export function command(address: string, key: boolean): string {
  const event = {
    eventType: "COMPLETE",
    eventTime: "TIME",
    producer: "https://github.com/my/first-event",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent",
    run: { runId: "RUN" },
    job: { namespace: "my-team", name: "load_orders" },
    inputs: [{ namespace: "file", name: "/landing/orders.csv" }],
    outputs: [{ namespace: "postgres://warehouse:5432", name: "shop.public.orders" }],
  };
  const body = JSON.stringify(event)
    .replace('"TIME"', `"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"`)
    .replace('"RUN"', `"'$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)'"`);
  const header = key ? " \\\n  -H \"Authorization: Bearer $GOLDTHREAD_API_KEY\"" : "";
  return `curl ${address}/api/v1/lineage \\\n  -H 'Content-Type: application/json'${header} \\\n  -d '${body}'`;
}

/**
 * What an empty catalog shows: a command to copy, and a place that turns live when the event arrives.
 *
 * Where the catalog was seen to be empty, every event has arrived since.
 */
export function FirstSteps({ isEmpty = false }: { isEmpty?: boolean }) {
  const navigate = useNavigate();
  const { data, refetch } = useAsk(FirstEvent, {}, { every: 3_000 });
  const [graph, setGraph] = useState<{ from: string; to: string } | null>(null);
  useLive(AnyLineageChanged, {}, ({ lineageChanged }) => {
    const edge = lineageChanged.added[0];
    if (edge) setGraph({ from: edge.from, to: edge.to });
    void refetch();
  });
  const text = useMemo(() => command(location.origin, sessionStorage.getItem("goldthread.api-key") !== null), []);
  const latest = data?.events.nodes[0];
  // What was there when the page opened did not arrive just now.
  const [before, setBefore] = useState<string | null | undefined>(isEmpty ? null : undefined);
  if (before === undefined && data !== undefined) setBefore(latest?.id ?? null);
  const event = before === undefined || latest?.id === before ? undefined : latest;
  useEffect(() => {
    if (event !== undefined) document.getElementById("arrived")?.focus();
  }, [event]);
  return (
    <div className={styles["steps"]}>
      <section>
        <h2>Send your first event</h2>
        <p>
          Goldthread speaks <a href="https://openlineage.io" rel="noreferrer">OpenLineage</a>: Airflow, Spark, dbt, Flink and others send it by a line of
          configuration. To see how it feels, paste this into a terminal:
        </p>
        <CopyLine text={text} />
      </section>
      {event === undefined ? (
        <p className={styles["waiting"]} role="status">
          <span className={styles["pulse"]} /> Waiting for the event; this page notices by itself.
        </p>
      ) : (
        <div className={styles["arrived"]} id="arrived" tabIndex={-1} role="status">
          <CircleCheck aria-hidden />
          <div>
            <h2>It arrived</h2>
            <p>
              {event.job ? (
                <>
                  The job <b>{event.job.displayName}</b> is in the catalog, with what it read and wrote.
                </>
              ) : (
                "The catalog knows what it told."
              )}
            </p>
          </div>
          <Button
            look="main"
            onClick={() => void navigate(graph ? { to: `/lineage/${graph.to}` } : { to: "/lineage", search: { job: event.job?.name, namespace: event.job?.namespace } })}
          >
            See its lineage
          </Button>
        </div>
      )}
      <section>
        <h2>Or bring what you have</h2>
        <ul className={styles["ways"]}>
          <li>
            <Link to="/adding">Upload a file</Link> of customers: CSV, NDJSON or Parquet
          </li>
          <li>
            <code>goldthread load FILE --source crm</code> from the command line
          </li>
          <li>
            <code>goldthread up</code> in an empty folder loads a demo
          </li>
        </ul>
      </section>
    </div>
  );
}
