import { Chip, durationText, Time } from "@/parts";
import { words } from "@/golden/history";
import { ageTint, KIND_WORDS } from "./filters";
import { ScoreWaterfall } from "./ScoreWaterfall";
import { SideBySide } from "./SideBySide";
import type { ReviewTaskViewQuery } from "./task.generated";
import { percent } from "./TaskList";
import { levelWords } from "./waterfall";
import styles from "./stewardship.module.css";

type Task = NonNullable<ReviewTaskViewQuery["reviewTask"]>;

/** All that is known of a pair: what the two say, why they may be one, and what was done about it. */
export function TaskDetail({ task }: { task: Task }) {
  const { explanation } = task;
  return (
    <div className={styles["detail"]}>
      <div className={styles["verdict"]}>
        <span className={styles["big"]}>{percent(task.score)}</span>
        <div>
          <p>
            <Chip tint={KIND_WORDS[task.kind].tint}>{KIND_WORDS[task.kind].title}</Chip> {sentence(task.reason)}
          </p>
          <p className={styles["quiet"]}>
            {task.status === "OPEN" ? (
              <>
                waiting <span style={{ color: `var(--${ageTint(task.ageSeconds)})` }}>{durationText(task.ageSeconds)}</span>, since <Time at={task.openedAt} />
              </>
            ) : (
              <>
                {task.status.toLowerCase()}
                {task.decidedBy && ` by ${task.decidedBy}`}
                {task.decidedAt && (
                  <>
                    , <Time at={task.decidedAt} />
                  </>
                )}
                {task.deferredUntil && (
                  <>
                    {" "}
                    until <Time at={task.deferredUntil} />
                  </>
                )}
              </>
            )}
            {task.assignee && ` · ${task.assignee} is to look`}
          </p>
        </div>
      </div>
      <SideBySide task={task} />
      <div className={styles["why"]}>
        <section>
          <h2>Why they may be one</h2>
          <ScoreWaterfall prior={explanation.prior} steps={explanation.steps} weight={explanation.modelWeight} />
        </section>
        <section>
          <h2>What speaks for and against</h2>
          <ul className={styles["reasons"]}>
            {explanation.vetoes.map((veto) => (
              <li key={veto} data-side="against">
                {sentence(words(veto))} forbids to merge them by themselves
              </li>
            ))}
            {explanation.rule && <li data-side="rule">rule: {explanation.rule}</li>}
            {explanation.steps
              .filter(({ bits }) => Math.abs(bits) >= 0.5)
              .sort((a, b) => Math.abs(b.bits) - Math.abs(a.bits))
              .slice(0, 5)
              .map((step) => (
                <li key={step.comparison} data-side={step.bits > 0 ? "for" : "against"}>
                  <b>{words(step.comparison)}</b> {step.level ? levelWords(step.level) : ""}
                </li>
              ))}
            {explanation.sharedKeys.length > 0 && <li data-side="rule">{`met by ${explanation.sharedKeys.slice(0, 3).map((one) => one.replaceAll("_", " ")).join("; ")}`}</li>}
          </ul>
          <h2 className={styles["historyTitle"]}>What was done</h2>
          {task.history.length === 0 ? (
            <p className={styles["quiet"]}>Nothing yet.</p>
          ) : (
            <ol className={styles["history"]}>
              {task.history.map((one) => (
                <li key={one.at + one.action}>
                  <b>{one.action}</b> by {one.actor}, <Time at={one.at} relative />
                  {one.note && <q dir="auto">{one.note}</q>}
                </li>
              ))}
            </ol>
          )}
        </section>
      </div>
    </div>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
