import { lazy, type ComponentType, type LazyExoticComponent } from "react";

type Lazy = LazyExoticComponent<ComponentType>;
const screen = (load: () => Promise<{ Screen: ComponentType }>): Lazy =>
  lazy(async () => ({ default: (await load()).Screen }));

/** Every address a person may open and what is shown there; the server answers the same first words with this page. */
export const SCREENS: Readonly<Record<string, Lazy>> = {
  "/": screen(() => import("@/home/Screen")),
  "/start": screen(() => import("@/start/Screen")),
  "/catalog": screen(() => import("@/catalog/Screen")),
  "/catalog/$asset": screen(() => import("@/asset/Screen")),
  "/lineage": screen(() => import("@/lineage/Screen")),
  "/lineage/$node": screen(() => import("@/lineage/Screen")),
  "/estate": screen(() => import("@/estate/Screen")),
  "/customers": screen(() => import("@/golden/ListScreen")),
  "/customers/$id": screen(() => import("@/golden/Screen")),
  "/customers/$id/difference": screen(() => import("@/difference/Screen")),
  "/golden/$type": screen(() => import("@/golden/ListScreen")),
  "/golden/$type/$id": screen(() => import("@/golden/Screen")),
  "/golden/$type/$id/difference": screen(() => import("@/difference/Screen")),
  "/stewardship": screen(() => import("@/stewardship/Screen")),
  "/stewardship/$task": screen(() => import("@/stewardship/Screen")),
  "/adding": screen(() => import("@/adding/Screen")),
  "/runs": screen(() => import("@/runs/Screen")),
  "/runs/$run": screen(() => import("@/runs/Screen")),
  "/events": screen(() => import("@/events/Screen")),
  "/pipelines": screen(() => import("@/pipelines/Screen")),
  "/pipelines/$pipeline": screen(() => import("@/pipelines/Screen")),
};
