import { Chip, EmptyState, Time } from "@/parts";
import { Card } from "./Overview";
import type { Asset } from "./Screen";
import styles from "./asset.module.css";

type Version = Asset["annotationHistory"][number] & { isRetired?: boolean };

/** What it was, and what people said of it, along valid time, as believed at the chosen instants. */
export function History({ asset }: { asset: Asset }) {
  const own: readonly Version[] = "versions" in asset ? asset.versions : [];
  if (own.length + asset.annotationHistory.length === 0) {
    return <EmptyState title="Nothing was said of it yet">What you say with “Describe” stays here, with who said it, when and why.</EmptyState>;
  }
  return (
    <div className={styles["mainColumn"]}>
      {own.length > 0 && <Versions title="What it was" versions={own} />}
      {asset.annotationHistory.length > 0 && <Versions title="What people said" versions={asset.annotationHistory} />}
    </div>
  );
}

function Versions({ title, versions }: { title: string; versions: readonly Version[] }) {
  const latest = versions.slice().reverse();
  return (
    <Card title={title}>
      <ol className={styles["changes"]}>
        {latest.map((one) => (
          <li key={one.number}>
            <div className={styles["changeHead"]}>
              <b>
                <Time at={one.validFrom} />
              </b>
              <span className={styles["quiet"]}>{one.validTo ? <>until <Time at={one.validTo} /></> : "until further notice"}</span>
              {one.isRetired && <Chip tint="warn">retired</Chip>}
              <small className={styles["push"]}>
                {one.actor && `${one.actor}, `}recorded <Time at={one.systemFrom} />
                {one.reason && `: ${one.reason}`}
              </small>
            </div>
            <Said now={one.attributes} before={versions[one.number - 2]?.attributes} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The attributes of a version; those that the version before had otherwise stand out. */
function Said({ now, before }: { now: unknown; before: unknown }) {
  const is = (now ?? {}) as Record<string, unknown>;
  const was = (before ?? {}) as Record<string, unknown>;
  const names = [...new Set([...Object.keys(is), ...Object.keys(was)])].sort();
  return (
    <dl className={styles["facts"]}>
      {names.map((name) => {
        const changed = before !== undefined && JSON.stringify(is[name]) !== JSON.stringify(was[name]);
        return (
          <div key={name}>
            <dt>{name.replaceAll("_", " ")}</dt>
            <dd className={changed ? styles["changed"] : undefined}>
              {name in is ? text(is[name]) : <s>{text(was[name])}</s>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(", ");
  if (typeof value === "object" && value !== null) {
    const { name, key, role, value: held } = value as Record<string, unknown>;
    if (name) return role && role !== "owner" ? `${String(name)} (${String(role)})` : String(name);
    if (key) return held ? `${String(key)}: ${String(held)}` : String(key);
    return JSON.stringify(value);
  }
  return String(value);
}
