import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAsk } from "@/asking";
import { buttonClass, Chip, Drawer, durationText, ErrorBox, Skeleton, StateChip, Time } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { AssetPreview, type AssetPreviewQuery } from "./asset-preview.generated";
import { KindChip } from "./kinds";
import { AssetLink, NameLink, RunLink } from "./links";
import styles from "./catalog.module.css";

type Asset = NonNullable<AssetPreviewQuery["asset"]>;
const FEW = 12;

/** What an asset is at a glance, beside the list. */
export function Preview({ id, onClose }: { id: string; onClose: () => void }) {
  const { asOf, knownAt } = useAsOf();
  const { data, error, isPending, refetch } = useAsk(AssetPreview, { id, asOf, knownAt }, { keep: false });
  const asset = data?.asset;
  const node = asset && "dataset" in asset && asset.kind === "COLUMN" ? asset.dataset.id : asset?.id;
  return (
    <Drawer
      open
      onClose={onClose}
      width={520}
      title={
        asset ? (
          <span style={{ unicodeBidi: "isolate" }}>
            {asset.name.length > 240 ? `${asset.name.slice(0, 240)}…` : asset.name}
          </span>
        ) : (
          "Asset"
        )
      }
      subtitle={
        asset && (
          <div className={styles["subtitle"]}>
            <KindChip kind={asset.kind} />
            {asset.isRetired && <Chip tint="warn">retired</Chip>}
            <span>{"namespace" in asset ? asset.namespace : ""}</span>
          </div>
        )
      }
      foot={
        asset && (
          <>
            {["DATASET", "TOPIC", "JOB", "COLUMN"].includes(asset.kind) && (
              <Link to={`/lineage/${node}`} search={{}} className={buttonClass()}>
                Lineage
              </Link>
            )}
            <Link to={`/catalog/${encodeURIComponent(asset.id)}`} search={{}} className={buttonClass({ look: "main" })}>
              Open the page
            </Link>
          </>
        )
      }
    >
      {error ? (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton rows={8} />
      ) : asset ? (
        <Glance asset={asset} />
      ) : (
        <p>Nothing has this id at the chosen instants. Choose a later “known at”, or go back to now.</p>
      )}
    </Drawer>
  );
}

function Glance({ asset }: { asset: Asset }) {
  return (
    <div className={styles["sections"]}>
      {asset.description && <p className={styles["text"]}>{asset.description}</p>}
      <Section title="Owners">
        <div className={styles["chips"]}>
          {asset.owners.map(({ name, type }) => (
            <Chip key={name + type} tint="gold" title={type ?? ""}>
              {name}
            </Chip>
          ))}
          {asset.owners.length === 0 && "Nobody answers for it yet; the page lets you say who does."}
        </div>
      </Section>
      {(asset.tags.length > 0 || asset.domain) && (
        <Section title="Tags and domain">
          <div className={styles["chips"]}>
            {asset.tags.map(({ key, value }) => (
              <Chip key={key}>{value && value !== "true" ? `${key}: ${value}` : key}</Chip>
            ))}
            {asset.domain && <AssetLink id={asset.domain.id} name={asset.domain.name} kind="DOMAIN" />}
          </div>
        </Section>
      )}
      {"columns" in asset && <DatasetGlance asset={asset} />}
      {"runHistory" in asset && <JobGlance asset={asset} />}
      {"folder" in asset && (
        <Section title="File">
          <dl className={styles["columns"]}>
            <Fact label="dataset" value={asset.folder} />
            <Fact label="rows" value={asset.rows?.toLocaleString("en") ?? "–"} />
            <Fact label="written" value={<Time at={asset.writtenAt} />} />
            <Fact label="by" value={<RunLink id={asset.runId}>its run</RunLink>} />
          </dl>
        </Section>
      )}
      {asset.storedIn.length > 0 && (
        <Section title="Stored in">
          {asset.storedIn.map(({ id, name, kind }) => (
            <AssetLink key={id} id={id} name={name} kind={kind} />
          ))}
        </Section>
      )}
    </div>
  );
}

function DatasetGlance({ asset }: { asset: Extract<Asset, { columns: unknown }> }) {
  const { lastWrittenAt, usualIntervalSeconds, expectedBy, isOverdue } = asset.freshness;
  return (
    <>
      <Section title="Freshness">
        <div className={styles["chips"]}>
          {lastWrittenAt ? (
            <>
              <span>
                written <Time at={lastWrittenAt} relative />
                {usualIntervalSeconds !== null && `, usually every ${durationText(usualIntervalSeconds)}`}
              </span>
              {isOverdue !== null && (
                <Chip tint={isOverdue ? "warn" : "good"}>{isOverdue ? "overdue" : "on time"}</Chip>
              )}
              {expectedBy && !isOverdue && (
                <span>
                  next by <Time at={expectedBy} />
                </span>
              )}
            </>
          ) : (
            "No run is known to have written it."
          )}
        </div>
      </Section>
      <Section title={`Columns${asset.columns.length > FEW ? ` (${FEW} of ${asset.columns.length})` : asset.columns.length > 0 ? ` (${asset.columns.length})` : ""}`}>
        {asset.columns.length === 0 ? (
          "No event has told its columns."
        ) : (
          <dl className={styles["columns"]}>
            {asset.columns.slice(0, FEW).map(({ path, type }) => (
              <Fact key={path} label={path} value={type ?? ""} isType />
            ))}
          </dl>
        )}
      </Section>
      <Section title="Last written by">
        <ul className={styles["runs"]}>
          {asset.dataVersions.nodes.map(({ runId, writtenAt, job, run, version }) => (
            <li key={version + writtenAt}>
              {run && <StateChip state={run.state} />}
              {runId && job ? <RunLink id={runId}>{job.displayName}</RunLink> : <code>{version}</code>}
              <Time at={writtenAt} relative />
            </li>
          ))}
        </ul>
        {asset.dataVersions.nodes.length === 0 && "No run yet."}
      </Section>
    </>
  );
}

function JobGlance({ asset }: { asset: Extract<Asset, { runHistory: unknown }> }) {
  const { runs, complete, failed, aborted, goingOn, medianSeconds } = asset.runHistory.total;
  return (
    <>
      <Section title="Runs of the last 14 days">
        {runs === 0 ? (
          "None."
        ) : (
          <div className={styles["chips"]}>
            <Chip tint="good">{complete} went well</Chip>
            {failed > 0 && <Chip tint="bad">{failed} failed</Chip>}
            {aborted > 0 && <Chip tint="warn">{aborted} stopped</Chip>}
            {goingOn > 0 && <Chip tint="gold">{goingOn} going on</Chip>}
            {medianSeconds !== null && <span>half of them within {durationText(medianSeconds)}</span>}
          </div>
        )}
      </Section>
      <Section title="Reads">
        <Names all={asset.inputs.map(({ dataset }) => dataset)} />
      </Section>
      <Section title="Writes">
        <Names all={asset.outputs.map(({ dataset }) => dataset)} />
      </Section>
      {asset.sql && (
        <Section title="SQL">
          <pre className={styles["code"]} tabIndex={0}>
            {asset.sql.query}
          </pre>
        </Section>
      )}
    </>
  );
}

function Names({ all }: { all: readonly { namespace: string; name: string; displayName: string }[] }) {
  if (all.length === 0) return "Nothing that is known.";
  return (
    <ul className={styles["runs"]}>
      {all.slice(0, FEW).map((one) => (
        <li key={one.namespace + one.name}>
          <NameLink of={one} kind="dataset" />
        </li>
      ))}
      {all.length > FEW && <li>and {all.length - FEW} more</li>}
    </ul>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles["section"]}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Fact({ label, value, isType = false }: { label: string; value: ReactNode; isType?: boolean }) {
  return (
    <div>
      <dt title={label}>{label}</dt>
      <dd className={isType ? undefined : styles["fresh"]}>{value}</dd>
    </div>
  );
}

