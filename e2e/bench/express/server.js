// The guides' stack: helmet, a rate limit, a JSON body limit and a token check in front of one constant answer.
'use strict';
const crypto = require('node:crypto');
const express = require('express');
const helmet = require('helmet');
const { rateLimit } = require('express-rate-limit');
const jwt = require('jsonwebtoken');

const key = crypto.randomBytes(32);
const app = express();
app.use(helmet());
app.use(rateLimit({ windowMs: 15 * 60 * 1000, limit: 1e9, standardHeaders: true, legacyHeaders: false }));
app.use(express.json({ limit: '1mb' }));
app.use((req, _res, next) => {
  const [scheme, token] = (req.headers.authorization || '').split(' ');
  if (scheme === 'Bearer') {
    try { req.user = jwt.verify(token, key, { algorithms: ['HS256'] }); } catch { /* anonymous */ }
  }
  next();
});
app.get('/api/v1/ping', (_req, res) => res.json({ status: 'ok' }));

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
