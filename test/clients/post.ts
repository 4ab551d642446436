/** How a client of one's own asks: over HTTP. An answer without errors, or it throws. */
export async function post<Data>(url: string, body: object): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(`${response.status} ${JSON.stringify(errors)}`);
  return data;
}
