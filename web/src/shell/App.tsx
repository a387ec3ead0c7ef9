import { QueryClientProvider } from "@tanstack/react-query";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
  RouterProvider,
} from "@tanstack/react-router";
import { answers } from "@/asking";
import { Broken } from "./Broken";
import { Frame } from "./Frame";
import { NotFound } from "./NotFound";
import { SCREENS } from "./screens";
import { parsedSearch, writtenSearch } from "./url";

const root = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: Broken,
  validateSearch: (search: Record<string, string | undefined>) => search,
  // Time travel goes along from screen to screen.
  search: { middlewares: [retainSearchParams(["validAt", "knownAt"])] },
});

const components = new Map([...new Set(Object.values(SCREENS))].map((load) => [load, lazyRouteComponent(load, "Screen")]));
const routes = Object.entries(SCREENS).map(([path, load]) =>
  createRoute({ getParentRoute: () => root, path, component: components.get(load)!, errorComponent: Broken }),
);

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch: parsedSearch,
  stringifySearch: writtenSearch,
  defaultPreload: false,
  scrollRestoration: true,
});

/** The catalog browser. */
export function App() {
  return (
    <QueryClientProvider client={answers}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
