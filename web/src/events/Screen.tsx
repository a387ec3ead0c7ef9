import { Tabs } from "radix-ui";
import { useAsk } from "@/asking";
import { Page } from "@/parts";
import { useUrl } from "@/shell/url";
import { Events } from "./Events";
import { LetterList } from "./letter-list.generated";
import { Letters } from "./Letters";
import { StreamLetterList } from "./stream-letter-list.generated";
import { StreamLetters } from "./StreamLetters";
import { Warnings } from "./Warnings";
import styles from "./events.module.css";

/** What came in: raw events, what in them was not as specified, and what could not be used, with replay. */
export function Screen() {
  const [{ tab }, set] = useUrl();
  const letters = useAsk(LetterList, { open: true, after: null }).data?.deadLetters.tally.waiting;
  const streams = useAsk(StreamLetterList, { topic: null, open: true, after: null }).data?.streamDeadLetters.topics.reduce((sum, { waiting }) => sum + waiting, 0);
  const tabs = [
    { value: "events", label: "Events", content: <Events /> },
    { value: "warnings", label: "Warnings", content: <Warnings /> },
    { value: "letters", label: "Dead letters: events", count: letters, content: <Letters /> },
    { value: "streams", label: "Dead letters: topics", count: streams, content: <StreamLetters /> },
  ];
  const chosen = tabs.find(({ value }) => value === tab) ?? tabs[0]!;
  return (
    <Page title="Events" size="full" about="OpenLineage events as they came, and what could not be read.">
      <Tabs.Root
        value={chosen.value}
        onValueChange={(value) => set({ tab: value === "events" ? null : value, event: null, letter: null })}
        className={styles["tabs"]}
      >
        <Tabs.List className={styles["tabList"]} aria-label="What came in">
          {tabs.map(({ value, label, count }) => (
            <Tabs.Trigger key={value} value={value} className={styles["tab"]}>
              {label}
              {count !== undefined && count > 0 && <span className={styles["waiting"]}>{count.toLocaleString("en")}</span>}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value={chosen.value} className={styles["tabBody"]} tabIndex={-1}>
          {chosen.content}
        </Tabs.Content>
      </Tabs.Root>
    </Page>
  );
}
