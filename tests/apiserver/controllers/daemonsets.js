'use strict';
module.exports = { name: 'daemonsets', run() {} };
