import type { ColumnTrailQuery } from "./column-trail.generated";
import type { View } from "./view";

/** The columns that a column follows from and that follow from it, by the nodes of a view. */
export interface ColumnThread {
  columns: ReadonlyMap<string, ReadonlySet<string>>;
  steps: readonly { from: string; fromColumn: string; to: string; toColumn: string; isDirect: boolean }[];
  /** How many datasets on the thread the view does not show. */
  beyond: number;
}

/** Finds the thread of a column in a view: only what is shown can be drawn, the rest is counted. */
export function columnThread(trail: ColumnTrailQuery, start: { dataset: string; path: string }, view: View): ColumnThread {
  const ids = new Map(view.nodes.map(({ id, namespace, name }) => [`${namespace}\n${name}`, id]));
  const columns = new Map<string, Set<string>>([[start.dataset, new Set([start.path])]]);
  const steps: ColumnThread["steps"][number][] = [];
  const outside = new Set<string>();
  for (const step of [...trail.up.steps, ...trail.down.steps]) {
    const [fromKey, toKey] = [`${step.fromDataset.namespace}\n${step.fromDataset.name}`, `${step.dataset.namespace}\n${step.dataset.name}`];
    const [from, to] = [ids.get(fromKey), ids.get(toKey)];
    if (from === undefined) outside.add(fromKey);
    else columns.set(from, (columns.get(from) ?? new Set()).add(step.fromColumn));
    if (to === undefined) outside.add(toKey);
    else columns.set(to, (columns.get(to) ?? new Set()).add(step.column));
    if (from !== undefined && to !== undefined) {
      steps.push({ from, fromColumn: step.fromColumn, to, toColumn: step.column, isDirect: step.isDirect });
    }
  }
  return { columns, steps, beyond: outside.size };
}
