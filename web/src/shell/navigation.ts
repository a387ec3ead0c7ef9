import {
  Activity,
  Boxes,
  FileInput,
  House,
  Inbox,
  type LucideIcon,
  Map as MapIcon,
  Play,
  ScrollText,
  SquareTerminal,
  UserRound,
  Waypoints,
} from "lucide-react";

interface Link {
  to: string;
  label: string;
  icon: LucideIcon;
  /** A page of its own, not a screen of this one. */
  outside?: boolean;
}

/** The links beside every screen. */
export const NAVIGATION: readonly { title: string; links: readonly Link[] }[] = [
  {
    title: "Look",
    links: [
      { to: "/", label: "Home", icon: House },
      { to: "/catalog", label: "Catalog", icon: Boxes },
      { to: "/customers", label: "Customers", icon: UserRound },
      { to: "/lineage", label: "Lineage", icon: Waypoints },
      { to: "/estate", label: "Estate", icon: MapIcon },
    ],
  },
  {
    title: "Watch",
    links: [
      { to: "/runs", label: "Runs", icon: Activity },
      { to: "/events", label: "Events", icon: ScrollText },
      { to: "/pipelines", label: "Pipelines", icon: Play },
    ],
  },
  {
    title: "Act",
    links: [
      { to: "/stewardship", label: "Stewardship", icon: Inbox },
      { to: "/adding", label: "Add and correct", icon: FileInput },
      { to: "/playground/", label: "Playground", icon: SquareTerminal, outside: true },
    ],
  },
];
