// What a database user becomes, in mongosh (1 and 2) and in the older mongo shell: no modern syntax, no async. In front of
// it skep puts `var input = {...};` (script.cpp); it prints one line, "skep-result " and a JSON object.
function readText(path) {
  if (typeof require === 'function') return String(require('fs').readFileSync(path, 'utf8'));
  return cat(path);
}
// A password that was put into a secret with `echo` ends in a newline that is no part of it.
function secretText(name) { return readText('/run/secrets/' + name).replace(/[\r\n]+$/, ''); }
function say(result) { print('skep-result ' + JSON.stringify(result)); }
function esc(text) { return encodeURIComponent(text); }

var hostList = input.hosts.map(function (h) { return h[0] + ':' + h[1]; }).join(',');
function uriOf(user, password, source, database) {
  var options = ['authSource=' + esc(source)];
  if (input.replicaSet) options.push('replicaSet=' + esc(input.replicaSet));
  if (input.tls) options.push('tls=true');
  if (input.ca) options.push('tlsCAFile=' + esc(input.ca));
  input.loginOptions.forEach(function (o) { options.push(o[0] + '=' + esc(o[1])); });
  return 'mongodb://' + esc(user) + ':' + esc(password) + '@' + hostList + '/' + esc(database) + '?' + options.join('&');
}
// Where the network's resolver hands unknown names on to one that cannot be reached, the driver sees no more than a
// connection that times out. A name that the network knows is found at once.
function resolves(host) {
  try {
    require('child_process').execFileSync('getent', ['hosts', host], {timeout: 5000, stdio: 'ignore'});
    return true;
  } catch (error) {
    return error.code === 'ENOENT';  // no getent: not known
  }
}
function describe(step, error) {
  var result = {step: step, code: error.code || 0, name: error.codeName || error.name || '', message: String(error.message || error)};
  var reason = error.reason || (error.cause && error.cause.reason);
  if (reason && reason.servers) {
    result.topology = String(reason.type || '');
    result.servers = {};
    result.unresolved = [];
    reason.servers.forEach(function (server, host) {
      result.servers[host] = server.error ? String(server.error.message || server.error) : String(server.type);
      if (server.error && !resolves(host.replace(/:[0-9]+$/, ''))) result.unresolved.push(host);
    });
  }
  return result;
}
function roleNames(roles) {
  return roles.map(function (r) { return r.db === input.database ? r.role : r.role + '@' + r.db; });
}
// Acknowledged by most members: what a primary alone has can be rolled back when it steps down.
var byMost = {w: 'majority', wtimeout: 30000};
function has(list, item) { return list.indexOf(item) >= 0; }
function canLogIn(user, password) {
  try {
    new Mongo(uriOf(user, password, input.source, input.database)).getDB(input.database).runCommand({connectionStatus: 1});
    return true;
  } catch (error) {
    if (error.code === 18 || /[Aa]uthentication failed/.test(String(error.message))) return false;
    throw error;
  }
}
/// User, password and the whole string with the password left out.
function parseDelivered(text) {
  var match = /^mongodb:\/\/([^:@\/]*):([^@\/]*)@/.exec(text);
  if (!match) return null;
  return {user: decodeURIComponent(match[1]), password: decodeURIComponent(match[2]),
          shape: text.replace(':' + match[2] + '@', ':@')};
}

function main() {
  var result = {};
  var step = 'log in as admin';
  try {
    var admin = new Mongo(uriOf(input.adminUser, secretText('skep-admin-password'), input.adminSource, 'admin'));
    var hello = admin.getDB('admin').runCommand({hello: 1});
    if (!hello.ok) hello = admin.getDB('admin').runCommand({isMaster: 1});
    result.primary = hello.primary || hello.me || hostList;
    result.version = admin.getDB('admin').version();
    step = 'look for user ' + input.user;
    var users = admin.getDB(input.source);
    var found = users.getUser(input.user);
    result.exists = !!found;
    if (input.other) result.otherExists = !!users.getUser(input.other);
    var roles = input.roles.map(function (r) { return {role: r, db: input.database}; });
    var delivered = input.delivered ? parseDelivered(secretText('skep-delivered')) : null;
    if (delivered) result.sameShape = delivered.user === input.user && delivered.shape === input.expected;
    if (input.op === 'revoke') {
      step = 'take roles away from user ' + input.user;
      users.revokeRolesFromUser(input.user, input.roles.map(function (r) {
        var at = r.indexOf('@');
        return at < 0 ? {role: r, db: input.database} : {role: r.slice(0, at), db: r.slice(at + 1)};
      }), byMost);
    } else if (input.op === 'drop') {
      step = 'remove user ' + input.user;
      if (found) users.dropUser(input.user, byMost);
    } else if (input.op === 'rotate') {
      step = 'create user ' + input.user;
      var fresh = {pwd: secretText('skep-new-password'), roles: roles};
      if (found) users.updateUser(input.user, fresh, byMost);  // left by a rotation that was cut off
      else users.createUser(Object.assign({user: input.user}, fresh), byMost);
    } else if (!found) {
      if (input.op === 'ensure') {
        step = 'create user ' + input.user;
        users.createUser({user: input.user, pwd: secretText('skep-new-password'), roles: roles}, byMost);
        result.created = true;
      }
    } else {
      step = 'log in as user ' + input.user;
      result.login = delivered !== null && delivered.user === input.user && canLogIn(input.user, delivered.password);
      if (input.op === 'ensure' && !result.login) {
        step = 'replace the password of user ' + input.user;
        users.changeUserPassword(input.user, secretText('skep-new-password'), byMost);
        result.replaced = true;
      }
      var now = roleNames(found.roles);
      result.roles = now;
      var missing = input.roles.filter(function (r) { return !has(now, r); });
      result.extra = now.filter(function (r) { return !has(input.roles, r); });
      result.missing = missing;
      if (input.op === 'ensure' && missing.length > 0) {
        step = 'grant roles to user ' + input.user;
        users.grantRolesToUser(input.user, missing.map(function (r) { return {role: r, db: input.database}; }), byMost);
      }
    }
  } catch (error) {
    result.error = describe(step, error);
  }
  say(result);
}
main();
