import type { Pages } from "./page.ts";

/** What containers of the image run, and as whom. */
export const containers: Pages<"JSONArgsRecommended" | "EntrypointSwallowsCmd" | "RunsAsRoot"> = {
  JSONArgsRecommended: {
    title: "Write CMD and ENTRYPOINT as JSON",
    what: "CMD or ENTRYPOINT is a line for the shell.",
    why: "Docker then starts `/bin/sh -c` with your program below it. `docker stop` sends its signal to the shell, which does not pass it on: after ten seconds everything is killed. In the JSON form your program is process 1 and gets the signal. Where a SHELL is set, you meant it, and nothing is said.",
    bad: "FROM busybox:1.36\nCMD httpd -f -p 8080",
    good: 'FROM busybox:1.36\nCMD ["httpd", "-f", "-p", "8080"]',
  },
  EntrypointSwallowsCmd: {
    title: "An ENTRYPOINT for the shell ignores CMD",
    what: "The image has an ENTRYPOINT in the shell form and a CMD.",
    why: "CMD and the arguments of `docker run` are put behind the entrypoint, where `sh -c` takes them for its own and drops them. So `docker run image --help` never reaches the program.",
    bad: 'FROM busybox:1.36\nENTRYPOINT httpd -f\nCMD ["-p", "8080"]',
    good: 'FROM busybox:1.36\nENTRYPOINT ["httpd", "-f"]\nCMD ["-p", "8080"]',
  },
  RunsAsRoot: {
    title: "End with a USER that is not root",
    what: "Containers of this image run as root.",
    why: "A hole in the program then gives an attacker root in the container: it may change every file there and do more to the kernel. Most programs need no root once they are installed.",
    bad: 'FROM busybox:1.36\nCMD ["httpd", "-f", "-p", "8080"]',
    good: 'FROM busybox:1.36\nUSER nobody\nCMD ["httpd", "-f", "-p", "8080"]',
  },
};
