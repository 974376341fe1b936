// Who was told what, and why?
import { between, get, type Notification } from '../answers.ts';
import { useAnswer } from '../live.ts';
import { plural } from '../numbers.ts';
import { Signed } from '../parts/Marks.tsx';
import { Failed, Held, Nothing, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Brief, Clock, Ref, Told } from '../parts/Text.tsx';
import { rangeOf, usePlace } from '../router.ts';
import { lookup, type Sign } from '../words.ts';

const states: Record<Notification['state'], Sign> = {
  sent: { word: 'sent', tone: 'ok', mark: 'check' },
  failed: { word: 'failed', tone: 'critical', mark: 'diamond' },
  pending: { word: 'pending', tone: 'info', mark: 'clock' },
};

export function NotificationsPage() {
  const range = rangeOf(usePlace().query);
  useTitle('Notifications');
  const answer = useAnswer(
    `notifications ${range.key}`,
    async (signal) => (await get<{ notifications: Notification[] }>(`/api/v1/notifications?${between(range.now())}`, signal)).notifications,
    ['notification'],
    (all) => all.map((one) => one.id).join(),
  );
  if (!answer.data) return answer.error ? <Failed what="The notifications" error={answer.error} again={answer.again} /> : <Waiting what="the notifications" />;
  const all = answer.data;
  const created = all.filter((one) => one.operation === 'create' && one.kind !== 'ticket').length;
  const failed = all.filter((one) => one.state === 'failed').length;
  const sentence = all.length === 0 ? 'Nobody was told anything in this time.' : `${plural(created, 'message')} went out and ${plural(all.length - created, 'follow-up')} kept them up to date${failed ? `; ${failed} failed` : ''}.`;
  return (
    <>
      <Sentence text={sentence} />
      <Held answer={answer} what="notifications" />
      {all.length === 0 ? <Nothing>Destinations and routes are in nightjar.yaml.</Nothing> : (
        <ul class="alerts notes">
          {all.map((one) => (
            <li key={one.id} id={one.id}>
              <span class="quiet"><Clock at={one.at} seconds /></span>
              <span><Signed sign={lookup(states, one.state)} /></span>
              <span><b>{one.reason.replaceAll('_', ' ')}</b>{one.incident_id && <> <Ref id={one.incident_id} /></>}</span>
              <span class="quiet"><Brief text={one.destination} cut={24} />, {one.kind} {one.operation}</span>
              <span class="alert-why"><Told text={one.text} cut={180} /></span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
