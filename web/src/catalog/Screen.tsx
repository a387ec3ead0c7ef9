import { Link } from "@tanstack/react-router";
import { Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useAskPages } from "@/asking";
import { Button, buttonClass, Chip, EmptyState, ErrorBox, Page, Skeleton, Table, Time, type Column } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { useUrl } from "@/shell/url";
import { AssetList } from "./asset-list.generated";
import { AssetSearch } from "./asset-search.generated";
import { Facets } from "./Facets";
import { KindChip, KindIcon, KINDS } from "./kinds";
import { Preview } from "./Preview";
import { kindsOf, listFacets, searchFacets, standings, type Filters, type Row } from "./rows";
import styles from "./catalog.module.css";

const AHEAD = 500;

/** Everything there is, narrowed down by facets or found by words; a row opens a preview beside it. */
export function Screen() {
  const [url, set] = useUrl();
  const { q, kind, namespace, owner, tag, fresh } = url;
  const filters: Filters = { kind, namespace, owner, tag, fresh };
  const found = useFound(q, filters);
  const isFiltered = !!(q || kind || namespace || owner || tag || fresh);
  const clear = () => set({ q: null, kind: null, namespace: null, owner: null, tag: null, fresh: null });
  return (
    <Page title="Catalog" size="full" about="Datasets, topics, jobs, files, and what people keep here." actions={<Find />}>
      <div className={styles["screen"]}>
        <Facets facets={found.facets} filters={filters} bySearch={!!q} />
        <div className={styles["list"]}>
          <div className={styles["told"]} role="status">
            <span className="numbers">{found.told}</span>
            <Narrowed filters={filters} q={q} />
            {isFiltered && (
              <Button small look="plain" onClick={clear}>
                Clear all
              </Button>
            )}
          </div>
          {found.error ? (
            <ErrorBox error={found.error} onRetry={found.refetch} />
          ) : found.isPending ? (
            <Skeleton rows={12} />
          ) : found.rows.length === 0 ? (
            isFiltered ? <NothingFits onClear={clear} /> : <NothingYet />
          ) : (
            <Table
              label="Assets"
              className={styles["table"]}
              columns={COLUMNS}
              rows={found.rows}
              keyOf={(row) => row.id}
              total={found.total}
              selected={url["asset"]}
              onOpen={(row) => set({ asset: row.id }, true)}
              onEnd={found.onEnd}
            />
          )}
        </div>
      </div>
      {url["asset"] && <Preview id={url["asset"]} onClose={() => set({ asset: null })} />}
    </Page>
  );
}

/** What is to be listed: a list by name, or hits of a search, as one. */
function useFound(q: string | undefined, filters: Filters) {
  const { asOf, knownAt } = useAsOf();
  const kinds = kindsOf(filters.kind, KINDS);
  const list = useAskPages(
    AssetList,
    {
      kinds: kinds as never,
      namespace: filters.namespace ?? null,
      owner: filters.owner ?? null,
      tag: filters.tag ?? null,
      freshness: standings(filters.fresh),
      domain: null,
      asOf,
      knownAt,
    },
    (data) => data.assets.pageInfo,
    { enabled: !q },
  );
  const search = useAskPages(
    AssetSearch,
    {
      text: q ?? "",
      kinds: kinds?.map((one) => one.toLowerCase()) ?? Object.keys(KINDS).map((one) => one.toLowerCase()),
      filters: {
        namespaces: filters.namespace ? [filters.namespace] : null,
        owners: filters.owner ? [filters.owner] : null,
        tags: filters.tag ? [filters.tag] : null,
      },
    },
    (data) => data.search.pageInfo,
    { enabled: !!q },
  );
  const source = q ? search : list;
  const rows: Row[] = q
    ? search.pages.flatMap(({ search: page }) => page.nodes.flatMap(({ asset }) => (asset ? [asset] : [])))
    : list.pages.flatMap(({ assets }) => assets.nodes);
  const onEnd = useAhead(rows.length, source.hasMore, source.isFetching, source.more);
  const first = q ? search.pages[0]?.search : undefined;
  const all = q ? undefined : list.pages[0]?.assets;
  const total = q ? first?.totalCount : filters.fresh ? undefined : all?.count;
  return {
    rows,
    onEnd,
    total,
    told: told(rows.length, total, source.hasMore, !!first?.totalIsLeast, !!first?.isMistyped, source.isPending),
    facets: q ? searchFacets(first?.facets) : listFacets(all?.facets),
    isPending: source.isPending,
    error: source.error,
    refetch: source.refetch,
  };
}

/** Gets pages until some hundred rows wait below those in sight. */
function useAhead(count: number, hasMore: boolean, isFetching: boolean, more: () => void): () => void {
  const [wanted, setWanted] = useState(AHEAD);
  useEffect(() => {
    if (count === 0) setWanted(AHEAD);
    else if (hasMore && !isFetching && count < wanted) more();
  }, [count, hasMore, isFetching, wanted, more]);
  return () => setWanted(count + AHEAD);
}

function told(here: number, total: number | undefined, hasMore: boolean, isLeast: boolean, isMistyped: boolean, isPending: boolean) {
  if (isPending) return "…";
  const shown = total ?? here;
  const count = `${shown.toLocaleString("en")}${isLeast || (total === undefined && hasMore) ? "+" : ""} ${shown === 1 ? "asset" : "assets"}`;
  return isMistyped ? `${count}, none exactly so: these are spelt alike` : count;
}

function Find() {
  const [{ q }, set] = useUrl();
  const [typed, setTyped] = useState(q ?? "");
  useEffect(() => setTyped(q ?? ""), [q]);
  useEffect(() => {
    if (typed === (q ?? "")) return undefined;
    const timer = setTimeout(() => set({ q: typed.trim() }), 200);
    return () => clearTimeout(timer);
  }, [typed, q, set]);
  return (
    <div className={styles["find"]}>
      <Search size={15} aria-hidden />
      <input
        type="search"
        placeholder="Name, column, owner, SQL…"
        aria-label="Find in the catalog"
        maxLength={500}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

function Narrowed({ filters, q }: { filters: Filters; q: string | undefined }) {
  const [, set] = useUrl();
  const parts = Object.entries({ q, ...filters }).filter((entry): entry is [string, string] => !!entry[1]);
  return parts.map(([name, value]) => (
    <button key={name} type="button" className={styles["narrowed"]} onClick={() => set({ [name]: null })} title="Take this filter away">
      <small>{name === "q" ? "words" : name === "fresh" ? "freshness" : name}</small>
      <span>{value.toLowerCase().replaceAll("_", " ").length > 48 ? `${value.slice(0, 48)}…` : name === "kind" || name === "fresh" ? value.toLowerCase().replaceAll("_", " ") : value}</span>
      <X size={12} aria-hidden />
    </button>
  ));
}

// Each least width is 100 px a share: otherwise head and rows, two grids, would part on a narrow screen.
const COLUMNS: readonly Column<Row>[] = [
  {
    id: "name",
    head: "Name",
    width: "minmax(220px, 2.2fr)",
    cell: (row) => (
      <span className={styles["name"]} title={row.name.slice(0, 300)}>
        <KindIcon kind={row.kind} />
        <span>{row.name}</span>
      </span>
    ),
  },
  { id: "kind", head: "Kind", width: "112px", cell: (row) => <KindChip kind={row.kind} /> },
  {
    id: "namespace",
    head: "Namespace",
    width: "minmax(100px, 1fr)",
    cell: (row) => <span className={styles["quiet"]}>{"namespace" in row ? row.namespace : ""}</span>,
  },
  {
    id: "owner",
    head: "Owner",
    width: "minmax(130px, 1.3fr)",
    cell: (row) => <span title={row.owners.map(({ name }) => name).join(", ")}>{row.owners[0]?.name ?? <i className={styles["none"]}>nobody</i>}</span>,
  },
  {
    id: "tags",
    head: "Tags",
    width: "minmax(90px, 0.9fr)",
    cell: (row) => (
      <span className={styles["tags"]}>
        {row.tags.slice(0, 3).map(({ key, value }) => (
          <Chip key={key}>{value && value !== "true" ? `${key}: ${value}` : key}</Chip>
        ))}
      </span>
    ),
  },
  { id: "written", head: "Last written", width: "148px", cell: (row) => <Written row={row} /> },
];

function Written({ row }: { row: Row }) {
  if ("freshness" in row && row.freshness.lastWrittenAt) {
    return (
      <span className={styles["written"]}>
        <Time at={row.freshness.lastWrittenAt} relative />
        {row.freshness.isOverdue && <Chip tint="warn">overdue</Chip>}
      </span>
    );
  }
  return "writtenAt" in row && row.writtenAt ? <Time at={row.writtenAt} relative /> : <span className={styles["none"]}>–</span>;
}

function NothingFits({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState title="Nothing fits all of this" actions={<Button onClick={onClear}>Clear all filters</Button>}>
      Take a filter away, or look for fewer words.
    </EmptyState>
  );
}

function NothingYet() {
  return (
    <EmptyState
      title="The catalog is empty"
      actions={
        <Link to="/start" className={buttonClass({ look: "main" })}>
          Send your first event
        </Link>
      }
    >
      Datasets and jobs come here by themselves once an OpenLineage event tells of them.
    </EmptyState>
  );
}
