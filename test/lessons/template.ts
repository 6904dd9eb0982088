/** A lesson to begin from: it compiles, keeps the rules, and can be taken as it is. */
export function lessonTemplate(title: string): string {
  return `---
title: ${JSON.stringify(title)}
summary: Say in one sentence what the learner can do afterwards.
minutes: 6
concepts: [container]
needs: []
images: [busybox]
view: lifecycle
layout: text-picture-terminal
---

Begin with a small problem, in two or three sentences. A :term[container] is linked to the glossary.

## Look around

\`\`\`sh
docker ps
\`\`\`

\`\`\`console verify
CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES
\`\`\`

${task({
  id: "start",
  title: "Start a container",
  goal: "Make a container named `box` of the image `busybox` that keeps running.",
  check: `[ "$(docker inspect -f '{{.State.Running}}' box 2>/dev/null)" = true ]`,
  hints: [
    `docker inspect box >/dev/null 2>&1 || echo 'There is no container named box yet. docker run takes --name.'`,
    `[ "$(docker inspect -f '{{.State.Running}}' box 2>/dev/null)" = false ] &&
  echo 'The container box has ended, because its program did. Remove it and give it something that lasts, such as sleep 1000.'`,
  ],
  solution: "docker run -d --name box busybox sleep 1000",
  alternative: "docker create --name box busybox sleep 1000 && docker start box",
  misses: ["docker run --name box busybox true"],
})}

${task({
  id: "file",
  title: "Leave a file in it",
  goal: "Write anything into the file `/note` of `box`.",
  check: "docker exec box test -s /note",
  hints: [
    "docker exec box test -e /note 2>/dev/null || echo 'The container box has no /note yet. docker exec runs a command in it.'",
    "docker exec box test -e /note && ! docker exec box test -s /note && echo 'The file /note is empty: put some text into it.'",
  ],
  solution: "docker exec box sh -c 'echo hello > /note'",
  alternative: "echo hello > note && docker cp note box:/note",
  misses: ["docker exec box touch /note"],
})}

${task({
  id: "stop",
  title: "Stop it",
  goal: "Stop `box`, and keep it.",
  check: `[ "$(docker inspect -f '{{.State.Status}}' box 2>/dev/null)" = exited ]`,
  hints: [
    `[ "$(docker inspect -f '{{.State.Status}}' box 2>/dev/null)" = running ] && echo 'The container box still runs.'`,
    `[ "$(docker inspect -f '{{.State.Status}}' box 2>/dev/null)" = paused ] &&
  echo 'The container box is paused, which is not stopped: docker unpause lets it go on.'`,
    "docker inspect box >/dev/null 2>&1 || echo 'There is no container named box any more. Start one, and stop it without removing it.'",
  ],
  solution: "docker stop -t 1 box",
  alternative: "docker kill box",
  misses: ["docker pause box", "docker rm -f box"],
})}

:::quiz{id="why"}
Why is the container still in \`docker ps -a\`?

- [x] It was stopped, not removed -- Its files and its settings stay until docker rm.
- [ ] It still runs -- Then docker ps would show it without -a.
:::
`;
}

interface Written {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  readonly check: string;
  readonly hints: readonly string[];
  readonly solution: string;
  readonly alternative: string;
  readonly misses: readonly string[];
}

function task({ id, title, goal, check, hints, solution, alternative, misses }: Written): string {
  const script = (role: string, text: string) => `\`\`\`sh ${role}\n${text}\n\`\`\``;
  return [
    `:::task{id="${id}" title="${title}"}`,
    goal,
    "",
    [
      script("check", check),
      ...hints.map((hint) => script("hint", hint)),
      script("solution", solution),
      script("alternative", alternative),
      ...misses.map((miss) => script("miss", miss)),
    ].join("\n\n"),
    "",
    ":::",
  ].join("\n");
}
