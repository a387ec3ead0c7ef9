// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type PipelineStepsQueryVariables = Exact<{ [key: string]: never; }>;


export type PipelineStepsQuery = { pipelineSteps: Array<{ name: string, description: string, conf: Array<{ name: string, description: string, isRequired: boolean }> }> };

export const PipelineSteps: Document<PipelineStepsQuery, PipelineStepsQueryVariables> = {
  name: "PipelineSteps",
  id: "sha256:ac224c5724d5aa7e0d4ea4406652109ee33b38a9c0a74a1f097b8fbfcce72229",
  text: "query PipelineSteps {\n  pipelineSteps { name description conf { name description isRequired } }\n}",
};
