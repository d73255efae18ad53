// lib/mongo/user.js, run by node (as mongosh is) with a database that is made up here.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const vm = require('node:vm');

const SCRIPT = fs.readFileSync(path.join(__dirname, '../../../lib/mongo/user.js'), 'utf8');
const CONCERN = {w: 'majority', wtimeout: 30000};
const SECRETS = '/run/secrets/';
const DELIVERED = 'mongodb://kitten:p%2Fw@m1:27017,m2:27018/kittens?authSource=admin&replicaSet=rs';

const INPUT = {
  op: 'ensure', hosts: [['m1', 27017], ['m2', 27018]], replicaSet: 'rs', loginOptions: [], tls: false, ca: '',
  adminUser: 'root', adminSource: 'admin', source: 'admin', user: 'kitten', other: '', database: 'kittens',
  roles: ['readWrite'], delivered: false, expected: DELIVERED.replace('p%2Fw', ''),
};
const KITTEN = {user: 'kitten', roles: [{role: 'readWrite', db: 'kittens'}]};

/// Runs the script. `world`: users by name, `fails` (what throws which error: "connect USER" or a method), `unknown` hosts,
/// `getent` false where there is none, `shell` 'mongo' for the older one. Gives the answer, the writes and the URIs.
function run(input, world = {}) {
  const files = {
    [SECRETS + 'skep-admin-password']: 'root/pw\n', [SECRETS + 'skep-new-password']: 'new-pw\r\n',
    [SECRETS + 'skep-delivered']: world.delivered || DELIVERED,
  };
  const writes = [], uris = [], printed = [];
  const may = (what) => { if (world.fails && world.fails[what]) throw world.fails[what]; };
  const database = (db) => {
    const write = (method) => (...args) => { may(method); writes.push([db, method, ...JSON.parse(JSON.stringify(args))]); };
    const made = {
      runCommand: (command) => { const word = Object.keys(command)[0]; may(word); return (world.says || {})[word] || {ok: 1, primary: 'm1:27017'}; },
      version: () => '6.0.5',
      getUser: (name) => { may('getUser'); return (world.users || {})[name] || null; },
    };
    for (const method of ['createUser', 'updateUser', 'dropUser', 'changeUserPassword', 'grantRolesToUser',
      'revokeRolesFromUser']) made[method] = write(method);
    return made;
  };
  const scope = {
    print: (line) => printed.push(line),
    Mongo: function (uri) {
      uris.push(uri);
      may('connect ' + decodeURIComponent(/^mongodb:\/\/([^:]*):/.exec(uri)[1]));
      return {getDB: database};
    },
  };
  if (world.shell === 'mongo') {
    scope.cat = (file) => files[file];
  } else {
    scope.require = (name) => name === 'fs' ? {readFileSync: (file) => files[file]} : {
      execFileSync: (program, args) => {
        assert.deepEqual([program, args[0]], ['getent', 'hosts']);
        if (world.getent === false) throw Object.assign(new Error('no getent'), {code: 'ENOENT'});
        if ((world.unknown || []).includes(args[1])) throw Object.assign(new Error('status 2'), {status: 2});
      },
    };
  }
  vm.runInNewContext('var input = ' + JSON.stringify({...INPUT, ...input}) + ';\n' + SCRIPT, scope);
  assert.equal(printed.length, 1);
  assert.ok(printed[0].startsWith('skep-result '));
  assert.ok(!/pw|p%2Fw/.test(printed[0]), 'a password is printed');
  return {answer: JSON.parse(printed[0].slice('skep-result '.length)), writes, uris};
}

const refused = () => Object.assign(new Error('Authentication failed.'), {code: 18, codeName: 'AuthenticationFailed'});
const FOUND = {primary: 'm1:27017', version: '6.0.5'};

test('a user that is not there is made, acknowledged by most members', () => {
  const {answer, writes, uris} = run({});
  assert.deepEqual(answer, {...FOUND, exists: false, created: true});
  assert.deepEqual(writes, [['admin', 'createUser', {user: 'kitten', pwd: 'new-pw', roles: KITTEN.roles}, CONCERN]]);
  assert.deepEqual(uris, ['mongodb://root:root%2Fpw@m1:27017,m2:27018/admin?authSource=admin&replicaSet=rs']);
});

test('the older shell reads its files otherwise, and does the same', () => {
  assert.deepEqual(run({}, {shell: 'mongo'}), run({}));
});

test('every option of the connection is in its string, escaped', () => {
  const {uris} = run({tls: true, ca: '/skep-mongo-ca.pem', adminSource: 'a&b', adminUser: 'r@t',
    loginOptions: [['authMechanism', 'SCRAM-SHA-1'], ['x', '=&']]});
  assert.deepEqual(uris, ['mongodb://r%40t:root%2Fpw@m1:27017,m2:27018/admin?authSource=a%26b&replicaSet=rs&tls=true&' +
    'tlsCAFile=%2Fskep-mongo-ca.pem&authMechanism=SCRAM-SHA-1&x=%3D%26']);
});

test('a user whose delivered password works is left alone', () => {
  const {answer, writes, uris} = run({delivered: true}, {users: {kitten: KITTEN}});
  assert.deepEqual(answer, {...FOUND, exists: true, sameShape: true, login: true, roles: ['readWrite'], extra: [], missing: []});
  assert.deepEqual(writes, []);
  assert.equal(uris[1], 'mongodb://kitten:p%2Fw@m1:27017,m2:27018/kittens?authSource=admin&replicaSet=rs');
});

test('a password that no longer works is replaced, missing roles are granted, others are told', () => {
  const user = {user: 'kitten', roles: [{role: 'read', db: 'kittens'}, {role: 'read', db: 'dogs'}]};
  const {answer, writes} = run({delivered: true}, {users: {kitten: user}, fails: {'connect kitten': refused()}});
  assert.deepEqual(answer, {...FOUND, exists: true, sameShape: true, login: false, replaced: true,
    roles: ['read', 'read@dogs'], extra: ['read', 'read@dogs'], missing: ['readWrite']});
  assert.deepEqual(writes, [
    ['admin', 'changeUserPassword', 'kitten', 'new-pw', CONCERN],
    ['admin', 'grantRolesToUser', 'kitten', [{role: 'readWrite', db: 'kittens'}], CONCERN],
  ]);
});

test('a login is refused by its code, or by its words where an older shell has no code', () => {
  const login = (error) => run({op: 'status', delivered: true}, {users: {kitten: KITTEN}, fails: {'connect kitten': error}}).answer;
  assert.equal(login(Object.assign(new Error('no'), {code: 18})).login, false);
  assert.equal(login(new Error('Error: Authentication failed.')).login, false);
  assert.equal(login(new Error('no')).login, undefined);
});

test('status writes nothing', () => {
  const world = {users: {kitten: {user: 'kitten', roles: []}, spare: {user: 'spare', roles: []}}};
  const {answer, writes} = run({op: 'status', other: 'spare'}, world);
  assert.deepEqual(answer, {...FOUND, exists: true, otherExists: true, login: false, roles: [], extra: [], missing: ['readWrite']});
  assert.deepEqual(writes, []);
  const none = run({op: 'status', other: 'spare'});
  assert.deepEqual([none.answer, none.writes], [{...FOUND, exists: false, otherExists: false}, []]);
});

test('what was delivered tells whether it is still what skep would deliver', () => {
  const shape = (delivered) => run({delivered: true}, {users: {kitten: KITTEN}, delivered}).answer;
  assert.equal(shape(DELIVERED.replace('m2', 'm3')).sameShape, false);
  assert.equal(shape(DELIVERED.replace('kitten', 'other')).login, false);
  assert.equal(shape('redis://x').sameShape, undefined);
  assert.equal(shape('redis://x').login, false);
});

test('a rotation makes the second user, or takes the one that a cut-off rotation left', () => {
  const fresh = {pwd: 'new-pw', roles: KITTEN.roles};
  assert.deepEqual(run({op: 'rotate'}).writes, [['admin', 'createUser', {user: 'kitten', ...fresh}, CONCERN]]);
  assert.deepEqual(run({op: 'rotate'}, {users: {kitten: KITTEN}}).writes, [['admin', 'updateUser', 'kitten', fresh, CONCERN]]);
});

test('a user is removed once, and roles are taken from the databases that they are of', () => {
  assert.deepEqual(run({op: 'drop'}, {users: {kitten: KITTEN}}).writes, [['admin', 'dropUser', 'kitten', CONCERN]]);
  assert.deepEqual(run({op: 'drop'}).writes, []);
  assert.deepEqual(run({op: 'revoke', roles: ['read', 'read@dogs']}).writes,
    [['admin', 'revokeRolesFromUser', 'kitten', [{role: 'read', db: 'kittens'}, {role: 'read', db: 'dogs'}], CONCERN]]);
});

test('a server that knows no hello is asked in the old way', () => {
  const primary = (says) => run({}, {says}).answer.primary;
  assert.equal(primary({hello: {ok: 0}, isMaster: {ok: 1, me: 'old:27017'}}), 'old:27017');
  assert.equal(primary({hello: {ok: 1}}), 'm1:27017,m2:27018');
});

test('a fault is told with the step it came in', () => {
  const step = (input, fails, users) => run(input, {fails, users}).answer.error;
  const error = (text, code) => Object.assign(new Error(text), {code, codeName: 'Name'});
  assert.deepEqual(step({}, {'connect root': refused()}),
    {step: 'log in as admin', code: 18, name: 'AuthenticationFailed', message: 'Authentication failed.'});
  assert.deepEqual(step({}, {getUser: error('not authorized', 13)}),
    {step: 'look for user kitten', code: 13, name: 'Name', message: 'not authorized'});
  assert.deepEqual(step({}, {createUser: new Error('timed out')}),
    {step: 'create user kitten', code: 0, name: 'Error', message: 'timed out'});
  const users = {kitten: {user: 'kitten', roles: []}};
  assert.equal(step({delivered: true}, {'connect kitten': error('no primary', 0)}, users).step, 'log in as user kitten');
  assert.equal(step({}, {changeUserPassword: error('x', 1)}, users).step, 'replace the password of user kitten');
  assert.equal(step({}, {grantRolesToUser: error('x', 1)}, users).step, 'grant roles to user kitten');
  assert.equal(step({op: 'drop'}, {dropUser: error('x', 1)}, users).step, 'remove user kitten');
  assert.equal(step({op: 'rotate'}, {updateUser: error('x', 1)}, users).step, 'create user kitten');
  assert.equal(step({op: 'revoke'}, {revokeRolesFromUser: error('x', 1)}, users).step, 'take roles away from user kitten');
});

test('members that cannot be reached are told one by one, and which of them nobody knows', () => {
  const error = Object.assign(new Error('Server selection timed out'), {name: 'MongoServerSelectionError', reason: {
    type: 'ReplicaSetNoPrimary',
    servers: new Map([['m1:27017', {type: 'Unknown', error: new Error('connect ETIMEDOUT')}],
      ['m2:27018', {type: 'Unknown', error: new Error('connect ECONNREFUSED')}], ['m3:27017', {type: 'RSSecondary'}]]),
  }});
  const wanted = {step: 'log in as admin', code: 0, name: 'MongoServerSelectionError', message: 'Server selection timed out',
    topology: 'ReplicaSetNoPrimary', unresolved: ['m1:27017'],
    servers: {'m1:27017': 'connect ETIMEDOUT', 'm2:27018': 'connect ECONNREFUSED', 'm3:27017': 'RSSecondary'}};
  const told = (world) => run({}, {...world, fails: {'connect root': error}}).answer.error;
  assert.deepEqual(told({unknown: ['m1']}), wanted);
  assert.deepEqual(told({unknown: ['m1'], getent: false}).unresolved, []);
});

test('the older shell can read it: nothing in it is newer than ES5', () => {
  const code = SCRIPT.replace(/\/\/.*/g, '');
  assert.deepEqual(code.match(/=>|`|\.\.\.|\b(let|const|class|async|await)\b/g), null);
});
