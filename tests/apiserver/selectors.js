'use strict';
// Label and field selectors, with the server's parse errors.

const { badRequest, ApiError, isOld } = require('./errors');

const SPECIAL = '()!,=<>';

function lex(s) {
  const out = [];
  let i = 0;
  while (i < s.length) {
    if (' \t\r\n'.includes(s[i])) {
      i++;
      continue;
    }
    const two = s.slice(i, i + 2);
    if (['==', '!='].includes(two)) {
      out.push([two, two]);
      i += 2;
      continue;
    }
    if (SPECIAL.includes(s[i])) {
      out.push([s[i], s[i]]);
      i++;
      continue;
    }
    let j = i;
    while (j < s.length && !SPECIAL.includes(s[j]) && !' \t\r\n'.includes(s[j])) j++;
    const word = s.slice(i, j);
    out.push([['in', 'notin'].includes(word) ? word : 'identifier', word]);
    i = j;
  }
  out.push(['end', '']);
  return out;
}

const bad = (found, expected) => badRequest(`unable to parse requirement: found '${found}', expected: ${expected}`);
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function checkKey(key) {
  const name = key.includes('/') ? key.slice(key.indexOf('/') + 1) : key;
  if (!QUALIFIED.test(name) || name.length > 63)
    throw badRequest(
      `unable to parse requirement: ${isOld() ? `invalid label key "${key}": ` : `<nil>: Invalid value: "${key}": `}${name.length > 63 ? 'name part must be no more than 63 bytes' : NAME_RULE}`,
    );
}

function checkValue(key, v, i) {
  if (v.length > 63)
    throw badRequest(
      `unable to parse requirement: values[${i}][${key}]: Invalid value: "${v}": must be no more than 63 bytes`,
    );
  if (!LABEL_VALUE.test(v))
    throw badRequest(
      `unable to parse requirement: ${isOld() ? `invalid label value: "${v}": at key: "${key}": ` : `values[${i}][${key}]: Invalid value: "${v}": `}${VALUE_RULE}`,
    );
}

class LabelParser {
  constructor(text) {
    this.t = lex(text);
    this.i = 0;
  }

  peek() {
    return this.t[this.i];
  }

  next() {
    return this.t[this.i++];
  }

  all() {
    const out = [];
    if (this.peek()[0] === 'end') return out;
    for (;;) {
      out.push(this.requirement());
      const [kind, word] = this.next();
      if (kind === 'end') return out;
      if (kind !== ',') throw badRequest(`found '${word}', expected: ',' or 'end of string'`);
      if (!['identifier', '!'].includes(this.peek()[0]))
        throw badRequest(`found '${this.peek()[1]}', expected: identifier after ','`);
    }
  }

  requirement() {
    let op = null;
    if (this.peek()[0] === '!') {
      this.next();
      op = '!';
    }
    const [kind, key] = this.next();
    if (!['identifier', 'in', 'notin'].includes(kind)) throw bad(key, kind === 'end' ? 'identifier' : 'identifier');
    checkKey(key);
    if (op) return { key, op: '!', values: [] };
    const [k2, w2] = this.peek();
    if (k2 === 'end' || k2 === ',') return { key, op: 'exists', values: [] };
    this.next();
    if (!['=', '==', '!=', 'in', 'notin', '<', '>'].includes(k2))
      throw bad(w2, isOld() ? "'=', '!=', '==', 'in', notin'" : 'in, notin, =, ==, !=, gt, lt');
    if (k2 === 'in' || k2 === 'notin') return { key, op: k2, values: this.set(key) };
    const values = this.exact();
    values.forEach((v, i) => checkValue(key, v, i));
    if ((k2 === '<' || k2 === '>') && !/^-?\d+$/.test(values[0]))
      throw badRequest(
        `unable to parse requirement: values[0][${key}]: Invalid value: "${values[0]}": for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    return { key, op: k2 === '==' ? '=' : k2, values };
  }

  exact() {
    const [k, w] = this.peek();
    if (k === 'end' || k === ',') return [''];
    if (!['identifier', 'in', 'notin'].includes(k)) throw bad(w, 'identifier');
    this.next();
    return [w];
  }

  set(key) {
    const [k, w] = this.next();
    if (k !== '(') throw bad(w, "'('");
    const out = [];
    for (;;) {
      const [k2, w2] = this.next();
      if (['identifier', 'in', 'notin'].includes(k2)) {
        out.push(w2);
        const [k3, w3] = this.next();
        if (k3 === ')') break;
        if (k3 !== ',') throw bad(w3, "',' or ')'");
      } else if (k2 === ')') {
        out.push('');
        break;
      } else if (k2 === ',') out.push('');
      else throw bad(w2, "',', ')' or identifier");
    }
    out.forEach((v, i) => checkValue(key, v, i));
    return out;
  }
}

const OPS = {
  exists: (r, l) => r.key in l,
  '!': (r, l) => !(r.key in l),
  '=': (r, l) => l[r.key] === r.values[0] && r.key in l,
  '!=': (r, l) => l[r.key] !== r.values[0],
  in: (r, l) => r.key in l && r.values.includes(l[r.key]),
  notin: (r, l) => !(r.key in l) || !r.values.includes(l[r.key]),
  '<': (r, l) => /^-?\d+$/.test(l[r.key] || '') && Number(l[r.key]) < Number(r.values[0]),
  '>': (r, l) => /^-?\d+$/.test(l[r.key] || '') && Number(l[r.key]) > Number(r.values[0]),
};

// labelSelector(text) -> function(labels) -> bool. Throws a 400 in the server's words.
function labelSelector(text) {
  const reqs = new LabelParser(text || '').all();
  return (labels = {}) => reqs.every((r) => OPS[r.op](r, labels));
}

// The matcher of a metav1.LabelSelector object.
function matcher(sel) {
  if (!sel) return () => false;
  const ml = Object.entries(sel.matchLabels || {});
  const reqs = (sel.matchExpressions || []).map((e) => ({
    key: e.key,
    op: { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' }[e.operator],
    values: e.values || [],
  }));
  return (labels = {}) => ml.every(([k, v]) => labels[k] === v) && reqs.every((r) => OPS[r.op](r, labels));
}

// formatSelector prints a LabelSelector as metav1.FormatLabelSelector does.
function formatSelector(sel) {
  if (!sel) return '<none>';
  const parts = Object.entries(sel.matchLabels || {}).map(([k, v]) => [k, `${k}=${v}`]);
  for (const e of sel.matchExpressions || []) {
    const values = [...(e.values || [])].sort().join(',');
    parts.push([
      e.key,
      { In: `${e.key} in (${values})`, NotIn: `${e.key} notin (${values})`, Exists: e.key, DoesNotExist: `!${e.key}` }[
        e.operator
      ],
    ]);
  }
  return parts.length
    ? parts
        .sort((a, b) => (a[0] < b[0] ? -1 : 1))
        .map((p) => p[1])
        .join(',')
    : '<none>';
}

const dig = (o, p) => p.split('.').reduce((x, k) => (x === undefined || x === null ? undefined : x[k]), o);

// Field labels that kinds support beyond metadata.name and metadata.namespace.
const FIELDS = {
  pods: {
    'spec.nodeName': '',
    'spec.restartPolicy': '',
    'spec.schedulerName': '',
    'spec.serviceAccountName': '',
    'spec.hostNetwork': 'false',
    'status.phase': '',
    'status.podIP': '',
    'status.podIPs': '',
    'status.nominatedNodeName': '',
  },
  events: {
    'involvedObject.kind': '',
    'involvedObject.namespace': '',
    'involvedObject.name': '',
    'involvedObject.uid': '',
    'involvedObject.apiVersion': '',
    'involvedObject.resourceVersion': '',
    'involvedObject.fieldPath': '',
    reason: '',
    reportingComponent: '',
    source: '',
    type: '',
  },
  namespaces: { 'status.phase': '' },
  nodes: { 'spec.unschedulable': 'false' },
  secrets: { type: '' },
  services: { 'spec.clusterIP': '', 'spec.type': '' },
  replicasets: { 'status.replicas': '0' },
  replicationcontrollers: { 'status.replicas': '0' },
  jobs: { 'status.successful': '0' },
  certificatesigningrequests: { 'spec.signerName': '' },
};

function fieldValue(obj, key, dflt) {
  if (key === 'source') return (obj.source && obj.source.component) || obj.reportingComponent || '';
  if (key === 'status.successful') return String((obj.status && obj.status.succeeded) || 0);
  const v = dig(obj, key);
  return v === undefined || v === null ? dflt : String(v);
}

function splitTerms(text) {
  const out = [];
  let cur = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && i + 1 < text.length) {
      cur += text[i] + text[++i];
      continue;
    }
    if (text[i] === ',') {
      out.push(cur);
      cur = '';
    } else cur += text[i];
  }
  out.push(cur);
  return out.filter((t) => t !== '');
}

const unescape = (v) => v.replace(/\\([\\,=])/g, '$1');

// fieldSelector(text, kind) -> { match(obj), name } ; name is set for metadata.name=x.
function fieldSelector(text, k) {
  const terms = splitTerms(text || '').map((t) => {
    const m = /^((?:[^!=\\]|\\.)*)(!=|==|=)(.*)$/s.exec(t);
    if (!m) throw badRequest(`invalid selector: '${text}'; can't understand '${t}'`);
    return { key: m[1], not: m[2] === '!=', value: unescape(m[3]) };
  });
  const known = FIELDS[k.plural] || {};
  for (const t of terms) {
    if (t.key === 'metadata.name' || (t.key === 'metadata.namespace' && (k.namespaced || !k.crd))) continue;
    if (k.crd && (k.crdVersion.selectableFields || []).some((f) => f.jsonPath === `.${t.key}`)) continue;
    if (!(t.key in known)) throw fieldNotSupported(k, t.key);
  }
  return (obj) => terms.every((t) => (fieldValue(obj, t.key, known[t.key] || '') === t.value) !== t.not);
}

// Core kinds have their own wording; the rest share the registry's.
const OWN_WORDING = {
  pods: 'field label not supported: ',
  nodes: 'field label not supported: ',
  events: 'field label not supported: ',
  namespaces: 'field label not supported: ',
  secrets: 'field label not supported: ',
  services: 'field label not supported: ',
  replicationcontrollers: 'field label not supported: ',
  replicasets: 'field label not supported for appsv1.ReplicaSet: ',
  jobs: 'field label not supported for batchv1.Job: ',
  certificatesigningrequests: 'field label not supported: ',
};

function fieldNotSupported(k, key) {
  if (k.crd) return badRequest(`field label not supported: ${key}`);
  if (OWN_WORDING[k.plural] && k.group !== 'events.k8s.io') return badRequest(`${OWN_WORDING[k.plural]}${key}`);
  return badRequest(`"${key}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

module.exports = { labelSelector, fieldSelector, matcher, formatSelector, ApiError };
