'use strict';
// The server's refusals, as Status objects in its own words.

const { groupResource, groupKind } = require('./kinds');

class ApiError extends Error {
  constructor(code, reason, message, details, extra = {}) {
    super(message);
    this.code = code;
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      code,
    };
    this.headers = extra.headers || {};
    this.pretty = extra.pretty || false; // some layers of a server always indent
  }
}

const details = (k, name, kind) => ({
  ...(name ? { name } : {}),
  ...(k.group ? { group: k.group } : {}),
  kind: kind || k.plural,
});

const notFound = (k, name) =>
  new ApiError(404, 'NotFound', `${groupResource(k)} "${name}" not found`, details(k, name));
const alreadyExists = (k, name) =>
  new ApiError(409, 'AlreadyExists', `${groupResource(k)} "${name}" already exists`, details(k, name));
const conflict = (k, name, why) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${groupResource(k)} "${name}": ${why}`,
    details(k, name),
  );
const modified = (k, name) =>
  conflict(k, name, 'the object has been modified; please apply your changes to the latest version and try again');
const badRequest = (message) => new ApiError(400, 'BadRequest', message);
const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized');
const noResource = () => new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
const notAllowed = (d = {}) =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', d);
const unsupportedType = () => new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
const unsupportedPatch = (types) =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`,
  );
const rejected = () =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
const expired = (message) => new ApiError(410, 'Expired', message);
const forbidden = (k, name, message) => new ApiError(403, 'Forbidden', message, details(k, name));
const internal = (message) =>
  new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
const notAcceptable = () =>
  new ApiError(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    {},
    { pretty: true },
  );

// A cause is { type, field, message }: what field.Error prints.
const cause = (reason, field, message) => ({ reason, message, field });
const causeInvalid = (field, value, why) => cause('FieldValueInvalid', field, `Invalid value: ${shown(value)}: ${why}`);
const causeRequired = (field, why) =>
  cause('FieldValueRequired', field, why ? `Required value: ${why}` : 'Required value');
const causeForbidden = (field, why) => cause('FieldValueForbidden', field, `Forbidden: ${why}`);
const causeDuplicate = (field, value) => cause('FieldValueDuplicate', field, `Duplicate value: ${shown(value)}`);
const causeNotSupported = (field, value, list) =>
  cause(
    'FieldValueNotSupported',
    field,
    `Unsupported value: ${shown(value)}: supported values: ${list.map((s) => `"${s}"`).join(', ')}`,
  );
const causeNotFound = (field, value) => cause('FieldValueNotFound', field, `Not found: ${shown(value)}`);

// A 1.20 server prints structures as Go does, later ones as JSON.
let old = false;
const older = () => {
  old = true;
};
const stringMap = (m) =>
  m
    ? `map[string]string{${Object.keys(m)
        .sort()
        .map((k) => `${JSON.stringify(k)}:${JSON.stringify(m[k])}`)
        .join(', ')}}`
    : 'map[string]string(nil)';
const goValue = (v) =>
  v.matchLabels || v.matchExpressions
    ? `v1.LabelSelector{MatchLabels:${stringMap(v.matchLabels)}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}`
    : stringMap(v);

function shown(v) {
  if (typeof v === 'string') return JSON.stringify(v);
  if (v === null || typeof v !== 'object') return String(v);
  return old &&
    !Array.isArray(v) &&
    Object.values(v).every((x) => typeof x === 'string' || x === v.matchLabels || x === v.matchExpressions)
    ? goValue(v)
    : JSON.stringify(v);
}

function aggregate(causes) {
  const seen = [...new Set(causes.map((c) => `${c.field}: ${c.message}`))];
  return seen.length === 1 ? seen[0] : `[${seen.join(', ')}]`;
}

function invalid(k, name, causes) {
  return new ApiError(422, 'Invalid', `${groupKind(k)} "${name}" is invalid: ${aggregate(causes)}`, {
    ...details(k, name, k.kind),
    causes,
  });
}

module.exports = {
  older,
  isOld: () => old,
  ApiError,
  notFound,
  alreadyExists,
  conflict,
  modified,
  badRequest,
  unauthorized,
  noResource,
  notAllowed,
  unsupportedType,
  unsupportedPatch,
  rejected,
  expired,
  forbidden,
  internal,
  notAcceptable,
  invalid,
  aggregate,
  causeInvalid,
  causeRequired,
  causeForbidden,
  causeDuplicate,
  causeNotSupported,
  causeNotFound,
};
