import { ask } from '../child.ts';

export async function deviceIds(service: string): Promise<string[]> {
  const { devices } = await ask(service, '{ devices { edges { node { deviceId } } } }');
  const { edges } = devices as { edges: { node: { deviceId: string } }[] };
  return edges.map(({ node }) => node.deviceId);
}
