import type { Pages } from "./page.ts";

/** Variables, directories, ports and secrets. */
export const values: Pages<
  | "UndefinedVar"
  | "WorkdirRelativePath"
  | "ExposeProtoCasing"
  | "ExposeInvalidFormat"
  | "SecretsUsedInArgOrEnv"
  | "SecretInValue"
  | "SecretFileCopied"
> = {
  UndefinedVar: {
    title: "Define a variable before you use it",
    what: "An instruction uses a variable that neither an ARG or ENV above it nor the base image sets.",
    why: "Docker puts nothing in its place, so `/opt/$NAME/bin` becomes `/opt//bin`. An ARG above the first FROM counts only for FROM: say it again in the stage.",
    bad: "FROM busybox:1.36\nARG TARGET_DIR=/app\nCOPY app.sh $TARGET_DI/",
    good: "FROM busybox:1.36\nARG TARGET_DIR=/app\nCOPY app.sh $TARGET_DIR/",
  },
  WorkdirRelativePath: {
    title: "Begin WORKDIR at the root",
    what: "The first WORKDIR of the build is a relative path.",
    why: "It begins wherever the base image happens to stand, and a new version of that image may stand elsewhere.",
    bad: "FROM busybox:1.36\nWORKDIR app",
    good: "FROM busybox:1.36\nWORKDIR /app",
  },
  ExposeProtoCasing: {
    title: "Write protocols in lower case",
    what: "EXPOSE names a protocol with capitals.",
    why: "The image keeps it in lower case, and so do `docker ps` and `docker run -p`: one spelling is easier to find.",
    bad: "FROM busybox:1.36\nEXPOSE 53/UDP",
    good: "FROM busybox:1.36\nEXPOSE 53/udp",
  },
  ExposeInvalidFormat: {
    title: "EXPOSE names the container's port alone",
    what: "EXPOSE has an address or a port of the host.",
    why: "An image cannot say which port of the host it gets: that part is ignored today and will be an error. Say it at `docker run -p 8080:80`.",
    bad: "FROM busybox:1.36\nEXPOSE 8080:80",
    good: "FROM busybox:1.36\nEXPOSE 80",
  },
  SecretsUsedInArgOrEnv: {
    title: "No secrets in ARG and ENV",
    what: "The name of an ARG or ENV sounds like a secret: token, password, key.",
    why: "Both stay in the image: `docker history` shows the ARG, `docker inspect` the ENV, to everyone who can pull it. A secret mount is there during one RUN and in no layer.",
    bad: "FROM busybox:1.36\nARG API_TOKEN\nRUN ./fetch $API_TOKEN",
    good: "FROM busybox:1.36\nRUN --mount=type=secret,id=api_token ./fetch /run/secrets/api_token",
  },
  SecretInValue: {
    title: "Take this secret out of the Dockerfile",
    what: "A text has the form of a real secret: an access key, a token, an address with a password.",
    why: "Who has the image or the repository has the secret. Removing the line later does not take it out of older layers and commits: make the old one invalid as well, then use a secret mount.",
    bad: "FROM busybox:1.36\nRUN wget https://ada:lovelace@example.org/data",
    good: "FROM busybox:1.36\nRUN --mount=type=secret,id=netrc,target=/root/.netrc wget https://example.org/data",
  },
  SecretFileCopied: {
    title: "Do not copy secrets into the image",
    what: "COPY or ADD takes a file that by its name holds a secret: `.env`, `id_rsa`, `.npmrc`.",
    why: "A file stays in its layer when a later RUN removes it: the layer below can be unpacked by anyone. Mount the file for the RUN that needs it, or give it to the container.",
    bad: "FROM busybox:1.36\nCOPY .npmrc /root/",
    good: "FROM busybox:1.36\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci",
  },
};
