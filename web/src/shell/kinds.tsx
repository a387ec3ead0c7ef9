import {
  BookText,
  Building2,
  Cog,
  Columns3,
  Database,
  FileText,
  FolderTree,
  type LucideIcon,
  Play,
  RadioTower,
  Shapes,
  Table2,
  UserRound,
  Warehouse,
  Waves,
} from "lucide-react";
import type { Tint } from "@/parts";

interface KindLook {
  label: string;
  icon: LucideIcon;
  tint: Tint;
}

const KINDS: Readonly<Record<string, KindLook>> = {
  dataset: { label: "dataset", icon: Table2, tint: "kind-warehouse" },
  job: { label: "job", icon: Cog, tint: "kind-job" },
  column: { label: "column", icon: Columns3, tint: "kind-warehouse" },
  topic: { label: "topic", icon: RadioTower, tint: "kind-stream" },
  file: { label: "file", icon: FileText, tint: "kind-lake" },
  pipeline: { label: "pipeline", icon: Play, tint: "kind-job" },
  data_lake: { label: "lake", icon: Waves, tint: "kind-lake" },
  data_warehouse: { label: "warehouse", icon: Warehouse, tint: "kind-warehouse" },
  data_center: { label: "data center", icon: Building2, tint: "kind-place" },
  message_broker: { label: "broker", icon: RadioTower, tint: "kind-stream" },
  glossary_term: { label: "term", icon: BookText, tint: "quiet" },
  domain: { label: "domain", icon: FolderTree, tint: "quiet" },
  entity_type: { label: "entity type", icon: Shapes, tint: "kind-golden" },
  customer: { label: "customer", icon: UserRound, tint: "kind-golden" },
  run: { label: "run", icon: Play, tint: "gold" },
};

/** How things of a kind look; an unknown kind is an entity type, whose golden records these are. */
export function kindLook(kind: string): KindLook {
  return KINDS[kind.toLowerCase()] ?? { label: kind.toLowerCase(), icon: Database, tint: "kind-golden" };
}

/** The address at which a thing is looked at. */
export function addressOf(kind: string, id: string): { to: string; search?: Record<string, string> } {
  const name = kind.toLowerCase();
  if (name === "dataset" || name === "job" || name === "topic") return { to: `/lineage/${id}` };
  if (name === "column") {
    const dot = id.indexOf(".");
    return { to: `/lineage/${id.slice(0, dot)}`, search: { column: id.slice(dot + 1) } };
  }
  if (name === "customer") return { to: `/customers/${id}` };
  if (name === "run") return { to: `/runs/${id}` };
  if (name in KINDS) return { to: "/catalog", search: { asset: id } };
  return { to: `/golden/${encodeURIComponent(name)}/${id}` };
}
