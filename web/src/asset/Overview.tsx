import type { ReactNode } from "react";
import { Chip, Copy, durationText, Time } from "@/parts";
import { AssetLink, NameLink, RunLink } from "@/catalog/links";
import { RunDays, VolumeChart } from "./charts";
import type { Asset, Dataset, Job } from "./Screen";
import styles from "./asset.module.css";

/** What it is for, who answers for it, where it lies, how fresh it is. */
export function Overview({ asset }: { asset: Asset }) {
  return (
    <div className={styles["overview"]}>
      <div className={styles["mainColumn"]}>
        <Card title="What it is for">
          {asset.descriptions.map(({ text, saidBy }) => (
            <div key={text + saidBy} className={styles["said"]}>
              <p>{text}</p>
              <small>{saidBy === "PEOPLE" ? "said by people here" : "said by its producer"}</small>
            </div>
          ))}
          {asset.descriptions.length === 0 && <p className={styles["quiet"]}>Nobody has said yet. “Describe” is at the top of the page.</p>}
          {"definition" in asset && <p>{asset.definition}</p>}
        </Card>
        {"columnLineage" in asset && <DatasetCards dataset={asset} />}
        {"runHistory" in asset && <JobCards job={asset} />}
        {"reads" in asset && (
          <Card title="What it moves">
            <p>
              <code>{asset.source}</code> → <code>{asset.destination}</code>
            </p>
            <Assets title="reads" all={asset.reads} />
            <Assets title="writes" all={asset.writes} />
          </Card>
        )}
        {"readBy" in asset && (
          <Card title="Pipelines">
            <Assets title="written by" all={asset.writtenBy} />
            <Assets title="read by" all={asset.readBy} />
          </Card>
        )}
        {"folder" in asset && (
          <Card title="File of the lake">
            <Facts
              facts={[
                ["Dataset", asset.folder],
                ["Rows", asset.rows?.toLocaleString("en")],
                ["Size", bytes(asset.size)],
                ["Written", <Time key="t" at={asset.writtenAt} />],
                ["Run", <RunLink key="r" id={asset.runId}>the run that wrote it</RunLink>],
              ]}
            />
          </Card>
        )}
        {"dataType" in asset && (
          <Card title="Column">
            <Facts facts={[["Type", asset.dataType && <code>{asset.dataType}</code>], ["Of", <AssetLink key="d" id={asset.dataset.id} name={asset.dataset.displayName} kind="DATASET" />]]} />
          </Card>
        )}
      </div>
      <aside className={styles["sideColumn"]}>
        <Card title="Owners">
          <ul className={styles["plain"]}>
            {asset.owners.map(({ name, type, saidBy }) => (
              <li key={name + type + saidBy}>
                <b>{name}</b> <small>{[type?.toLowerCase(), saidBy === "PRODUCERS" ? "by its producer" : null].filter(Boolean).join(", ")}</small>
              </li>
            ))}
          </ul>
          {asset.owners.length === 0 && <p className={styles["quiet"]}>Nobody answers for it.</p>}
        </Card>
        <Card title="Tags, terms, domain">
          <div className={styles["chips"]}>
            {asset.tags.map(({ key, value, saidBy }) => (
              <Chip key={key + saidBy} title={saidBy === "PEOPLE" ? "given by people here" : "given by its producer"}>
                {value && value !== "true" ? `${key}: ${value}` : key}
              </Chip>
            ))}
            {asset.glossaryTerms.map(({ id, name }) => (
              <AssetLink key={id} id={id} name={name} kind="GLOSSARY_TERM" />
            ))}
            {asset.domain && <AssetLink id={asset.domain.id} name={asset.domain.name} kind="DOMAIN" />}
          </div>
          {asset.tags.length + asset.glossaryTerms.length === 0 && !asset.domain && <p className={styles["quiet"]}>None.</p>}
        </Card>
        <Card title="Where it lies">
          <Assets title="stored in" all={asset.storedIn} />
          <Assets title="hosted in" all={asset.hostedIn.map((one) => ({ ...one, kind: "DATA_CENTER" }))} />
          {asset.storedIn.length + asset.hostedIn.length === 0 && <p className={styles["quiet"]}>No lake, warehouse or broker has its address.</p>}
          <Assets title="takes along when it fails" all={asset.failsWith} />
        </Card>
        <Card title="Identity">
          <div className={styles["identity"]}>
            <code>{asset.id}</code>
            <Copy text={asset.id} label="Copy the id" />
          </div>
          <div className={styles["identity"]}>
            <code>{asset.qualifiedName.slice(0, 300)}</code>
            <Copy text={asset.qualifiedName} label="Copy the whole name" />
          </div>
          {"formerNames" in asset &&
            [...asset.formerNames, ...asset.aliases].map(({ namespace, name }) => (
              <div key={namespace + name} className={styles["identity"]}>
                <small>also</small> <code>{name}</code>
              </div>
            ))}
        </Card>
      </aside>
    </div>
  );
}

function DatasetCards({ dataset }: { dataset: Dataset }) {
  const { lastWrittenAt, usualIntervalSeconds, expectedBy, isOverdue } = dataset.freshness;
  const writers = unique(dataset.dataVersions.nodes.flatMap(({ job }) => (job ? [job] : [])));
  return (
    <>
      <Card title="Freshness" note={isOverdue === null ? undefined : <Chip tint={isOverdue ? "warn" : "good"}>{isOverdue ? "overdue" : "on time"}</Chip>}>
        <Facts
          facts={[
            ["Last written", lastWrittenAt ? <Time key="w" at={lastWrittenAt} relative /> : "no run is known to have written it"],
            ["Usually every", usualIntervalSeconds === null ? null : durationText(usualIntervalSeconds)],
            ["Expected by", expectedBy && <Time key="e" at={expectedBy} />],
            ["Columns as they are since", dataset.schemaSince && <Time key="s" at={dataset.schemaSince} />],
          ]}
        />
        <VolumeChart points={dataset.volume.nodes} />
      </Card>
      {writers.length > 0 && (
        <Card title="Written by">
          <div className={styles["chips"]}>
            {writers.map((one) => (
              <NameLink key={one.namespace + one.name} of={one} kind="job" />
            ))}
          </div>
        </Card>
      )}
      {(dataset.dataSource || dataset.storage || dataset.catalog) && (
        <Card title="Store">
          <Facts
            facts={[
              ["Source", dataset.dataSource?.name ?? dataset.dataSource?.uri],
              ["Storage", dataset.storage && [dataset.storage.layer, dataset.storage.fileFormat].filter(Boolean).join(", ")],
              ["Catalog", dataset.catalog && `${dataset.catalog.name} (${dataset.catalog.framework}, ${dataset.catalog.type})`],
            ]}
          />
        </Card>
      )}
    </>
  );
}

function JobCards({ job }: { job: Job }) {
  const { total } = job.runHistory;
  return (
    <>
      <Card title="Runs of the last 30 days">
        {total.runs === 0 ? (
          <p className={styles["quiet"]}>None.</p>
        ) : (
          <>
            <Facts
              facts={[
                ["Went well", `${total.complete} of ${total.runs}`],
                ["Failed", total.failed || null],
                ["Half of them within", total.medianSeconds === null ? null : durationText(total.medianSeconds)],
                ["Nine in ten within", total.p90Seconds === null ? null : durationText(total.p90Seconds)],
              ]}
            />
            <RunDays days={job.runHistory.days} />
          </>
        )}
      </Card>
      <Card title="Reads">
        <Names all={job.inputs} none="It reads nothing that is known." />
      </Card>
      <Card title="Writes">
        <Names all={job.outputs} none="It writes nothing that is known." />
      </Card>
      {job.sql && (
        <Card title="SQL" note={<Copy text={job.sql.query} label="Copy the SQL" />}>
          <pre className={styles["code"]} tabIndex={0}>
            {job.sql.query}
          </pre>
        </Card>
      )}
      {(job.jobType || job.partOf || job.parts.length > 0 || job.sourceCodeLocation) && (
        <Card title="Kind of work">
          <Facts
            facts={[
              ["Carried out by", job.jobType?.integration],
              ["Kind", [job.jobType?.jobType, job.jobType?.processingType].filter(Boolean).join(", ").toLowerCase()],
              ["Part of", job.partOf && <NameLink key="p" of={job.partOf} kind="job" />],
              ["Code", job.sourceCodeLocation && <code key="c">{job.sourceCodeLocation.url}</code>],
            ]}
          />
          <div className={styles["chips"]}>
            {job.parts.map((one) => (
              <NameLink key={one.namespace + one.name} of={one} kind="job" />
            ))}
          </div>
        </Card>
      )}
    </>
  );
}

/** A titled box of a page. */
export function Card({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles["card"]}>
      <header>
        <h2>{title}</h2>
        {note}
      </header>
      {children}
    </section>
  );
}

/** Labels with values; what has none is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  const told = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (told.length === 0) return null;
  return (
    <dl className={styles["facts"]}>
      {told.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Assets({ title, all }: { title: string; all: readonly { id: string; name: string; kind: string }[] }) {
  if (all.length === 0) return null;
  return (
    <div className={styles["assets"]}>
      <small>{title}</small>
      {all.slice(0, 30).map(({ id, name, kind }) => (
        <AssetLink key={id} id={id} name={name} kind={kind} />
      ))}
      {all.length > 30 && <small>and {all.length - 30} more</small>}
    </div>
  );
}

function Names({ all, none }: { all: Job["inputs"]; none: string }) {
  if (all.length === 0) return <p className={styles["quiet"]}>{none}</p>;
  return (
    <div className={styles["chips"]}>
      {all.map(({ dataset, isObserved }) => (
        <span key={dataset.namespace + dataset.name} className={styles["named"]}>
          <NameLink of={dataset} kind="dataset" />
          {!isObserved && <small>declared, not seen yet</small>}
        </span>
      ))}
    </div>
  );
}

function unique<One extends { namespace: string; name: string }>(all: readonly One[]): One[] {
  return [...new Map(all.map((one) => [`${one.namespace}\n${one.name}`, one])).values()];
}

/** A length in bytes as people say it; null where there is none. */
export function bytes(size: number | null | undefined): string | null {
  if (size === null || size === undefined) return null;
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = size > 0 ? Math.min(units.length - 1, Math.floor(Math.log10(size) / 3)) : 0;
  const scaled = size / 1000 ** power;
  return `${scaled >= 100 || power === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}
