import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { ChevronRight } from "lucide-react";
import { Fragment, type KeyboardEvent } from "react";
import { Chip, instantText, Skeleton, Time } from "@/parts";
import { words, type Attribute, type Origin } from "./history";
import { explanationOf, losersOf, offersOf, ruleWords, type Explanation, type Offer } from "./standing";
import styles from "./golden.module.css";

interface Props {
  attributes: readonly Attribute[];
  /** The values of the version before, to show what changed; null: there is none. */
  before: ReadonlyMap<string, string | null> | null;
  explanations: readonly Explanation[];
  /** Whether the explanations are those of the instant that is shown. */
  isFresh: boolean;
  open: string | null;
  onOpen: (attribute: string | null) => void;
  onHover: (attribute: string | null) => void;
  /** Where lineage of an attribute is shown. */
  lineage: (attribute: string) => { to: string; search: Record<string, string> } | null;
}

/** Every attribute at an instant: its value, who gave it, by which rule, and what the others said. */
export function AttributeTable({ attributes, before, explanations, isFresh, open, onOpen, onHover, lineage }: Props) {
  return (
    <div className={styles["tableFrame"]}>
      <table className={styles["attributes"]}>
        <thead>
          <tr>
            <th scope="col">Attribute</th>
            <th scope="col">Value</th>
            <th scope="col">Winning source</th>
            <th scope="col">Rule</th>
            <th scope="col">Said of</th>
            <th scope="col">Others say</th>
          </tr>
        </thead>
        <tbody>
          {attributes.map((attribute) => {
            const explanation = explanationOf(explanations, attribute.name);
            const offers = offersOf(explanation, attribute.name);
            const isOpen = open === attribute.name;
            const toggle = () => onOpen(isOpen ? null : attribute.name);
            const old = before?.get(attribute.name) ?? null;
            const isChanged = before !== null && old !== (attribute.value ?? null);
            return (
              <Fragment key={attribute.name}>
                <tr
                  className={clsx(isChanged && styles["changed"], isOpen && styles["open"])}
                  data-attribute={attribute.name}
                  onMouseEnter={() => onHover(attribute.name)}
                  onMouseLeave={() => onHover(null)}
                >
                  <th scope="row">
                    <button
                      type="button"
                      aria-expanded={isOpen}
                      onClick={toggle}
                      onFocus={() => onHover(attribute.name)}
                      onBlur={() => onHover(null)}
                      onKeyDown={(event: KeyboardEvent) => event.key === "Escape" && isOpen && onOpen(null)}
                    >
                      <ChevronRight size={14} aria-hidden />
                      {words(attribute.name)}
                    </button>
                  </th>
                  <td>
                    <Value value={attribute.value ?? null} />
                    {isChanged && (
                      <span className={styles["old"]}>
                        {old === null ? "new" : <>was <s>{old}</s></>}
                      </span>
                    )}
                  </td>
                  <td>{attribute.provenance ? <Source origin={attribute.provenance} /> : <Nothing />}</td>
                  <td>{attribute.value ? <Rule rule={attribute.rule ?? null} /> : <Nothing />}</td>
                  <td>
                    {attribute.provenance ? (
                      <span title={`received ${instantText(attribute.provenance.receivedAt, true)} UTC`}>
                        <Time at={attribute.provenance.validFrom} />
                      </span>
                    ) : (
                      <Nothing />
                    )}
                  </td>
                  <td className={isFresh ? undefined : styles["stale"]}>
                    <Losers losers={losersOf(offers, attribute.value ?? null)} />
                  </td>
                </tr>
                {isOpen && (
                  <tr className={styles["detail"]}>
                    <td colSpan={6}>
                      <Detail attribute={attribute} explanation={explanation} offers={offers} lineage={lineage(attribute.name)} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Detail({
  attribute,
  explanation,
  offers,
  lineage,
}: {
  attribute: Attribute;
  explanation: Explanation | undefined;
  offers: readonly Offer[];
  lineage: { to: string; search: Record<string, string> } | null;
}) {
  const origin = attribute.provenance ?? null;
  return (
    <div className={styles["detailGrid"]}>
      <section>
        <h2>Why this value</h2>
        {explanation === undefined ? (
          <Skeleton rows={2} />
        ) : offers.length === 0 ? (
          <p className={styles["quiet"]}>No source record says anything of it at this instant.</p>
        ) : (
          <table className={styles["ranking"]}>
            <thead>
              <tr>
                <th scope="col">Rank</th>
                <th scope="col">Source record</th>
                <th scope="col">Says</th>
                {explanation.strategies.map((strategy) => (
                  <th key={strategy} scope="col">
                    {ruleWords(strategy)}
                  </th>
                ))}
                <th scope="col">Because</th>
              </tr>
            </thead>
            <tbody>
              {offers.map((offer) => (
                <tr key={`${offer.system} ${offer.key}`} className={offer.isTaken ? styles["winner"] : undefined}>
                  <td>{offer.candidate.rank ?? "–"}</td>
                  <td>
                    {offer.system} <code>{offer.key}</code>
                  </td>
                  <td>
                    <Value value={offer.value} />
                  </td>
                  {explanation.strategies.map((strategy) => (
                    <td key={strategy}>{scoreText(offer.candidate.scores.find((one) => one.strategy === strategy)?.score)}</td>
                  ))}
                  <td>{reasonText(offer.candidate.reason)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {attribute.otherValues.length > 0 && <p className={styles["quiet"]}>Also kept: {attribute.otherValues.join(", ")}</p>}
      </section>
      <section>
        <h2>How it came here</h2>
        {origin === null ? (
          <p className={styles["quiet"]}>Nothing is known of it, so nothing brought it.</p>
        ) : (
          <ol className={styles["way"]}>
            <li>
              <b>{origin.sourceSystem}</b> <code>{origin.sourceKey}</code> said it of <Time at={origin.validFrom} />
              {origin.validFromAssumed && " (assumed: since it came in)"}
            </li>
            {origin.file && (
              <li>
                in <code title={origin.file}>{origin.file.split("/").slice(-2).join("/")}</code>
                {origin.position !== null && origin.position !== undefined && <>, row {String(origin.position)}</>}
              </li>
            )}
            {origin.topic && (
              <li>
                in message <code>{`${origin.topic} ${origin.partition}@${origin.position}`}</code>
              </li>
            )}
            <li>
              through {doorWords(origin.door)}
              {origin.actor && ` by ${origin.actor}`}, <Time at={origin.receivedAt} exact />
            </li>
            <li className={styles["wayLinks"]}>
              {origin.runId && (
                <Link to="/runs/$run" params={{ run: origin.runId }}>
                  The run that read it
                </Link>
              )}
              {lineage && (
                <Link to={lineage.to} search={lineage.search}>
                  Lineage of {words(attribute.name)}
                </Link>
              )}
            </li>
          </ol>
        )}
      </section>
    </div>
  );
}

function doorWords(door: string): string {
  return { file: "a file", load: "a file", api: "the API", graphql: "GraphQL", rest: "REST", stream: "a stream", kafka: "Kafka" }[door] ?? door;
}

/** A score as people read it: instants without their zeros. */
function scoreText(score: string | undefined): string {
  if (score === undefined) return "–";
  return /^\d{4}-\d\d-\d\dT/.test(score) ? instantText(score) : score;
}

function reasonText(reason: string): string {
  return reason.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => instantText(at));
}

export function Value({ value }: { value: string | null }) {
  return value === null || value === "" ? <Nothing /> : <span className={styles["value"]} dir="auto">{value}</span>;
}

function Nothing() {
  return <span className={styles["nothing"]}>–</span>;
}

export function Source({ origin }: { origin: Pick<Origin, "sourceSystem" | "sourceKey"> }) {
  return (
    <span className={styles["source"]}>
      <Chip tint="kind-source">{origin.sourceSystem}</Chip>
      <code>{origin.sourceKey}</code>
    </span>
  );
}

function Rule({ rule }: { rule: string | null }) {
  return rule ? <span>{ruleWords(rule)}</span> : <span className={styles["nothing"]} title="Nobody else said anything">no choice</span>;
}

function Losers({ losers }: { losers: readonly Offer[] }) {
  if (losers.length === 0) return <span className={styles["nothing"]}>–</span>;
  const [first, ...rest] = losers;
  return (
    <span className={styles["losers"]} title={losers.map(({ system, value, candidate }) => `${system}: ${value} (${reasonText(candidate.reason)})`).join("\n")}>
      <span className={styles["quiet"]}>{first?.system}</span> {first?.value}
      {rest.length > 0 && <span className={styles["quiet"]}> +{rest.length}</span>}
    </span>
  );
}
