export declare function createTemporaryFolder(): void;
export declare function removeTemporaryFolder(): void;
