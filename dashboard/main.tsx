import { render } from 'preact';
import { App } from './app.tsx';
import { watchSnapshot } from './data/watch-snapshot.ts';
import { followLinks } from './navigation/location.ts';
import { addressZone } from './settings/zone.ts';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/views.css';

const root = document.querySelector('#app');
if (root === null) throw new Error('expected an element #app, but there is none');
followLinks();
addressZone();
watchSnapshot();
render(<App />, root);
