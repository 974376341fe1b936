// Hundreds of services on one map: what is ill, what is on the path of the incident and their neighbours stay; the well ones that
// share the first word of their name stand as one node until it is opened.
import type { Dependency, ServiceMap } from './answers.ts';

type Node = ServiceMap['nodes'][number];
export type Group = Node & { key: string; label: string; members: string[] };
export type Drawn = { nodes: (Node | Group)[]; dependencies: Dependency[]; grouped: number };
export const isGroup = (node: Node | Group): node is Group => 'members' in node;

const readable = 60;
const firstWord = (name: string) => name.split(/[-_./ ]/)[0] || name;
const byName = <T extends { name: string }>(a: T, b: T) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export function groupMap(map: ServiceMap, opened: string[], chosen: string | null): Drawn {
  const nodes = [...map.nodes].sort(byName);
  const known = new Set(nodes.map((node) => node.name));
  const dependencies = map.dependencies.filter((one) => known.has(one.caller) && known.has(one.callee)).sort((a, b) => (a.caller < b.caller ? -1 : a.caller > b.caller ? 1 : a.callee < b.callee ? -1 : 1));
  if (nodes.length <= readable) return { nodes, dependencies, grouped: 0 };

  const keep = new Set(map.incident_path);
  for (const node of nodes) if (node.health === 'ill' || node.health === 'silent' || node.health === 'degraded') keep.add(node.name);
  const marked = new Set(keep);
  if (chosen) { keep.add(chosen); marked.add(chosen); }
  for (const one of dependencies) {
    if (marked.has(one.caller)) keep.add(one.callee);
    if (marked.has(one.callee)) keep.add(one.caller);
  }
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    if (keep.has(node.name)) continue;
    const word = `${node.kind}:${firstWord(node.name)}`;
    groups.set(word, [...(groups.get(word) ?? []), node]);
  }
  // A word shared by few is no group; what is left over stands together, or the picture is no smaller than before.
  const rest: Node[] = [];
  for (const [word, members] of [...groups]) {
    if (members.length >= 3) continue;
    groups.delete(word);
    rest.push(...members);
  }
  if (rest.length > 0) groups.set('others', rest);

  const home = new Map<string, string>();
  const drawn: (Node | Group)[] = nodes.filter((node) => keep.has(node.name));
  let grouped = 0;
  for (const [word, members] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (opened.includes(word) || members.length === 1) {
      drawn.push(...members);
      continue;
    }
    const name = `group ${word}`;
    grouped += members.length;
    for (const member of members) home.set(member.name, name);
    const title = word === 'others' ? 'others' : `${word.slice(word.indexOf(':') + 1).slice(0, 10)}…`;
    drawn.push({ name, key: word, label: `${title} (${members.length})`, members: members.map((member) => member.name), kind: members[0]!.kind, health: members.some((member) => member.health === 'learning') ? 'learning' : 'ok', requests_per_second: members.reduce((sum, member) => sum + member.requests_per_second, 0) });
  }

  const merged = new Map<string, Dependency>();
  for (const one of dependencies) {
    const caller = home.get(one.caller) ?? one.caller;
    const callee = home.get(one.callee) ?? one.callee;
    if (caller === callee) continue;
    const key = `${caller}\n${callee}`;
    const before = merged.get(key);
    if (!before) {
      merged.set(key, { ...one, caller, callee });
      continue;
    }
    const calls = before.calls_per_second + one.calls_per_second;
    before.error_ratio = calls > 0 ? ((before.error_ratio ?? 0) * before.calls_per_second + (one.error_ratio ?? 0) * one.calls_per_second) / calls : null;
    before.p95_ms = Math.max(before.p95_ms ?? 0, one.p95_ms ?? 0);
    before.calls_per_second = calls;
  }
  return { nodes: drawn.sort(byName), dependencies: [...merged.values()], grouped };
}
