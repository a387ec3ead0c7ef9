// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Attributes of a data pipeline; those left out are not touched. */
export type DataPipelineChanges = {
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** Where it brings data to: a URL or a name; secrets are masked. */
  destination?: string | null | undefined;
  /** The name, unique among assets of its kind. */
  name?: string | null | undefined;
  /** The dataset of the lake each new file of which starts a run: customers or orders. */
  onNewFile?: string | null | undefined;
  /** What carries it out: airflow:DAG, or worker:STEP, one of `pipelineSteps`. Null: it cannot be run from here. */
  runsAs?: string | null | undefined;
  /** When it is run by itself: cron with five fields, such as *\/5 * * * *. */
  schedule?: string | null | undefined;
  /** Where it takes data from: a URL or a name; secrets are masked. */
  source?: string | null | undefined;
  /** The time zone of the schedule, such as Europe/Berlin. Null: UTC. */
  timeZone?: string | null | undefined;
};

export type UpdateDataPipelineMutationVariables = Exact<{
  id: string;
  input: DataPipelineChanges;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type UpdateDataPipelineMutation = { updateDataPipeline: { id: string, name: string } };

export const UpdateDataPipeline: Document<UpdateDataPipelineMutation, UpdateDataPipelineMutationVariables> = {
  name: "UpdateDataPipeline",
  id: "sha256:a49eec3a18519d83e99c4170fbb980d51e912540a1e918921534d3ee7b21b587",
  text: "mutation UpdateDataPipeline($id: ID!, $input: DataPipelineChanges!, $validFrom: DateTime, $reason: String) {\n  updateDataPipeline(id: $id, input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
