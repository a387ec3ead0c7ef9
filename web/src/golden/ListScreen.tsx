import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { ask, useAsk } from "@/asking";
import { Button, buttonClass, Chip, EmptyState, ErrorBox, Field, Page, Table, type Column } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { useUrl } from "@/shell/url";
import { GoldenRecordsFound } from "./found.generated";
import { titleOf, valuesOf, words } from "./history";
import { GoldenRecordsView } from "./list.generated";
import { noted, type Row } from "./rows";
import styles from "./list.module.css";

const PAGE = 60;
const PAUSE = 180;

/** Golden records of a type: all of them at an instant, or those a search finds, misspelt too. */
export function Screen() {
  const { type = "customer" } = useParams({ strict: false });
  const { asOf, knownAt, isPast } = useAsOf();
  const [url, set] = useUrl();
  const text = (url["q"] ?? "").trim();
  const navigate = useNavigate();
  const isFuzzy = text !== "" && !isPast;
  const listed = useAsk(
    GoldenRecordsView,
    { type, search: text || null, first: PAGE, after: null, asOf, knownAt },
    { enabled: !isFuzzy },
  );
  const found = useAsk(GoldenRecordsFound, { text: text || "-", kinds: [type], first: PAGE, after: null }, { enabled: isFuzzy });
  const answer = isFuzzy ? found : listed;
  const first = useMemo(
    () => (isFuzzy ? noted(found.data?.search.nodes ?? []) : (listed.data?.goldenRecords.nodes ?? []).map(rowOf)),
    [isFuzzy, found.data, listed.data],
  );
  const page = isFuzzy ? found.data?.search.pageInfo : listed.data?.goldenRecords.pageInfo;
  const [more, setMore] = useState<{ rows: Row[]; after: string | null } | null>(null);
  useEffect(() => setMore(null), [first]);
  const [loading, setLoading] = useState(false);
  const after = more === null ? (page?.hasNextPage ? (page.endCursor ?? null) : null) : more.after;
  const onEnd = async () => {
    if (after === null || loading) return;
    setLoading(true);
    try {
      const next = isFuzzy
        ? await ask(GoldenRecordsFound, { text, kinds: [type], first: PAGE, after }).then(({ search }) => ({ rows: noted(search.nodes), page: search.pageInfo }))
        : await ask(GoldenRecordsView, { type, search: text || null, first: PAGE, after, asOf, knownAt }).then(({ goldenRecords }) => ({ rows: goldenRecords.nodes.map(rowOf), page: goldenRecords.pageInfo }));
      setMore((before) => ({ rows: [...(before?.rows ?? []), ...next.rows], after: next.page.hasNextPage ? (next.page.endCursor ?? null) : null }));
    } finally {
      setLoading(false);
    }
  };
  const rows = useMemo(() => [...first, ...(more?.rows ?? [])], [first, more]);
  const total = isFuzzy ? found.data?.search.totalCount : undefined;
  const plural = type === "customer" ? "Customers" : `Golden records: ${words(type)}`;
  const open = ({ id }: Row) => void navigate({ to: type === "customer" ? `/customers/${id}` : `/golden/${type}/${id}` });
  return (
    <Page
      title={plural}
      size="full"
      about={type === "customer" ? "Every person as the sources together tell of them" : `Every ${words(type)} as the sources together tell of it`}
      actions={
        <Link to="/adding" search={{ what: type }} className={buttonClass({})}>
          <Plus aria-hidden /> Add
        </Link>
      }
    >
      <div className={styles["top"]}>
        <SearchField text={url["q"] ?? ""} onChange={(q) => set({ q })} />
        {isFuzzy && found.data?.search.isMistyped && <Chip tint="warn">nothing is spelt so: these are near</Chip>}
        {total !== undefined && (
          <span className={styles["count"]} role="status">
            {found.data?.search.totalIsLeast ? `more than ${total}` : total} found
          </span>
        )}
      </div>
      {answer.error ? (
        <ErrorBox error={answer.error} onRetry={() => void answer.refetch()} />
      ) : (
        <Table
          label={plural}
          columns={isFuzzy ? FOUND : LISTED}
          rows={rows}
          keyOf={({ id }) => id}
          total={total}
          onOpen={open}
          onEnd={() => void onEnd()}
          empty={
            answer.isPending ? null : (
              <EmptyState
                title={text ? "Nobody is found" : "Nobody here yet"}
                actions={
                  text ? (
                    <Button onClick={() => set({ q: null })}>Show all</Button>
                  ) : (
                    <Link to="/adding" className={buttonClass({ look: "main" })}>
                      Add the first
                    </Link>
                  )
                }
              >
                {text
                  ? "Search by name, e-mail, phone or address. All words have to be there; an error or two in a word does not matter."
                  : "Load a file, send records to the API, or add one by hand."}
              </EmptyState>
            )
          }
        />
      )}
    </Page>
  );
}

function SearchField({ text, onChange }: { text: string; onChange: (text: string | null) => void }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onChange(typed || null), PAUSE);
    return () => clearTimeout(timer);
  }, [typed, text, onChange]);
  return (
    <div className={styles["search"]}>
      <Field label="Search" hideLabel type="search" placeholder="Name, e-mail, phone, city… misspelt too" value={typed} onChange={(event) => setTyped(event.target.value)} maxLength={1000} />
    </div>
  );
}


function rowOf(node: {
  id: string;
  attributes: readonly { name: string; value?: string | null }[];
  sourceRecords: readonly { system: string }[];
  quality: { score: number };
  timeline: readonly unknown[];
}): Row {
  const values = valuesOf(node.attributes);
  return {
    id: node.id,
    name: titleOf(node.attributes, node.id),
    values,
    systems: [...new Set(node.sourceRecords.map(({ system }) => system))],
    versions: node.timeline.length,
    quality: node.quality.score,
    match: null,
  };
}

const text = (value: string | null | undefined) => <span dir="auto">{value ?? "–"}</span>;

const NAME: Column<Row> = { id: "name", head: "Name", width: "minmax(180px, 1.6fr)", cell: (row) => <b className={styles["name"]} dir="auto">{row.name}</b> };

const LISTED: readonly Column<Row>[] = [
  NAME,
  { id: "email", head: "E-mail", width: "minmax(180px, 1.7fr)", cell: (row) => text(row.values.get("email") ?? row.values.get("website")) },
  { id: "phone", head: "Phone", width: "150px", cell: (row) => text(row.values.get("phone")) },
  { id: "city", head: "City", width: "minmax(110px, 1fr)", cell: (row) => text(row.values.get("city")) },
  { id: "sources", head: "Sources", width: "130px", cell: (row) => <span className={styles["chips"]}>{row.systems.map((system) => <Chip key={system} tint="kind-source">{system}</Chip>)}</span> },
  { id: "versions", head: "Versions", width: "84px", end: true, cell: (row) => row.versions },
  { id: "quality", head: "Quality", width: "84px", end: true, cell: (row) => `${Math.round(row.quality * 100)} %` },
];

const FOUND: readonly Column<Row>[] = [
  NAME,
  {
    id: "match",
    head: "Found by",
    width: "minmax(260px, 3fr)",
    cell: (row) => (
      <span className={styles["matches"]}>
        {row.match?.map(({ field, parts }) => (
          <span key={field}>
            <small>{words(field)}</small>{" "}
            {parts.map((part, place) => (part.isMatch ? <mark key={place}>{part.text}</mark> : <span key={place}>{part.text}</span>))}
          </span>
        ))}
      </span>
    ),
  },
];

