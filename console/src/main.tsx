// The console: one page application over the HTTP API of `nightjar serve`.
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';
import { askHealth, connect } from './live.ts';
import { Shell } from './parts/Shell.tsx';
import { usePlace } from './router.ts';
import { ActionsPage } from './pages/Actions.tsx';
import { AlertsPage } from './pages/Alerts.tsx';
import { ApprovePage } from './pages/Approve.tsx';
import { ChangesPage } from './pages/Changes.tsx';
import { DataPage } from './pages/Data.tsx';
import { IncidentPage } from './pages/Incident.tsx';
import { IncidentsPage } from './pages/Incidents.tsx';
import { MapPage } from './pages/Map.tsx';
import { NightPage } from './pages/Night.tsx';
import { NotificationsPage } from './pages/Notifications.tsx';
import { ServicePage } from './pages/Service.tsx';
import { ServicesPage } from './pages/Services.tsx';
import { Sentence } from './parts/Page.tsx';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function NotFound() {
  return <Sentence text="There is no such page."><p>The night is <a href="/">here</a>; press <kbd>?</kbd> for the keys.</p></Sentence>;
}

function Page() {
  const { path } = usePlace();
  const [, first = '', second] = path.split('/');
  if (second !== undefined && second !== '') {
    if (first === 'incidents') return <IncidentPage key={path} id={decoded(second)} />;
    if (first === 'services') return <ServicePage key={path} name={decoded(path.slice('/services/'.length))} />;
    return <NotFound />;
  }
  switch (first) {
    case '': return <NightPage />;
    case 'incidents': return <IncidentsPage />;
    case 'alerts': return <AlertsPage />;
    case 'notifications': return <NotificationsPage />;
    case 'services': return <ServicesPage />;
    case 'map': return <MapPage />;
    case 'changes': return <ChangesPage />;
    case 'actions': return <ActionsPage />;
    case 'data': return <DataPage />;
    case 'approve': return <ApprovePage />;
    default: return <NotFound />;
  }
}

// The engine's clock first: "last 24 h" of a recorded night is not the last 24 h of this computer.
await Promise.race([askHealth(), new Promise((resolve) => setTimeout(resolve, 1500))]);
setInterval(() => void askHealth(), 15_000);
void connect();
render(<Shell><Page /></Shell>, document.getElementById('root')!);
