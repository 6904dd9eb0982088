/** Verbs and events of task supervision and observation: codes 0x2xx and 0x82xx. */
export const runtimeVerbs = {} as const;
export const runtimeEvents = {} as const;
