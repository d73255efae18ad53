#pragma once
// The table of verbs: help, dispatch and tests read it. A new verb is a declaration and a row here.
#include "cmd/verb.hpp"

#include <array>

namespace skep::cmd {

Runner bind_auth_refresh(Flags&);
Runner bind_build(Flags&);
Runner bind_check(Flags&);
Runner bind_completion(Flags&);
Runner bind_config(Flags&);
Runner bind_context_list(Flags&);
Runner bind_deploy(Flags&);
Runner bind_diff(Flags&);
Runner bind_doctor(Flags&);
Runner bind_history(Flags&);
Runner bind_history_show(Flags&);
Runner bind_init(Flags&);
Runner bind_lint(Flags&);
Runner bind_logs(Flags&);
Runner bind_ls(Flags&);
Runner bind_mongo_ensure(Flags&);
Runner bind_mongo_rotate(Flags&);
Runner bind_mongo_status(Flags&);
Runner bind_node_label(Flags&);
Runner bind_push(Flags&);
Runner bind_release(Flags&);
Runner bind_render(Flags&);
Runner bind_restart(Flags&);
Runner bind_rm(Flags&);
Runner bind_rollback(Flags&);
Runner bind_run(Flags&);
Runner bind_scale(Flags&);
Runner bind_status(Flags&);
Runner bind_template_list(Flags&);
Runner bind_template_show(Flags&);
Runner bind_unlock(Flags&);
Runner bind_version(Flags&);

inline constexpr auto kVerbs = std::to_array<Verb>({
    {"init", "Start a project from a template", bind_init, false},
    {"release", "Build, push, ensure the database user, deploy, wait, check; go back when it fails",
     bind_release, true},
    {"render", "Print the Compose file that the template gives", bind_render, false},
    {"config", "Print the Compose files as one, with variables replaced and in their long form",
     bind_config, false},
    {"lint", "Report every problem of the project's files", bind_lint, false},
    {"build", "Build the images and print their references", bind_build, false},
    {"push", "Build what is needed, push the images and print their digests", bind_push, false},
    {"diff", "Print what a deploy would change, and why", bind_diff, false},
    {"deploy", "Deploy without building; what docker stack deploy should have been", bind_deploy,
     true},
    {"ls", "List stacks", bind_ls, false},
    {"status", "Services and tasks of a stack, with the last release", bind_status, false},
    {"logs", "Log lines of a stack's services", bind_logs, false},
    {"history", "List the kept releases of a stack", bind_history, false},
    {"history show", "Print one kept release, redacted", bind_history_show, false},
    {"rollback", "Apply a kept release again", bind_rollback, true},
    {"scale", "Give services another number of tasks", bind_scale, true},
    {"restart", "Give services new tasks of the same spec", bind_restart, true},
    {"run", "Run a command in a task like a service's", bind_run, false},
    {"auth refresh", "Renew the registry credentials of running services", bind_auth_refresh, true},
    {"check", "Run the project's HTTP checks", bind_check, true},
    {"rm", "Remove a stack and wait until it is gone", bind_rm, true},
    {"unlock", "Free a stack's lock, whoever holds it", bind_unlock, false},
    {"mongo ensure", "Create the database users or make them right", bind_mongo_ensure, true},
    {"mongo rotate", "Give the database users new names and passwords, without a gap",
     bind_mongo_rotate, true},
    {"mongo status", "What the database says of the users", bind_mongo_status, false},
    {"node label", "Set or remove labels of a node", bind_node_label, false},
    {"doctor", "Check everything a release needs, without one", bind_doctor, false},
    {"context ls", "List docker's contexts, and which of them is chosen", bind_context_list, false},
    {"template list", "List the built-in templates", bind_template_list, false},
    {"template show", "Print a template and its parameters", bind_template_show, false},
    {"completion", "Print a script for bash that completes verbs and flags", bind_completion,
     false},
    {"version", "Print skep's version, and the engine's with --engine", bind_version, false},
});

}  // namespace skep::cmd
