'use strict';
module.exports = { name: 'jobs', run() {} };
