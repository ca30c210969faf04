#!/usr/bin/env node
// serve.js DIR: serves the files of DIR over HTTP on loopback, prints its address, ends on SIGTERM.
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');

const listener = http.createServer((request, response) => {
  const file = path.join(process.argv[2], path.basename(request.url));
  fs.readFile(file, (error, data) => {
    response.writeHead(error ? 404 : 200, { 'Content-Type': 'application/yaml' });
    response.end(data);
  });
});
listener.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${listener.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
