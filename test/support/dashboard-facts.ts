/** What the page of the dashboard is told of its service. */
export function factsOf(html: string): unknown {
  const content = /<meta name="telemetry-service" content="([^"]*)"/.exec(html)?.[1] ?? '';
  return JSON.parse(content.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&'));
}
