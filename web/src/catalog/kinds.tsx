import {
  BookOpenText,
  Box,
  Boxes,
  Building2,
  Cog,
  Columns3,
  Database,
  FileText,
  Folder,
  type LucideIcon,
  Radio,
  Shapes,
  Table2,
  Warehouse,
  Waypoints,
} from "lucide-react";
import { Chip, type Lane } from "@/parts";

interface Kind {
  label: string;
  plural: string;
  icon: LucideIcon;
  lane: Lane;
}

/** What the kinds of assets are called and how they look. */
export const KINDS: Readonly<Record<string, Kind>> = {
  DATASET: { label: "dataset", plural: "Datasets", icon: Table2, lane: "lake" },
  TOPIC: { label: "topic", plural: "Topics", icon: Radio, lane: "stream" },
  JOB: { label: "job", plural: "Jobs", icon: Cog, lane: "job" },
  COLUMN: { label: "column", plural: "Columns", icon: Columns3, lane: "lake" },
  FILE: { label: "file", plural: "Files", icon: FileText, lane: "lake" },
  PIPELINE: { label: "pipeline", plural: "Pipelines", icon: Waypoints, lane: "job" },
  DATA_LAKE: { label: "lake", plural: "Lakes", icon: Folder, lane: "lake" },
  DATA_WAREHOUSE: { label: "warehouse", plural: "Warehouses", icon: Warehouse, lane: "warehouse" },
  MESSAGE_BROKER: { label: "broker", plural: "Brokers", icon: Boxes, lane: "stream" },
  DATA_CENTER: { label: "data center", plural: "Data centers", icon: Building2, lane: "place" },
  ENTITY_TYPE: { label: "entity type", plural: "Entity types", icon: Shapes, lane: "golden" },
  GLOSSARY_TERM: { label: "term", plural: "Terms", icon: BookOpenText, lane: "golden" },
  DOMAIN: { label: "domain", plural: "Domains", icon: Database, lane: "place" },
};

const OTHER: Kind = { label: "asset", plural: "Assets", icon: Box, lane: "source" };

export function kindOf(kind: string): Kind {
  return KINDS[kind] ?? OTHER;
}

/** The sign of a kind, in its colour. */
export function KindIcon({ kind, size = 15 }: { kind: string; size?: number }) {
  const { icon: Icon, lane } = kindOf(kind);
  return <Icon size={size} style={{ color: `var(--kind-${lane})`, flex: "none" }} aria-hidden />;
}

/** The word for a kind, in its colour. */
export function KindChip({ kind }: { kind: string }) {
  const { label, lane } = kindOf(kind);
  return <Chip tint={`kind-${lane}`}>{label}</Chip>;
}
