/** Verbs and events of network namespaces, links and sockets in them: codes 0x3xx and 0x83xx. */
export const networkVerbs = {} as const;
export const networkEvents = {} as const;
