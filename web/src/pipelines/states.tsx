import { Chip, type Tint } from "@/parts";

const TINTS: Readonly<Record<string, Tint>> = {
  WAITING: "quiet",
  QUEUED: "quiet",
  RUNNING: "gold",
  SUCCEEDED: "good",
  FAILED: "bad",
  CANCELLED: "warn",
};
const TASKS: Readonly<Record<string, Tint>> = {
  success: "good",
  failed: "bad",
  upstream_failed: "warn",
  up_for_retry: "warn",
  running: "gold",
  queued: "gold",
};

/** The state of a run of a pipeline. */
export function PipelineState({ state }: { state: string }) {
  return <Chip tint={TINTS[state] ?? "quiet"}>{state.toLowerCase()}</Chip>;
}

/** The state of a task, in the word of what carries it out. */
export function TaskState({ state }: { state: string | null }) {
  return <Chip tint={TASKS[state ?? ""] ?? "quiet"}>{state?.replaceAll("_", " ") ?? "not begun"}</Chip>;
}

/** Whether a run has not come to its end. */
export function goesOn(state: string): boolean {
  return state === "WAITING" || state === "QUEUED" || state === "RUNNING";
}

/** An address outside that may be opened: none but those of web pages. */
export function webAddress(address: string | null): string | null {
  return address !== null && /^https?:\/\//i.test(address) ? address : null;
}
