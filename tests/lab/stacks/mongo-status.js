// The members of the replica set, one a line, as its admin sees them.
db.getSiblingDB('admin').auth('admin', fs.readFileSync('/run/secrets/mongo_admin_password', 'utf8').trim());
rs.status().members.forEach(member => print(`  mongo     ${member.name} ${member.stateStr}`));
