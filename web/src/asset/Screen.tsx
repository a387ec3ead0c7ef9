import { Link, useParams } from "@tanstack/react-router";
import { Pencil, Waypoints } from "lucide-react";
import { Tabs } from "radix-ui";
import { useState, type ReactNode } from "react";
import { useAsk } from "@/asking";
import { Button, buttonClass, Chip, EmptyState, ErrorBox, Page, Skeleton } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { useUrl } from "@/shell/url";
import { KindChip, KindIcon } from "@/catalog/kinds";
import { AssetView, type AssetViewQuery } from "./asset-view.generated";
import { DatasetByName } from "./dataset-by-name.generated";
import { Edit } from "./Edit";
import { History } from "./History";
import { JobByName } from "./job-by-name.generated";
import { JobRuns } from "./Runs";
import { Overview } from "./Overview";
import { Quality } from "./Quality";
import { Schema } from "./Schema";
import { Versions } from "./Versions";
import styles from "./asset.module.css";

export type Asset = NonNullable<AssetViewQuery["asset"]>;
export type Dataset = Extract<Asset, { columnLineage: unknown }>;
export type Job = Extract<Asset, { runHistory: unknown }>;

/** The page of an asset: /catalog/ID, or /catalog/dataset and /catalog/job with ?namespace=&name=. */
export function Screen() {
  const { asset } = useParams({ strict: false }) as { asset: string };
  if (asset === "dataset" || asset === "job") return <ByName kind={asset} />;
  return <ById id={asset} />;
}

function ByName({ kind }: { kind: "dataset" | "job" }) {
  const [{ name = "", namespace }] = useUrl();
  const { asOf, knownAt } = useAsOf();
  const asked = { name, namespace: namespace ?? null, asOf, knownAt };
  const dataset = useAsk(DatasetByName, asked, { enabled: kind === "dataset" && name !== "", keep: false });
  const job = useAsk(JobByName, asked, { enabled: kind === "job" && name !== "", keep: false });
  const { error, isLoading, refetch } = kind === "dataset" ? dataset : job;
  const id = kind === "dataset" ? dataset.data?.dataset?.id : job.data?.job?.id;
  if (id) return <ById id={id} />;
  return (
    <Page title={name || "Asset"}>
      {error ? <ErrorBox error={error} onRetry={() => void refetch()} /> : isLoading ? <Skeleton rows={8} /> : <Missing />}
    </Page>
  );
}

function Missing() {
  const { isPast, choose } = useAsOf();
  return (
    <EmptyState
      title="Nothing is known by this name or id"
      actions={
        isPast ? (
          <Button onClick={() => choose({ asOf: null, knownAt: null })}>Look as of now</Button>
        ) : (
          <Link to="/catalog" search={{}} className={buttonClass()}>
            To the catalog
          </Link>
        )
      }
    >
      {isPast ? "It was not known at the chosen instants." : "It may have been renamed: look for it in the catalog."}
    </EmptyState>
  );
}

function ById({ id }: { id: string }) {
  const { asOf, knownAt } = useAsOf();
  const { data, error, isPending, refetch } = useAsk(AssetView, { id, asOf, knownAt });
  const [editing, setEditing] = useState(false);
  const asset = data?.asset;
  if (error || isPending || !asset) {
    return (
      <Page title="Asset">
        {error ? <ErrorBox error={error} onRetry={() => void refetch()} /> : isPending ? <Skeleton rows={10} /> : <Missing />}
      </Page>
    );
  }
  const hasLineage = "columnLineage" in asset || "runHistory" in asset;
  return (
    <Page
      title={asset.name}
      heading={
        <span className={styles["heading"]} title={asset.name.slice(0, 500)}>
          <KindIcon kind={asset.kind} size={20} />
          <span>{asset.name.length > 300 ? `${asset.name.slice(0, 300)}…` : asset.name}</span>
        </span>
      }
      about={
        <span className={styles["about"]}>
          <KindChip kind={asset.kind} />
          {asset.isRetired && <Chip tint="warn">retired</Chip>}
          {"lifecycle" in asset && asset.lifecycle && <Chip tint={asset.lifecycle.change === "DROP" ? "bad" : "quiet"}>{asset.lifecycle.change.toLowerCase()}</Chip>}
          <span>{"namespace" in asset ? asset.namespace : asset.qualifiedName === asset.name ? "" : asset.qualifiedName.slice(0, 300)}</span>
        </span>
      }
      actions={
        <>
          <Button icon={<Pencil aria-hidden />} onClick={() => setEditing(true)}>
            Describe
          </Button>
          {hasLineage && (
            <Link to={`/lineage/${asset.id}`} search={{}} className={buttonClass({ look: "main" })}>
              <Waypoints aria-hidden />
              Lineage
            </Link>
          )}
        </>
      }
    >
      <AssetTabs asset={asset} />
      {editing && <Edit asset={asset} onClose={() => setEditing(false)} />}
    </Page>
  );
}

interface Tab {
  value: string;
  label: string;
  count?: number | undefined;
  content: () => ReactNode;
}

function tabsOf(asset: Asset): Tab[] {
  const history = asset.annotationHistory.length + ("versions" in asset ? asset.versions.length : 0);
  const tabs: Tab[] = [{ value: "overview", label: "Overview", content: () => <Overview asset={asset} /> }];
  if ("columnLineage" in asset) {
    tabs.push(
      { value: "schema", label: "Schema", count: asset.columns.length, content: () => <Schema dataset={asset} /> },
      { value: "quality", label: "Quality", content: () => <Quality dataset={asset} /> },
      { value: "versions", label: "Runs and versions", content: () => <Versions dataset={asset} /> },
    );
  }
  if ("runHistory" in asset) tabs.push({ value: "runs", label: "Runs", count: asset.runHistory.total.runs, content: () => <JobRuns job={asset} /> });
  tabs.push({ value: "history", label: "History", count: history, content: () => <History asset={asset} /> });
  if ("facets" in asset) tabs.push({ value: "facets", label: "Facets", count: Object.keys((asset.facets ?? {}) as object).length, content: () => <Facets facets={asset.facets} /> });
  return tabs;
}

function AssetTabs({ asset }: { asset: Asset }) {
  const [{ tab }, set] = useUrl();
  const tabs = tabsOf(asset);
  const chosen = tabs.find(({ value }) => value === tab) ?? tabs[0]!;
  return (
    <Tabs.Root value={chosen.value} onValueChange={(value) => set({ tab: value === "overview" ? null : value })} className={styles["tabs"]}>
      <Tabs.List className={styles["tabList"]} aria-label="What to see of it">
        {tabs.map(({ value, label, count }) => (
          <Tabs.Trigger key={value} value={value} className={styles["tab"]}>
            {label}
            {count !== undefined && count > 0 && <span className={styles["count"]}>{count.toLocaleString("en")}</span>}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value={chosen.value} className={styles["tabBody"]}>
        {chosen.content()}
      </Tabs.Content>
    </Tabs.Root>
  );
}

function Facets({ facets }: { facets: unknown }) {
  const all = Object.entries((facets ?? {}) as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return <EmptyState title="No facets">Its events carried nothing beyond its name.</EmptyState>;
  return (
    <div className={styles["facets"]}>
      {all.map(([name, body]) => (
        <details key={name}>
          <summary>{name}</summary>
          <pre tabIndex={0}>{JSON.stringify(body, null, 2)}</pre>
        </details>
      ))}
    </div>
  );
}
