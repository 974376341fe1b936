// What changed, and was any of it harmful?
import { between, get, type Change, type TimeRange } from '../answers.ts';
import { useNow } from '../clock.ts';
import { useAnswer } from '../live.ts';
import { capital, clock, count, duration, odds, percent, plural } from '../numbers.ts';
import { Axis, type AxisRow } from '../parts/Axis.tsx';
import { Badge } from '../parts/Marks.tsx';
import { Failed, Held, Nothing, Section, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Ago, Brief, Ref, ServiceLink, Told } from '../parts/Text.tsx';
import { rangeOf, usePlace } from '../router.ts';
import { brief } from '../told.ts';
import { changeKinds, designs, lookup, said, verdicts } from '../words.ts';

function sentenceOf(changes: Change[]): string {
  if (changes.length === 0) return 'Nothing changed in this time, as far as nightjar was told or could see.';
  const of = (verdict: Change['watch']['verdict']) => changes.filter((change) => change.watch.verdict === verdict);
  const parts: string[] = [];
  const harmful = of('harmful');
  if (harmful.length) parts.push(harmful.length <= 3 ? `${harmful.map((change) => `${brief(change.service, 40)} ${brief(change.version, 20)}`).join(' and ')} did harm` : `${count(harmful.length)} did harm`);
  if (of('watching').length) parts.push(`${count(of('watching').length)} still watched`);
  if (of('no_harm').length) parts.push(`${count(of('no_harm').length)} did no harm`);
  if (of('inconclusive').length) parts.push(`${count(of('inconclusive').length)} without enough data`);
  return `${capital(plural(changes.length, 'change'))}: ${parts.join(', ')}.`;
}

const tookWords = (change: Change) => (change.watch.took_seconds === null ? null : duration(change.watch.took_seconds * 1000));

function rowsOf(changes: Change[]): AxisRow[] {
  const byService = new Map<string, Change[]>();
  for (const change of changes) byService.set(change.service, [...(byService.get(change.service) ?? []), change]);
  return [...byService.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([service, list]) => ({
    key: service,
    title: <ServiceLink name={service} cut={24} />,
    bars: [],
    marks: list.map((change) => {
      const at = Date.parse(change.started_at);
      const sign = lookup(verdicts, change.watch.verdict);
      return { at, sign, label: `${clock(at)} ${said(changeKinds, change.kind)} ${brief(service, 40)} ${brief(change.version, 20)}: ${sign.word}`, href: `#${change.id}` };
    }),
  }));
}

function ChangeItem({ change }: { change: Change }) {
  const { watch } = change;
  const took = tookWords(change);
  const compared = watch.requests_new > 0;
  return (
    <li class="change" id={change.id} tabIndex={-1} data-row>
      <div class="change-head">
        <h3><ServiceLink name={change.service} /> <span class="mono"><Brief text={change.version} cut={24} /></span></h3>
        <Badge sign={lookup(verdicts, watch.verdict)} />
      </div>
      <p class="quiet change-meta">
        <Ref id={change.id} /> · {said(changeKinds, change.kind)}{change.previous_version && <> from <span class="mono"><Brief text={change.previous_version} cut={20} /></span></>}
        {change.commit && <> · commit <span class="mono" title={brief(change.commit, 80)}>{brief(change.commit, 8)}</span></>}
        {change.author && <> · by <Brief text={change.author} cut={30} /></>} · <Ago at={change.started_at} />
        {change.source === 'observed' && <> · seen in the telemetry, nobody announced it</>}
        {change.caused_by_action && <> · done by <Ref id={change.caused_by_action} /></>}
        {change.url && /^https?:\/\//.test(change.url) && <> · <a href={change.url} target="_blank" rel="noreferrer noopener">source</a></>}
      </p>
      <p class="change-text"><Told text={watch.text} cut={260} /></p>
      <p class="change-numbers numeric quiet">
        {compared && <span>{percent(watch.errors_new / watch.requests_new)} of {count(watch.requests_new)} fail{watch.requests_old > 0 && <>, {watch.design === 'before_after' ? 'before' : 'old version'} {percent(watch.errors_old / watch.requests_old)} of {count(watch.requests_old)}</>}</span>}
        {watch.design !== 'none' && <span>{said(designs, watch.design)}</span>}
        {watch.verdict === 'harmful' && <span>{odds(watch.e_value)} for harm</span>}
        {watch.verdict === 'no_harm' && <span>{odds(watch.e_value_no_harm)} for no harm</span>}
        {took && <span>known after {took}</span>}
      </p>
    </li>
  );
}

export function ChangesPage() {
  const range = rangeOf(usePlace().query);
  const now = useNow();
  useTitle('Changes');
  const answer = useAnswer<{ changes: Change[]; range: TimeRange }>(
    `changes ${range.key}`,
    async (signal) => {
      const asked = range.now();
      return { changes: (await get<{ changes: Change[] }>(`/api/v1/changes?${between(asked)}`, signal)).changes, range: asked };
    },
    ['change'],
    ({ changes }) => changes.map((change) => change.id).join(),
  );
  if (!answer.data) return answer.error ? <Failed what="The changes" error={answer.error} again={answer.again} /> : <Waiting what="the changes" />;
  const { changes } = answer.data;
  return (
    <>
      <Sentence text={sentenceOf(changes)} />
      <Held answer={answer} what="changes" />
      {changes.length === 0 ? <Nothing>Deploys are announced at /api/v1/changes or by a GitHub webhook; a new service.version is seen without that.</Nothing> : (
        <>
          <Section title="On one axis" id="axis" note="a mark is a change, its shape the verdict"><Axis range={answer.data.range} now={now} rows={rowsOf(changes)} label="Changes over time" /></Section>
          <Section title="Each with its verdict" id="list"><ul class="changes">{changes.map((change) => <ChangeItem key={change.id} change={change} />)}</ul></Section>
        </>
      )}
    </>
  );
}
