import type { Pages } from "./page.ts";

/** COPY, ADD and the build context. */
export const files: Pages<"CopyIgnoredFile" | "AddWhereCopySuffices" | "CacheBreakingOrder" | "NoDockerignore"> = {
  CopyIgnoredFile: {
    title: "Copy only what the context has",
    what: "COPY or ADD names a file that `.dockerignore` leaves out.",
    why: "The builder never gets the file, and the build ends with `not found` although it lies right there. Take the pattern out, or copy something else.",
    bad: "# .dockerignore: notes.txt\nFROM busybox:1.36\nCOPY notes.txt /",
    good: "# .dockerignore: notes.txt\nFROM busybox:1.36\nCOPY readme.txt /",
  },
  AddWhereCopySuffices: {
    title: "Use COPY for plain files",
    what: "ADD takes files of the context that are no archives.",
    why: "ADD also unpacks archives and fetches addresses. With COPY the reader knows that the file arrives as it is, today and when it is replaced by a `.tar.gz`.",
    bad: "FROM busybox:1.36\nADD app.sh /app.sh",
    good: "FROM busybox:1.36\nCOPY app.sh /app.sh",
  },
  CacheBreakingOrder: {
    title: "Install dependencies before you copy everything",
    what: "The whole context is copied, and packages are installed after it.",
    why: "A step is cached while its inputs are the same. After `COPY . .` every changed line of code is a new input, so all packages are fetched again. Copy first the files that list them: they change seldom.",
    bad: "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci",
    good: "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .",
  },
  NoDockerignore: {
    title: "Add a .dockerignore",
    what: "The whole context is copied and there is no `.dockerignore`.",
    why: "Everything beside the Dockerfile goes into the image: `.git`, `node_modules` of your machine, `.env`. It makes builds slow, breaks the cache for nothing, and may give secrets away.",
    bad: "FROM busybox:1.36\nCOPY . /app",
    good: "# .dockerignore: .git node_modules .env\nFROM busybox:1.36\nCOPY src /app/src",
  },
};
