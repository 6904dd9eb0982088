export declare const root: string;
export declare function installModules(): void;
export declare function installChromium(): string | undefined;
export declare function installCompiler(): boolean;
