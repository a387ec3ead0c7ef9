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

export type CancelPipelineRunMutationVariables = Exact<{
  id: string;
}>;


export type CancelPipelineRunMutation = { cancelPipelineRun: { id: string, state: PipelineRunState } };

export const CancelPipelineRun: Document<CancelPipelineRunMutation, CancelPipelineRunMutationVariables> = {
  name: "CancelPipelineRun",
  id: "sha256:e7742b1ed844cd881133be662b3baa0ced834d8451f38c7676a1ca6af143d29a",
  text: "mutation CancelPipelineRun($id: ID!) {\n  cancelPipelineRun(id: $id) { id state }\n}",
};
