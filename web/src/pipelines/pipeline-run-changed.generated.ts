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

export type PipelineRunsChangedSubscriptionVariables = Exact<{
  pipeline?: string | null | undefined;
}>;


export type PipelineRunsChangedSubscription = { pipelineRunChanged: { id: string, pipelineId: string, state: PipelineRunState } };

export const PipelineRunsChanged: Document<PipelineRunsChangedSubscription, PipelineRunsChangedSubscriptionVariables> = {
  name: "PipelineRunsChanged",
  id: "sha256:4256c4f562d517e5edbeccbf7ab784c76da9f7c3cae1c5dd54f863422709151b",
  text: "subscription PipelineRunsChanged($pipeline: ID) {\n  pipelineRunChanged(pipeline: $pipeline) { id pipelineId state }\n}",
};
