'use strict';
// Request bodies: decoding with the server's complaints, and fieldValidation.

const json = require('./json');
const yaml = require('./yaml');
const protobuf = require('./protobuf');
const {
  ApiError,
  badRequest,
  unsupportedType,
  unsupportedPatch,
  aggregate,
  causeNotSupported,
  causeForbidden,
  causeRequired,
} = require('./errors');
const { apiVersionOf } = require('./kinds');

const bare = (type) => (type || '').split(';')[0].trim();

function parse(text, type, k) {
  const t = bare(type);
  const known = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
  if (t && !known.includes(t)) throw unsupportedPatch(known);
  if (t === 'application/vnd.kubernetes.protobuf') return { value: fromProtobuf(text, k), duplicates: [] };
  if (t === 'application/yaml') return fromYaml(text);
  try {
    return json.parse(text);
  } catch (e) {
    if (!(e instanceof json.SyntaxFault)) throw e;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${k.kind}): couldn't get version/kind; json parse error: ${e.message} (${shorten(text)})`,
    );
  }
}

function fromProtobuf(text, k) {
  if (!k.type) throw unsupportedType();
  try {
    return protobuf.decode(Buffer.from(text, 'latin1'), k.type);
  } catch (e) {
    throw badRequest(`unable to decode protobuf: ${e.message}`);
  }
}

function shorten(text) {
  if (text === '') return '<empty>';
  const t = text[0] === '{' ? text : Buffer.from(text).toString('hex');
  return t.length > 128 ? `${t.slice(0, 128)} ...` : t;
}

function fromYaml(text) {
  const duplicates = [];
  try {
    return { value: yaml.parse(text, duplicates), duplicates };
  } catch (e) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${e.message}`);
  }
}

// read(text, type, kind, old) -> { object, duplicates }: an object of the kind, or a 400.
function read(text, type, k) {
  const { value, duplicates } = parse(text || '', type, k);
  if (!json.isObject(value))
    throw badRequest(
      `the object provided is unrecognized (must be of type ${k.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${shorten(text)})`,
    );
  checkKind(value, k);
  return { object: value, duplicates };
}

function checkKind(o, k) {
  const want = apiVersionOf(k);
  if (k.crd && (!o.kind || !o.apiVersion)) throw badRequest(`Object 'Kind' is missing in '${json.stringify(o)}'`);
  if (o.kind && o.kind !== k.kind) {
    const why =
      k.known && k.known(o.apiVersion || want, o.kind)
        ? `converting (${(o.apiVersion || want).split('/').pop()}.${o.kind}) to (${(k.group || 'core').split('.')[0]}.${k.kind}): unknown conversion`
        : `no kind "${o.kind}" is registered for version "${o.apiVersion || want}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;
    throw badRequest(
      `${o.kind} in version "${(o.apiVersion || want).split('/').pop()}" cannot be handled as a ${k.kind}: ${why}`,
    );
  }
  if (o.apiVersion && o.apiVersion !== want)
    throw badRequest(`the API version in the data (${o.apiVersion}) does not match the expected API version (${want})`);
}

// The errors that strict decoding finds, as the server lists them.
const strictErrors = (found, duplicates) => [
  ...found.map((p) => `unknown field "${p}"`),
  ...duplicates.map((p) => `duplicate field "${p}"`),
];

// judge(query, errors, refuse): fieldValidation=Strict throws what refuse(text) makes, Warn gives warnings.
function judge(query, errors, refuse, old) {
  const mode = query.get('fieldValidation') || 'Warn';
  if (old || !errors.length || mode === 'Ignore') return [];
  if (mode === 'Strict') throw refuse(`strict decoding error: ${errors.join(', ')}`);
  return errors;
}

const strictCreate = (k) => (text) =>
  badRequest(`${k.kind} in version "${k.version}" cannot be handled as a ${k.kind}: ${text}`);

// options(query, what, patchType): checks dryRun, fieldManager, fieldValidation and force.
function options(query, what, isApply, old) {
  const causes = [];
  const dry = query.getAll('dryRun');
  for (const d of dry) if (d !== 'All') causes.push(causeNotSupported('dryRun', dry, ['All']));
  const fv = query.get('fieldValidation');
  if (!old && fv && !['Ignore', 'Warn', 'Strict'].includes(fv))
    causes.push(causeNotSupported('fieldValidation', fv, ['', 'Ignore', 'Strict', 'Warn']));
  if (what === 'PatchOptions' && !isApply && query.get('force') !== null)
    causes.push(causeForbidden('force', 'may not be specified for non-apply patch'));
  if (isApply && !query.get('fieldManager')) causes.push(causeRequired('fieldManager', 'is required for apply patch'));
  if (causes.length)
    throw new ApiError(422, 'Invalid', `${what}.meta.k8s.io "" is invalid: ${aggregate(causes)}`, {
      group: 'meta.k8s.io',
      kind: what,
      causes,
    });
  return { dryRun: dry.length > 0, fieldManager: query.get('fieldManager'), force: query.get('force') === 'true' };
}

function managerName(query, headers) {
  if (query.get('fieldManager')) return query.get('fieldManager');
  const agent = (headers['user-agent'] || '').split('/')[0];
  return agent && /^[\x20-\x7e]+$/.test(agent) ? agent.slice(0, 128) : 'unknown';
}

module.exports = { read, bare, judge, strictErrors, strictCreate, options, managerName, fromYaml };
