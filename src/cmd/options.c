#include "cmd/options.h"

/* In the order of the enumerations that number them. */
static const Str colour_choices[] = {STR_CONST("auto"), STR_CONST("always"), STR_CONST("never")};

static const Str env_format_choices[ENV_FORMAT_COUNT] = {
    [ENV_FORMAT_SH] = STR_CONST("sh"),         [ENV_FORMAT_FISH] = STR_CONST("fish"),
    [ENV_FORMAT_DOTENV] = STR_CONST("dotenv"), [ENV_FORMAT_JSON] = STR_CONST("json"),
    [ENV_FORMAT_GITHUB] = STR_CONST("github"), [ENV_FORMAT_GITLAB] = STR_CONST("gitlab"),
};

static const Str fail_on_choices[] = {
    STR_CONST("never"),
    STR_CONST("info"),
    STR_CONST("warn"),
    STR_CONST("error"),
};

static const Str profile_choices[DOCTOR_PROFILE_COUNT] = {
    [DOCTOR_PROFILE_DEV] = STR_CONST("dev"),         [DOCTOR_PROFILE_CI] = STR_CONST("ci"),
    [DOCTOR_PROFILE_RELEASE] = STR_CONST("release"), [DOCTOR_PROFILE_RACE] = STR_CONST("race"),
    [DOCTOR_PROFILE_CROSS] = STR_CONST("cross"),     [DOCTOR_PROFILE_AIRGAP] = STR_CONST("airgap"),
};

static const Str mode_choices[DOCTOR_MODE_COUNT] = {
    [DOCTOR_MODE_FULL] = STR_CONST("full"),
    [DOCTOR_MODE_MINIMAL] = STR_CONST("minimal"),
    [DOCTOR_MODE_PROXY] = STR_CONST("proxy"),
    [DOCTOR_MODE_CLEAN] = STR_CONST("clean"),
};

#define CHOICES(array) .choices = (array), .n_choices = (int)COUNT_OF(array)
#define MAX_TIMEOUT_MS (7 * 24 * 3600 * 1000LL) /* a week: more is a slip of the pen */
#define MAX_JOBS 1024

const Option options[OPTION_COUNT] = {
    [OPTION_HELP] =
        {
            .name = STR_CONST("help"),
            .letter = 'h',
            .is_global = true,
            .help = STR_CONST("show what the command does, with examples"),
        },
    [OPTION_VERSION] =
        {
            .name = STR_CONST("version"),
            .letter = 'V',
            .is_global = true,
            .help = STR_CONST("show the version of goward itself"),
        },
    [OPTION_DIR] =
        {
            .name = STR_CONST("directory"),
            .letter = 'C',
            .is_global = true,
            .type = OPTION_TEXT,
            .value_name = STR_CONST("DIR"),
            .completes = COMPLETION_DIR,
            .help = STR_CONST("work as if started in DIR"),
        },
    [OPTION_JSON] =
        {
            .name = STR_CONST("json"),
            .is_global = true,
            .type = OPTION_OPTIONAL,
            .value_name = STR_CONST("FIELDS"),
            .completes = COMPLETION_FIELDS,
            .help = STR_CONST("print one JSON object; with FIELDS (a,b,c) only these of it"),
        },
    [OPTION_QUIET] =
        {
            .name = STR_CONST("quiet"),
            .letter = 'q',
            .is_global = true,
            .help = STR_CONST("print results and errors only"),
        },
    [OPTION_VERBOSE] =
        {
            .name = STR_CONST("verbose"),
            .letter = 'v',
            .is_global = true,
            .help = STR_CONST("also tell what is done in detail"),
        },
    [OPTION_COLOR] =
        {
            .name = STR_CONST("color"),
            .is_global = true,
            .type = OPTION_CHOICE,
            .value_name = STR_CONST("WHEN"),
            CHOICES(colour_choices),
            .variable = STR_CONST("GOWARD_COLOR"),
            .help = STR_CONST("colour the output: auto, always or never"),
        },
    [OPTION_NO_HYPERLINKS] =
        {
            .name = STR_CONST("no-hyperlinks"),
            .is_global = true,
            .help = STR_CONST("print file names without terminal links"),
        },
    [OPTION_NO_INPUT] =
        {
            .name = STR_CONST("no-input"),
            .is_global = true,
            .variable = STR_CONST("GOWARD_NO_INPUT"),
            .help = STR_CONST("never ask; fail where a person would have to answer"),
        },
    [OPTION_OFFLINE] =
        {
            .name = STR_CONST("offline"),
            .is_global = true,
            .variable = STR_CONST("GOWARD_OFFLINE"),
            .help = STR_CONST("never use the network; stored proofs still count"),
        },
    [OPTION_TIMEOUT] =
        {
            .name = STR_CONST("timeout"),
            .is_global = true,
            .type = OPTION_DURATION,
            .value_name = STR_CONST("TIME"),
            .min = 1,
            .max = MAX_TIMEOUT_MS,
            .fallback = -1,
            .variable = STR_CONST("GOWARD_TIMEOUT"),
            .help = STR_CONST("give up after TIME: 500ms, 30s, 5m, 1h"),
        },
    [OPTION_DRY_RUN] =
        {
            .name = STR_CONST("dry-run"),
            .letter = 'n',
            .help = STR_CONST("say what would be done and change nothing"),
        },
    [OPTION_JOBS] =
        {
            .name = STR_CONST("jobs"),
            .letter = 'j',
            .type = OPTION_NUMBER,
            .value_name = STR_CONST("N"),
            .min = 1,
            .max = MAX_JOBS,
            .variable = STR_CONST("GOWARD_JOBS"),
            .help = STR_CONST("use N threads (default: one for each CPU)"),
        },
    [OPTION_FROM] =
        {
            .name = STR_CONST("from"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("SOURCE"),
            .completes = COMPLETION_SOURCE,
            .variable = STR_CONST("GOWARD_FROM"),
            .help = STR_CONST("get it from SOURCE: proxy, dl, a URL or a file"),
        },
    [OPTION_PLATFORM] =
        {
            .name = STR_CONST("platform"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("OS/ARCH"),
            .completes = COMPLETION_PLATFORM,
            .help = STR_CONST("the Go for OS/ARCH instead of this machine's"),
        },
    [OPTION_ALLOW_UNPROVED] =
        {
            .name = STR_CONST("allow-unproved"),
            .help = STR_CONST("also take a build that the checksum database does not know"),
        },
    [OPTION_GLOBAL] =
        {
            .name = STR_CONST("global"),
            .letter = 'g',
            .help = STR_CONST("for this machine's default instead of the project"),
        },
    [OPTION_REMOTE] =
        {
            .name = STR_CONST("remote"),
            .help = STR_CONST("also list the versions that could be installed"),
        },
    [OPTION_GO] =
        {
            .name = STR_CONST("go"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("SPEC"),
            .completes = COMPLETION_SPEC,
            .help = STR_CONST("use this Go, whatever the project says"),
        },
    [OPTION_BASE] =
        {
            .name = STR_CONST("base"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("GOROOT"),
            .completes = COMPLETION_DIR,
            .help = STR_CONST("answer for the Go in GOROOT as the one that starts"),
        },
    [OPTION_ENV_FORMAT] =
        {
            .name = STR_CONST("format"),
            .type = OPTION_CHOICE,
            .value_name = STR_CONST("FORMAT"),
            CHOICES(env_format_choices),
            .help = STR_CONST("print it as sh, fish, dotenv, json, github or gitlab"),
        },
    [OPTION_EXPLAIN] =
        {
            .name = STR_CONST("explain"),
            .help = STR_CONST("every variable of Go with its value and where that comes from"),
        },
    [OPTION_REPAIR] =
        {
            .name = STR_CONST("repair"),
            .help = STR_CONST("put back what differs; fetches only those files"),
        },
    [OPTION_TO] =
        {
            .name = STR_CONST("to"),
            .type = OPTION_NUMBER,
            .value_name = STR_CONST("N"),
            .min = 0,
            .max = INT32_MAX,
            .completes = COMPLETION_GENERATION,
            .help = STR_CONST("go back to generation N instead of the one before"),
        },
    [OPTION_VERIFY] =
        {
            .name = STR_CONST("verify"),
            .help = STR_CONST("check the chain of hashes over the whole history"),
        },
    [OPTION_OUTPUT] =
        {
            .name = STR_CONST("output"),
            .letter = 'o',
            .type = OPTION_TEXT,
            .value_name = STR_CONST("FILE"),
            .completes = COMPLETION_FILE,
            .help = STR_CONST("write to FILE instead of standard output"),
        },
    [OPTION_FAIL_ON] =
        {
            .name = STR_CONST("fail-on"),
            .type = OPTION_CHOICE,
            .value_name = STR_CONST("SEVERITY"),
            CHOICES(fail_on_choices),
            .fallback = 3, /* error */
            .variable = STR_CONST("GOWARD_FAIL_ON"),
            .help = STR_CONST("exit with 1 from this severity on: error, warn, info or never"),
        },
    [OPTION_PROFILE] =
        {
            .name = STR_CONST("profile"),
            .type = OPTION_CHOICE,
            .value_name = STR_CONST("PROFILE"),
            CHOICES(profile_choices),
            .variable = STR_CONST("GOWARD_PROFILE"),
            .help = STR_CONST("what this machine is for: dev, ci, release, race, cross or airgap"),
        },
    [OPTION_MODE] =
        {
            .name = STR_CONST("mode"),
            .type = OPTION_CHOICE,
            .value_name = STR_CONST("MODE"),
            CHOICES(mode_choices),
            .help = STR_CONST("which part of the checks: full, minimal, proxy or clean"),
        },
    [OPTION_ONLY] =
        {
            .name = STR_CONST("only"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("ID,..."),
            .completes = COMPLETION_ID,
            .help = STR_CONST("make these checks and no others"),
        },
    [OPTION_SKIP] =
        {
            .name = STR_CONST("skip"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("ID,..."),
            .completes = COMPLETION_ID,
            .variable = STR_CONST("GOWARD_SKIP"),
            .help = STR_CONST("leave these checks out"),
        },
    [OPTION_NET] =
        {
            .name = STR_CONST("net"),
            .help = STR_CONST("also make the checks that ask other machines"),
        },
    [OPTION_CHECKLIST] =
        {
            .name = STR_CONST("checklist"),
            .help = STR_CONST("answer the twelve items of the preflight list, by number"),
        },
    [OPTION_PID] =
        {
            .name = STR_CONST("pid"),
            .type = OPTION_NUMBER,
            .value_name = STR_CONST("PID"),
            .min = 1,
            .max = INT32_MAX,
            .fallback = 0,
            .help = STR_CONST("look at the Go program that runs as process PID instead"),
        },
    [OPTION_FIX] =
        {
            .name = STR_CONST("fix"),
            .help = STR_CONST("cure what can be cured safely: shows the changes and asks first"),
        },
    [OPTION_YES] =
        {
            .name = STR_CONST("yes"),
            .letter = 'y',
            .help = STR_CONST("do without asking what it would ask about"),
        },
    [OPTION_ROLE] =
        {
            .name = STR_CONST("role"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("ROLE"),
            .help = STR_CONST("whose rules: production, ci, dev or another (else GOWARD_ROLE)"),
        },
    [OPTION_TARGET] =
        {
            .name = STR_CONST("target"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("OS/ARCH"),
            .completes = COMPLETION_PLATFORM,
            .help = STR_CONST("build for OS/ARCH instead of what GOOS and GOARCH say"),
        },
    [OPTION_TAGS] =
        {
            .name = STR_CONST("tags"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("TAG,..."),
            .help = STR_CONST("build with these tags instead of those in GOFLAGS"),
        },
    [OPTION_TARGETS] =
        {
            .name = STR_CONST("target"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("OS/ARCH,..."),
            .completes = COMPLETION_PLATFORM,
            .help = STR_CONST("these targets, OS alone for its ports, \"all\" or \"first-class\""),
        },
    [OPTION_TAG_LISTS] =
        {
            .name = STR_CONST("tags"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("TAG,...[;...]"),
            .help = STR_CONST(
                "tags instead of those in GOFLAGS; \"a,b;\": once with a and b, once bare"),
        },
    [OPTION_TAG_SETS] =
        {
            .name = STR_CONST("tag-sets"),
            .help = STR_CONST("what each tag would add or take out, and what can never be built"),
        },
    [OPTION_TEST] =
        {
            .name = STR_CONST("test"),
            .help = STR_CONST("the packages of the tests too"),
        },
    [OPTION_DEPS] =
        {
            .name = STR_CONST("deps"),
            .help = STR_CONST("everything that is imported too, imports first"),
        },
    [OPTION_LANG] =
        {
            .name = STR_CONST("lang"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("go1.N"),
            .help = STR_CONST("take this version of the language instead of that in go.mod"),
        },
    [OPTION_NO_CACHE] =
        {
            .name = STR_CONST("no-cache"),
            .help = STR_CONST("check all anew, and keep nothing for the next time"),
        },
    [OPTION_GOEXPERIMENT] =
        {
            .name = STR_CONST("goexperiment"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("NAME,..."),
            .help = STR_CONST("with these experiments instead of those in GOEXPERIMENT"),
        },
    [OPTION_GOROOT] =
        {
            .name = STR_CONST("goroot"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("DIR"),
            .completes = COMPLETION_DIR,
            .help = STR_CONST("with the Go in DIR instead of the one that runs here"),
        },
    [OPTION_FAKE_IMPORT_C] =
        {
            .name = STR_CONST("fake-import-c"),
            .help = STR_CONST("take whatever import \"C\" is asked for as there"),
        },
    [OPTION_WITH_GOS] =
        {
            .name = STR_CONST("go"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("SPEC,..."),
            .completes = COMPLETION_SPEC,
            .help = STR_CONST("with each of these Gos, which must be here, instead of the one that "
                              "runs"),
        },
    [OPTION_GOS] =
        {
            .name = STR_CONST("go"),
            .type = OPTION_TEXT,
            .value_name = STR_CONST("VERSION,..."),
            .help =
                STR_CONST("ask about these versions of Go: 1.22 its newest patch, 1.22.3 itself"),
        },
    [OPTION_ALL] =
        {
            .name = STR_CONST("all"),
            .help = STR_CONST("also show what is in order"),
        },
    [OPTION_NO_CHECK] =
        {
            .name = STR_CONST("no-check"),
            .help = STR_CONST("only the ports; leave the project alone"),
        },
    [OPTION_MODULES] =
        {
            .name = STR_CONST("modules"),
            .letter = 'm',
            .help = STR_CONST("the arguments are modules: the way to any package of each"),
        },
    [OPTION_VENDOR] =
        {
            .name = STR_CONST("vendor"),
            .help = STR_CONST("without the tests of other modules' packages, as 'go mod vendor'"),
        },
    [OPTION_MAN] =
        {
            .name = STR_CONST("man"),
            .help = STR_CONST("print the source of the manual page"),
        },
};
