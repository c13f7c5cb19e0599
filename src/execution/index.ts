export { apolloGateway, type ApolloGateway } from './apollo-gateway.ts';
export type { Bounds } from './bounds.ts';
export { createExecutor, type Execute, type Executor, type ExecutorOptions } from './create-executor.ts';
