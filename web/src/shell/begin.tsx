import { createRoot } from "react-dom/client";
import { App, router } from "./App";

/** Shows the catalog browser; the screen of the address is there when it is first drawn, so that nothing is drawn twice. */
export async function begin(element: HTMLElement): Promise<void> {
  await router.load();
  createRoot(element).render(<App />);
}
