// Brings the replica set `rs` and its admin to be, from inside mongo01; says what it found.
// A second run finds all done. The password comes from the secret's file, never from a command line.
const password = fs.readFileSync('/run/secrets/mongo_admin_password', 'utf8').trim();
const admin = db.getSiblingDB('admin');
const deadline = Date.now() + 140000;

function waitFor(what, probe) {
  let last = '';
  for (;;) {
    try {
      const found = probe();
      if (found) return found;
    } catch (problem) {
      last = `: ${problem.message}`;
    }
    if (Date.now() > deadline) {
      print(`mongo-init: no ${what}${last}`);
      quit(1);
    }
    sleep(250);
  }
}

function loggedIn() {
  try {
    admin.auth('admin', password);
    return true;
  } catch (problem) {
    if (problem.codeName === 'AuthenticationFailed') return false;
    throw problem;
  }
}

// Short election time-outs only until the first primary is there: it comes in 2 s instead of 11.
function initiate() {
  const members = [['mongo01', 3], ['mongo02', 2], ['mongo03', 1]].map(
    ([name, priority], number) => ({_id: number, host: `${name}:27017`, priority}));
  rs.initiate({_id: 'rs', members, settings: {electionTimeoutMillis: 1000}});
}

function usualTimeouts() {
  const config = rs.conf();
  if (config.settings.electionTimeoutMillis === 10000) return;
  config.settings.electionTimeoutMillis = 10000;
  rs.reconfig(config);
}

if (!db.hello().setName) {
  waitFor('replica set', () => {
    try {
      initiate();
    } catch (problem) {
      if (problem.codeName !== 'AlreadyInitialized') throw problem;
    }
    return true;
  });
}
waitFor('primary', () => db.hello().primary);
if (!loggedIn()) {
  // mongo01 has the highest priority: it is the primary, or takes over as soon as it can.
  waitFor('admin', () => {
    // A step-down in the middle of createUser reports a failure of what was done all the same.
    if (loggedIn()) return true;
    if (!db.hello().isWritablePrimary) return false;
    admin.createUser({user: 'admin', pwd: password, roles: ['root']});
    return true;
  });
  waitFor('login', loggedIn);
}
waitFor('full set', () => {
  const up = rs.status().members.filter(member => ['PRIMARY', 'SECONDARY'].includes(member.stateStr));
  return up.length === 3 && rs.status().members[0].stateStr === 'PRIMARY';
});
usualTimeouts();
rs.status().members.forEach(member => print(`${member.name} ${member.stateStr}`));
