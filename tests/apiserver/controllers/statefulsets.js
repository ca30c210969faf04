'use strict';
module.exports = { name: 'statefulsets', run() {} };
