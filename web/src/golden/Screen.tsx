import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, GitCompareArrows, Pause, PencilLine, Play } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { answers, useAsk, useLive } from "@/asking";
import { Button, buttonClass, Chip, Copy, EmptyState, ErrorBox, instantText, Page, Skeleton } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { useUrl } from "@/shell/url";
import { AttributeTable } from "./AttributeTable";
import { GoldenRecordChangedView } from "./changed.generated";
import { GoldenRecordView, type GoldenRecordViewQuery, type GoldenRecordViewQueryVariables } from "./golden-record.generated";
import { historyOf, titleOf, valuesOf, versionAt, words, type History } from "./history";
import { KnownDial } from "./KnownDial";
import { datasetOf, lineageOf } from "./links";
import { neighbour, stops } from "./picture";
import { SourceRecords, Tellings } from "./Sources";
import { SurvivorshipView } from "./survivorship.generated";
import { TimelinePicture } from "./TimelinePicture";
import { litBy, tellings } from "./told";
import styles from "./golden.module.css";

type Told = NonNullable<GoldenRecordViewQuery["goldenRecord"]>;
const TABS = { attributes: "Attributes", sources: "Source records", told: "Who said what" } as const;
type Tab = keyof typeof TABS;

export function Screen() {
  const { id = "", type = "customer" } = useParams({ strict: false });
  const { knownAt, choose } = useAsOf();
  const found = useAsk(GoldenRecordView, asked(type, id, knownAt));
  useLive(GoldenRecordChangedView, { type, ids: [id] }, () => void answers.invalidateQueries());
  if (found.error) {
    return (
      <Page title="Golden record">
        <ErrorBox error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  }
  if (!found.data) {
    return (
      <Page title="Golden record">
        <Skeleton rows={8} />
      </Page>
    );
  }
  const told = found.data.goldenRecord;
  if (!told) {
    return (
      <Page title="Golden record">
        <EmptyState
          title={knownAt ? "Not known yet then" : "No such golden record"}
          actions={
            knownAt ? (
              <Button look="main" onClick={() => choose({ knownAt: null })}>
                Show what is known now
              </Button>
            ) : (
              <Link to="/customers" className={buttonClass({ look: "main" })}>
                Look for somebody else
              </Link>
            )
          }
        >
          {knownAt
            ? `Nothing of ${id} had been recorded by ${instantText(knownAt, true)}.`
            : `Nothing was ever recorded under ${id.slice(0, 60)}. Search by name, e-mail, phone or the key of a source record.`}
        </EmptyState>
      </Page>
    );
  }
  return <Record key={`${type} ${id}`} answer={found.data} told={told} asked={id} type={type} />;
}

function Record({ answer, told, asked, type }: { answer: GoldenRecordViewQuery; told: Told; asked: string; type: string }) {
  const [url, set] = useUrl();
  const { asOf, knownAt, choose } = useAsOf();
  const history = useMemo(() => historyOf(answer), [answer]);
  const [opened] = useState(() => Date.now());
  const wanted = asOf === null ? opened : Date.parse(asOf);
  const [held, setHeld] = useState<number | null>(null);
  const at = held ?? wanted;
  useEffect(() => setHeld(null), [asOf]);
  const rest = (instant: number) => {
    setHeld(instant);
    choose({ asOf: instant >= opened ? null : new Date(instant).toISOString() });
  };
  const here = versionAt(history.versions, at);
  const before = here ? (history.versions[history.versions.indexOf(here) - 1] ?? null) : null;
  const tab = (url["tab"] ?? "attributes") as Tab;
  const [hovered, setHovered] = useState<string | null>(null);
  const open = url["attribute"] ?? null;
  const why = useAsk(
    SurvivorshipView,
    { type, id: told.id, asOf: new Date(wanted).toISOString(), knownAt: knownAt ?? told.basis.knownAt },
    { enabled: versionAt(history.versions, wanted) !== null },
  );
  const latest = here ?? history.versions.at(-1) ?? null;
  const title = titleOf(latest?.attributes ?? [], told.id);
  const search = { ...(knownAt ? { knownAt } : {}) };
  const address = type === "customer" ? { to: "/customers/$id/difference", params: { id: told.id } } : { to: "/golden/$type/$id/difference", params: { id: told.id, type } };
  return (
    <Page
      title={title}
      heading={<span dir="auto">{title}</span>}
      about={<About told={told} asked={asked} type={type} history={history} />}
      actions={
        <>
          {history.versions.length + history.formers.length > 1 && (
            <Link {...address} search={{ ...search, ...pairOf(history, at) }} className={buttonClass({})}>
              <GitCompareArrows aria-hidden /> Compare
            </Link>
          )}
          <Link to="/adding" search={{ what: type, id: told.id }} className={buttonClass({})}>
            <PencilLine aria-hidden /> Correct
          </Link>
        </>
      }
    >
      <Timeline
        history={history}
        recorded={told.recordedAt}
        at={at}
        now={opened}
        knownAt={knownAt}
        isEven={url["scale"] !== "true"}
        lit={litBy(history.versions, here, hovered)}
        onMove={setHeld}
        onRest={rest}
        onKnown={(instant) => choose({ knownAt: instant })}
        onScale={(isEven) => set({ scale: isEven ? null : "true" })}
      />
      <div className={styles["tabs"]}>
        <div role="tablist" aria-label="What is shown of it">
        {(Object.keys(TABS) as Tab[]).map((one) => (
          <button key={one} type="button" role="tab" aria-selected={tab === one} onClick={() => set({ tab: one === "attributes" ? null : one })}>
            {TABS[one]}
            {one === "sources" && <small>{told.members.length}</small>}
          </button>
        ))}
        </div>
        <span className={styles["tabsEnd"]} aria-live="polite">
          {here ? (
            <>
              version {here.number} of {history.versions.length}, valid at <b>{instantText(new Date(at))}</b>
              {here.isDeleted && <Chip tint="warn">ended: these were its last values</Chip>}
            </>
          ) : (
            <>not there at {instantText(new Date(at))}</>
          )}
        </span>
      </div>
      <div role="tabpanel" aria-label={TABS[tab]}>
        {tab === "attributes" &&
          (here ? (
            <AttributeTable
              attributes={here.attributes}
              before={before ? valuesOf(before.attributes) : null}
              explanations={why.data?.survivorshipExplanations ?? []}
              isFresh={!why.isPlaceholderData && held === null}
              open={open}
              onOpen={(attribute) => set({ attribute })}
              onHover={setHovered}
              lineage={(attribute) => lineageOf(answer.dataset?.id ?? null, attribute)}
            />
          ) : (
            <EmptyState title="Not there then" actions={<Button onClick={() => rest(history.versions[0]?.from ?? at)}>Go to where it begins</Button>}>
              {`At ${instantText(new Date(at))} nothing is believed of it.`}
            </EmptyState>
          ))}
        {tab === "attributes" && why.error && <ErrorBox error={why.error} onRetry={() => void why.refetch()} />}
        {tab === "sources" && <SourceRecords members={told.members} type={type} />}
        {tab === "told" && <Tellings tellings={tellings(history.versions)} />}
      </div>
    </Page>
  );
}

function About({ told, asked, type, history }: { told: Told; asked: string; type: string; history: History }) {
  const systems = [...new Set(told.members.map(({ system }) => system))];
  return (
    <div className={styles["about"]}>
      <Chip tint="kind-golden">{words(type)}</Chip>
      <span>
        <code>{told.id}</code>
        <Copy text={told.id} label="Copy the id" />
      </span>
      <span>
        {told.members.length} {told.members.length === 1 ? "source record" : "source records"}
        {systems.length > 0 && ` in ${systems.join(", ")}`}
      </span>
      <span>{history.versions.length === 1 ? "1 version" : `${history.versions.length} versions`}</span>
      {told.supersededCount > 0 && <span>{told.supersededCount === 1 ? "1 corrected belief" : `${told.supersededCount} corrected beliefs`}</span>}
      <span title={told.quality.failed.length > 0 ? `not met: ${told.quality.failed.join(", ")}` : "every quality rule is met"}>
        quality {Math.round(told.quality.score * 100)} %
      </span>
      {asked !== told.id && <Chip tint="warn">{`${asked.slice(0, 8)}… was merged into it`}</Chip>}
      {told.isDeleted && <Chip tint="warn">ended</Chip>}
    </div>
  );
}

interface TimelineProps {
  history: History;
  recorded: readonly string[];
  at: number;
  now: number;
  knownAt: string | null;
  isEven: boolean;
  lit: ReadonlySet<string> | null;
  onMove: (at: number) => void;
  onRest: (at: number) => void;
  onKnown: (at: string | null) => void;
  onScale: (isEven: boolean) => void;
}

const PLAY_MILLISECONDS = 1000;

function Timeline({ history, recorded, at, now, knownAt, isEven, lit, onMove, onRest, onKnown, onScale }: TimelineProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(960);
  const navigate = useNavigate();
  const [playing, setPlaying] = useState(false);
  const all = stops(history);
  const last = all.at(-1) ?? at;
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const measure = () => setWidth(Math.max(520, element.clientWidth - 32));
    const watch = new ResizeObserver(measure);
    measure();
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const latest = useRef({ at, onRest });
  useEffect(() => {
    latest.current = { at, onRest };
  });
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => {
      const { at: here, onRest: go } = latest.current;
      if (here >= last) setPlaying(false);
      else go(neighbour(all, here, 1));
    }, PLAY_MILLISECONDS);
    return () => clearInterval(timer);
    // `all` is made anew with each answer; what it holds changes with its last instant and its length.
    // oxlint-disable-next-line
  }, [playing, last, all.length]);
  const play = () => {
    if (!playing && at >= last) onRest(all[0] ?? at);
    setPlaying(!playing);
  };
  // What was recorded is known whole only where nothing was left out by `knownAt`.
  const whole = useWhole(recorded, knownAt);
  return (
    <figure className={styles["timeline"]} ref={frame} aria-label="History">
      <div className={styles["bar"]}>
        <div className={styles["steps"]}>
          <Button small look="plain" icon={<ChevronLeft aria-hidden />} aria-label="Previous version" disabled={all.every((one) => one >= at)} onClick={() => onRest(neighbour(all, at, -1))} />
          <Button small look="plain" icon={playing ? <Pause aria-hidden /> : <Play aria-hidden />} aria-label={playing ? "Pause" : "Let history run"} disabled={all.length < 2} onClick={play} />
          <Button small look="plain" icon={<ChevronRight aria-hidden />} aria-label="Next version" disabled={all.every((one) => one <= at)} onClick={() => onRest(neighbour(all, at, 1))} />
        </div>
        <span className={styles["legend"]} aria-hidden>
          <i data-what="version" /> version <i data-what="former" /> believed before, corrected {history.lanes.length > 0 && <><i data-what="missing" /> not there yet</>}
        </span>
        <div className={styles["scale"]} role="group" aria-label="Scale">
          <Button small look="plain" pressed={isEven} onClick={() => onScale(true)} title="Long quiet stretches are drawn in">
            Readable
          </Button>
          <Button small look="plain" pressed={!isEven} onClick={() => onScale(false)} title="Every day is as wide as any other">
            To scale
          </Button>
        </div>
      </div>
      <TimelinePicture
        history={history}
        width={width}
        now={now}
        isEven={isEven}
        at={at}
        lit={lit}
        onMove={onMove}
        onRest={onRest}
        onOpenRun={(run) => void navigate({ to: "/runs/$run", params: { run } })}
      />
      <KnownDial recorded={whole} knownAt={knownAt} width={width} onChoose={onKnown} />
    </figure>
  );
}

function asked(type: string, id: string, knownAt: string | null): GoldenRecordViewQueryVariables {
  return { type, id, isCustomer: type === "customer", dataset: datasetOf(type), knownAt };
}

/** All instants of recording, oldest first: those of the answer about now, kept while an earlier one is looked at. */
function useWhole(recorded: readonly string[], knownAt: string | null): readonly string[] {
  const { id = "", type = "customer" } = useParams({ strict: false });
  const now = useAsk(GoldenRecordView, asked(type, id, null), { enabled: knownAt !== null });
  const all = knownAt === null ? recorded : (now.data?.goldenRecord?.recordedAt ?? recorded);
  return useMemo(() => [...all].reverse(), [all]);
}

/** The versions that are compared first: the one looked at with the one before it. */
function pairOf({ versions }: History, at: number): Record<string, string> {
  const here = versionAt(versions, at) ?? versions.at(-1);
  if (!here) return {};
  const before = versions[versions.indexOf(here) - 1] ?? versions[versions.indexOf(here) + 1] ?? here;
  const [left, right] = before.from <= here.from ? [before, here] : [here, before];
  return { a: `v${left.number}`, b: `v${right.number}` };
}

