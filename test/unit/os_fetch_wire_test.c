#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/fetch_wire.h"
#include "support/assert_str.h"

static FetchWire get_of(const char *url)
{
    FetchWire m = {.kind = FETCH_WIRE_GET, .id = 7};
    m.get.to = -1;
    m.get.url = str_from_c(url);
    return m;
}

static FetchWire sample(FetchWireKind kind)
{
    FetchWire m = {.kind = kind, .id = 0x01020304};
    if (kind == FETCH_WIRE_HELLO) {
        m.hello.version = FETCH_WIRE_VERSION;
        m.hello.landlock = 7;
        m.hello.library = S("libcurl/1.2 TLS/3");
    } else if (kind == FETCH_WIRE_GET) {
        m = get_of("https://h/x");
        m.get.flags = FETCH_GET_NEEDS_RANGE;
        m.get.timeout_ms = 5;
        m.get.stall_ms = 60000;
        m.get.from = 1;
        m.get.to = (int64_t)1 << 40;
        m.get.max = 9;
    } else if (kind == FETCH_WIRE_PROGRESS) {
        m.progress.done = (int64_t)1 << 33;
        m.progress.total = -1;
    } else if (kind == FETCH_WIRE_DONE) {
        m.done.status = 206;
        m.done.flags = FETCH_DONE_PARTIAL;
        m.done.total = 100;
        m.done.content_type = S("text/plain");
        m.done.detail = S("not found: x");
    } else if (kind == FETCH_WIRE_FAILED) {
        m.failed.fault = FETCH_FAULT_WRITE;
        m.failed.errnum = 28;
        m.failed.text = S("writing the body");
    }
    return m;
}

static void test_messages_go_both_ways(void **state)
{
    (void)state;
    for (FetchWireKind kind = FETCH_WIRE_HELLO; kind < FETCH_WIRE_COUNT; kind++) {
        char packet[FETCH_MAX_PACKET], again[FETCH_MAX_PACKET];
        FetchWire m = sample(kind), read;
        isize len = fetch_wire_encode(&m, packet);
        assert_true(len > 0);
        assert_true(fetch_wire_decode((Str){packet, len}, &read));
        assert_int_equal(read.kind, m.kind);
        assert_int_equal(read.id, m.id);
        assert_int_equal(fetch_wire_encode(&read, again), len);
        assert_memory_equal(packet, again, (size_t)len);
    }
}

static void test_fields_arrive(void **state)
{
    (void)state;
    char packet[FETCH_MAX_PACKET];
    FetchWire m = sample(FETCH_WIRE_GET), read;
    isize len = fetch_wire_encode(&m, packet);
    assert_true(fetch_wire_decode((Str){packet, len}, &read));
    assert_int_equal(read.get.from, 1);
    assert_int_equal(read.get.to, (int64_t)1 << 40);
    assert_int_equal(read.get.stall_ms, 60000);
    assert_str(read.get.url, S("https://h/x"));
    m = sample(FETCH_WIRE_FAILED);
    len = fetch_wire_encode(&m, packet);
    assert_true(fetch_wire_decode((Str){packet, len}, &read));
    assert_int_equal(read.failed.fault, FETCH_FAULT_WRITE);
    assert_str(read.failed.text, S("writing the body"));
}

static void test_refuses_cut_and_lengthened_packets(void **state)
{
    (void)state;
    for (FetchWireKind kind = FETCH_WIRE_HELLO; kind < FETCH_WIRE_COUNT; kind++) {
        char packet[FETCH_MAX_PACKET] = {0};
        FetchWire m = sample(kind), read;
        isize len = fetch_wire_encode(&m, packet);
        for (isize cut = 0; cut < len; cut++) {
            assert_false(fetch_wire_decode((Str){packet, cut}, &read));
        }
        assert_false(fetch_wire_decode((Str){packet, len + 1}, &read));
        packet[0] = FETCH_WIRE_COUNT;
        assert_false(fetch_wire_decode((Str){packet, len}, &read));
        packet[0] = FETCH_WIRE_NONE;
        assert_false(fetch_wire_decode((Str){packet, len}, &read));
    }
}

static void test_refuses_what_makes_no_sense(void **state)
{
    (void)state;
    char packet[FETCH_MAX_PACKET];
    static char endless[FETCH_MAX_URL + 2];
    memset(endless, 'x', FETCH_MAX_URL + 1);
    FetchWire rows[] = {
        get_of(""),
        get_of("http://a b/"),
        get_of("http://a\n/"),
        get_of("http://\xc3"),
        get_of(endless),
        get_of("http://a/"),
        get_of("http://a/"),
        get_of("http://a/"),
        get_of("http://a/"),
        get_of("http://a/"),
        sample(FETCH_WIRE_DONE),
        sample(FETCH_WIRE_DONE),
        sample(FETCH_WIRE_DONE),
        sample(FETCH_WIRE_FAILED),
        sample(FETCH_WIRE_FAILED),
        sample(FETCH_WIRE_PROGRESS),
    };
    rows[5].get.to = -2;
    rows[6].get.from = 5;
    rows[6].get.to = 4;
    rows[7].get.from = -5;
    rows[7].get.to = 4;
    rows[8].get.max = -1;
    rows[9].get.flags = 2;
    rows[10].done.status = 99;
    rows[11].done.body_len = -1;
    rows[12].done.detail = S("a\x1b[31m");
    rows[13].failed.fault = FETCH_FAULT_NONE;
    rows[14].failed.fault = FETCH_FAULT_COUNT;
    rows[15].progress.done = -1;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(fetch_wire_encode(&rows[i], packet), -1);
    }
}

static void test_every_fault_has_a_name(void **state)
{
    (void)state;
    for (FetchFault fault = FETCH_FAULT_NONE; fault < FETCH_FAULT_COUNT; fault++) {
        assert_true(fetch_fault_name(fault).len > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_go_both_ways),
        cmocka_unit_test(test_fields_arrive),
        cmocka_unit_test(test_refuses_cut_and_lengthened_packets),
        cmocka_unit_test(test_refuses_what_makes_no_sense),
        cmocka_unit_test(test_every_fault_has_a_name),
    };
    return cmocka_run_group_tests_name("os_fetch_wire", tests, NULL, NULL);
}
