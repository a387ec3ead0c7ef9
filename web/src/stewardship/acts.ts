/** What a steward can do to the task that is looked at, each with its key. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { ask, AskError, type Document } from "@/asking";
import { ApproveTasks } from "./approve.generated";
import { AssignTasks } from "./assign.generated";
import { CommentTasks } from "./comment.generated";
import { DeferTasks } from "./defer.generated";
import { RejectTasks } from "./reject.generated";
import { SplitTasks } from "./split.generated";
import { UnassignTasks } from "./unassign.generated";
import { UndoTasks } from "./undo.generated";

export type Act =
  | { what: "approve"; override?: boolean }
  | { what: "reject" | "split" | "undo" | "unassign" }
  | { what: "assign"; assignee: string | null }
  | { what: "defer"; until: string }
  | { what: "comment"; note: string };

/** What was done to a task, or why not. */
export interface Done {
  id: string;
  act: Act;
  error: AskError | null;
}

interface Payload {
  done: number;
  results: readonly { error?: { code: string; message: string } | null }[];
}

const SAID: Record<Act["what"], string> = {
  approve: "They are one now.",
  reject: "They stay two, whatever else is loaded.",
  split: "Taken apart.",
  undo: "Taken back.",
  assign: "Assigned.",
  unassign: "Nobody's again.",
  defer: "Put off.",
  comment: "Noted.",
};

export function saidOf({ act, error }: Done): string {
  return error ? error.message : SAID[act.what];
}

/** Whether a task leaves the list of open ones by what was done to it. */
export function isVerdict({ what }: Act): boolean {
  return what === "approve" || what === "reject" || what === "split" || what === "defer";
}

/** Does things to tasks, one after the other; `done` is the last of them. */
export function useActs(): { done: Done | null; isBusy: boolean; act: (id: string, act: Act) => Promise<boolean>; forget: () => void } {
  const client = useQueryClient();
  const [done, setDone] = useState<Done | null>(null);
  const [isBusy, setBusy] = useState(false);
  const act = useCallback(
    async (id: string, what: Act): Promise<boolean> => {
      setBusy(true);
      try {
        const payload = await sent(id, what);
        const wrong = payload.results[0]?.error ?? null;
        setDone({ id, act: what, error: wrong ? new AskError(wrong.message, wrong.code) : null });
        return wrong === null;
      } catch (error) {
        setDone({ id, act: what, error: error instanceof AskError ? error : new AskError(String(error), "UNKNOWN") });
        return false;
      } finally {
        setBusy(false);
        void client.invalidateQueries();
      }
    },
    [client],
  );
  const forget = useCallback(() => setDone(null), []);
  return { done, isBusy, act, forget };
}

async function sent(id: string, act: Act): Promise<Payload> {
  const ids = [id];
  const plain = async <Data,>(document: Document<Data, { ids: string[] }>) => onlyOf(await ask(document, { ids }));
  switch (act.what) {
    case "approve":
      return onlyOf(await ask(ApproveTasks, { ids, override: act.override ?? false }));
    case "reject":
      return plain(RejectTasks);
    case "split":
      return plain(SplitTasks);
    case "undo":
      return plain(UndoTasks);
    case "unassign":
      return plain(UnassignTasks);
    case "assign":
      return onlyOf(await ask(AssignTasks, { ids, assignee: act.assignee }));
    case "defer":
      return onlyOf(await ask(DeferTasks, { ids, until: act.until }));
    case "comment":
      return onlyOf(await ask(CommentTasks, { ids, note: act.note }));
  }
}

function onlyOf(data: unknown): Payload {
  return Object.values(data as Record<string, Payload>)[0] as Payload;
}
