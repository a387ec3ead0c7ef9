import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { ask, useAsk } from "@/asking";
import { EmptyState, ErrorBox, Page, Skeleton } from "@/parts";
import { isTyping } from "@/shell/Keys";
import { useUrl } from "@/shell/url";
import { isVerdict, useActs, type Act } from "./acts";
import { ActBar, DoneLine } from "./ActBar";
import { argumentsOf, following } from "./filters";
import { FilterBar } from "./FilterBar";
import { TaskDetail } from "./TaskDetail";
import { TaskList, type ListedTask } from "./TaskList";
import { ReviewTaskView } from "./task.generated";
import { ReviewTasksView } from "./tasks.generated";
import styles from "./stewardship.module.css";

const LIVE_MILLISECONDS = 15_000;

/** The queue of pairs that somebody has to look at, and the one that is looked at. */
export function Screen() {
  const [url] = useUrl();
  const { task: chosen } = useParams({ strict: false });
  const navigate = useNavigate();
  const wanted = useMemo(() => argumentsOf(url), [url]);
  const queue = useAsk(ReviewTasksView, wanted, { every: LIVE_MILLISECONDS });
  const { rows, onEnd } = useMore(queue.data?.reviewTasks, wanted);
  const id = chosen ?? rows[0]?.id ?? null;
  const shown = useAsk(ReviewTaskView, { id: id ?? "" }, { enabled: id !== null, keep: false });
  const acts = useActs();
  const [dialog, setDialog] = useState<"defer" | "comment" | "assign" | null>(null);
  const go = (next: string | null) =>
    void navigate({ to: next === null ? "/stewardship" : "/stewardship/$task", params: { task: next ?? "" }, search: (before: Record<string, string>) => before, replace: true, resetScroll: false });
  const act = async (what: Act) => {
    const of = what.what === "undo" ? (undoable(acts.done, id) ?? id) : id;
    if (of === null || acts.isBusy) return;
    setDialog(null);
    const next = isVerdict(what) && rows.some((one) => one.id === of) ? following(rows.map((one) => one.id), of) : of;
    if ((await acts.act(of, what)) && next !== id) go(next);
  };
  const step = (by: 1 | -1) => {
    const place = rows.findIndex((one) => one.id === id);
    const next = rows[Math.max(0, Math.min(rows.length - 1, place + by))];
    if (next) go(next.id);
  };
  useKeys({ onAct: (what) => void act(what), onStep: step, onDialog: setDialog });
  const task = shown.data?.reviewTask ?? null;
  return (
    <Page title="Stewardship" size="full" about="Pairs of records that only a person can decide on. What you say holds against every further load, and can be taken back.">
      <FilterBar counts={queue.data?.reviewTasks.counts ?? []} total={queue.data?.reviewTasks.totalCount} />
      {queue.error ? (
        <ErrorBox error={queue.error} onRetry={() => void queue.refetch()} />
      ) : (
        <div className={styles["desk"]}>
          <div className={styles["queue"]}>
            {queue.isPending ? <Skeleton rows={8} /> : <TaskList rows={rows} selected={id} onSelect={go} onEnd={onEnd} />}
          </div>
          <div className={styles["task"]}>
            <DoneLine done={acts.done} onUndo={() => void act({ what: "undo" })} onOverride={() => void act({ what: "approve", override: true })} onForget={acts.forget} />
            {id === null ? (
              queue.isPending ? null : (
                <EmptyState title="Nothing to decide">
                  {url["status"] || url["kind"] || url["q"] || url["assignee"] || url["system"] || url["least"]
                    ? "No task fits these filters. Take some of them away to see more."
                    : "Every pair is clear. A task opens by itself when data come in that somebody has to look at."}
                </EmptyState>
              )
            ) : shown.error ? (
              <ErrorBox error={shown.error} onRetry={() => void shown.refetch()} />
            ) : shown.isPending ? (
              <Skeleton rows={10} />
            ) : task === null ? (
              <EmptyState title="No such task">It is not in this catalog, or was erased with its records. Choose another from the list.</EmptyState>
            ) : (
              <>
                <ActBar task={task} isBusy={acts.isBusy} onAct={(what) => void act(what)} dialog={dialog} onDialog={setDialog} />
                <TaskDetail task={task} />
              </>
            )}
          </div>
        </div>
      )}
    </Page>
  );
}

/** Which task an undo is of: the one that was just decided, while no other was chosen for it. */
function undoable(done: ReturnType<typeof useActs>["done"], id: string | null): string | null {
  return done && done.error === null && done.act.what !== "undo" ? done.id : id;
}

type Page1 = { nodes: readonly ListedTask[]; pageInfo: { hasNextPage: boolean; endCursor?: string | null } };

function useMore(first: Page1 | undefined, wanted: ReturnType<typeof argumentsOf>): { rows: readonly ListedTask[]; onEnd: () => void } {
  const [more, setMore] = useState<{ of: Page1 | undefined; rows: readonly ListedTask[]; after: string | null }>({ of: undefined, rows: [], after: null });
  const isBusy = useRef(false);
  const here = more.of === first ? more : { of: first, rows: [], after: first?.pageInfo.hasNextPage ? (first.pageInfo.endCursor ?? null) : null };
  const onEnd = () => {
    if (here.after === null || isBusy.current) return;
    isBusy.current = true;
    ask(ReviewTasksView, { ...wanted, after: here.after })
      .then(({ reviewTasks: { nodes, pageInfo } }) =>
        setMore({ of: first, rows: [...here.rows, ...nodes], after: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null }),
      )
      .catch(() => undefined) // the list stays as it is; its end asks again
      .finally(() => (isBusy.current = false));
  };
  return { rows: useMemo(() => [...(first?.nodes ?? []), ...here.rows], [first, here.rows]), onEnd };
}

const VERDICTS: Readonly<Record<string, Act>> = {
  a: { what: "approve" },
  r: { what: "reject" },
  s: { what: "split" },
  u: { what: "undo" },
  m: { what: "assign", assignee: null },
};

interface KeyUse {
  onAct: (act: Act) => void;
  onStep: (by: 1 | -1) => void;
  onDialog: (dialog: "defer" | "comment" | "assign") => void;
}

function useKeys(use: KeyUse): void {
  const latest = useRef(use);
  useEffect(() => {
    latest.current = use;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
      if (document.querySelector("[role=dialog]")) return;
      const { onAct, onStep, onDialog } = latest.current;
      const act = VERDICTS[event.key];
      if (act) onAct(act);
      else if (event.key === "j" || event.key === "k") onStep(event.key === "j" ? 1 : -1);
      else if (event.key === "d") onDialog("defer");
      else if (event.key === "c") onDialog("comment");
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
