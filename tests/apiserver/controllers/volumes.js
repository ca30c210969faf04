'use strict';
module.exports = { name: 'volumes', run() {} };
