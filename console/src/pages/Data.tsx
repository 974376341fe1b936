// Can I trust it? Who sends, when each was last heard, and what of it is refused.
import { get, type Source } from '../answers.ts';
import { useNow } from '../clock.ts';
import { useAnswer } from '../live.ts';
import { count, duration, perSecond, plural, three } from '../numbers.ts';
import { Signed } from '../parts/Marks.tsx';
import { Failed, Held, Nothing, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Ago, Brief, Told } from '../parts/Text.tsx';
import { plain } from '../told.ts';
import type { Sign } from '../words.ts';

const silentAfter = 5 * 60_000;
const clockOff = 60;

// Webhooks come when something happens; only who sends telemetry is expected to go on.
const isSilent = (source: Source, now: number) => source.behind_seconds !== null && now - Date.parse(source.last_heard) > silentAfter;
const refusedOf = (source: Source) => Object.values(source.refused).reduce((sum, one) => sum + one, 0);
const isStranger = (source: Source) => source.principal === 'unknown';

function signOf(source: Source, now: number): Sign {
  if (isStranger(source)) return { word: 'turned away', tone: 'warning', mark: 'triangle' };
  if (isSilent(source, now)) return { word: 'silent', tone: 'high', mark: 'diamond' };
  if (source.behind_seconds !== null && source.behind_seconds < -clockOff) return { word: 'clock ahead', tone: 'warning', mark: 'clock' };
  if (source.behind_seconds !== null && source.behind_seconds > clockOff) return { word: 'late', tone: 'warning', mark: 'clock' };
  if (refusedOf(source) + source.rejected_items > 0) return { word: 'partly refused', tone: 'warning', mark: 'triangle' };
  return { word: 'ok', tone: 'ok', mark: 'check' };
}

export function dataSentence(sources: Source[], now: number): string {
  const known = sources.filter((source) => !isStranger(source));
  if (known.length === 0) return 'Nobody has sent anything since nightjar was started.';
  const silent = known.filter((source) => isSilent(source, now)).length;
  const wrong = known.filter((source) => refusedOf(source) + source.rejected_items > 0).length;
  const parts = [
    silent === 0 ? `${plural(known.length, 'source')} ${known.length === 1 ? 'sends' : 'send'}, none is silent` : `${count(silent)} of ${plural(known.length, 'source')} ${silent === 1 ? 'is' : 'are'} silent`,
    wrong === 0 ? 'nothing of theirs is refused' : `of ${count(wrong)} something was refused`,
  ];
  return `${parts.join('; ')}.`;
}

function behind(seconds: number | null) {
  if (seconds === null) return <span class="quiet">no times</span>;
  return <>{Math.abs(seconds) < 1 ? '< 1 s' : duration(Math.abs(seconds) * 1000)}{seconds <= -1 ? ' ahead' : ''}</>;
}

function bytes(value: number): string {
  if (value >= 1_048_576) return `${three(value / 1_048_576)} MiB/s`;
  return value >= 1024 ? `${three(value / 1024)} KiB/s` : `${three(value)} B/s`;
}

function Refused({ source }: { source: Source }) {
  const reasons = Object.entries(source.refused).map(([why, times]) => `${plural(times, 'request')} ${why.replaceAll('_', ' ')}`);
  if (source.rejected_items > 0) reasons.push(`${plural(source.rejected_items, 'single item')} rejected`);
  if (reasons.length === 0) return null;
  return (
    <div class="source-refused">
      <p>{reasons.join(', ')}</p>
      {source.sample && <p class="quiet">last <Ago at={source.sample.at} />: <Told text={source.sample.text} cut={160} /></p>}
      {source.sample?.beginning && <p class="quiet">it began <Told text={source.sample.beginning} cut={80} mono /></p>}
    </div>
  );
}

export function DataPage() {
  const now = useNow();
  useTitle('Data');
  const answer = useAnswer(
    'sources',
    (signal) => get<{ sources: Source[]; forgotten: number }>('/api/v1/sources', signal),
    ['service'],
    ({ sources }) => sources.map((source) => source.principal + source.door + source.agent).join('\n'),
  );
  if (!answer.data) return answer.error ? <Failed what="The sources" error={answer.error} again={answer.again} /> : <Waiting what="the sources" />;
  const { sources, forgotten } = answer.data;
  return (
    <>
      <Sentence text={dataSentence(sources, now)} />
      <Held answer={answer} what="sources" />
      {sources.length === 0 ? <Nothing>Point an OpenTelemetry sender at the OTLP door and it appears here within seconds.</Nothing> : (
        <ul class="sources">
          {sources.map((source) => (
            <li key={plain(`${source.principal} ${source.door} ${source.agent}`)} class="source">
              <h2><Brief text={source.principal} cut={40} /> <span class="quiet">{source.door.replaceAll('_', ' ')}</span></h2>
              <p class="source-sign"><Signed sign={signOf(source, now)} /></p>
              <p class="quiet source-agent">{source.agent ? <Brief text={source.agent} cut={60} /> : 'no User-Agent'}</p>
              <dl>
                <div><dt>last heard</dt><dd><Ago at={source.last_heard} /></dd></div>
                <div><dt>items</dt><dd class="numeric">{perSecond(source.items_per_second)}</dd></div>
                <div><dt>bytes</dt><dd class="numeric">{bytes(source.bytes_per_second)}</dd></div>
                <div><dt>behind</dt><dd class="numeric">{behind(source.behind_seconds)}</dd></div>
                <div><dt>first heard</dt><dd><Ago at={source.first_heard} /></dd></div>
              </dl>
              <Refused source={source} />
            </li>
          ))}
        </ul>
      )}
      {forgotten > 0 && <p class="quiet">{plural(forgotten, 'source')} unheard for long made room for others.</p>}
    </>
  );
}
