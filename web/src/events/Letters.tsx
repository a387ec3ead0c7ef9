import { RotateCcw, Trash2 } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useAsk, useAskPages, useTell } from "@/asking";
import { Button, buttonClass, Chip, Dialog, ErrorBox, Skeleton, Time, type Column } from "@/parts";
import { useUrl } from "@/shell/url";
import { DiscardLetters } from "./discard-letters.generated";
import { LetterList as DeadLetters, type LetterListQuery } from "./letter-list.generated";
import { LetterView } from "./letter-view.generated";
import { LetterList, LetterPaper, LetterText, Why } from "./LetterList";
import { Problems } from "./Raw";
import { ReplayLetters } from "./replay-letters.generated";
import styles from "./events.module.css";

type Letter = LetterListQuery["deadLetters"]["nodes"][number];

/** What could not be read as an event, why, and replaying it after a fix. */
export function Letters() {
  const [url] = useUrl();
  const open = url["all"] !== "yes";
  const list = useAskPages(DeadLetters, { open }, (data) => data.deadLetters.pageInfo);
  const replay = useTell(ReplayLetters);
  if (list.error) return <ErrorBox error={list.error} onRetry={list.refetch} />;
  if (list.isPending) return <Skeleton rows={10} />;
  const rows = list.pages.flatMap(({ deadLetters }) => deadLetters.nodes);
  const tally = list.pages[0]?.deadLetters.tally;
  return (
    <LetterList
      label="Dead letters"
      told={
        <>
          <span className={styles["told"]} role="status">
            {tally && `${tally.waiting.toLocaleString("en")} wait, ${tally.letters.toLocaleString("en")} are kept`}
            {tally && tally.letGo > 0 && `; ${tally.letGo.toLocaleString("en")} were let go before anybody replayed them`}
          </span>
          <Replayed result={replay.data?.replayDeadLetters} />
        </>
      }
      replay={{
        words: replay.isPending ? "Replaying…" : "Replay all that wait",
        isOff: replay.isPending || !tally || tally.waiting === 0,
        error: replay.error,
        onReplay: () => replay.mutate({ ids: null, all: true }),
      }}
      columns={COLUMNS}
      rows={rows}
      empty="Every event that came could be read, or was replayed since."
      onEnd={list.more}
      drawer={(id, onClose) => <LetterDrawer id={id} onClose={onClose} />}
    />
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
  const asked = useAsk(LetterView, { id }, { keep: false });
  const replay = useTell(ReplayLetters);
  const discard = useTell(DiscardLetters);
  const [asking, setAsking] = useState(false);
  const letter = asked.data?.deadLetter;
  const eventId = letter?.eventId;
  return (
    <LetterPaper
      title="Dead letter"
      asked={asked}
      isThere={letter != null}
      gone="No dead letter has this id; it was discarded."
      onClose={onClose}
      subtitle={
        letter && (
          <>
            <Chip tint={letter.replayedAt ? "good" : "warn"}>{letter.replayedAt ? "replayed" : "waits"}</Chip>
            <span>
              by {letter.source}, {letter.times === 1 ? "once" : `${letter.times} times`}, last <Time at={letter.lastReceivedAt} exact />
            </span>
          </>
        )
      }
      foot={
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
      }
    >
      {letter && (
        <>
          <Replayed result={replay.data?.replayDeadLetters} />
          {replay.error && <ErrorBox error={replay.error} />}
          {letter.problems.length > 0 && !letter.replayedAt && <Problems title="Why it could not be read" problems={letter.problems} tint="bad" />}
          <LetterText title="As it came" copy="Copy the letter" text={letter.raw} />
        </>
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
    </LetterPaper>
  );
}
