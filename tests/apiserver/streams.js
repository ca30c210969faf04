'use strict';
// WebSocket streams: not yet.

const { ApiError } = require('./errors');

function upgrade() { throw new ApiError(400, 'BadRequest', 'Upgrade request required'); }

module.exports = { upgrade };
