import "@/parts/tokens.css";
import { createRoot } from "react-dom/client";
import { App } from "@/shell/App";

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App />);
