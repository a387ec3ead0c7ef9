import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Chip } from "@/parts";
import { words } from "@/golden/history";
import type { ReviewTaskViewQuery } from "./task.generated";
import styles from "./stewardship.module.css";

type Task = NonNullable<ReviewTaskViewQuery["reviewTask"]>;
type Compared = Task["left"];

const MARKS = { EQUAL: "=", SIMILAR: "≈", DIFFERENT: "≠", MISSING: "·" } as const;
const TELLS = { EQUAL: "equal", SIMILAR: "nearly equal", DIFFERENT: "different", MISSING: "one of them says nothing" } as const;

/** The two records, attribute by attribute, with how alike they are between them. */
export function SideBySide({ task }: { task: Task }) {
  return (
    <div className={styles["pair"]} role="table" aria-label="The two records side by side">
      <div className={styles["pairRow"]} role="row">
        <span role="columnheader">
          <span className="unseen">Attribute</span>
        </span>
        <RecordHead record={task.left} type={task.entityType} />
        <span role="columnheader">
          <span className="unseen">how alike</span>
        </span>
        <RecordHead record={task.right} type={task.entityType} />
      </div>
      {task.attributes.map(({ attribute, left, right, likeness }) => (
        <div key={attribute} className={styles["pairRow"]} role="row" data-likeness={likeness}>
          <span role="rowheader" className={styles["pairName"]}>
            {words(attribute)}
          </span>
          <Side value={left ?? null} />
          <span role="cell" className={styles["mark"]} title={TELLS[likeness]}>
            <span aria-hidden>{MARKS[likeness]}</span>
            <span className="unseen">{TELLS[likeness]}</span>
          </span>
          <Side value={right ?? null} />
        </div>
      ))}
    </div>
  );
}

/** A value longer than this scrolls within its own box, by keys too. */
const LONG = 100;

function Side({ value }: { value: string | null }) {
  return (
    <span role="cell" className={clsx(styles["side"], value === null && styles["silent"])} dir="auto" tabIndex={value !== null && value.length > LONG ? 0 : undefined}>
      {value ?? "–"}
    </span>
  );
}

function RecordHead({ record, type }: { record: Compared; type: string }) {
  const others = record.members.filter(({ system, key }) => system !== record.sourceKey.system || key !== record.sourceKey.key);
  return (
    <div role="columnheader" className={styles["recordHead"]}>
      <span className={styles["recordKey"]}>
        <Chip tint="kind-source">{record.sourceKey.system}</Chip>
        <code>{record.sourceKey.key}</code>
        {record.isEnded && <Chip tint="warn">ended</Chip>}
      </span>
      {record.goldenId && (
        <Link to={type === "customer" ? `/customers/${record.goldenId}` : `/golden/${type}/${record.goldenId}`}>golden record</Link>
      )}
      <small>
        {others.length === 0 ? "stands alone" : `with ${others.slice(0, 3).map(({ system, key }) => `${system} ${key}`).join(", ")}${others.length > 3 ? ` and ${others.length - 3} more` : ""}`}
      </small>
    </div>
  );
}
