import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createSchema, createYoga } from 'graphql-yoga';

/** GraphQL Yoga as it comes: the service's own schema, and resolvers that hand out the answers that they were sent. */
const [answers] = (await once(process, 'message')) as [Record<string, unknown>];
const sdl = readFileSync(path.join(import.meta.dirname, '../schema/schema.graphql'), 'utf8');
const constants = Object.entries(answers).map(([field, value]) => [field, () => value]);
const yoga = createYoga({
  schema: createSchema({ typeDefs: sdl, resolvers: { Query: Object.fromEntries(constants) } }),
  logging: false,
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
