/* From an Invocation to the toolchain pillar: one context, made the same way by every command. */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

#include "cmd/command.h"
#include "toolchain/context.h"

typedef bool (*SessionRun)(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err);

/* Calls run with the context of this invocation, and releases the context. */
bool session_run(Invocation *inv, SessionRun run, int *ret_code, Err *err);

/* The store for looking, for commands that have nothing to say without one: ERR_NOT_FOUND then. */
bool session_store(ToolchainContext *c, Store **ret, Err *err);

/* Says what recovery put right, if anything; after the store was claimed. */
void session_tell_notes(const Invocation *inv, const Store *store);

/* Shows the lines of text so far, for commands that take a while. */
bool session_show(Invocation *inv, Err *err);

/* Shows the data so far, and asks at the terminal. Whoever calls has seen to it that somebody is
 * there (inv->no_input). Anything but y and yes is a no. */
bool session_ask(Invocation *inv, Str question, bool *ret_yes, Err *err);

/* --platform, else this machine: "linux" and "amd64". */
bool session_platform(const Invocation *inv, Str *ret_os, Str *ret_arch, Err *err);

/* For commands with an argument DIR: makes it the directory that the context is about. Fails when
 * it, or without the argument the present one, is not there. */
bool session_go_to_argument(const Invocation *inv, ToolchainContext *c, Err *err);

#endif
