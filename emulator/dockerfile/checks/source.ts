import type { Dockerfile } from "../instruction.ts";

/** What is known of an image that a stage stands on. */
export interface BaseImage {
  /** `linux/386` */
  readonly platform?: string;
  /** `PATH=/usr/bin` */
  readonly env?: readonly string[];
  /** Undefined or empty: it has no SHELL of its own. */
  readonly shell?: readonly string[];
  readonly onbuild?: readonly string[];
  readonly user?: string;
}

/** What is checked. */
export interface CheckSource {
  readonly text: string;
  readonly dockerfile: Dockerfile;
  /** `--build-arg`; `BUILDKIT_DOCKERFILE_CHECK` among them takes the place of `# check=`. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Without it every stage is checked, as `docker build --check` does; with it those that it needs. */
  readonly target?: string;
  /** Check only what the last stage needs: a build that goes on warns about no other. */
  readonly reachableOnly?: boolean;
  /** Patterns of `.dockerignore`; undefined where there is no such file. */
  readonly ignore?: readonly string[];
  /** What is built for, and on: `linux/386`. */
  readonly platform?: string;
  /**
   * Looks an image up by its name as FROM has it, variables done. Without it images set nothing but PATH. Undefined for
   * an image nobody knows: then nothing is said about variables it may have set.
   */
  readonly baseImage?: (name: string) => BaseImage | undefined;
}
