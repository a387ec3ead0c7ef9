import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Unplug, X } from "lucide-react";
import { useMemo } from "react";
import { useAsk } from "@/asking";
import { Button, buttonClass, Chip, EmptyState, ErrorBox, Page, Skeleton } from "@/parts";
import { useAsOf, type AsOf } from "@/shell/as-of";
import { addressOf, kindLook } from "@/shell/kinds";
import { useUrl } from "@/shell/url";
import { EstateMap, type EstateMapQuery } from "./estate.generated";
import { FailureOf, type FailureOfQuery } from "./failure.generated";
import styles from "./estate.module.css";

type Store = EstateMapQuery["estate"]["stores"][number];
type Center = EstateMapQuery["dataCenters"]["nodes"][number];
type Failure = FailureOfQuery["failure"];

/** Where everything lies: data centers, the lakes, warehouses and brokers in them, and what stops when one of them fails. */
export function Screen() {
  const { asOf, knownAt } = useAsOf();
  const [url, set] = useUrl();
  const { data, error, refetch } = useAsk(EstateMap, { asOf, knownAt });
  const of = url["fails"] ?? null;
  const failing = useAsk(FailureOf, { of: of ?? "", after: null, asOf, knownAt }, { enabled: of !== null, keep: false });
  const failure = of === null ? null : (failing.data?.failure ?? null);
  const effects = useMemo(
    () => new Map(failure?.hits.map(({ asset, effect }) => [asset.id, effect])),
    [failure],
  );
  const placed = useMemo(() => (data ? byCenter(data) : []), [data]);
  const choose = (id: string) => set({ fails: of === id ? null : id }, true);
  return (
    <Page
      title="Estate"
      size="full"
      about={
        data && (
          <span className="numbers">
            {data.estate.count.toLocaleString("en")} store{data.estate.count === 1 ? "" : "s"} in {data.dataCenters.nodes.length} data center
            {data.dataCenters.nodes.length === 1 ? "" : "s"} hold {data.estate.placed.toLocaleString("en")} datasets
            {data.estate.unplaced > 0 && <>; of {data.estate.unplaced.toLocaleString("en")} nobody has said where they lie</>}.
          </span>
        )
      }
    >
      {error && <ErrorBox error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton rows={8} />}
      {data && placed.length === 0 && (
        <EmptyState
          title={asOf || knownAt ? "Nothing stood anywhere then" : "No place is known yet"}
          actions={
            <Link to="/adding" className={buttonClass({ look: "main" })}>
              Add a data center or lake
            </Link>
          }
        >
          Data centers, lakes, warehouses and brokers that you add show here, with all the datasets whose address lies in them.
        </EmptyState>
      )}
      {data && placed.length > 0 && (
        <div className={styles["split"]}>
          <div className={styles["centers"]} tabIndex={0} role="group" aria-label="Data centers">
            {placed.map(({ center, stores }) => (
              <CenterBox key={center?.id ?? "elsewhere"} center={center} stores={stores} of={of} effects={effects} onFail={choose} />
            ))}
            {data.estate.pageInfo.hasNextPage && <p className={styles["quiet"]}>Only the first 100 stores are drawn; the catalog lists all.</p>}
          </div>
          {of !== null && (
            <FailurePanel of={of} failure={failure} error={failing.error} at={{ asOf, knownAt }} onClose={() => set({ fails: null })} />
          )}
        </div>
      )}
    </Page>
  );
}

interface CenterProps {
  center: Center | null;
  stores: readonly Store[];
  of: string | null;
  effects: ReadonlyMap<string, string>;
  onFail: (id: string) => void;
}

function CenterBox({ center, stores, of, effects, onFail }: CenterProps) {
  const isFailing = center !== null && of === center.id;
  return (
    <section className={clsx(styles["center"], isFailing && styles["failing"], center && effects.has(center.id) && styles["hit"])} aria-label={center?.name ?? "No data center"}>
      <header className={styles["centerHead"]}>
        <div>
          <h2>{center?.name.slice(0, 200) ?? "In no data center"}</h2>
          <p className={styles["quiet"]}>
            {center ? center.location.slice(0, 200) : "Say where these stand in Add and correct."}
          </p>
        </div>
        {center && (
          <Button small icon={<Unplug aria-hidden />} pressed={isFailing} onClick={() => onFail(center.id)}>
            What if it fails
          </Button>
        )}
      </header>
      {center && center.capacityTb > 0 && <Fill center={center} />}
      <div className={styles["stores"]}>
        {stores.map((one) => (
          <StoreCard key={one.store.id} one={one} isFailing={of === one.store.id} effect={effects.get(one.store.id) ?? null} onFail={onFail} />
        ))}
        {stores.length === 0 && <p className={styles["quiet"]}>No store stands here.</p>}
      </div>
    </section>
  );
}

function Fill({ center }: { center: Center }) {
  const share = Math.min(1, center.usedTb / center.capacityTb);
  return (
    <div className={styles["fillLine"]}>
      <div className={styles["fill"]} role="meter" aria-valuemin={0} aria-valuemax={center.capacityTb} aria-valuenow={center.usedTb} aria-label={`Used of ${center.name.slice(0, 100)}`}>
        <span style={{ width: `${share * 100}%`, background: share > 0.9 ? "var(--bad)" : "var(--kind-place)" }} />
      </div>
      <span className={styles["quiet"]}>
        {center.usedTb.toLocaleString("en")} of {center.capacityTb.toLocaleString("en")} TB
      </span>
    </div>
  );
}

function StoreCard({ one, isFailing, effect, onFail }: { one: Store; isFailing: boolean; effect: string | null; onFail: (id: string) => void }) {
  const { icon: Icon, label, tint } = kindLook(one.store.kind);
  const counts = [
    [one.datasets, "dataset"],
    [one.topics, "topic"],
    [one.files, "file"],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`);
  return (
    <article className={clsx(styles["store"], isFailing && styles["failing"], effect && styles["hit"])} style={{ borderLeftColor: `var(--${tint})` }}>
      <div className={styles["storeHead"]}>
        <Icon size={17} aria-hidden style={{ color: `var(--${tint})` }} />
        <span className={styles["storeWords"]}>
          <Link to="/catalog" search={{ asset: one.store.id }} className={styles["storeName"]} title={one.store.name.slice(0, 500)}>
            {one.store.name.slice(0, 200)}
          </Link>
          <span className={styles["quiet"]}>{label}</span>
        </span>
        {effect && <Chip tint={effect === "STOPS" ? "bad" : "warn"}>{effect === "STOPS" ? "stops" : "gets stale"}</Chip>}
      </div>
      <div className={styles["storeFoot"]}>
        <span className="numbers">{told.length === 0 ? "nothing lies here yet" : told.join(" · ")}</span>
        <Button small look="plain" icon={<Unplug aria-hidden />} pressed={isFailing} aria-label={`What if ${one.store.name.slice(0, 100)} fails`} onClick={() => onFail(one.store.id)} />
      </div>
    </article>
  );
}

interface FailureProps {
  of: string;
  failure: Failure | null;
  error: Error | null;
  at: AsOf;
  onClose: () => void;
}

function FailurePanel({ failure, error, onClose }: FailureProps) {
  const total = (effect: string) => failure?.counts.filter((one) => one.effect === effect).reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <aside className={styles["panel"]} aria-label="What if this fails">
      <div className={styles["panelHead"]}>
        <h2>{failure ? `If ${failure.of.name.slice(0, 200)} fails` : "What if it fails"}</h2>
        <Button small look="plain" icon={<X aria-hidden />} aria-label="Close" onClick={onClose} />
      </div>
      {error && <ErrorBox error={error} />}
      {failure === null && !error && <Skeleton rows={6} />}
      {failure !== null && (
        <>
          <dl className={styles["totals"]}>
            <div>
              <dd style={{ color: "var(--bad)" }}>{total("STOPS").toLocaleString("en")}</dd>
              <dt>stop</dt>
            </div>
            <div>
              <dd style={{ color: "var(--warn)" }}>{total("STALE").toLocaleString("en")}</dd>
              <dt>get stale</dt>
            </div>
          </dl>
          <ul className={styles["kinds"]}>
            {failure.counts.map(({ effect, kind, count }) => (
              <li key={effect + kind}>
                <Chip tint={effect === "STOPS" ? "bad" : "warn"}>
                  {count.toLocaleString("en")} {kindLook(kind).label}
                  {count === 1 ? "" : "s"}
                </Chip>
              </li>
            ))}
          </ul>
          {failure.count === 0 && <p className={styles["quiet"]}>Nothing else needs it.</p>}
          <ul className={styles["hits"]}>
            {failure.hits.map(({ asset, effect, distance }) => {
              const { icon: Icon } = kindLook(asset.kind);
              const { to, search } = addressOf(asset.kind, asset.id);
              return (
                <li key={asset.id}>
                  <Link to={to} search={{ ...search }} title={asset.qualifiedName.slice(0, 500)}>
                    <Icon size={14} aria-hidden style={{ color: effect === "STOPS" ? "var(--bad)" : "var(--warn)" }} />
                    <span>{asset.name.slice(0, 200)}</span>
                    <span className={styles["quiet"]}>
                      {effect === "STOPS" ? "stops" : "stale"} · {distance}
                    </span>
                  </Link>
                </li>
              );
            })}
          </ul>
          {failure.pageInfo.hasNextPage && (
            <p className={styles["quiet"]}>
              The nearest 100 of {failure.count.toLocaleString("en")} are listed{failure.truncated ? ", and there are more" : ""}; GET /api/v1/failure pages through all.
            </p>
          )}
        </>
      )}
    </aside>
  );
}

/** The stores by their data centers, those in none last; a store in two centers stands in both. */
function byCenter({ estate, dataCenters }: EstateMapQuery): { center: Center | null; stores: Store[] }[] {
  const known = new Set(dataCenters.nodes.map(({ id }) => id));
  const found = dataCenters.nodes.map((center) => ({
    center: center as Center | null,
    stores: estate.stores.filter(({ store }) => store.hostedIn.some(({ id }) => id === center.id)),
  }));
  const elsewhere = estate.stores.filter(({ store }) => !store.hostedIn.some(({ id }) => known.has(id)));
  return elsewhere.length === 0 ? found : [...found, { center: null, stores: elsewhere }];
}
