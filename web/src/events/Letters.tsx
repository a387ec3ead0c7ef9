import { RotateCcw, Trash2 } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useAsk, useAskPages, useTell } from "@/asking";
import { Button, buttonClass, Chip, Copy, Dialog, Drawer, EmptyState, ErrorBox, Skeleton, Table, Time, type Column } from "@/parts";
import { useUrl } from "@/shell/url";
import { DiscardLetters } from "./discard-letters.generated";
import { LetterList, type LetterListQuery } from "./letter-list.generated";
import { LetterView } from "./letter-view.generated";
import { Problems, Raw } from "./Raw";
import { ReplayLetters } from "./replay-letters.generated";
import styles from "./events.module.css";

type Letter = LetterListQuery["deadLetters"]["nodes"][number];

/** What could not be read as an event, why, and replaying it after a fix. */
export function Letters() {
  const [url, set] = useUrl();
  const open = url["all"] !== "yes";
  const list = useAskPages(LetterList, { open }, (data) => data.deadLetters.pageInfo);
  const replay = useTell(ReplayLetters);
  if (list.error) return <ErrorBox error={list.error} onRetry={list.refetch} />;
  if (list.isPending) return <Skeleton rows={10} />;
  const rows = list.pages.flatMap(({ deadLetters }) => deadLetters.nodes);
  const tally = list.pages[0]?.deadLetters.tally;
  return (
    <div className={styles["list"]}>
      <div className={styles["bar"]}>
        <span className={styles["told"]} role="status">
          {tally && `${tally.waiting.toLocaleString("en")} wait, ${tally.letters.toLocaleString("en")} are kept`}
          {tally && tally.letGo > 0 && `; ${tally.letGo.toLocaleString("en")} were let go before anybody replayed them`}
        </span>
        <Replayed result={replay.data?.replayDeadLetters} />
        <Button pressed={!open} onClick={() => set({ all: open ? "yes" : null })}>
          Replayed ones too
        </Button>
        <Button icon={<RotateCcw aria-hidden />} disabled={replay.isPending || !tally || tally.waiting === 0} onClick={() => replay.mutate({ ids: null, all: true })}>
          {replay.isPending ? "Replaying…" : "Replay all that wait"}
        </Button>
      </div>
      {replay.error && <ErrorBox error={replay.error} />}
      {rows.length === 0 ? (
        <EmptyState title="Nothing waits">Every event that came could be read, or was replayed since.</EmptyState>
      ) : (
        <Table
          label="Dead letters"
          className={styles["table"]}
          columns={COLUMNS}
          rows={rows}
          keyOf={(letter) => letter.id}
          selected={url["letter"]}
          onOpen={(letter) => set({ letter: letter.id }, true)}
          onEnd={list.more}
        />
      )}
      {url["letter"] && <LetterDrawer id={url["letter"]} onClose={() => set({ letter: null })} />}
    </div>
  );
}

const COLUMNS: readonly Column<Letter>[] = [
  { id: "at", head: "Came last", width: "184px", cell: (letter) => <Time at={letter.lastReceivedAt} exact /> },
  { id: "why", head: "Why it could not be read", width: "minmax(280px, 3fr)", cell: (letter) => <Why problems={letter.problems} /> },
  { id: "source", head: "By", width: "130px", cell: (letter) => letter.source },
  { id: "times", head: "Times", width: "72px", end: true, cell: (letter) => letter.times.toLocaleString("en") },
  { id: "size", head: "Bytes", width: "84px", end: true, cell: (letter) => letter.size.toLocaleString("en") },
  { id: "state", head: "State", width: "110px", cell: (letter) => <Chip tint={letter.replayedAt ? "good" : "warn"}>{letter.replayedAt ? "replayed" : "waits"}</Chip> },
];

/** What is wrong, the first of it in one line. */
export function Why({ problems }: { problems: readonly { path: string; reason: string }[] }) {
  const [first] = problems;
  return (
    <span className={styles["why"]} title={problems.map(({ path, reason }) => `${path} ${reason}`).join("\n").slice(0, 800)}>
      {first && <code>{first.path}</code>} {first?.reason}
      {problems.length > 1 && <small>{` and ${problems.length - 1} more`}</small>}
    </span>
  );
}

function Replayed({ result }: { result: { recorded: number; failed: number } | undefined }) {
  if (result === undefined) return null;
  return (
    <span role="status" className={styles["chips"]}>
      {result.recorded > 0 && <Chip tint="good">{`${result.recorded} recorded`}</Chip>}
      {result.failed > 0 && <Chip tint="bad">{`${result.failed} still cannot be read`}</Chip>}
      {result.recorded + result.failed === 0 && <Chip>nothing waited</Chip>}
    </span>
  );
}

function LetterDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, isPending, refetch } = useAsk(LetterView, { id }, { keep: false });
  const replay = useTell(ReplayLetters);
  const discard = useTell(DiscardLetters);
  const [asking, setAsking] = useState(false);
  const letter = data?.deadLetter;
  const eventId = letter?.eventId;
  return (
    <Drawer
      open
      onClose={onClose}
      width={680}
      title="Dead letter"
      subtitle={
        letter && (
          <div className={styles["subtitle"]}>
            <Chip tint={letter.replayedAt ? "good" : "warn"}>{letter.replayedAt ? "replayed" : "waits"}</Chip>
            <span>
              by {letter.source}, {letter.times === 1 ? "once" : `${letter.times} times`}, last <Time at={letter.lastReceivedAt} exact />
            </span>
          </div>
        )
      }
      foot={
        letter && (
          <>
            <Button look="danger" icon={<Trash2 aria-hidden />} onClick={() => setAsking(true)}>
              Discard
            </Button>
            {eventId ? (
              <Link to="/events" search={{ event: eventId }} className={buttonClass({ look: "main" })}>
                The event it became
              </Link>
            ) : (
              <Button look="main" icon={<RotateCcw aria-hidden />} disabled={replay.isPending} onClick={() => replay.mutate({ ids: [id], all: false })}>
                {replay.isPending ? "Replaying…" : "Replay"}
              </Button>
            )}
          </>
        )
      }
    >
      {error ? (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton rows={8} />
      ) : letter ? (
        <div className={styles["sections"]}>
          <Replayed result={replay.data?.replayDeadLetters} />
          {replay.error && <ErrorBox error={replay.error} />}
          {letter.problems.length > 0 && !letter.replayedAt && <Problems title="Why it could not be read" problems={letter.problems} tint="bad" />}
          <section>
            <header className={styles["sectionHead"]}>
              <h3>As it came</h3>
              <Copy text={letter.raw} label="Copy the letter" />
            </header>
            <Raw text={letter.raw} />
          </section>
        </div>
      ) : (
        <p>No dead letter has this id; it was discarded.</p>
      )}
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Discard this dead letter for good?"
        foot={
          <>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            <Button look="danger" disabled={discard.isPending} onClick={() => discard.mutate({ ids: [id] }, { onSuccess: onClose })}>
              Discard
            </Button>
          </>
        }
      >
        {discard.error && <ErrorBox error={discard.error} />}
        Its bytes are kept nowhere else; this cannot be undone.
      </Dialog>
    </Drawer>
  );
}
