import { askAhead } from "@/asking/ask";
import { questions, stateOf } from "@/lineage/address";
import { Neighbourhood } from "@/lineage/neighbourhood.generated";
import { instant } from "./instant";

/** Asks what the screen of an address will ask first, while the screen is still loading. */
export function askFirst({ pathname, search }: { pathname: string; search: string }): void {
  const [, node] = /^\/lineage\/([0-9a-f-]{36})$/.exec(pathname) ?? [];
  if (node === undefined) return;
  const url = Object.fromEntries(new URLSearchParams(search));
  const at = { asOf: instant(url["validAt"]), knownAt: instant(url["knownAt"]) };
  for (const { variables } of questions(node, stateOf(url, node), at)) askAhead(Neighbourhood, variables);
}
