import { Link, useParams } from "@tanstack/react-router";
import clsx from "clsx";
import { ArrowLeftRight, ChevronLeft } from "lucide-react";
import { useMemo } from "react";
import { useAsk } from "@/asking";
import { titleOf, words } from "@/golden/history";
import { ruleWords } from "@/golden/standing";
import { Button, buttonClass, Chip, EmptyState, ErrorBox, Field, instantText, Page, Skeleton, Time } from "@/parts";
import { useUrl } from "@/shell/url";
import { DifferenceChoices } from "./choices.generated";
import { DifferenceView, type DifferenceViewQuery } from "./difference.generated";
import { fieldsOf, firstPair, othersOf, reasonOf, sameInstant, sideOf, sidesOf, type Attribute, type Field as FieldChange, type Reasons, type Shown, type Side } from "./sides";
import styles from "./difference.module.css";

const day = (at: string) => instantText(at);
const CHANGES = {
  same: { tint: "quiet", title: "same" },
  added: { tint: "good", title: "added" },
  removed: { tint: "bad", title: "gone" },
  changed: { tint: "gold", title: "changed" },
  source: { tint: "kind-place", title: "other source" },
} as const;

/** Two versions of a golden record beside each other, or two beliefs of the same instant. */
export function Screen() {
  const { id = "", type = "customer" } = useParams({ strict: false });
  const [url, set] = useUrl();
  const choices = useAsk(DifferenceChoices, { type, id });
  const told = choices.data?.goldenRecord ?? null;
  const sides = useMemo(() => (told ? sidesOf(told, day) : []), [told]);
  const [first, second] = firstPair(sides);
  const now = told?.basis.knownAt ?? "";
  const left = sideOf(url["a"], sides, now, day) ?? first;
  const right = sideOf(url["b"], sides, now, day) ?? second;
  const answer = useAsk(
    DifferenceView,
    {
      type,
      id,
      leftAsOf: left?.asOf ?? "",
      leftKnownAt: left?.knownAt ?? "",
      rightAsOf: right?.asOf ?? "",
      rightKnownAt: right?.knownAt ?? "",
      withReasons: true,
    },
    { enabled: left !== null && right !== null },
  );
  const back = type === "customer" ? `/customers/${id}` : `/golden/${type}/${id}`;
  const title = told ? titleOf(told.attributes, id) : "Difference";
  const error = choices.error ?? answer.error;
  return (
    <Page
      title={`${title}: difference`}
      heading={<span dir="auto">{title}</span>}
      about="What differs between two versions, or between what was believed of one instant at two times"
      actions={
        <Link to={back} className={buttonClass({})}>
          <ChevronLeft aria-hidden /> Timeline
        </Link>
      }
    >
      {error ? (
        <ErrorBox error={error} onRetry={() => void (choices.error ? choices.refetch() : answer.refetch())} />
      ) : !choices.data ? (
        <Skeleton rows={8} />
      ) : !told || !left || !right ? (
        <EmptyState title={told ? "Nothing to compare yet" : "No such golden record"}>
          {told ? "It has one version, and no belief about it was ever corrected." : "Search for it by name, e-mail, phone or the key of a source record."}
        </EmptyState>
      ) : (
        <>
          <div className={styles["choose"]}>
            <Choice label="Left" value={left} sides={sides} onChoose={(a) => set({ a })} />
            <Button icon={<ArrowLeftRight aria-hidden />} aria-label="Swap the sides" onClick={() => set({ a: right.key, b: left.key })} />
            <Choice label="Right" value={right} sides={sides} onChoose={(b) => set({ b })} />
            {left.knownAt !== now && right.asOf !== left.asOf && (
              <Button small look="plain" onClick={() => set({ b: sameInstant(left, now) })}>
                Compare with what is believed of that instant now
              </Button>
            )}
          </div>
          {answer.data ? <Differences answer={answer.data} showsAll={url["all"] === "yes"} onShowAll={(all) => set({ all: all ? "yes" : null })} left={left} right={right} /> : <Skeleton rows={8} />}
        </>
      )}
    </Page>
  );
}

function Choice({ label, value, sides, onChoose }: { label: string; value: Side; sides: readonly Side[]; onChoose: (key: string) => void }) {
  const own = sides.some(({ key }) => key === value.key) ? [] : [value];
  const group = (letter: string) => sides.filter(({ key }) => key.startsWith(letter));
  return (
    <div className={styles["choice"]}>
      <Field label={label}>
        <select value={value.key} onChange={({ target }) => onChoose(target.value)}>
          {own.map((side) => (
            <Option key={side.key} side={side} />
          ))}
          <optgroup label="Versions, as known now">
            {group("v").map((side) => (
              <Option key={side.key} side={side} />
            ))}
          </optgroup>
          {group("b").length > 0 && (
            <optgroup label="Believed before, and corrected">
              {group("b").map((side) => (
                <Option key={side.key} side={side} />
              ))}
            </optgroup>
          )}
        </select>
      </Field>
    </div>
  );
}

function Option({ side }: { side: Side }) {
  return <option value={side.key}>{`${side.title}, ${side.about}`}</option>;
}

interface DifferencesProps {
  answer: DifferenceViewQuery;
  showsAll: boolean;
  onShowAll: (all: boolean) => void;
  left: Side;
  right: Side;
}

function Differences({ answer, showsAll, onShowAll, left, right }: DifferencesProps) {
  const fields = fieldsOf(answer.left ?? null, answer.right ?? null);
  const different = fields.filter(({ change }) => change !== "same");
  const shown = showsAll ? fields : different;
  return (
    <>
      <p className={styles["summary"]} role="status">
        {different.length === 0 ? "They say the same." : summary(fields)}
        {fields.length > different.length && (
          <Button small look="plain" pressed={showsAll} onClick={() => onShowAll(!showsAll)}>
            {showsAll ? "Only what differs" : `All ${fields.length} attributes`}
          </Button>
        )}
      </p>
      <div className={styles["frame"]}>
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">Attribute</th>
              <SideHead side={left} shown={answer.left ?? null} />
              <SideHead side={right} shown={answer.right ?? null} />
            </tr>
          </thead>
          <tbody>
            {shown.map((field) => (
              <Row key={field.name} field={field} answer={answer} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function SideHead({ side, shown }: { side: Side; shown: Shown | null }) {
  return (
    <th scope="col">
      <b>{side.title}</b> {shown ? <>valid from <Time at={shown.version.validFrom} /></> : "not there"}
      <small>
        as known at <Time at={side.knownAt} exact />
        {shown?.isDeleted && ", ended"}
      </small>
    </th>
  );
}

function Row({ field, answer }: { field: FieldChange; answer: DifferenceViewQuery }) {
  const { tint, title } = CHANGES[field.change];
  return (
    <tr data-change={field.change} data-attribute={field.name}>
      <th scope="row">
        {words(field.name)} <Chip tint={tint}>{title}</Chip>
      </th>
      <Cell attribute={field.left} name={field.name} reasons={answer.leftReasons} isOld={field.change === "changed" || field.change === "removed"} />
      <Cell attribute={field.right} name={field.name} reasons={answer.rightReasons} isNew={field.change === "changed" || field.change === "added"} />
    </tr>
  );
}

function Cell({ attribute, name, reasons, isOld = false, isNew = false }: { attribute: Attribute | null; name: string; reasons: Reasons | null | undefined; isOld?: boolean; isNew?: boolean }) {
  const value = attribute?.value ?? null;
  const origin = attribute?.provenance ?? null;
  const reason = reasonOf(reasons, name);
  const others = othersOf(reasons, name).filter((one) => one.value !== value);
  return (
    <td className={clsx(isOld && styles["old"], isNew && styles["new"])}>
      <span className={styles["value"]} dir="auto">
        {value ?? "–"}
      </span>
      {value !== null && origin && (
        <small>
          {origin.sourceSystem} {origin.sourceKey}, said of <Time at={origin.validFrom} />
          {" · "}
          {readable(reason ?? ruleWords(attribute?.rule))}
        </small>
      )}
      {others.slice(0, 2).map((other) => (
        <small key={other.system + other.value} className={styles["loser"]}>
          {other.system} says <span dir="auto">{other.value}</span>: {readable(other.reason)}
        </small>
      ))}
    </td>
  );
}

function readable(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => instantText(at));
}

function summary(fields: readonly FieldChange[]): string {
  const count = (change: FieldChange["change"]) => fields.filter((field) => field.change === change).length;
  const told = [
    [count("changed"), "changed"],
    [count("added"), "added"],
    [count("removed"), "gone"],
    [count("source"), "the same from another source"],
  ] as const;
  return told
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(", ");
}
