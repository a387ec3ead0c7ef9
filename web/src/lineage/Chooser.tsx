import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useAsk } from "@/asking";
import { Button, buttonClass, EmptyState, ErrorBox, Page, Skeleton } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { kindLook } from "@/shell/kinds";
import { openPalette } from "@/shell/Palette";
import { LineageChoices } from "./choices.generated";
import styles from "./lineage.module.css";

/** Where no start is chosen yet: find one, or take one of the first. */
export function Chooser() {
  const { asOf, knownAt } = useAsOf();
  const { data, error, refetch } = useAsk(LineageChoices, { asOf, knownAt });
  const nodes = data?.assets.nodes ?? [];
  return (
    <Page
      title="Lineage"
      about="Where data comes from and where it goes, at any instant. Choose where to start."
      actions={
        <Button icon={<Search aria-hidden />} onClick={openPalette}>
          Find a start
        </Button>
      }
    >
      {error && <ErrorBox error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton rows={8} />}
      {data !== undefined && nodes.length === 0 && (
        <EmptyState
          title="No lineage yet"
          actions={
            <Link to="/start" className={buttonClass({ look: "main" })}>
              Send your first event
            </Link>
          }
        >
          Jobs and datasets show here once an OpenLineage event told of them{asOf || knownAt ? ", and none had then" : ""}.
        </EmptyState>
      )}
      <ul className={styles["choices"]}>
        {nodes.map(({ id, kind, name, qualifiedName }) => {
          const { icon: Icon, label, tint } = kindLook(kind);
          return (
            <li key={id}>
              <Link to={`/lineage/${id}`} className={styles["choice"]}>
                <Icon size={16} aria-hidden style={{ color: `var(--${tint})` }} />
                <span>
                  <span className={styles["choiceName"]}>{name.slice(0, 200)}</span>
                  <span className={styles["choiceMore"]}>
                    {label} · {qualifiedName.slice(0, 200)}
                  </span>
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      {data !== undefined && data.assets.count > nodes.length && (
        <p className={styles["quiet"]}>
          {(data.assets.count - nodes.length).toLocaleString("en")} more are found by search, and listed in the <Link to="/catalog">catalog</Link>.
        </p>
      )}
    </Page>
  );
}
