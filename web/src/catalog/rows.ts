import type { AssetListQuery } from "./asset-list.generated";
import type { AssetSearchQuery } from "./asset-search.generated";

export type Row = AssetListQuery["assets"]["nodes"][number];

/** The aspects by which assets are narrowed down, and what the address calls them. */
export const ASPECTS = ["kind", "namespace", "owner", "tag"] as const;
export type Aspect = (typeof ASPECTS)[number];

export interface Facet {
  aspect: Aspect;
  values: readonly { value: string; count: number }[];
  /** How many values there are beyond those shown. */
  omitted: number;
}

/** The facets of a list, in our order. */
export function listFacets(found: AssetListQuery["assets"]["facets"]): Facet[] {
  return ASPECTS.flatMap((aspect) => {
    const facet = found?.find((one) => one.aspect === aspect);
    return facet === undefined
      ? []
      : [{ aspect, values: facet.values, omitted: Math.max(0, facet.valueCount - facet.values.length) }];
  });
}

/** The facets of what was found by words. */
export function searchFacets(found: AssetSearchQuery["search"]["facets"]): Facet[] {
  return ASPECTS.flatMap((aspect) => {
    const facet = found?.find((one) => one.name === aspect);
    return facet === undefined ? [] : [{ aspect, values: facet.counts, omitted: facet.omitted }];
  });
}

export interface Filters {
  kind?: string | undefined;
  namespace?: string | undefined;
  owner?: string | undefined;
  tag?: string | undefined;
  fresh?: string | undefined;
}

export const STANDINGS = [
  ["OVERDUE", "Overdue", "not written again when it usually would have been"],
  ["ON_TIME", "On time", "written when it usually is"],
  ["WRITTEN", "No rhythm yet", "written, too seldom to tell what is usual"],
  ["UNWRITTEN", "Never written", "no run is known to have written it"],
] as const;

export type Standing = (typeof STANDINGS)[number][0];

/** The standings that the address names; what it names wrongly is left out. */
export function standings(text: string | undefined): Standing[] | null {
  const named = (text ?? "").split(",");
  const known = STANDINGS.map(([value]) => value).filter((value) => named.includes(value));
  return known.length > 0 ? known : null;
}

/** Kinds as the address has them, in the words of the schema. */
export function kindsOf(text: string | undefined, known: Readonly<Record<string, unknown>>): string[] | null {
  const named = (text ?? "").split(",").map((one) => one.toUpperCase());
  const found = named.filter((one) => one in known);
  return found.length > 0 ? found : null;
}
