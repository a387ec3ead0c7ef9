import { useNavigate, useParams } from "@tanstack/react-router";
import { ReactFlowProvider } from "@xyflow/react";
import { Chooser } from "./Chooser";
import { Graph } from "./Graph";

/** Lineage of a node, or the choice of one. */
export function Screen() {
  const { node }: { node?: string } = useParams({ strict: false });
  const navigate = useNavigate();
  if (node === undefined) return <Chooser />;
  return (
    <ReactFlowProvider>
      <Graph root={node} onStart={(id) => void navigate({ to: `/lineage/${id}`, search: kept })} />
    </ReactFlowProvider>
  );
}

/** What of the address stays when another node becomes the start. */
function kept(before: Record<string, string | undefined>): Record<string, string | undefined> {
  const { depth, direction, jobs, view, compare, compareKnown, validAt, knownAt } = before;
  return { depth, direction, jobs, view, compare, compareKnown, validAt, knownAt };
}
