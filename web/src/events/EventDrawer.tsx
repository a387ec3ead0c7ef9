import { Link } from "@tanstack/react-router";
import { useAsk } from "@/asking";
import { buttonClass, Copy, Drawer, ErrorBox, Skeleton, Time } from "@/parts";
import { NameLink } from "@/catalog/links";
import { EventType } from "./columns";
import { EventView } from "./event-view.generated";
import { Problems, Raw } from "./Raw";
import styles from "./events.module.css";

/** An event, byte for byte as it came. */
export function EventDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, isPending, refetch } = useAsk(EventView, { id }, { keep: false, staleTime: Infinity });
  const event = data?.event;
  return (
    <Drawer
      open
      onClose={onClose}
      width={680}
      title="Event"
      subtitle={
        event && (
          <div className={styles["subtitle"]}>
            <EventType event={event} />
            <Time at={event.eventTime} exact />
            {event.job && <NameLink of={event.job} kind="job" />}
            {event.dataset && <NameLink of={event.dataset} kind="dataset" />}
          </div>
        )
      }
      foot={
        event?.runId && (
          <Link to={`/runs/${event.runId}`} search={{}} className={buttonClass({ look: "main" })}>
            The run
          </Link>
        )
      }
    >
      {error ? (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton rows={8} />
      ) : event ? (
        <div className={styles["sections"]}>
          {event.warnings.length > 0 && <Problems title="Not as specified; recorded all the same" problems={event.warnings} tint="warn" />}
          <section>
            <header className={styles["sectionHead"]}>
              <h3>As it came</h3>
              {event.raw !== null && <Copy text={event.raw} label="Copy the event" />}
            </header>
            {event.raw === null ? <p className={styles["quiet"]}>Its bytes were let go by the retention; what it said is kept.</p> : <Raw text={event.raw} />}
          </section>
        </div>
      ) : (
        <p>No event has this id. It may have been erased.</p>
      )}
    </Drawer>
  );
}
