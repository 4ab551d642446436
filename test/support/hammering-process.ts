import { Agent, get } from 'node:http';

/**
 * Asks the URL (first argument) over so many connections (second), each again as soon as it is answered. Tells how many
 * answers there were so far, by status, and failures, by message: once all clients have had one, and whenever it is asked.
 */
const [url = '', connections = '1'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const told: Record<string, number> = {};
let answers = 0;

function ask(): void {
  get(url, { agent }, (response) => {
    response.resume().once('close', () => note(String(response.statusCode)));
  }).once('error', ({ message }) => note(message));
}

function note(outcome: string): void {
  told[outcome] = (told[outcome] ?? 0) + 1;
  if (++answers === Number(connections)) process.send?.(told);
  ask();
}

process.on('message', () => process.send?.(told));
process.on('disconnect', () => process.exit());
for (let connection = 0; connection < Number(connections); connection++) ask();
