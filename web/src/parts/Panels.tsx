import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { CSSProperties, ReactNode } from "react";
import { Button } from "./Button";
import styles from "./parts.module.css";

interface Props {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** Stands below the title. */
  subtitle?: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
  width?: number;
}

/** What comes in from the right and leaves the screen beside it in sight; Escape closes it. */
export function Drawer(props: Props) {
  return <Panel {...props} kind="drawer" />;
}

/** A question that wants an answer before anything else. */
export function Dialog(props: Props) {
  return <Panel {...props} kind="dialog" />;
}

function Panel({ open, onClose, title, subtitle, children, foot, width, kind }: Props & { kind: "drawer" | "dialog" }) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles["veil"]} />
        <Radix.Content
          className={styles[kind]}
          style={width ? ({ [`--${kind}`]: `${width}px` } as CSSProperties) : undefined}
          aria-describedby={undefined}
        >
          <div className={styles["panelHead"]}>
            <div>
              <Radix.Title asChild>
                <h2>{title}</h2>
              </Radix.Title>
              {subtitle}
            </div>
            <Radix.Close asChild>
              <Button look="plain" small icon={<X aria-hidden />} aria-label="Close" />
            </Radix.Close>
          </div>
          <div className={styles["panelBody"]}>{children}</div>
          {foot && <div className={styles["panelFoot"]}>{foot}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
