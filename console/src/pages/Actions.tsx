// What did it do, was it right, and how do I stop it?
import { useState } from 'preact/hooks';
import { between, get, post, type Action } from '../answers.ts';
import { askHealth, health, useAnswer } from '../live.ts';
import { capital, plural } from '../numbers.ts';
import { ActionCard } from '../parts/ActionCard.tsx';
import { Failed, Held, Nothing, Section, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Brief } from '../parts/Text.tsx';
import { rangeOf, usePlace } from '../router.ts';
import { askForPerson } from '../session.ts';
import { useStore } from '../store.ts';

const moving: Action['state'][] = ['proposed', 'approved', 'blocked', 'running', 'verifying', 'undoing'];
const done: Action['state'][] = ['succeeded', 'undone', 'failed', 'unknown', 'needs_human'];

function sentenceOf(actions: Action[]): string {
  if (actions.length === 0) return 'nightjar did nothing in this time, and nothing waits for you.';
  const of = (states: Action['state'][]) => actions.filter((action) => states.includes(action.state)).length;
  const parts: string[] = [];
  const waiting = of(['awaiting_approval']);
  if (waiting) parts.push(`${plural(waiting, 'action')} ${waiting === 1 ? 'waits' : 'wait'} for a person`);
  if (of(['needs_human', 'failed', 'unknown'])) parts.push(`${of(['needs_human', 'failed', 'unknown'])} did not work and ${of(['needs_human', 'failed', 'unknown']) === 1 ? 'needs' : 'need'} a look`);
  if (of(moving)) parts.push(`${of(moving)} under way`);
  if (of(['succeeded'])) parts.push(`${of(['succeeded'])} done and verified`);
  if (of(['undone'])) parts.push(`${of(['undone'])} undone`);
  if (of(['denied', 'shadowed', 'rejected', 'expired'])) parts.push(`${of(['denied', 'shadowed', 'rejected', 'expired'])} not done`);
  return `${capital(parts.join(', '))}.`;
}

// Per policy: of what was carried out and judged, how much helped. Nothing judged yet says so instead of 100 %.
function Policies({ actions }: { actions: Action[] }) {
  const byPolicy = new Map<string, Action[]>();
  for (const action of actions) {
    const policy = action.decision.policy ?? 'no policy matched';
    byPolicy.set(policy, [...(byPolicy.get(policy) ?? []), action]);
  }
  return (
    <div class="table-wrap" tabIndex={0} role="group" aria-label="Policies">
      <table class="table">
        <thead><tr><th scope="col">Policy</th><th scope="col" class="number">Proposed</th><th scope="col" class="number">By itself</th><th scope="col" class="number">Denied</th><th scope="col" class="number">Judged</th><th scope="col">Helped</th></tr></thead>
        <tbody>
          {[...byPolicy.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([policy, list]) => {
            const judged = list.filter((action) => action.verification && action.verification.outcome !== 'inconclusive');
            const helped = judged.filter((action) => action.verification!.outcome === 'improved').length;
            return (
              <tr key={policy}>
                <th scope="row"><Brief text={policy} cut={40} /></th>
                <td class="number numeric">{list.length}</td>
                <td class="number numeric">{list.filter((action) => action.decision.outcome === 'auto').length}</td>
                <td class="number numeric">{list.filter((action) => action.state === 'denied').length}</td>
                <td class="number numeric">{judged.length}</td>
                <td class="numeric">{judged.length === 0 ? <span class="quiet">none judged yet</span> : `${helped} of ${judged.length}`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function KillSwitch() {
  const on = useStore(health)?.kill_switch;
  const [reason, setReason] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (on === undefined) return null;
  const press = async () => {
    setRefusal(null);
    if (!(await askForPerson(`To ${on ? 'let nightjar act again' : 'stop everything it does by itself'}, nightjar must know who you are.`))) return;
    setBusy(true);
    try {
      await post('/api/v1/kill-switch', { on: !on, reason });
      await askHealth();
      setReason('');
    } catch (error) {
      setRefusal((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="kill-switch">
      <p>{on ? 'The kill switch is on: nothing is done, also nothing that was approved, until somebody lets it act again.' : 'The kill switch is off. Turning it on stops every action before its next step; watching and telling go on.'}</p>
      <label for="kill-reason">Why</label>
      <input id="kill-reason" type="text" maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} placeholder="for the record" />
      <button type="button" class={on ? 'button' : 'button danger'} disabled={busy} onClick={press}>{on ? 'Let nightjar act again' : 'Stop all actions'}</button>
      {refusal && <p class="refusal" role="alert">{refusal}</p>}
    </div>
  );
}

export function ActionsPage() {
  const range = rangeOf(usePlace().query);
  useTitle('Actions');
  const answer = useAnswer(
    `actions ${range.key}`,
    async (signal) => (await get<{ actions: Action[] }>(`/api/v1/actions?${between(range.now())}`, signal)).actions,
    ['action'],
    (actions) => actions.map((action) => action.id).join(),
  );
  if (!answer.data) return answer.error ? <Failed what="The actions" error={answer.error} again={answer.again} /> : <Waiting what="the actions" />;
  const actions = answer.data;
  const changed = (next: Action) => answer.put(actions.map((one) => (one.id === next.id ? next : one)));
  const groups: { title: string; id: string; list: Action[] }[] = [
    { title: 'Waits for a person', id: 'waiting', list: actions.filter((action) => action.state === 'awaiting_approval') },
    { title: 'Under way', id: 'moving', list: actions.filter((action) => moving.includes(action.state)) },
    { title: 'Done', id: 'done', list: actions.filter((action) => done.includes(action.state)) },
    { title: 'Not done, and why', id: 'not-done', list: actions.filter((action) => ['denied', 'shadowed', 'rejected', 'expired'].includes(action.state)) },
  ];
  return (
    <>
      <Sentence text={sentenceOf(actions)} />
      <Held answer={answer} what="actions" />
      {groups.filter((group) => group.list.length > 0).map((group) => (
        <Section key={group.id} title={group.title} id={group.id}>
          {group.list.map((action) => <ActionCard key={action.id} action={action} changed={changed} linkIncident />)}
        </Section>
      ))}
      {actions.length > 0 && <Section title="Was it right?" id="policies" note="per policy, in this time range"><Policies actions={actions} /></Section>}
      {actions.length === 0 && <Nothing>Policies in nightjar.yaml say what may be done; without one nightjar only watches and tells.</Nothing>}
      <Section title="Kill switch" id="kill-switch"><KillSwitch /></Section>
    </>
  );
}
