/** The filters of the queue, between the address of the screen and the arguments of the question. Pure. */
import type { ReviewTasksViewQueryVariables } from "./tasks.generated";

export const STATUSES = ["OPEN", "DEFERRED", "APPROVED", "REJECTED", "SPLIT", "OBSOLETE"] as const;
export const KINDS = ["POSSIBLE_MATCH", "CONTESTED", "CONFLICT", "REOPENED"] as const;
export const ORDERS = { HEAVIEST: "most alike first", LIGHTEST: "least alike first", OLDEST: "waiting longest first", NEWEST: "newest first" } as const;

export type Status = (typeof STATUSES)[number];
export type Kind = (typeof KINDS)[number];

export const KIND_WORDS: Readonly<Record<Kind, { title: string; tint: "gold" | "warn" | "bad" | "kind-mart" }>> = {
  POSSIBLE_MATCH: { title: "possible match", tint: "gold" },
  CONTESTED: { title: "contested", tint: "kind-mart" },
  CONFLICT: { title: "conflict", tint: "bad" },
  REOPENED: { title: "reopened", tint: "warn" },
};

const PAGE = 50;

/** The arguments that an address asks for; what it says wrongly is as if it were not there. */
export function argumentsOf(url: Readonly<Record<string, string | undefined>>): ReviewTasksViewQueryVariables {
  const status = url["status"]?.toUpperCase();
  const kind = url["kind"]?.toUpperCase();
  const order = url["order"]?.toUpperCase() ?? "";
  const least = Number(url["least"]);
  return {
    type: url["type"] ?? "customer",
    status: status === "ANY" ? null : (STATUSES.find((one) => one === status) ?? "OPEN"),
    kind: KINDS.find((one) => one === kind) ?? null,
    assignee: url["assignee"] && url["assignee"] !== "-" ? url["assignee"] : null,
    isUnassigned: url["assignee"] === "-" ? true : null,
    system: url["system"] ?? null,
    minWeight: url["least"] && Number.isFinite(least) ? least : null,
    search: url["q"] ?? null,
    orderBy: order in ORDERS ? (order as keyof typeof ORDERS) : "HEAVIEST",
    first: PAGE,
    after: null,
  };
}

/** How long a task may wait before it is marked: a day, then three. */
export function ageTint(seconds: number): "quiet" | "warn" | "bad" {
  return seconds >= 3 * 86_400 ? "bad" : seconds >= 86_400 ? "warn" : "quiet";
}

/** The instant until which a task is put off, so many days from now, in the morning. */
export function deferredUntil(days: number, now = Date.now()): string {
  const date = new Date(now + days * 86_400_000);
  date.setUTCHours(7, 0, 0, 0);
  return date.toISOString();
}

/** What comes after a task in a list once it is gone from there: the next, else the one before, else none. */
export function following(ids: readonly string[], id: string): string | null {
  const place = ids.indexOf(id);
  return place === -1 ? (ids[0] ?? null) : (ids[place + 1] ?? ids[place - 1] ?? null);
}
