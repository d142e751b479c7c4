/* The flags of the go commands of Go 1.19 to 1.27, as GOFLAGS may name them: what those releases
 * themselves answer to each name (test/oracle/doctor_settings.py asks them again). */
#include "go/env/goflags.h"

static const struct {
    Str since;
    GoFlagKind kind;
    bool is_of_builds;
    Str names; /* parted by spaces */
} flags[] = {
    {{0},
     GOFLAG_BOOL,
     true,
     STR_CONST("a asan cover linkshared modcacherw msan n race trimpath v work x")},
    {{0},
     GOFLAG_BOOL,
     false,
     STR_CONST("benchmem failfast short test.benchmem test.failfast test.short")},
    {{0},
     GOFLAG_TEXT,
     true,
     STR_CONST("asmflags buildmode compiler covermode coverpkg debug-actiongraph debug-trace "
               "gccgoflags gcflags installsuffix ldflags mod modfile overlay p pkgdir tags "
               "toolexec")},
    {{0},
     GOFLAG_TEXT,
     false,
     STR_CONST("bench benchtime blockprofile blockprofilerate count coverprofile cpu cpuprofile "
               "exec fuzz fuzzminimizetime fuzztime memprofile memprofilerate mutexprofile "
               "mutexprofilefraction o outputdir parallel run shuffle test.bench test.benchtime "
               "test.blockprofile test.blockprofilerate test.count test.coverprofile test.cpu "
               "test.cpuprofile test.fuzz test.fuzzminimizetime test.fuzztime test.list "
               "test.memprofile test.memprofilerate test.mutexprofile test.mutexprofilefraction "
               "test.outputdir test.parallel test.run test.shuffle test.timeout test.trace timeout "
               "trace vettool")},
    {{0}, GOFLAG_ANY, true, STR_CONST("buildvcs")},
    {{0},
     GOFLAG_ANY,
     false,
     STR_CONST("c cache compat compiled d deps dropexclude dropreplace droprequire dropretract "
               "dropuse e exclude export f find fix fmt fuzzcache go i insecure json list m "
               "modcache module print r replace require retract retracted reuse t test test.v "
               "testcache u use vendor versions vet w")},
    {STR_CONST("1.20"), GOFLAG_TEXT, true, STR_CONST("C pgo")},
    {STR_CONST("1.20"), GOFLAG_TEXT, false, STR_CONST("skip test.skip")},
    {STR_CONST("1.21"), GOFLAG_BOOL, false, STR_CONST("fullpath test.fullpath")},
    {STR_CONST("1.21"), GOFLAG_TEXT, true, STR_CONST("debug-runtime-trace")},
    {STR_CONST("1.21"), GOFLAG_ANY, false, STR_CONST("toolchain")},
    {STR_CONST("1.23"), GOFLAG_ANY, false, STR_CONST("changed diff dropgodebug godebug")},
    {STR_CONST("1.24"), GOFLAG_ANY, false, STR_CONST("droptool tool")},
    {STR_CONST("1.25"), GOFLAG_ANY, false, STR_CONST("dropignore ignore")},
    {STR_CONST("1.26"), GOFLAG_BOOL, false, STR_CONST("artifacts test.artifacts")},
    {STR_CONST("1.26"), GOFLAG_ANY, false, STR_CONST("fixtool")},
};

bool goflag_find(Str name, GoFlag *ret)
{
    for (isize i = 0; i < COUNT_OF(flags); i++) {
        Str rest = flags[i].names, word;
        while (str_next_field(&rest, &word)) {
            if (str_eq(word, name)) {
                *ret = (GoFlag){word, flags[i].since, flags[i].kind, flags[i].is_of_builds};
                return true;
            }
        }
    }
    return false;
}

Str goflag_nearest(Str name)
{
    Str nearest = {0};
    for (isize i = 0; i < COUNT_OF(flags); i++) {
        Str rest = flags[i].names, word;
        while (str_next_field(&rest, &word)) {
            if (str_is_near(name, word) &&
                (nearest.len == 0 || str_distance(name, word) < str_distance(name, nearest))) {
                nearest = word;
            }
        }
    }
    return nearest;
}
