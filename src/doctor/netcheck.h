/*
 * Asking servers for checks, and what a fault means.
 *
 * A server that cannot be asked has often one cause behind it that another check names without the
 * network: no certificate authority, the clock, an HTTP proxy. netcheck_is_told says so, and the
 * checks that met the consequence stay silent.
 */
#ifndef DOCTOR_NETCHECK_H
#define DOCTOR_NETCHECK_H

#include "base/map.h"
#include "doctor/proxies.h"
#include "sumdb/client.h"
#include "sumdb/gosumdb.h"

#define NETCHECK_MAX_ASKED 5 /* entries of GOPROXY; each may take the whole time limit */
#define NETCHECK_SLOW_MS 2000

typedef struct {
    int status; /* of HTTP; of a file 200 or 404; 0: no answer, fault and error say why */
    FetchFault fault;
    Str body, content_type;
    Str detail; /* what a server said in plain text about a status; may be empty */
    Err error;
    int64_t ms;
} NetAnswer;

/* location: a URL, or the absolute path of a file. */
NetAnswer netcheck_ask(Doctor *d, Str location);
/* Several at the same time, all of one server. */
void netcheck_ask_all(Doctor *d, const Str *locations, isize n, NetAnswer *ret);
/* 404 and 410, after which the next entry of GOPROXY is asked. */
bool netcheck_is_absence(const NetAnswer *answer);
/* A page for people where a program asked: a login, a captive portal, an error page. */
bool netcheck_is_web_page(const NetAnswer *answer);

/* Where an entry (URL or FILE) has the list of Go toolchains. */
Str netcheck_list_location(Arena *a, const ProxyEntry *entry);
/* The entries of GOPROXY; false when there are none, or Go would not take the list. */
bool netcheck_read_list(const Doctor *d, Variable *ret_v, ProxyList *ret);

/* Where the go command asks the checksum database. */
typedef struct {
    Str location; /* URL or directory, without trailing slash */
    Str printable;
    const ProxyEntry *entry; /* that passes it on, or ends the search; NULL: it is asked itself */
    bool is_failed;          /* the entry ends the search: answer says how */
    NetAnswer answer;
} NetDatabase;

/* modfetch.dbClient.initBase: the first proxy that passes the database on, else the database. */
NetDatabase netcheck_database(Doctor *d, const Gosumdb *database);
/* GOSUMDB, when it names a database that is asked at all. */
bool netcheck_read_database(const Doctor *d, Variable *ret_v, Gosumdb *ret);
/* Where that has its newest tree head. */
Str netcheck_latest(Arena *a, const NetDatabase *base);

/* A client of the checksum database, asked where the go command asks it. It writes nothing. */
typedef struct {
    Doctor *doctor;
    NetDatabase base;
    VEC(SumdbReply) replies; /* that are asked for once */
    Map by_path;             /* 1 + index of the reply */
    int state_fd;
    SumdbClient client;
} NetLog;

/* Asks the proxies whether they pass it on, and it for its newest head. False: it does not answer
 * as it should (ERR_NET), or what goward has kept of it cannot be trusted (ERR_VERIFY). *ret stays
 * where it is until it is closed. */
bool netcheck_log_open(Doctor *d, const Gosumdb *database, NetLog *ret, Err *err);
void netcheck_log_close(NetLog *log);

/* A finding about an answer: v led to it. more: further lines of evidence, or empty. */
void netcheck_find(Doctor *d, Severity severity, const Variable *v, const NetAnswer *answer,
                   Str title, Str more, Str remedy);
/* The same for an answer with a fault. server: its address as it may be printed; url: what was
 * asked for. */
void netcheck_find_fault(Doctor *d, Severity severity, const Variable *v, const NetAnswer *answer,
                         Str server, Str url);
/* Whether another check names the cause of the fault: GWD065, GWD101 or GWD105. */
bool netcheck_is_told(const Doctor *d, const NetAnswer *answer, Str url);

/* A variable of the environment alone: the go env file is only for Go's own. */
Variable netcheck_variable(const Doctor *d, Str name);
/* Whether GWD065 finds something: what is set to be trusted is not, or nothing is. */
bool netcheck_lacks_authorities(const Doctor *d);

#endif
