import type { Pages } from "./page.ts";

/** What RUN does: packages, and habits of the shell that do not fit a build. */
export const commands: Pages<
  | "PackageListsLeftBehind"
  | "PackageCacheLeftBehind"
  | "PackageListsAlone"
  | "InstallAsksQuestions"
  | "SudoInRun"
  | "CdInsteadOfWorkdir"
  | "PipeHidesFailure"
> = {
  PackageListsLeftBehind: {
    title: "Remove the package lists in the same RUN",
    what: "`apt-get update` fetches lists of all packages, and they stay in `/var/lib/apt/lists`.",
    why: "They are some 20 MB in the layer that no container needs. A later RUN can only hide them: the layer keeps its size. A stage that is only copied from may leave them.",
    bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl",
    good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
  },
  PackageCacheLeftBehind: {
    title: "Tell the package manager to keep no cache",
    what: "`apk add` or `pip install` leaves what it fetched in the layer.",
    why: "The next build cannot use it, for it is a layer and not a cache; it is only weight. To keep downloads from build to build use `RUN --mount=type=cache`.",
    bad: "FROM python:3.11\nRUN pip install flask",
    good: "FROM python:3.11\nRUN pip install --no-cache-dir flask",
  },
  PackageListsAlone: {
    title: "Update and install in one RUN",
    what: "`apt-get update` has a RUN of its own.",
    why: "Its layer is cached. When weeks later you add a package to the next RUN, it is looked for in the old lists, and fails with `404 Not Found` where the old version is gone.",
    bad: "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
    good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
  },
  InstallAsksQuestions: {
    title: "Answer yes in advance",
    what: "An install has no `-y`.",
    why: "It asks `Do you want to continue?`. A build has no keyboard, so the answer is the end of input, which means no, and the build fails.",
    bad: "FROM debian:12\nRUN apt-get update && apt-get install curl && rm -rf /var/lib/apt/lists/*",
    good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
  },
  SudoInRun: {
    title: "RUN needs no sudo",
    what: "A RUN calls `sudo`.",
    why: "RUN is root unless USER says otherwise, and most images have no `sudo`. Where you did set a USER, set root before the lines that need it, and the user again behind them.",
    bad: "FROM debian:12\nRUN sudo rm -rf /tmp/build",
    good: "FROM debian:12\nRUN rm -rf /tmp/build",
  },
  CdInsteadOfWorkdir: {
    title: "Use WORKDIR instead of cd",
    what: "A RUN changes the directory.",
    why: "Each RUN is a shell of its own: the directory is forgotten at its end. WORKDIR holds for all instructions below, for `docker exec`, and for the container.",
    bad: "FROM busybox:1.36\nRUN cd /srv",
    good: "FROM busybox:1.36\nWORKDIR /srv",
  },
  PipeHidesFailure: {
    title: "Make a failing download fail the RUN",
    what: "`curl` or `wget` is piped into another program.",
    why: "A pipe has the result of its last program. When the download fails, the one behind it reads nothing and is content; the RUN succeeds and is cached. With `pipefail` every part counts. A script from the net that runs as root deserves a checksum, too: download, verify, run.",
    bad: "FROM debian:12\nRUN curl -fsSL https://example.org/install.sh | sh",
    good: 'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl -fsSL https://example.org/install.sh | sh',
  },
};
