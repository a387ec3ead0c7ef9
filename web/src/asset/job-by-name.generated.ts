// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type JobByNameQueryVariables = Exact<{
  name: string;
  namespace?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type JobByNameQuery = { job: { id: string } | null };

export const JobByName: Document<JobByNameQuery, JobByNameQueryVariables> = {
  name: "JobByName",
  id: "sha256:a7ffdc992810ab869664edb60342ab46b7dcd6a52ede77215af019585fdf4211",
  text: "query JobByName($name: String!, $namespace: String, $asOf: DateTime, $knownAt: DateTime) {\n  job(name: $name, namespace: $namespace, asOf: $asOf, knownAt: $knownAt) { id }\n}",
};
