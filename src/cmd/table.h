/* The commands' functions, each in the file of its name: cmd_proof_export in proof.c, cmd_up in
 * up.c. Rows that use them: commands_*.def, which table.c puts together. */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include "cmd/command.h"

bool cmd_status(Invocation *inv, int *ret_code, Err *err);
bool cmd_up(Invocation *inv, int *ret_code, Err *err);
bool cmd_install(Invocation *inv, int *ret_code, Err *err);
bool cmd_use(Invocation *inv, int *ret_code, Err *err);
bool cmd_list(Invocation *inv, int *ret_code, Err *err);
bool cmd_which(Invocation *inv, int *ret_code, Err *err);
bool cmd_why(Invocation *inv, int *ret_code, Err *err);
bool cmd_exec(Invocation *inv, int *ret_code, Err *err);
bool cmd_env(Invocation *inv, int *ret_code, Err *err);
bool cmd_env_capture(Invocation *inv, int *ret_code, Err *err);
bool cmd_env_diff(Invocation *inv, int *ret_code, Err *err);
bool cmd_verify(Invocation *inv, int *ret_code, Err *err);
bool cmd_rollback(Invocation *inv, int *ret_code, Err *err);
bool cmd_history(Invocation *inv, int *ret_code, Err *err);
bool cmd_remove(Invocation *inv, int *ret_code, Err *err);
bool cmd_gc(Invocation *inv, int *ret_code, Err *err);
bool cmd_proof_export(Invocation *inv, int *ret_code, Err *err);
bool cmd_proof_check(Invocation *inv, int *ret_code, Err *err);

bool cmd_doctor(Invocation *inv, int *ret_code, Err *err);
bool cmd_doctor_list(Invocation *inv, int *ret_code, Err *err);
bool cmd_doctor_why(Invocation *inv, int *ret_code, Err *err);
bool cmd_doctor_undo(Invocation *inv, int *ret_code, Err *err);
bool cmd_files(Invocation *inv, int *ret_code, Err *err);
bool cmd_syntax(Invocation *inv, int *ret_code, Err *err);
bool cmd_targets(Invocation *inv, int *ret_code, Err *err);
bool cmd_check(Invocation *inv, int *ret_code, Err *err);
bool cmd_api(Invocation *inv, int *ret_code, Err *err);
bool cmd_api_diff(Invocation *inv, int *ret_code, Err *err);
bool cmd_compat(Invocation *inv, int *ret_code, Err *err);
bool cmd_packages(Invocation *inv, int *ret_code, Err *err);
bool cmd_mod_list(Invocation *inv, int *ret_code, Err *err);
bool cmd_mod_graph(Invocation *inv, int *ret_code, Err *err);
bool cmd_mod_why(Invocation *inv, int *ret_code, Err *err);
bool cmd_mod_stats(Invocation *inv, int *ret_code, Err *err);
bool cmd_mod_compat(Invocation *inv, int *ret_code, Err *err);
bool cmd_policy_check(Invocation *inv, int *ret_code, Err *err);
bool cmd_policy_explain(Invocation *inv, int *ret_code, Err *err);
bool cmd_policy_trust(Invocation *inv, int *ret_code, Err *err);
bool cmd_policy_untrust(Invocation *inv, int *ret_code, Err *err);

/* Of the frame itself. */
bool cmd_debug_tokens(Invocation *inv, int *ret_code, Err *err);
bool cmd_debug_ast(Invocation *inv, int *ret_code, Err *err);
bool cmd_debug_types(Invocation *inv, int *ret_code, Err *err);
bool cmd_explain(Invocation *inv, int *ret_code, Err *err);
bool cmd_completions(Invocation *inv, int *ret_code, Err *err);
bool cmd_version(Invocation *inv, int *ret_code, Err *err);
bool cmd_help(Invocation *inv, int *ret_code, Err *err);
bool cmd_complete(Invocation *inv, int *ret_code, Err *err); /* hidden: __complete */

#endif
