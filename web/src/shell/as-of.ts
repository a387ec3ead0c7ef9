import { instant, type AsOf } from "./instant";
import { useUrl } from "./url";

export { instant, type AsOf } from "./instant";

/** The instants that the address names, in the words of the GraphQL arguments, and the way to choose others. */
export function useAsOf(): AsOf & { isPast: boolean; choose: (instants: Partial<AsOf>) => void } {
  const [{ validAt, knownAt }, set] = useUrl();
  const choose = (instants: Partial<AsOf>) =>
    set({
      ...("asOf" in instants ? { validAt: instants.asOf ?? null } : {}),
      ...("knownAt" in instants ? { knownAt: instants.knownAt ?? null } : {}),
    });
  return { asOf: instant(validAt), knownAt: instant(knownAt), isPast: !!(validAt || knownAt), choose };
}
