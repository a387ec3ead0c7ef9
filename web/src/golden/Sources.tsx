import { Link } from "@tanstack/react-router";
import { Chip, Time } from "@/parts";
import type { GoldenRecordViewQuery } from "./golden-record.generated";
import { words } from "./history";
import type { Telling } from "./told";
import styles from "./golden.module.css";

type Members = NonNullable<GoldenRecordViewQuery["goldenRecord"]>["members"];

const REASONS: Record<string, string> = {
  new: "the first of them",
  rule: "matched by a rule",
  model: "matched by the model",
  decision: "a steward said so",
};

/** The source records that are held to be one, since when and why. */
export function SourceRecords({ members }: { members: Members; type: string }) {
  return (
    <div className={styles["tableFrame"]}>
      <table className={styles["attributes"]}>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">Key</th>
            <th scope="col">Held to be one since</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.recordId}>
              <td>
                <Chip tint="kind-source">{member.system}</Chip>
              </td>
              <td>
                <code>{member.key}</code>
              </td>
              <td>
                <Time at={member.since} exact />
              </td>
              <td>{REASONS[member.reason] ?? words(member.reason)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Every source event that gave a value: when it came in, by whom, through which door, and what it gave. */
export function Tellings({ tellings }: { tellings: readonly Telling[] }) {
  return (
    <div className={styles["tableFrame"]}>
      <table className={styles["attributes"]}>
        <thead>
          <tr>
            <th scope="col">Received</th>
            <th scope="col">Said of</th>
            <th scope="col">Source</th>
            <th scope="col">What</th>
            <th scope="col">Gave</th>
            <th scope="col">Came by</th>
          </tr>
        </thead>
        <tbody>
          {tellings.map(({ origin, attributes }) => (
            <tr key={origin.eventId}>
              <td>
                <Time at={origin.receivedAt} exact />
              </td>
              <td>
                <Time at={origin.validFrom} />
              </td>
              <td>
                <span className={styles["source"]}>
                  <Chip tint="kind-source">{origin.sourceSystem}</Chip>
                  <code>{origin.sourceKey}</code>
                </span>
              </td>
              <td>{origin.actor ? `${origin.door}, ${origin.actor}` : origin.door}</td>
              <td>{attributes.map(words).join(", ")}</td>
              <td>
                {origin.file ? (
                  <code title={origin.file}>{`${origin.file.split("/").at(-1)}${origin.position === null || origin.position === undefined ? "" : ` row ${origin.position}`}`}</code>
                ) : origin.topic ? (
                  <code>{`${origin.topic} ${origin.partition}@${origin.position}`}</code>
                ) : (
                  "–"
                )}
                {origin.runId && (
                  <>
                    {" "}
                    <Link to="/runs/$run" params={{ run: origin.runId }}>
                      run
                    </Link>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
