// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The attributes of a data pipeline. */
export type DataPipelineInput = {
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** Where it brings data to: a URL or a name; secrets are masked. */
  destination: string;
  /** The name, unique among assets of its kind. */
  name: string;
  /** The dataset of the lake each new file of which starts a run: customers or orders. */
  onNewFile?: string | null | undefined;
  /** What carries it out: airflow:DAG, or worker:STEP, one of `pipelineSteps`. Null: it cannot be run from here. */
  runsAs?: string | null | undefined;
  /** When it is run by itself: cron with five fields, such as *\/5 * * * *. */
  schedule?: string | null | undefined;
  /** Where it takes data from: a URL or a name; secrets are masked. */
  source: string;
  /** The time zone of the schedule, such as Europe/Berlin. Null: UTC. */
  timeZone?: string | null | undefined;
};

export type CreateDataPipelineMutationVariables = Exact<{
  input: DataPipelineInput;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type CreateDataPipelineMutation = { createDataPipeline: { id: string, name: string } };

export const CreateDataPipeline: Document<CreateDataPipelineMutation, CreateDataPipelineMutationVariables> = {
  name: "CreateDataPipeline",
  id: "sha256:13aacc1115ede48a51601051e10aea5df9c927645cb212bc45347ba856c8cc08",
  text: "mutation CreateDataPipeline($input: DataPipelineInput!, $validFrom: DateTime, $reason: String) {\n  createDataPipeline(input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
