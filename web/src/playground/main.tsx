import "./playground.css";
import { createRoot } from "react-dom/client";
import { ApiKey } from "../asking/api-key";
import { linked } from "./examples";
import { Playground } from "./Playground";

const example = linked(location.search);
// The link has done its work: a reload keeps what the user typed since.
if (location.search !== "") history.replaceState(null, "", location.pathname);
createRoot(document.getElementById("root")!).render(<Playground apiKey={new ApiKey()} linked={example} />);
