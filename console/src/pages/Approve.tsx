// A link from a message: one plan, one person, two buttons. Opening it does nothing. Without a signature the buttons ask for a token.
import { useState } from 'preact/hooks';
import { between, get, post, type Action, type Incident, type Voted } from '../answers.ts';
import { engineNow } from '../clock.ts';
import { useAnswer } from '../live.ts';
import { capital } from '../numbers.ts';
import { ActionCard, decideInConsole, type Decide } from '../parts/ActionCard.tsx';
import { Failed, Section, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Told } from '../parts/Text.tsx';
import { toIncident, usePlace } from '../router.ts';
import { brief } from '../told.ts';
import { actionStates, lookup } from '../words.ts';

type Asked = { action: Action | null; incident: Incident | null };

export function ApprovePage() {
  const { query } = usePlace();
  const link = { action: query.get('action') ?? '', person: query.get('person') ?? '', expires: Number(query.get('expires') ?? '0'), signature: query.get('signature') ?? '' };
  useTitle('Approve');
  const isSigned = link.person !== '' && link.signature !== '';
  const [over, setOver] = useState(isSigned && link.expires * 1000 < engineNow());
  const answer = useAnswer<Asked>(
    link.action ? `approve ${link.action}` : null,
    async (signal) => {
      // A link lives for minutes; a week is more than the oldest one that can still be asked about.
      const { actions } = await get<{ actions: Action[] }>(`/api/v1/actions?${between({ from: engineNow() - 7 * 86_400_000, to: engineNow() + 60_000 })}&limit=1000`, signal);
      const action = actions.find((one) => one.id === link.action) ?? null;
      const incident = action ? await get<Incident>(`/api/v1/incidents/${encodeURIComponent(action.incident_id)}`, signal).catch(() => null) : null;
      return { action, incident };
    },
    ['action', 'incident'],
  );

  if (!link.action) return <Sentence text="This link is not whole."><p>Open it from the message again, or find the action under <a href="/actions">Actions</a>.</p></Sentence>;
  if (!answer.data) return answer.error ? <Failed what="The plan" error={answer.error} again={answer.again} /> : <Waiting what="the plan" />;
  const { action, incident } = answer.data;
  if (!action) return <Sentence text={`There is no action ${brief(link.action, 20)} any more.`}><p>Everything nightjar proposed is under <a href="/actions">Actions</a>.</p></Sentence>;

  const decide: Decide = async (_action, decision) => {
    if (link.expires * 1000 < engineNow()) setOver(true);
    return post<Voted>('/api/v1/links/approve', { ...link, decision });
  };
  const waits = action.state === 'awaiting_approval';
  const sentence = waits ? `${link.person ? `${brief(link.person, 30)}, shall` : 'Shall'} nightjar ${action.text}?` : `${capital(action.text)}: ${lookup(actionStates, action.state).word}.`;
  return (
    <div class="approve-page">
      <Sentence text={sentence}>
        {waits && over && <p class="refusal" role="alert">This link has expired. Sign in and approve under <a href={`/actions#${action.id}`}>Actions</a>.</p>}
        {incident && <p><Told text={capital(incident.sentence)} cut={300} /> <a href={toIncident(incident.id)}>Everything about {incident.id}</a></p>}
        {incident?.cause && <p class="quiet"><Told text={capital(incident.cause.text)} cut={240} /></p>}
      </Sentence>
      <Section title={waits ? 'What would be done' : 'What was decided'} id="plan-section">
        <ActionCard action={action} {...(isSigned ? { person: link.person, decide } : { decide: decideInConsole })} changed={(next) => answer.put({ action: next, incident })} />
      </Section>
    </div>
  );
}
