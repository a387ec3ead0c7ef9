// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How the run of a pipeline stands. */
export type PipelineRunState =
  /** It was called off. */
  | 'CANCELLED'
  /** It failed; `error` says why. */
  | 'FAILED'
  /** Airflow has it and has not begun it. */
  | 'QUEUED'
  /** It goes on. */
  | 'RUNNING'
  /** It ended well. */
  | 'SUCCEEDED'
  /** It is asked for; `stateReason` says for what it waits. */
  | 'WAITING';

export type RunPipelineMutationVariables = Exact<{
  id: string;
  conf?: unknown;
  idempotencyKey?: string | null | undefined;
}>;


export type RunPipelineMutation = { runPipeline: { id: string, state: PipelineRunState, stateReason: string | null } };

export const RunPipeline: Document<RunPipelineMutation, RunPipelineMutationVariables> = {
  name: "RunPipeline",
  id: "sha256:82b207da4b15c80c5408667a8f9735fad90691fd3a66857b73058323091c2d8c",
  text: "mutation RunPipeline($id: ID!, $conf: JSON, $idempotencyKey: String) {\n  runPipeline(id: $id, conf: $conf, idempotencyKey: $idempotencyKey) { id state stateReason }\n}",
};
