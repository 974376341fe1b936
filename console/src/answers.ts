// The answers of the HTTP API as types (generated from docs/api/openapi.yaml) and the few verbs that fetch them.
import type { components } from './api.d.ts';
import { token } from './session.ts';

type Schemas = components['schemas'];
export type Health = Schemas['Health'];
export type Night = Schemas['Night'];
export type IncidentSummary = Schemas['IncidentSummary'];
export type Incident = Schemas['Incident'];
export type Finding = Schemas['Finding'];
export type Evidence = Schemas['Evidence'];
export type RuledOut = Schemas['RuledOut'];
export type Symptom = Schemas['Symptom'];
export type Alert = Schemas['Alert'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type ServiceSummary = Schemas['ServiceSummary'];
export type Service = Schemas['Service'];
export type Series = Schemas['Series'];
export type Dependency = Schemas['Dependency'];
export type ServiceMap = Schemas['Map'];
export type Change = Schemas['Change'];
export type Action = Schemas['Action'];
export type Forecast = Schemas['Forecast'];
export type Source = Schemas['Source'];
export type Notification = Schemas['Notification'];
export type Person = Schemas['Person'];
export type Changed = Schemas['Changed'];
// A vote is answered by the action as it stands now, or by "taken" when the engine has not come to it yet.
export type Voted = Action | Schemas['Taken'];
export const isAction = (answer: Voted): answer is Action => 'id' in answer;

// `message` is the server's own: what happened and what to do next.
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

async function refusal(reply: Response): Promise<ApiError> {
  try {
    const body = (await reply.json()) as Schemas['Error'];
    return new ApiError(reply.status, body.error.code, body.error.message);
  } catch {
    return new ApiError(reply.status, 'http', `The server answered ${reply.status} without saying why. Try again; its own log has more.`);
  }
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let reply: Response;
  try {
    reply = await fetch(path, { ...init, headers: { accept: 'application/json', ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', 'nightjar does not answer. Is `nightjar serve` running, and are you still on its network?');
  }
  if (!reply.ok) throw await refusal(reply);
  return reply;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(path, signal ? { signal } : {})).json() as Promise<T>;
}

// Whatever changes something carries the person's token; without one the server answers 401 and the console asks for it.
export async function post<T>(path: string, body: unknown): Promise<T> {
  const held = token();
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-nightjar-client': 'console' };
  if (held) headers['authorization'] = `Bearer ${held}`;
  const text = await (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })).text();
  return (text ? JSON.parse(text) : {}) as T;
}

export async function whoami(candidate: string): Promise<Person> {
  return (await ask('/api/v1/whoami', { headers: { authorization: `Bearer ${candidate}` } })).json() as Promise<Person>;
}

export type TimeRange = { from: number; to: number };
export const iso = (ms: number) => new Date(ms).toISOString();
export const between = (range: TimeRange) => `from=${encodeURIComponent(iso(range.from))}&to=${encodeURIComponent(iso(range.to))}`;
export const servicePath = (name: string, range: TimeRange) => `/api/v1/services/${encodeURIComponent(name)}?${between(range)}`;
