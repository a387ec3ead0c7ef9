// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type DatasetByNameQueryVariables = Exact<{
  name: string;
  namespace?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type DatasetByNameQuery = { dataset: { id: string } | null };

export const DatasetByName: Document<DatasetByNameQuery, DatasetByNameQueryVariables> = {
  name: "DatasetByName",
  id: "sha256:cc7d27ee49339621974d95783d31aa328a289293961463c3d613ff61a030fbd4",
  text: "query DatasetByName($name: String!, $namespace: String, $asOf: DateTime, $knownAt: DateTime) {\n  dataset(name: $name, namespace: $namespace, asOf: $asOf, knownAt: $knownAt) { id }\n}",
};
