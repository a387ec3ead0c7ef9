import type { ComponentType } from "react";

type Load = () => Promise<{ Screen: ComponentType }>;

// Screens of several addresses are named, so that what they hold stays from one to the other.
const lineage: Load = () => import("@/lineage/Screen");
const goldenList: Load = () => import("@/golden/ListScreen");
const golden: Load = () => import("@/golden/Screen");
const difference: Load = () => import("@/difference/Screen");
const stewardship: Load = () => import("@/stewardship/Screen");
const runs: Load = () => import("@/runs/Screen");
const pipelines: Load = () => import("@/pipelines/Screen");

/** Every address a person may open and what is shown there; the server answers the same first words with this page. */
export const SCREENS: Readonly<Record<string, Load>> = {
  "/": () => import("@/home/Screen"),
  "/start": () => import("@/start/Screen"),
  "/catalog": () => import("@/catalog/Screen"),
  "/catalog/$asset": () => import("@/asset/Screen"),
  "/lineage": lineage,
  "/lineage/$node": lineage,
  "/estate": () => import("@/estate/Screen"),
  "/customers": goldenList,
  "/customers/$id": golden,
  "/customers/$id/difference": difference,
  "/golden/$type": goldenList,
  "/golden/$type/$id": golden,
  "/golden/$type/$id/difference": difference,
  "/stewardship": stewardship,
  "/stewardship/$task": stewardship,
  "/adding": () => import("@/adding/Screen"),
  "/runs": runs,
  "/runs/$run": runs,
  "/events": () => import("@/events/Screen"),
  "/pipelines": pipelines,
  "/pipelines/$pipeline": pipelines,
};

/** Begins to load the screen that an address shows. */
export function loadScreen(pathname: string): void {
  const words = pathname.split("/");
  const path = Object.keys(SCREENS).find((one) => {
    const parts = one.split("/");
    return parts.length === words.length && parts.every((part, index) => part.startsWith("$") || part === words[index]);
  });
  if (path !== undefined) void SCREENS[path]?.().catch(() => {}); // the router tells of a failure
}
