import type { ComponentType } from "react";

type Load = () => Promise<{ Screen: ComponentType }>;

/** Every address a person may open and what is shown there; the server answers the same first words with this page. */
export const SCREENS: Readonly<Record<string, Load>> = {
  "/": () => import("@/home/Screen"),
  "/start": () => import("@/start/Screen"),
  "/catalog": () => import("@/catalog/Screen"),
  "/catalog/$asset": () => import("@/asset/Screen"),
  "/lineage": () => import("@/lineage/Screen"),
  "/lineage/$node": () => import("@/lineage/Screen"),
  "/estate": () => import("@/estate/Screen"),
  "/customers": () => import("@/golden/ListScreen"),
  "/customers/$id": () => import("@/golden/Screen"),
  "/customers/$id/difference": () => import("@/difference/Screen"),
  "/golden/$type": () => import("@/golden/ListScreen"),
  "/golden/$type/$id": () => import("@/golden/Screen"),
  "/golden/$type/$id/difference": () => import("@/difference/Screen"),
  "/stewardship": () => import("@/stewardship/Screen"),
  "/stewardship/$task": () => import("@/stewardship/Screen"),
  "/adding": () => import("@/adding/Screen"),
  "/runs": () => import("@/runs/Screen"),
  "/runs/$run": () => import("@/runs/Screen"),
  "/events": () => import("@/events/Screen"),
  "/pipelines": () => import("@/pipelines/Screen"),
  "/pipelines/$pipeline": () => import("@/pipelines/Screen"),
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
