import { Page } from "@/parts";
import { FirstSteps } from "./FirstSteps";

/** How to begin. */
export function Screen() {
  return (
    <Page title="Begin" size="read">
      <FirstSteps />
    </Page>
  );
}
