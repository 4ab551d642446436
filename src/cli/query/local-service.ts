import { ANYONE } from '../../access/viewer.ts';
import { type App, createApp } from '../../app.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { createLogger } from '../../log.ts';
import { showProgress } from '../../progress-bar.ts';

import { type Asked, type Service, urlOf } from './service.ts';

/** The service in this process, without a port. Whoever runs it holds the credentials of the store, and so sees all. */
export class LocalService implements Service {
  private readonly app: App;
  private readonly hideProgress: () => void;

  private constructor(app: App) {
    this.app = app;
    this.hideProgress = showProgress(app.progress);
  }

  static async open(config: Config): Promise<LocalService> {
    const { access } = loadConfig({});
    const open = { ...config, access, refreshToken: undefined, explain: false };
    return new LocalService(await createApp(open, { log: createLogger('silent'), viewerOf: () => ANYONE }));
  }

  async answer(asked: Asked): Promise<Response> {
    const first = await this.ask(asked);
    if (first.status !== 503) return first;
    const { code } = (await first.clone().json()) as { code?: unknown };
    if (code !== 'WARMING_UP') return first;
    await this.app.refresh();
    return await this.ask(asked);
  }

  private async ask(asked: Asked): Promise<Response> {
    return await this.app.handler.fetch(urlOf('http://localhost/', asked));
  }

  async close(): Promise<void> {
    this.hideProgress();
    await this.app.close();
  }
}
