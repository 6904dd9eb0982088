/** The command line's own version; the engine has its own. It speaks and prints as Docker's client 28.2.2 does. */
export const CLIENT_VERSION = "28.2.2";
export const CLIENT_API_VERSION = "1.50";
export const CLIENT_COMMIT = "e6534b4";
export const CLIENT_GO_VERSION = "go1.24.3";
export const CLIENT_BUILD_TIME = "Fri May 30 12:07:14 2025";
