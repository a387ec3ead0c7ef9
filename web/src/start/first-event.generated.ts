// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type FirstEventQueryVariables = Exact<{ [key: string]: never; }>;


export type FirstEventQuery = { events: { nodes: Array<{ id: string, eventType: string | null, systemFrom: string, job: { namespace: string, name: string, displayName: string } | null }> } };

export const FirstEvent: Document<FirstEventQuery, FirstEventQueryVariables> = {
  name: "FirstEvent",
  id: "sha256:4f571557ba148001dcd2aa4221ae0498347a50b758003f59cf4dc86198424b28",
  text: "query FirstEvent {\n  events(first: 1) {\n    nodes {\n      id\n      eventType\n      systemFrom\n      job {\n        namespace\n        name\n        displayName\n      }\n    }\n  }\n}",
};
