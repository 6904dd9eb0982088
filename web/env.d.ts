/** The origin that serves previews with scripts, or an empty string when there is none. */
declare const __PREVIEW_ORIGIN__: string;
