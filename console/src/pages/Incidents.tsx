// Which incidents were there?
import { between, get, type IncidentSummary } from '../answers.ts';
import { useAnswer } from '../live.ts';
import { plural } from '../numbers.ts';
import { Failed, Held, Nothing, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { rangeOf, usePlace } from '../router.ts';
import { IncidentLine } from './Night.tsx';

export function IncidentsPage() {
  const range = rangeOf(usePlace().query);
  useTitle('Incidents');
  const answer = useAnswer(
    `incidents ${range.key}`,
    async (signal) => (await get<{ incidents: IncidentSummary[] }>(`/api/v1/incidents?${between(range.now())}`, signal)).incidents,
    ['incident'],
    (incidents) => incidents.map((incident) => incident.id).join(),
  );
  if (!answer.data) return answer.error ? <Failed what="The incidents" error={answer.error} again={answer.again} /> : <Waiting what="the incidents" />;
  const open = answer.data.filter((incident) => incident.state !== 'resolved').length;
  const sentence = answer.data.length === 0 ? 'There was no incident in this time.' : `${plural(answer.data.length, 'incident')}: ${open === 0 ? 'all resolved' : `${open} not resolved yet`}.`;
  return (
    <>
      <Sentence text={sentence} />
      <Held answer={answer} what="incidents" />
      {answer.data.length === 0 ? <Nothing>An empty night is a good one.</Nothing> : <ul class="incident-lines">{answer.data.map((incident) => <IncidentLine key={incident.id} incident={incident} />)}</ul>}
    </>
  );
}
