import clsx from "clsx";
import { useState } from "react";
import { useUrl } from "@/shell/url";
import { KINDS, kindOf } from "./kinds";
import { STANDINGS, type Facet, type Filters } from "./rows";
import styles from "./catalog.module.css";

const TITLES = { kind: "Kind", namespace: "Namespace", owner: "Owner", tag: "Tag" } as const;
const FEW = 6;

/** What the list can be narrowed down by, with how many assets each value leaves. */
export function Facets({ facets, filters, bySearch }: { facets: readonly Facet[]; filters: Filters; bySearch: boolean }) {
  return (
    <aside className={styles["facets"]} aria-label="Narrow down">
      {facets.map((facet) => (
        <Values key={facet.aspect} facet={facet} chosen={filters[facet.aspect]} />
      ))}
      {!bySearch && <Freshness chosen={filters.fresh} />}
    </aside>
  );
}

function Values({ facet: { aspect, values, omitted }, chosen }: { facet: Facet; chosen: string | undefined }) {
  const [, set] = useUrl();
  const [all, setAll] = useState(false);
  const shown = all ? values : values.slice(0, FEW);
  const picked = (value: string) => (aspect === "kind" ? value.toUpperCase() === chosen?.toUpperCase() : value === chosen);
  if (values.length === 0 && !chosen) return null;
  return (
    <fieldset className={styles["facet"]}>
      <legend>{TITLES[aspect]}</legend>
      {shown.map(({ value, count }) => (
        <Value
          key={value}
          label={aspect === "kind" && value.toUpperCase() in KINDS ? kindOf(value.toUpperCase()).plural : value}
          count={count}
          pressed={picked(value)}
          onPress={() => set({ [aspect]: picked(value) ? null : aspect === "kind" ? value.toUpperCase() : value })}
        />
      ))}
      {values.length > FEW && (
        <button type="button" className={styles["more"]} onClick={() => setAll(!all)}>
          {all ? "Fewer" : `${values.length - FEW} more`}
        </button>
      )}
      {all && omitted > 0 && <small className={styles["omitted"]}>and {omitted.toLocaleString("en")} of fewer assets: search finds them</small>}
    </fieldset>
  );
}

function Freshness({ chosen }: { chosen: string | undefined }) {
  const [, set] = useUrl();
  return (
    <fieldset className={styles["facet"]}>
      <legend>Freshness</legend>
      {STANDINGS.map(([value, label, about]) => (
        <Value key={value} label={label} about={about} pressed={chosen === value} onPress={() => set({ fresh: chosen === value ? null : value })} />
      ))}
    </fieldset>
  );
}

interface ValueProps {
  label: string;
  about?: string;
  count?: number;
  pressed: boolean;
  onPress: () => void;
}

function Value({ label, about, count, pressed, onPress }: ValueProps) {
  return (
    <button type="button" className={clsx(styles["value"], pressed && styles["chosen"])} aria-pressed={pressed} title={about ?? label.slice(0, 200)} onClick={onPress}>
      <span>{label}</span>
      {count !== undefined && <b className="numbers">{count.toLocaleString("en")}</b>}
    </button>
  );
}
