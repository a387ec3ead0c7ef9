import { Link } from "@tanstack/react-router";
import { useAskPages } from "@/asking";
import { Button, buttonClass, EmptyState, ErrorBox, Field, Skeleton, Table } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { useUrl } from "@/shell/url";
import { COLUMNS, type Event } from "./columns";
import { EventDrawer } from "./EventDrawer";
import { EventList } from "./event-list.generated";
import styles from "./events.module.css";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The events as they came, latest first, narrowed down by run, time and words. */
export function Events() {
  const [url, set] = useUrl();
  const { knownAt } = useAsOf();
  const run = url["run"];
  const isRun = run === undefined || UUID.test(run);
  const asked = { runId: isRun ? (run ?? null) : null, since: instant(url["since"]), until: instant(url["until"]), knownAt };
  const list = useAskPages(EventList, asked, (data) => data.events.pageInfo, { enabled: isRun, every: 15_000 });
  const all = list.pages.flatMap(({ events }) => events.nodes);
  const words = (url["q"] ?? "").toLowerCase();
  const rows = words === "" ? all : all.filter((event) => textOf(event).includes(words));
  const narrowed = !!(run || url["since"] || url["until"] || words);
  return (
    <div className={styles["list"]}>
      <div className={styles["filters"]}>
        <Field label="Words" type="search" placeholder="Job, type, producer…" value={url["q"] ?? ""} maxLength={200} onChange={(event) => set({ q: event.target.value })} />
        <Field label="Run id" placeholder="UUID" value={run ?? ""} maxLength={60} wrong={isRun ? undefined : "Not a UUID"} onChange={(event) => set({ run: event.target.value.trim() })} />
        <Field label="Since (UTC)">
          <input type="datetime-local" value={url["since"] ?? ""} onChange={(event) => set({ since: event.target.value })} />
        </Field>
        <Field label="Until (UTC)">
          <input type="datetime-local" value={url["until"] ?? ""} onChange={(event) => set({ until: event.target.value })} />
        </Field>
        <span className={styles["told"]} role="status">
          {words === "" ? `${all.length.toLocaleString("en")} here` : `${rows.length} of ${all.length.toLocaleString("en")} here`}
          {list.hasMore && ", more below"}
        </span>
        {words !== "" && list.hasMore && (
          <Button small onClick={list.more} disabled={list.isFetching}>
            Look through more
          </Button>
        )}
      </div>
      {list.error ? (
        <ErrorBox error={list.error} onRetry={list.refetch} />
      ) : list.isPending && isRun ? (
        <Skeleton rows={12} />
      ) : rows.length === 0 ? (
        <Nothing narrowed={narrowed} onClear={() => set({ q: null, run: null, since: null, until: null })} />
      ) : (
        <Table
          label="Events"
          className={styles["table"]}
          columns={COLUMNS}
          rows={rows}
          keyOf={(event) => event.id}
          selected={url["event"]}
          onOpen={(event) => set({ event: event.id }, true)}
          onEnd={words === "" ? list.more : undefined}
        />
      )}
      {url["event"] && <EventDrawer id={url["event"]} onClose={() => set({ event: null })} />}
    </div>
  );
}

function Nothing({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  if (narrowed) return <EmptyState title="No event fits" actions={<Button onClick={onClear}>Clear the filters</Button>} />;
  return (
    <EmptyState
      title="No event has come yet"
      actions={
        <Link to="/start" className={buttonClass({ look: "main" })}>
          Send your first event
        </Link>
      }
    />
  );
}

function textOf({ eventType, kind, job, dataset, producer, runId }: Event): string {
  return [eventType, kind, job?.name, job?.namespace, dataset?.name, dataset?.namespace, producer, runId].join(" ").toLowerCase();
}

/** What a field for an instant holds, as GraphQL takes it. */
function instant(text: string | undefined): string | null {
  if (!text) return null;
  const date = new Date(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
