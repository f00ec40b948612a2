/** The environment variable in which a test finds the socket of the pool of API servers; see server-pool.ts. */
export const POOL_SOCKET = 'TEST_SERVER_POOL';
