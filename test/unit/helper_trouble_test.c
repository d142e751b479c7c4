/* What goward-fetch makes of libcurl's errors. libcurl itself is not here: its two functions that
 * are used are stood in for. */
#include "../../helper/trouble.c"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#undef curl_easy_getinfo

static long verify_result, connect_code;

CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
    va_list args;
    (void)easy;
    va_start(args, info);
    *va_arg(args, long *) = info == CURLINFO_SSL_VERIFYRESULT ? verify_result : connect_code;
    va_end(args);
    return CURLE_OK;
}

const char *curl_easy_strerror(CURLcode code)
{
    return code == CURLE_FAILED_INIT ? "failed init" : "other";
}

static void test_scrubs_words_with_credentials(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"plain words", "plain words"},
        {"at http://u:secret@host/x end", "at host/x end"},
        {"'u:secret@host' \"a:secret@b@c\"", "'host' \"c\""},
        {"u:secret@", ""},
        {"x@y u:secret@h", "y h"},
        {"bell\a and \xc3\xbc", "bell? and ??"},
        {"two\nlines", "two?lines"},
        {"", ""},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        char text[100];
        trouble_scrub(rows[i][0], text, (isize)sizeof(text));
        assert_string_equal(text, rows[i][1]);
    }
    char small[5];
    trouble_scrub("secret", small, (isize)sizeof(small));
    assert_string_equal(small, "secr");
}

static void test_text_is_cut_to_its_limit(void **state)
{
    (void)state;
    char endless[3 * FETCH_MAX_TEXT];
    Trouble t;
    memset(endless, 'x', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    trouble_set(&t, FETCH_FAULT_CUT, "%s", endless);
    assert_int_equal(strlen(t.text), FETCH_MAX_TEXT);
}

static void test_tells_faults_apart(void **state)
{
    (void)state;
    static const struct {
        CURLcode code;
        long verify, connect;
        const char *detail;
        FetchFault fault;
        bool is_transient;
    } rows[] = {
        {CURLE_COULDNT_RESOLVE_HOST, 0, 0, "", FETCH_FAULT_RESOLVE, false},
        {CURLE_COULDNT_RESOLVE_PROXY, 0, 0, "u:secret x", FETCH_FAULT_RESOLVE, false},
        {CURLE_COULDNT_CONNECT, 0, 0, "", FETCH_FAULT_CONNECT, true},
        {CURLE_OPERATION_TIMEDOUT, 0, 0, "Connection timed out", FETCH_FAULT_CONNECT, false},
        {CURLE_PEER_FAILED_VERIFICATION, 10, 0, "", FETCH_FAULT_TLS_TIME, false},
        {CURLE_PEER_FAILED_VERIFICATION, 9, 0, "", FETCH_FAULT_TLS_TIME, false},
        {CURLE_PEER_FAILED_VERIFICATION, 18, 0, "", FETCH_FAULT_TLS_TRUST, false},
        {CURLE_PEER_FAILED_VERIFICATION, 20, 0, "", FETCH_FAULT_TLS_TRUST, false},
        {CURLE_PEER_FAILED_VERIFICATION, 0, 0, "subject name does not match", FETCH_FAULT_TLS_NAME,
         false},
        {CURLE_PEER_FAILED_VERIFICATION, 0, 0, "certificate has expired", FETCH_FAULT_TLS_TIME,
         false},
        {CURLE_PEER_FAILED_VERIFICATION, 0, 0, "", FETCH_FAULT_TLS_TRUST, false},
        {CURLE_SSL_CONNECT_ERROR, 0, 0, "", FETCH_FAULT_TLS, true},
        {CURLE_SSL_CACERT_BADFILE, 0, 0, "", FETCH_FAULT_TLS, false},
        {CURLE_RECV_ERROR, 0, 0, "", FETCH_FAULT_CUT, true},
        {CURLE_RECV_ERROR, 0, 407, "", FETCH_FAULT_PROXY, false},
        {CURLE_RECV_ERROR, 0, 200, "", FETCH_FAULT_CUT, true},
        {CURLE_PARTIAL_FILE, 0, 0, "", FETCH_FAULT_CUT, true},
        {CURLE_GOT_NOTHING, 0, 0, "", FETCH_FAULT_CUT, true},
        {CURLE_HTTP2, 0, 0, "", FETCH_FAULT_CUT, true},
        {CURLE_URL_MALFORMAT, 0, 0, "", FETCH_FAULT_URL, false},
        {CURLE_FAILED_INIT, 0, 0, "", FETCH_FAULT_PROTOCOL, false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Trouble t;
        verify_result = rows[i].verify;
        connect_code = rows[i].connect;
        trouble_from_curl(NULL, rows[i].code, rows[i].detail, &t);
        assert_int_equal(t.fault, rows[i].fault);
        assert_int_equal(trouble_is_transient(&t), rows[i].is_transient);
        assert_true(t.text[0] != '\0');
        assert_null(strstr(t.text, "secret"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scrubs_words_with_credentials),
        cmocka_unit_test(test_text_is_cut_to_its_limit),
        cmocka_unit_test(test_tells_faults_apart),
    };
    return cmocka_run_group_tests_name("helper_trouble", tests, NULL, NULL);
}
