import {
  createOperationDescriptor,
  type Environment,
  fetchQuery,
  getPaginationMetadata,
  getPaginationVariables,
  getSelector,
  type SingularReaderSelector,
} from 'relay-runtime';
import DeviceList, {
  type DeviceList_query$data,
  type DeviceList_query$key,
} from './__generated__/DeviceList_query.graphql';
import DeviceListPaginationQuery from './__generated__/DeviceListPaginationQuery.graphql';
import DeviceRow, {
  type DeviceRow_device$data,
  type DeviceRow_device$key,
} from './__generated__/DeviceRow_device.graphql';
import DeviceRowRefetchQuery, {
  type DeviceRowRefetchQuery as DeviceRowRefetch,
} from './__generated__/DeviceRowRefetchQuery.graphql';
import FleetQuery, { type FleetQuery as Fleet } from './__generated__/FleetQuery.graphql';
import NodeQuery, { type NodeQuery as AnyNode } from './__generated__/NodeQuery.graphql';
import OneDeviceQuery, { type OneDeviceQuery as OneDevice } from './__generated__/OneDeviceQuery.graphql';
import { createEnvironment } from './environment';

/** A list of devices that is read page by page, as `usePaginationFragment` does it. */
export class FleetPage {
  readonly environment: Environment;
  overview: Fleet['response']['overview'] | undefined;
  #list: SingularReaderSelector | undefined;

  constructor(url: string) {
    this.environment = createEnvironment(url);
  }

  async open(variables: Fleet['variables']): Promise<void> {
    const data = await fetchQuery<Fleet>(this.environment, FleetQuery, variables).toPromise();
    if (data === undefined) throw new Error('expected an answer, but got none');
    this.overview = data.overview;
    this.#list = selectorOf(DeviceList, data satisfies DeviceList_query$key);
    // What the store holds of it stays while the page is open.
    this.environment.retain(createOperationDescriptor(FleetQuery, variables));
  }

  /** What the store holds now. */
  get rows(): readonly DeviceRow_device$data[] {
    return this.#data.devices.edges.map(({ node }) => this.#row(node));
  }

  get totalCount(): number {
    return this.#data.devices.totalCount;
  }

  /** @returns whether there are more after it */
  async loadNext(count: number): Promise<boolean> {
    const list = this.#selected;
    const { paginationMetadata } = getPaginationMetadata(DeviceList, 'FleetPage');
    const { hasNextPage, endCursor } = this.#pageInfo();
    if (!hasNextPage) return false;
    const variables = getPaginationVariables(
      'forward',
      count,
      endCursor,
      { ...list.owner.variables, ...list.variables },
      {},
      paginationMetadata,
    );
    await fetchQuery(this.environment, DeviceListPaginationQuery, variables).toPromise();
    return this.#pageInfo().hasNextPage;
  }

  /** As `useRefetchableFragment` does it: through `node`. */
  async refetchRow(id: string, timeZone: string): Promise<DeviceRow_device$data | undefined> {
    const variables = { id, timeZone };
    const data = await fetchQuery<DeviceRowRefetch>(
      this.environment,
      DeviceRowRefetchQuery,
      variables,
    ).toPromise();
    return data?.node == null ? undefined : this.#row(data.node);
  }

  async node(id: string): Promise<AnyNode['response']['node'] | undefined> {
    return (await fetchQuery<AnyNode>(this.environment, NodeQuery, { id }).toPromise())?.node;
  }

  /** The columns of a series, by the types that the configuration gives them. */
  async columns(deviceId: string): Promise<readonly [readonly number[], readonly (number | null)[]]> {
    const series = (await this.one(deviceId))?.device?.series;
    return [series?.timestamps ?? [], series?.metrics[0]?.values ?? []];
  }

  async one(deviceId: string): Promise<OneDevice['response'] | undefined> {
    return fetchQuery<OneDevice>(this.environment, OneDeviceQuery, { deviceId }).toPromise();
  }

  #row(key: DeviceRow_device$key): DeviceRow_device$data {
    return this.environment.lookup(selectorOf(DeviceRow, key)).data as unknown as DeviceRow_device$data;
  }

  get #selected(): SingularReaderSelector {
    if (this.#list === undefined) throw new Error('expected an open page, but it is not');
    return this.#list;
  }

  get #data(): DeviceList_query$data {
    return this.environment.lookup(this.#selected).data as unknown as DeviceList_query$data;
  }

  /** The compiler asks for it beside what the fragment names. */
  #pageInfo(): { hasNextPage: boolean; endCursor: string | null } {
    const { devices } = this.environment.lookup(this.#selected).data as unknown as {
      devices: { pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    };
    return devices.pageInfo;
  }
}

function selectorOf(fragment: Parameters<typeof getSelector>[0], key: unknown): SingularReaderSelector {
  const selector = getSelector(fragment, key);
  if (selector?.kind !== 'SingularReaderSelector')
    throw new Error(`expected one, but got: ${selector?.kind}`);
  return selector;
}
