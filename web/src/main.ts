import "@/parts/tokens.css";
import { askFirst } from "@/shell/ahead";
import { loadScreen } from "@/shell/screens";

// Small, so that the question and the screen's own files are on their way while the libraries load.
const root = document.getElementById("root");
if (root !== null) {
  askFirst(location);
  loadScreen(location.pathname);
  void import("@/shell/begin").then(({ begin }) => begin(root));
}
