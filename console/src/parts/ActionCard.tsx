// An action in full: what will be done, how far it reaches, how it is undone, what will be checked, and the buttons. A button says
// what it will do before it is pressed and turns into its outcome after; the answer of the server is what is shown, never a hope.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, isAction, post, type Action, type Voted } from '../answers.ts';
import { useNow, engineNow } from '../clock.ts';
import { capital, duration, odds, percent, plural, three } from '../numbers.ts';
import { to } from '../router.ts';
import { askForPerson, keepSession } from '../session.ts';
import { cutMiddle, cutTo, plain } from '../told.ts';
import { actionStates, lookup, outcomes } from '../words.ts';
import { Badge, Glyph, Signed } from './Marks.tsx';
import { Ago, Clock, Ref, Told } from './Text.tsx';

type Vote = 'approve' | 'reject';
export type Decide = (action: Action, vote: Vote) => Promise<Voted>;

// The ordinary way: the person's token and the hash of the plan that was on the screen.
export const decideInConsole: Decide = (action, vote) =>
  post<Voted>(`/api/v1/actions/${encodeURIComponent(action.id)}/${vote}`, { plan_hash: action.plan_hash, reason: '' });

const termWords: { key: 'exposure' | 'reach' | 'tier' | 'irreversibility' | 'uncertainty'; word: string; why: string }[] = [
  { key: 'exposure', word: 'exposure', why: 'share of the service changed in one step' },
  { key: 'reach', word: 'reach', why: 'share of customers’ requests that pass through it' },
  { key: 'tier', word: 'tier', why: 'how much the service matters' },
  { key: 'irreversibility', word: 'irreversibility', why: 'chance that it cannot be undone' },
  { key: 'uncertainty', word: 'uncertainty', why: 'chance that the cause is another one' },
];

export function BlastRadius({ radius }: { radius: Action['blast_radius'] }) {
  const class_ = radius.score <= 15 ? 'small' : radius.score <= 45 ? 'medium' : radius.score <= 75 ? 'large' : 'very large';
  return (
    <div class="blast">
      <p class="blast-score">
        Blast radius <b class="numeric">{three(radius.score)}</b> of 100, {class_}. <span class="quiet"><Told text={radius.text} /></span>
      </p>
      <dl class="terms">
        {termWords.map((term) => (
          <div class="term" key={term.key}>
            <dt>{term.word} <span class="quiet">{term.why}</span></dt>
            <dd>
              <span class="bar" aria-hidden="true"><span style={{ width: `${Math.min(100, radius[term.key] * 100)}%` }} /></span>
              <span class="numeric">{percent(radius[term.key])}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Steps({ action }: { action: Action }) {
  const stopped = ['denied', 'rejected', 'expired', 'shadowed'].includes(action.state);
  // Policy decides when it asks for approval; people decide when they approve.
  const approved = action.decision.outcome === 'needs_approval' && !stopped ? (action.approvals[action.approvals.length - 1]?.at ?? null) : action.decided_at;
  const steps: { word: string; at: string | null }[] = [
    { word: 'proposed', at: action.proposed_at },
    { word: stopped ? lookup(actionStates, action.state).word : action.decision.outcome === 'auto' ? 'allowed by policy' : 'approved', at: approved },
    ...(stopped ? [] : [{ word: 'started', at: action.started_at }, { word: 'done', at: action.finished_at }, { word: 'verified', at: action.verified_at }]),
  ];
  return (
    <ol class="steps" aria-label="Progress">
      {steps.map((step) => (
        <li key={step.word} class={step.at ? 'step done' : 'step'}>
          <span class="step-word">{step.word}</span>
          <span class="step-at quiet numeric">{step.at ? <Clock at={step.at} seconds /> : 'not yet'}</span>
        </li>
      ))}
    </ol>
  );
}

function Outcome({ action }: { action: Action }) {
  const sign = lookup(actionStates, action.state);
  return (
    <div class={`outcome tone-${sign.tone}`} role="status">
      <Glyph mark={sign.mark} size={16} />
      <div>
        <p class="outcome-word">{capital(sign.word)}{action.approvals.length > 0 && <span class="outcome-by">, approved by {action.approvals.map((approval) => `${plain(approval.person)} (${approval.via})`).join(' and ')}</span>}</p>
        {action.verification && (
          <p class="outcome-text">
            <Told text={action.verification.text} /> <span class="quiet">{lookup(outcomes, action.verification.outcome).word}, {odds(action.verification.e_improved)}</span>
          </p>
        )}
        {action.outcome_text && <p class="outcome-text quiet"><Told text={action.outcome_text} mono cut={160} /></p>}
      </div>
    </div>
  );
}

function Countdown({ until }: { until: string }) {
  useNow();
  const [, tick] = useState(0);
  useEffect(() => {
    const beat = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(beat);
  }, []);
  const left = Date.parse(until) - engineNow();
  return <span class="numeric">{left > 0 ? `expires in ${duration(left)}` : 'has expired'}</span>;
}

export function Buttons({ action, decide, changed, person }: { action: Action; decide: Decide; changed(next: Action): void; person?: string }) {
  const [pressed, setPressed] = useState<Vote | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [taken, setTaken] = useState<Vote | null>(null);
  // The plan under the finger is the plan that was read: when a newer one arrives, the buttons rest until it has been seen.
  const read = useRef(action.plan_hash);
  const [replaced, setReplaced] = useState(false);
  useEffect(() => {
    if (read.current !== action.plan_hash) {
      read.current = action.plan_hash;
      setReplaced(true);
    }
  }, [action.plan_hash]);

  const press = async (vote: Vote) => {
    setRefusal(null);
    if (!person && !(await askForPerson(`To ${vote} “${cutMiddle(plain(action.text), 120)}”, nightjar must know who you are.`))) return;
    setPressed(vote);
    try {
      const answer = await decide(action, vote);
      if (isAction(answer)) changed(answer);
      else setTaken(vote);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && !person) keepSession(null);
      setRefusal((error as Error).message);
    } finally {
      setPressed(null);
    }
  };

  if (taken) return <p class="decide-note" role="status">Your {taken === 'approve' ? 'approval' : 'rejection'} is stored. It shows here as soon as the engine has come to it.</p>;
  const needed = Math.max(0, action.decision.approvals_needed - action.approvals.length);
  return (
    <div class="decide">
      <p class="quiet decide-note">
        {needed > 1 ? `${needed} approvals are needed. ` : ''}Nothing is done before you press. {action.expires_at && <>This offer <Countdown until={action.expires_at} />.</>}
      </p>
      {replaced && (
        <p class="refusal" role="alert">
          The plan changed while you were reading. <button type="button" class="inline-button" onClick={() => setReplaced(false)}>I have read the new one</button>
        </p>
      )}
      <div class="decide-buttons">
        <button type="button" class="button primary" disabled={pressed !== null || replaced} onClick={() => press('approve')}>
          {pressed === 'approve' ? 'Approving…' : <>Approve: {cutMiddle(plain(action.text), 90)}</>}
        </button>
        <button type="button" class="button" disabled={pressed !== null || replaced} onClick={() => press('reject')}>
          {pressed === 'reject' ? 'Rejecting…' : 'Reject'}
        </button>
      </div>
      {refusal && <p class="refusal" role="alert">{refusal}</p>}
    </div>
  );
}

export function ActionCard({ action, changed, decide = decideInConsole, person, level = 3, linkIncident = false }: { action: Action; changed(next: Action): void; decide?: Decide; person?: string; level?: 2 | 3; linkIncident?: boolean }) {
  const sign = lookup(actionStates, action.state);
  const waits = action.state === 'awaiting_approval';
  const open = waits || ['approved', 'running', 'verifying', 'undoing', 'blocked', 'needs_human', 'unknown', 'failed', 'succeeded'].includes(action.state);
  const Heading = `h${level}` as 'h2' | 'h3';
  return (
    <article class={waits ? 'action-card waits' : 'action-card'} id={action.id} aria-label={cutTo(plain(action.text), 120)}>
      <div class="action-head">
        <Heading class="action-text"><Told text={capital(action.text)} cut={160} /></Heading>
        <Badge sign={sign} />
      </div>
      <p class="quiet action-meta">
        <Ref id={action.id} /> · {plain(action.kind)}{linkIncident && <> · for <Ref id={action.incident_id} /></>} · proposed <Ago at={action.proposed_at} />
        {action.decision.policy && <> · policy <span class="mono">{plain(action.decision.policy)}</span></>}
      </p>
      {waits && <Buttons action={action} decide={decide} changed={changed} {...(person ? { person } : {})} />}
      {!waits && <Outcome action={action} />}
      {action.decision.reasons.length > 0 && (
        <ul class="reasons">
          {action.decision.reasons.map((reason) => <li key={reason.code}><Told text={reason.text} /></li>)}
        </ul>
      )}
      <details class="plan" open={waits}>
        <summary>{waits ? 'The plan' : 'Plan, blast radius, undo'}</summary>
        <dl class="facts">
          <div><dt>Undo</dt><dd><Told text={action.undo} /></dd></div>
          <div><dt>Will be checked</dt><dd><Told text={action.will_check} /></dd></div>
          <div><dt>Runbook</dt><dd><span class="mono">{plain(action.runbook)}</span>{Object.entries(action.arguments).map(([name, value]) => <span class="argument mono" key={name}>{plain(name)}=<Told text={value} cut={60} /></span>)}</dd></div>
          <div><dt>Plan hash</dt><dd class="mono" title={action.plan_hash}>{cutTo(plain(action.plan_hash), 17)} <span class="quiet sans">your approval holds for this plan only</span></dd></div>
        </dl>
        <BlastRadius radius={action.blast_radius} />
      </details>
      {open && !waits && <Steps action={action} />}
    </article>
  );
}

// One line in a list of actions.
export function ActionLine({ action }: { action: Action }) {
  return (
    <span class="action-line">
      <Signed sign={lookup(actionStates, action.state)} /> <a href={to('/actions') + `#${action.id}`}><Told text={capital(action.text)} cut={90} /></a>
    </span>
  );
}

export const waitingWords = (actions: Action[]) => plural(actions.length, 'action waits', 'actions wait');
