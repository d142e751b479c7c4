/* The flags of the go commands of Go 1.19 to 1.27, as GOFLAGS may name them: what those releases
 * themselves answer to each name (test/oracle/doctor_settings.py asks them again). */
#include "doctor/goflags.h"

static const struct {
    Str since;
    FlagKind kind;
    Str names; /* parted by spaces */
} flags[] = {
    {{0},
     FLAG_BOOL,
     STR_CONST("a asan benchmem cover failfast linkshared modcacherw msan n race short "
               "test.benchmem test.failfast test.short trimpath v work x")},
    {{0},
     FLAG_TEXT,
     STR_CONST("asmflags bench benchtime blockprofile blockprofilerate buildmode compiler count "
               "covermode coverpkg coverprofile cpu cpuprofile debug-actiongraph debug-trace exec "
               "fuzz fuzzminimizetime fuzztime gccgoflags gcflags installsuffix ldflags memprofile "
               "memprofilerate mod modfile mutexprofile mutexprofilefraction o outputdir overlay p "
               "parallel pkgdir run shuffle tags test.bench test.benchtime test.blockprofile "
               "test.blockprofilerate test.count test.coverprofile test.cpu test.cpuprofile "
               "test.fuzz test.fuzzminimizetime test.fuzztime test.list test.memprofile "
               "test.memprofilerate test.mutexprofile test.mutexprofilefraction test.outputdir "
               "test.parallel test.run test.shuffle test.timeout test.trace timeout toolexec "
               "trace vettool")},
    {{0},
     FLAG_ANY,
     STR_CONST("buildvcs c cache compat compiled d deps dropexclude dropreplace droprequire "
               "dropretract dropuse e exclude export f find fix fmt fuzzcache go i insecure json "
               "list m modcache module print r replace require retract retracted reuse t test "
               "test.v testcache u use vendor versions vet w")},
    {STR_CONST("1.20"), FLAG_TEXT, STR_CONST("C pgo skip test.skip")},
    {STR_CONST("1.21"), FLAG_BOOL, STR_CONST("fullpath test.fullpath")},
    {STR_CONST("1.21"), FLAG_TEXT, STR_CONST("debug-runtime-trace")},
    {STR_CONST("1.21"), FLAG_ANY, STR_CONST("toolchain")},
    {STR_CONST("1.23"), FLAG_ANY, STR_CONST("changed diff dropgodebug godebug")},
    {STR_CONST("1.24"), FLAG_ANY, STR_CONST("droptool tool")},
    {STR_CONST("1.25"), FLAG_ANY, STR_CONST("dropignore ignore")},
    {STR_CONST("1.26"), FLAG_BOOL, STR_CONST("artifacts test.artifacts")},
    {STR_CONST("1.26"), FLAG_ANY, STR_CONST("fixtool")},
};

const GoFlag *goflag_find(Arena *a, Str name)
{
    for (isize i = 0; i < COUNT_OF(flags); i++) {
        Str rest = flags[i].names, word;
        while (str_next_field(&rest, &word)) {
            if (str_eq(word, name)) {
                GoFlag *flag = ARENA_NEW(a, GoFlag);
                *flag = (GoFlag){word, flags[i].since, flags[i].kind};
                return flag;
            }
        }
    }
    return NULL;
}

Str goflag_nearest(Arena *a, Str name)
{
    Str nearest = {0};
    (void)a;
    for (isize i = 0; i < COUNT_OF(flags); i++) {
        Str rest = flags[i].names, word;
        while (str_next_field(&rest, &word)) {
            if (doctor_is_near(name, word) &&
                (nearest.len == 0 || str_distance(name, word) < str_distance(name, nearest))) {
                nearest = word;
            }
        }
    }
    return nearest;
}

Str goflag_newest(void)
{
    return S("1.27");
}
