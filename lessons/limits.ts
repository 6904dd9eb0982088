/** The folder of a lesson on its machine, where its scripts run. */
export const lessonFolder = "/root/lesson";

/**
 * What a check or a hint may take, in milliseconds: `work` of the guest's processor, so that a slow computer makes no check
 * fail, and `wait` in all, for a check that waits for what never comes.
 */
export const scriptLimits = { work: 5000, wait: 15_000 } as const;

/** A check or a hint that works longer has little left for slow computers, in milliseconds. */
export const slowScript = scriptLimits.work / 5;
