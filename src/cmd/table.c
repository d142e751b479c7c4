/* The table of commands. What a user reads about them is here and nowhere else. */
#include "cmd/table.h"

#define NET_OPTIONS OPTION_FROM, OPTION_JOBS

const Command commands[] = {
    {
        .name = STR_CONST("status"),
        .group = GROUP_DAILY,
        .summary = STR_CONST("which Go runs here, which one is wanted, and why"),
        .examples =
            {
                {STR_CONST("goward"),
                 STR_CONST("the state of this directory (status may be left out)")},
                {STR_CONST("goward -C ~/src/shop"), STR_CONST("of another one")},
                {STR_CONST("goward --json=selected,next"), STR_CONST("for a script")},
            },
        .description = STR_CONST(
            "Says which Go runs in this directory, which one the project wants and by which line "
            "of which file, whether the one that runs is proved, what differs, and what to type "
            "next. It changes nothing, starts no Go and never uses the network."),
        .fields = STR_CONST("wanted,pinned_by,selected,path,status,default,generation,in_use,"
                            "in_use_is_shim,drift,findings,next"),
        .run = cmd_status,
    },
    {
        .name = STR_CONST("up"),
        .group = GROUP_DAILY,
        .summary = STR_CONST("make this project ready: get its Go, prove it, use it"),
        .arguments = STR_CONST("[DIR]"),
        .max_args = 1,
        .completes = COMPLETION_DIR,
        .options = {NET_OPTIONS, OPTION_FAIL_ON, OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward up"), STR_CONST("make this project ready to build")},
                {STR_CONST("goward up examples/shop"), STR_CONST("another project")},
                {STR_CONST("goward up --dry-run"), STR_CONST("say what it would do")},
                {STR_CONST("goward up --offline"), STR_CONST("with what is installed already")},
            },
        .description = STR_CONST(
            "Finds out which Go the project wants (go.work, go.mod, goward.lock and the files of "
            "other tools), gets it unless it is installed, proves it against the public checksum "
            "database, puts it into the store, makes it the one that runs, and runs the checks of "
            "the machine.\n\n"
            "When nothing is to be done it says so at once. Whatever it changes, one "
            "'goward rollback' undoes."),
        .fields = STR_CONST("ready,selected,status,generation,findings,platform,path,pinned_by,"
                            "source,changed,record,tree_size,checks,dry_run"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("a check found something at or over --fail-on")},
                {EXIT_NOTHING, STR_CONST("no Go project here, or its Go version does not exist")},
                {EXIT_NOT_VERIFIED, STR_CONST("the Go could not be proved; nothing was changed")},
                {EXIT_OFFLINE, STR_CONST("the network is needed and cannot be had")},
                {EXIT_BUSY, STR_CONST("another goward holds the store")},
            },
        .run = cmd_up,
    },
    {
        .name = STR_CONST("install"),
        .group = GROUP_DAILY,
        .summary = STR_CONST("get a Go, prove it and keep it in the store"),
        .arguments = STR_CONST("SPEC..."),
        .min_args = 1,
        .max_args = -1,
        .completes = COMPLETION_SPEC,
        .options = {NET_OPTIONS, OPTION_PLATFORM, OPTION_ALLOW_UNPROVED, OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward install 1.26"), STR_CONST("the newest patch of Go 1.26")},
                {STR_CONST("goward install stable oldstable"),
                 STR_CONST("both supported releases")},
                {STR_CONST("goward install go1.27.4.linux-amd64.tar.gz"),
                 STR_CONST("from a file, proved all the same")},
                {STR_CONST("goward install /usr/local/go"),
                 STR_CONST("take over a Go that is there")},
                {STR_CONST("goward install 1.27.4 --platform linux/arm64"),
                 STR_CONST("for another machine")},
            },
        .description = STR_CONST(
            "SPEC is a version (1.26.8), a language version for its newest patch (1.26), latest, "
            "stable, oldstable, a range (\">=1.25,<1.27\"), a release archive (.tar.gz), a module "
            "zip, or a directory with a Go in it. The files of a directory are shared with the "
            "store where the file system can, and copied where it cannot; the directory itself "
            "stays as it is.\n\n"
            "Every Go is proved against the public checksum database before it becomes visible, "
            "wherever it came from. A build that the database does not know (a distribution's "
            "own, a development version) is refused unless --allow-unproved is given, and is "
            "shown as unknown ever after.\n\n"
            "What is installed already is not fetched again. Installing does not change which Go "
            "runs: see 'goward use' and 'goward up'."),
        .fields = STR_CONST("installed,dry_run"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("there is no such version for this platform")},
                {EXIT_NOT_VERIFIED, STR_CONST("it could not be proved; nothing was installed")},
                {EXIT_OFFLINE, STR_CONST("the network is needed and cannot be had")},
                {EXIT_BUSY, STR_CONST("another goward holds the store")},
            },
        .run = cmd_install,
    },
    {
        .name = STR_CONST("use"),
        .group = GROUP_DAILY,
        .summary = STR_CONST("pin a Go in this project, or set the machine's default"),
        .arguments = STR_CONST("SPEC"),
        .min_args = 1,
        .max_args = 1,
        .completes = COMPLETION_SPEC,
        .options = {OPTION_GLOBAL, NET_OPTIONS, OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward use 1.26.8"), STR_CONST("pin it in goward.lock")},
                {STR_CONST("goward use 1.26"), STR_CONST("pin the newest patch of 1.26")},
                {STR_CONST("goward use stable --global"),
                 STR_CONST("what runs where nothing is pinned")},
            },
        .description = STR_CONST(
            "Installs the Go if need be, then writes goward.lock beside the project's go.work or "
            "go.mod: the version and, for each platform, its hash and the proof that the checksum "
            "database holds it, so that everybody else can check it offline. Commit that file.\n\n"
            "With --global it sets the machine's default instead: a new generation, which "
            "'goward rollback' undoes."),
        .fields = STR_CONST("selected,status,scope,file,generation,changed,dry_run"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("there is no such version, or no project to pin it in")},
                {EXIT_NOT_VERIFIED, STR_CONST("it could not be proved; nothing was changed")},
                {EXIT_OFFLINE, STR_CONST("the network is needed and cannot be had")},
                {EXIT_BUSY, STR_CONST("another goward holds the store")},
            },
        .run = cmd_use,
    },
    {
        .name = STR_CONST("exec"),
        .group = GROUP_DAILY,
        .summary = STR_CONST("run a command with the selected Go"),
        .arguments = STR_CONST("[--] COMMAND..."),
        .min_args = 1,
        .max_args = -1,
        .completes = COMPLETION_PROGRAM,
        .stops_at_argument = true,
        .options = {OPTION_GO},
        .examples =
            {
                {STR_CONST("goward exec -- go test ./..."), STR_CONST("with the project's Go")},
                {STR_CONST("goward exec --go 1.25 -- make"), STR_CONST("with another one")},
            },
        .description = STR_CONST(
            "Becomes the command, with the bin folder of the selected Go first on PATH and proved "
            "toolchains where Go's own switching looks first. GOROOT, GOPATH and GOBIN are never "
            "set; an inherited GOROOT that is not the selected one is removed."),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("the Go or the command is not there")},
                {EXIT_NOT_VERIFIED, STR_CONST("the Go could not be proved")},
            },
        .run = cmd_exec,
    },
    {
        .name = STR_CONST("list"),
        .group = GROUP_LOOK,
        .summary = STR_CONST("the Gos that are installed, or could be"),
        .options = {OPTION_REMOTE, OPTION_FROM, OPTION_PLATFORM},
        .examples =
            {
                {STR_CONST("goward list"), STR_CONST("what is installed")},
                {STR_CONST("goward list --remote"), STR_CONST("and what could be")},
                {STR_CONST("goward list --json"), STR_CONST("for a script")},
            },
        .description = STR_CONST(
            "Lists the Gos in the store with their state (proved, config-edited, differs, "
            "unproved, unknown) and marks the default. It reads what was recorded; "
            "'goward verify all' looks at the files themselves."),
        .fields = STR_CONST("toolchains,available"),
        .exits =
            {
                {EXIT_OFFLINE, STR_CONST("--remote needs the network and cannot have it")},
            },
        .run = cmd_list,
    },
    {
        .name = STR_CONST("which"),
        .group = GROUP_LOOK,
        .summary = STR_CONST("the path of the Go that runs here"),
        .arguments = STR_CONST("[go | gofmt]"),
        .max_args = 1,
        .completes = COMPLETION_TOOL,
        .options = {OPTION_GO},
        .examples =
            {
                {STR_CONST("goward which"), STR_CONST("the go command")},
                {STR_CONST("goward which gofmt"), STR_CONST("its gofmt")},
                {STR_CONST("goward which --go 1.25"), STR_CONST("of another version")},
            },
        .description =
            STR_CONST("Prints one line: the absolute path of the program that would run."),
        .fields = STR_CONST("path,selected"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("no Go would run here")},
            },
        .run = cmd_which,
    },
    {
        .name = STR_CONST("why"),
        .group = GROUP_LOOK,
        .summary = STR_CONST("the whole chain of reasons for the Go that runs here"),
        .options = {OPTION_BASE, OPTION_GO},
        .examples =
            {
                {STR_CONST("goward why"), STR_CONST("each file and variable, and what it said")},
                {STR_CONST("goward why --base /usr/local/go"),
                 STR_CONST("if that Go were the one that starts")},
                {STR_CONST("goward why --json=selected,pinned_by"), STR_CONST("for a script")},
            },
        .description = STR_CONST(
            "Shows every source that was looked at, in order: what it said, whether it won, and "
            "what the go command itself, gopls, setup-go and the golang image would choose from "
            "the same files. Conflicts between pins are findings."),
        .fields = STR_CONST("selected,path,pinned_by,reasons,others,findings,refusal,downloads"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("no Go would run here")},
            },
        .run = cmd_why,
    },
    {
        .name = STR_CONST("env"),
        .only_looks = true,
        .group = GROUP_LOOK,
        .summary = STR_CONST("the environment of the selected Go, for a shell or a CI system"),
        .arguments = STR_CONST("[VAR]..."),
        .max_args = -1,
        .options = {OPTION_GO, OPTION_ENV_FORMAT, OPTION_EXPLAIN},
        .examples =
            {
                {STR_CONST("eval \"$(goward env)\""), STR_CONST("in sh, bash or zsh")},
                {STR_CONST("goward env --format fish | source"), STR_CONST("in fish")},
                {STR_CONST("goward env --format github >>\"$GITHUB_ENV\""),
                 STR_CONST("for the next steps of a GitHub job")},
                {STR_CONST("goward env --format dotenv >.env"), STR_CONST("for an editor")},
                {STR_CONST("goward env --explain GOPROXY GOFLAGS"), STR_CONST("who set them")},
            },
        .description = STR_CONST(
            "Prints the variables that 'goward exec' would set, in the syntax of --format "
            "(default: sh). Nothing else changes: GOROOT, GOPATH and GOBIN are never set.\n"
            "\n"
            "With names of variables it prints their values, as 'go env' does, and with --explain "
            "where each comes from: the environment, a line of the go env file, go.env of the Go, "
            "or a default. --format json is one object of all variables, equal to 'go env -json' "
            "but for GOGCCFLAGS, which holds a temporary folder. Go is not run."),
        .fields = STR_CONST("selected,variables,unset"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("no Go would run here")},
            },
        .run = cmd_env,
    },
    {
        .name = STR_CONST("env capture"),
        .group = GROUP_LOOK,
        .summary = STR_CONST("write the variables of this stage to a file, for env diff"),
        .arguments = STR_CONST("FILE"),
        .min_args = 1,
        .max_args = 1,
        .completes = COMPLETION_FILE,
        .options = {OPTION_GO},
        .examples =
            {
                {STR_CONST("goward env capture build.json"), STR_CONST("in the build job")},
            },
        .description = STR_CONST(
            "Writes every variable of the selected Go, and those of the environment that steer "
            "builds and downloads, each with its origin. User names and passwords in URLs are left "
            "out. The fingerprint is a hash over all but the places of folders: two stages with "
            "the same one have the same settings."),
        .fields = STR_CONST("file,fingerprint"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("no Go would run here")},
            },
        .run = cmd_env_capture,
    },
    {
        .name = STR_CONST("env diff"),
        .group = GROUP_LOOK,
        .summary = STR_CONST("what drifted between two captures"),
        .arguments = STR_CONST("A B"),
        .min_args = 2,
        .max_args = 2,
        .completes = COMPLETION_FILE,
        .examples =
            {
                {STR_CONST("goward env diff build.json test.json"), STR_CONST("two stages")},
            },
        .description = STR_CONST(
            "Compares two files of 'goward env capture' and names each variable that differs, with "
            "both values and where they come from; places of folders come last and do not count."),
        .fields = STR_CONST("same,drift"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("the settings differ")},
                {EXIT_NOTHING, STR_CONST("a file is not there")},
            },
        .run = cmd_env_diff,
    },
    {
        .name = STR_CONST("verify"),
        .group = GROUP_TRUST,
        .summary = STR_CONST("is this Go what its makers published? downloads nothing"),
        .arguments = STR_CONST("[all | SPEC | DIR]..."),
        .max_args = -1,
        .completes = COMPLETION_VERIFY,
        .options = {OPTION_REPAIR, OPTION_PLATFORM, NET_OPTIONS, OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward verify"), STR_CONST("the Go that runs here")},
                {STR_CONST("goward verify /usr/local/go"), STR_CONST("any Go on this machine")},
                {STR_CONST("goward verify all"), STR_CONST("everything in the store")},
                {STR_CONST("goward verify all --offline"), STR_CONST("with the stored proofs")},
                {STR_CONST("goward verify 1.26.8 --repair"), STR_CONST("put back what differs")},
            },
        .description = STR_CONST(
            "Hashes every file of the tree and compares the result with the entry of the public "
            "checksum database, whose signature and proof of inclusion are checked by goward "
            "itself. Where the tree differs it names each changed, missing and extra file.\n\n"
            "proved: every file is as published. config-edited: all is, but go.env. differs: "
            "something else is not. unproved: no answer could be had. unknown: not an official "
            "build.\n\n"
            "--repair fetches only the files that differ. --offline uses the proof that is stored "
            "with the toolchain."),
        .fields = STR_CONST("results"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("there is no Go at that place")},
                {EXIT_NOT_VERIFIED, STR_CONST("at least one is not proved")},
                {EXIT_OFFLINE, STR_CONST("the network is needed and cannot be had")},
                {EXIT_BUSY, STR_CONST("--repair: another goward holds the store")},
            },
        .run = cmd_verify,
    },
    {
        .name = STR_CONST("proof export"),
        .group = GROUP_TRUST,
        .summary = STR_CONST("write the proof of an installed Go, for others to check"),
        .arguments = STR_CONST("SPEC"),
        .min_args = 1,
        .max_args = 1,
        .completes = COMPLETION_INSTALLED,
        .options = {OPTION_OUTPUT, OPTION_PLATFORM},
        .examples =
            {
                {STR_CONST("goward proof export 1.26.8 -o go1.26.8.tlog-proof"),
                 STR_CONST("into a file")},
            },
        .description = STR_CONST(
            "Writes the record of the checksum database, the signed tree head and the proof of "
            "inclusion as one file, which anybody can check offline with 'goward proof check' or "
            "another implementation of the format."),
        .fields = STR_CONST("version,platform,record,tree_size,file,proof"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("that Go is not installed, or has no proof")},
            },
        .run = cmd_proof_export,
    },
    {
        .name = STR_CONST("proof check"),
        .group = GROUP_TRUST,
        .summary = STR_CONST("check a proof file, offline"),
        .arguments = STR_CONST("FILE"),
        .min_args = 1,
        .max_args = 1,
        .completes = COMPLETION_FILE,
        .examples =
            {
                {STR_CONST("goward proof check go1.26.8.tlog-proof"),
                 STR_CONST("is it signed, and is the record in that tree?")},
            },
        .description = STR_CONST(
            "Checks the signature of the tree head and the proof that the record is in the tree, "
            "and says which module, version and hash it is the proof of. Nothing is fetched."),
        .fields = STR_CONST("valid,module,hash,record,tree_size,signer"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("there is no such file")},
                {EXIT_NOT_VERIFIED, STR_CONST("the proof does not hold")},
            },
        .run = cmd_proof_check,
    },
    {
        .name = STR_CONST("rollback"),
        .group = GROUP_UNDO,
        .summary = STR_CONST("go back to the generation before, at once"),
        .options = {OPTION_TO, OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward rollback"), STR_CONST("undo the last change")},
                {STR_CONST("goward rollback --to 3"), STR_CONST("go back to generation 3")},
                {STR_CONST("goward history"), STR_CONST("which generations there are")},
            },
        .description = STR_CONST(
            "Makes an earlier generation the active one again: one rename, no network. The step "
            "itself is written into the history, and can be undone the same way."),
        .fields = STR_CONST("generation,previous,selected,files,dry_run"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("there is no such generation")},
                {EXIT_BUSY, STR_CONST("another goward holds the store")},
            },
        .run = cmd_rollback,
    },
    {
        .name = STR_CONST("history"),
        .group = GROUP_UNDO,
        .summary = STR_CONST("what was done, when and by whom"),
        .options = {OPTION_VERIFY},
        .examples =
            {
                {STR_CONST("goward history"), STR_CONST("newest first")},
                {STR_CONST("goward history --verify"), STR_CONST("nothing was removed or changed")},
            },
        .description = STR_CONST(
            "Shows the audit log. Each line holds a hash over itself and all lines before; "
            "--verify "
            "recomputes them and names the first line that was changed, removed, added or moved. "
            "Lines cut off the end are noticed when the last switch of generations is among them; "
            "with the hash of the last line, kept elsewhere, any are."),
        .fields = STR_CONST("entries,verified,hash"),
        .exits =
            {
                {EXIT_NOT_VERIFIED, STR_CONST("--verify: the chain of hashes is broken")},
            },
        .run = cmd_history,
    },
    {
        .name = STR_CONST("remove"),
        .group = GROUP_UNDO,
        .summary = STR_CONST("remove an installed Go"),
        .arguments = STR_CONST("SPEC..."),
        .min_args = 1,
        .max_args = -1,
        .completes = COMPLETION_INSTALLED,
        .options = {OPTION_PLATFORM, OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward remove 1.25.14"), STR_CONST("this one, exactly")},
                {STR_CONST("goward remove --dry-run 1.25.14"), STR_CONST("would it be safe?")},
            },
        .description = STR_CONST(
            "Removes exactly the versions named. A Go that is the default, that a program runs "
            "from right now, or that a known project pins is kept, and the answer says who holds "
            "it."),
        .fields = STR_CONST("removed,bytes,dry_run"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("that Go is not installed")},
                {EXIT_BUSY, STR_CONST("it is in use, or another goward holds the store")},
            },
        .run = cmd_remove,
    },
    {
        .name = STR_CONST("gc"),
        .group = GROUP_UNDO,
        .summary = STR_CONST("free the space that nothing needs any more"),
        .options = {OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward gc --dry-run"), STR_CONST("how much would it free?")},
                {STR_CONST("goward gc"), STR_CONST("free it")},
            },
        .description = STR_CONST(
            "Removes the Gos that neither the current generation nor a recent one names, that no "
            "known project pins and no program runs from; generations of long ago; and what "
            "interrupted runs left behind, partial downloads included. What doctor --fix keeps so "
            "that doctor undo can bring it back goes when it was brought back, is older than 90 "
            "days or has five newer ones, but never the last. Lines of the audit log go when "
            "the user's or the machine's goward.yaml says how long they are kept."),
        .fields = STR_CONST("toolchains,kept,generations,downloads,fixes,bytes,log_lines,dry_run"),
        .exits =
            {
                {EXIT_BUSY, STR_CONST("another goward holds the store")},
            },
        .run = cmd_gc,
    },
    {
        .name = STR_CONST("doctor"),
        .only_looks = true,
        .group = GROUP_LOOK,
        .summary = STR_CONST("what is wrong with the Go environment, and what to type"),
        .arguments = STR_CONST("[DIR]"),
        .max_args = 1,
        .completes = COMPLETION_DIR,
        .options = {OPTION_PROFILE, OPTION_MODE, OPTION_ONLY, OPTION_SKIP, OPTION_NET,
                    OPTION_CHECKLIST, OPTION_PID, OPTION_FAIL_ON, OPTION_FIX, OPTION_YES,
                    OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward doctor"), STR_CONST("this machine, this user, this project")},
                {STR_CONST("goward doctor --profile ci --fail-on warn"), STR_CONST("in a CI job")},
                {STR_CONST("goward doctor --only GWD003,GWD010"), STR_CONST("these checks")},
                {STR_CONST("goward doctor --checklist"), STR_CONST("the twelve items by number")},
                {STR_CONST("goward doctor --fix"), STR_CONST("cure what can be cured; asks first")},
                {STR_CONST("goward doctor --pid 4711"), STR_CONST("a Go program that runs")},
            },
        .description = STR_CONST(
            "Looks at the Go that runs when go is typed here, at the variables and files that "
            "steer "
            "it, at the disk and at the project, and says what will fail, where that comes from, "
            "and the command that cures it. Go is not run. Without --fix nothing is written, and "
            "without --net no packet leaves this machine. Checks of the team's own in a "
            "goward.yaml that you have trusted (goward policy trust) are run, and do what they "
            "do.\n"
            "\n"
            "With --fix it shows what it would change, as a diff, and asks. All changes are made "
            "or none; copies of what was there are kept, and 'goward doctor undo' brings it back. "
            "A file that somebody changes meanwhile is refused, and so is what belongs to another "
            "user or to a proved Go. Then the checks are made again: what is printed, and the exit "
            "code, are those of the second time. With --dry-run it only shows.\n"
            "\n"
            "With --pid it looks at a Go program that runs: what is built into it, the environment "
            "that it was started with, and the limits and control group that it lives under.\n"
            "\n"
            "A check that crashes or does not end in time is a finding itself (GWD999); the others "
            "are made all the same. 'goward explain ID' says more about a finding."),
        .fields = STR_CONST("goroot,go,checks,passed,findings,fixes"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("something was found that --fail-on names, or --fix had "
                                          "nobody to ask")},
                {EXIT_NOTHING, STR_CONST("there is no such directory")},
                {EXIT_BUSY, STR_CONST("a file that --fix changes was changed by somebody else")},
            },
        .run = cmd_doctor,
    },
    {
        .name = STR_CONST("doctor undo"),
        .group = GROUP_UNDO,
        .summary = STR_CONST("take back what the last doctor --fix did"),
        .options = {OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward doctor undo --dry-run"), STR_CONST("what would come back")},
                {STR_CONST("goward doctor undo"), STR_CONST("the last fixes; again: those before")},
            },
        .description = STR_CONST(
            "Brings back what was there before the last 'goward doctor --fix' that was not taken "
            "back yet: contents, modes, and what was put away. It is all or nothing: when one of "
            "the files was changed since, it is named and nothing is done."),
        .fields = STR_CONST("set,made,paths,notes,dry_run"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("there are no fixes to take back")},
                {EXIT_BUSY, STR_CONST("a file was changed since, or another goward is at it")},
            },
        .run = cmd_doctor_undo,
    },
    {
        .name = STR_CONST("doctor list"),
        .only_looks = true,
        .group = GROUP_LOOK,
        .summary = STR_CONST("all checks that doctor makes"),
        .examples =
            {
                {STR_CONST("goward doctor list"), STR_CONST("id, title, profiles")},
            },
        .description =
            STR_CONST("Lists every check with the profiles that it is made for. 'goward explain "
                      "ID' says what one looks at and why."),
        .fields = STR_CONST("checks"),
        .run = cmd_doctor_list,
    },
    {
        .name = STR_CONST("doctor why"),
        .only_looks = true,
        .group = GROUP_LOOK,
        .summary = STR_CONST("what an error message, or a build log, comes from"),
        .arguments = STR_CONST("- | MESSAGE..."),
        .min_args = 1,
        .max_args = -1,
        .examples =
            {
                {STR_CONST("go build ./... 2>&1 | goward doctor why -"),
                 STR_CONST("the causes in a whole log")},
                {STR_CONST("goward doctor why 'go: invalid GOTOOLCHAIN \"1.26.8\"'"),
                 STR_CONST("one message")},
                {STR_CONST("goward doctor why --json - <build.log"), STR_CONST("for a program")},
            },
        .description = STR_CONST(
            "Knows the messages of the go command, the linker, cgo and Go's runtime that come from "
            "the environment rather than from the code. For each cause it says where in the log it "
            "was first seen and how often, what it means and how it is cured, with roots (a full "
            "disk) before what may only follow from them.\n\n"
            "Then it looks at this machine: the variables that decide about the cause, with the "
            "file and line that sets them, and the checks of doctor that belong to it. A message "
            "from another machine is explained all the same. Up to 64 MiB of a log are read."),
        .fields = STR_CONST("causes,nearest,lines,cut"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("no message is one that goward knows")},
            },
        .run = cmd_doctor_why,
    },
    {
        .name = STR_CONST("files"),
        .only_looks = true,
        .group = GROUP_CODE,
        .summary = STR_CONST("which files a build takes, and why not the others"),
        .arguments = STR_CONST("[FILE | PATTERN]..."),
        .max_args = -1,
        .completes = COMPLETION_FILE,
        .options = {OPTION_TARGET, OPTION_TAGS, OPTION_TAG_SETS},
        .examples =
            {
                {STR_CONST("goward files"), STR_CONST("the directory")},
                {STR_CONST("goward files net_windows.go"), STR_CONST("why is it not built?")},
                {STR_CONST("goward files --target windows/amd64 ./..."),
                 STR_CONST("the module, on another system")},
                {STR_CONST("goward files --tag-sets ./..."), STR_CONST("what tags are there for?")},
            },
        .description = STR_CONST(
            "Patterns are those of 'go list': directories, DIR/... for all below, import paths, "
            "std. "
            "It says of every file of a directory whether a build takes it, and why: the part of "
            "its "
            "build constraint that does not hold, what its name says, cgo that is off, a test, a "
            "file with a fault. The target is that of the Go in use and the environment, as go "
            "list has it: GOOS, GOARCH, CGO_ENABLED, GOFLAGS, GOEXPERIMENT and GOAMD64 with its "
            "kin.\n\n"
            "--tag-sets tries each tag that -tags may set and tells which files it adds or takes "
            "out, names constraints that no build can ever meet, and files that have \"// +build\" "
            "lines alone. It starts no Go."),
        .fields = STR_CONST("target,packages"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("a directory has nothing to build, or a fault")},
                {EXIT_NOTHING, STR_CONST("there is no such file or directory, or no Go")},
            },
        .run = cmd_files,
    },
    {
        .name = STR_CONST("syntax"),
        .only_looks = true,
        .group = GROUP_CODE,
        .summary = STR_CONST("what is wrong with the syntax of Go files, all of it at once"),
        .arguments = STR_CONST("[FILE | PATTERN]..."),
        .max_args = -1,
        .completes = COMPLETION_FILE,
        .options = {OPTION_JOBS},
        .examples =
            {
                {STR_CONST("goward syntax"), STR_CONST("the directory")},
                {STR_CONST("goward syntax ./..."), STR_CONST("the module")},
                {STR_CONST("goward syntax --json main.go"), STR_CONST("for an editor or a script")},
            },
        .description = STR_CONST(
            "Reads every Go file of a directory, or with DIR/... of all directories below it, "
            "tests and the files of other systems too, and tells each syntax error in go/parser's "
            "words, with its line and a caret. Where a file has none, it tells what the file uses "
            "that is newer than the go line of its go.mod, as far as that is seen without types. "
            "//line comments move places, as they do in Go.\n\n"
            "DIR/... leaves out testdata, vendor, directories that begin with \"_\" or \".\", and "
            "other modules. It starts no Go, and needs none. Of a file at most 1,000 errors are "
            "shown."),
        .fields = STR_CONST("files,dropped,diagnostics"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("there are errors, or files that cannot be read")},
                {EXIT_NOTHING, STR_CONST("there is no Go file")},
            },
        .run = cmd_syntax,
    },
    {
        .name = STR_CONST("packages"),
        .only_looks = true,
        .group = GROUP_CODE,
        .summary = STR_CONST("packages as 'go list' shows them, without running Go"),
        .arguments = STR_CONST("[PATTERN...]"),
        .max_args = -1,
        .completes = COMPLETION_DIR,
        .options = {OPTION_TARGET, OPTION_TAGS, OPTION_TEST, OPTION_DEPS, OPTION_JOBS},
        .examples =
            {
                {STR_CONST("goward packages ./..."), STR_CONST("the import paths of this module")},
                {STR_CONST("goward packages --deps --json=ImportPath,Imports"),
                 STR_CONST("what is imported, and by whom")},
                {STR_CONST("goward packages --target windows/amd64 --json ./cmd/..."),
                 STR_CONST("which files are built for Windows")},
                {STR_CONST("goward packages std"), STR_CONST("the standard library")},
            },
        .description = STR_CONST(
            "Loads packages by the rules of the go command that runs here: build constraints, "
            "module graph, go.sum, workspaces, vendor directories, the standard library's own "
            "vendor tree. Patterns are those of 'go list', without one it is the package of "
            "this directory. With --json it prints the objects of 'go list -e -json', one after "
            "the other, with its names and in its order; --json=FIELD,... keeps what is named.\n\n"
            "Nothing is fetched: a module that is not in the cache is an error of the packages "
            "that need it, with the command that brings it. Stale and StaleReason, and the "
            "path of the generated file of a test program, are the go command's alone to know. "
            "Errors go to standard error, and with --json into the objects as well."),
        .fields = STR_CONST("Dir,ImportPath,ImportComment,Name,Doc,Target,Shlib,Root"
                            ",ConflictDir,ForTest,Export,BuildID,Module,Match,Goroot,Standard"
                            ",DepOnly,BinaryOnly,Incomplete,DefaultGODEBUG,Stale,StaleReason"
                            ",GoFiles,CgoFiles,CompiledGoFiles,IgnoredGoFiles,InvalidGoFiles"
                            ",IgnoredOtherFiles,CFiles,CXXFiles,MFiles,HFiles,FFiles,SFiles"
                            ",SwigFiles,SwigCXXFiles,SysoFiles,EmbedPatterns,EmbedFiles"
                            ",CgoCFLAGS,CgoCPPFLAGS,CgoCXXFLAGS,CgoFFLAGS,CgoLDFLAGS"
                            ",CgoPkgConfig,Imports,ImportMap,Deps,Error,DepsErrors,TestGoFiles"
                            ",TestImports,TestEmbedPatterns,TestEmbedFiles,XTestGoFiles"
                            ",XTestImports,XTestEmbedPatterns,XTestEmbedFiles"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("a package that is shown has an error")},
                {EXIT_NOTHING, STR_CONST("no Go runs here")},
            },
        .run = cmd_packages,
    },
    {
        .name = STR_CONST("mod list"),
        .only_looks = true,
        .group = GROUP_CODE,
        .summary = STR_CONST("which version of each module is chosen here"),
        .options = {OPTION_JOBS},
        .examples =
            {
                {STR_CONST("goward mod list"), STR_CONST("as 'go list -m all' prints it")},
                {STR_CONST("goward mod list --json"), STR_CONST("for a script")},
            },
        .description = STR_CONST(
            "Reads go.mod, go.work and the go.mod files in the module cache, chooses the version "
            "of each module as the go command does (minimal version selection with graph pruning, "
            "workspaces, replace and exclude), and prints them as 'go list -m all' does.\n\n"
            "It starts no Go and fetches nothing: of a go.mod that is not in the module cache it "
            "says which one it is, who requires it and what fetches it, and shows the rest. go.sum "
            "is not looked at. When go.mod requires versions that others raise, or that it "
            "excludes, it shows what is chosen after 'go mod tidy', and says so."),
        .fields = STR_CONST("modules,needs_update,troubles"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("a go.mod is missing or faulty; the rest is shown")},
                {EXIT_NOTHING, STR_CONST("no go.mod here")},
            },
        .run = cmd_mod_list,
    },
    {
        .name = STR_CONST("mod graph"),
        .only_looks = true,
        .group = GROUP_CODE,
        .summary = STR_CONST("which module requires which"),
        .options = {OPTION_JOBS},
        .examples =
            {
                {STR_CONST("goward mod graph"), STR_CONST("as 'go mod graph' prints it")},
                {STR_CONST("goward mod graph --json=troubles"),
                 STR_CONST("which go.mod files are missing")},
            },
        .description = STR_CONST(
            "Prints each requirement of the module graph on a line, in the order and the form of "
            "'go mod graph'. What is read, and what is not, is as for 'goward mod list'; a vendor "
            "directory plays no part."),
        .fields = STR_CONST("modules,needs_update,troubles"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("a go.mod is missing or faulty; the rest is shown")},
                {EXIT_NOTHING, STR_CONST("no go.mod here")},
            },
        .run = cmd_mod_graph,
    },
    {
        .name = STR_CONST("mod stats"),
        .only_looks = true,
        .group = GROUP_CODE,
        .summary = STR_CONST("how large and how deep the module graph is, and its doubles"),
        .options = {OPTION_JOBS},
        .examples =
            {
                {STR_CONST("goward mod stats"), STR_CONST("in a few lines")},
                {STR_CONST("goward mod stats --json=majors"),
                 STR_CONST("modules that are there in several major versions")},
            },
        .description = STR_CONST(
            "Counts what 'go mod graph' would print: versions that take part, those that are "
            "chosen, the farthest one and the way to it, modules that are there in several major "
            "versions, and rings of modules that require each other at some version, which Go "
            "allows. What is read, and what is not, is as for 'goward mod list'."),
        .fields = STR_CONST("versions,chosen,direct,replaced,depth,deepest,majors,rings,"
                            "needs_update,troubles"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("a go.mod is missing or faulty; the rest is counted")},
                {EXIT_NOTHING, STR_CONST("no go.mod here")},
            },
        .run = cmd_mod_stats,
    },
    {
        .name = STR_CONST("policy check"),
        .only_looks = true,
        .group = GROUP_LOOK,
        .summary = STR_CONST("whether the team's rules in goward.yaml hold here"),
        .arguments = STR_CONST("[DIR]"),
        .max_args = 1,
        .completes = COMPLETION_DIR,
        .options = {OPTION_ROLE, OPTION_GO, OPTION_FAIL_ON},
        .examples =
            {
                {STR_CONST("goward policy check"), STR_CONST("the Go and the variables in use")},
                {STR_CONST("goward policy check --role production"),
                 STR_CONST("by the rules of another role")},
                {STR_CONST("goward policy check --go 1.26.8"),
                 STR_CONST("would that Go be allowed?")},
            },
        .description = STR_CONST(
            "Reads goward.yaml from the directory up to the project's root, in the user's folder "
            "of settings and in /etc/goward. All of them hold. It judges the Go that runs here and "
            "the variables that it would see, as up, exec, doctor and go itself do before they go "
            "on.\n\n"
            "The role is that of --role, else GOWARD_ROLE, else what a file says, else ci where CI "
            "is set, else dev. docs/formats/policy.md describes the file."),
        .fields = STR_CONST("role,because,go,files,findings"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("a rule is broken that --fail-on names")},
            },
        .run = cmd_policy_check,
    },
    {
        .name = STR_CONST("policy explain"),
        .only_looks = true,
        .group = GROUP_LOOK,
        .summary = STR_CONST("every rule of the team, where it stands and whether it holds"),
        .arguments = STR_CONST("[DIR]"),
        .max_args = 1,
        .completes = COMPLETION_DIR,
        .options = {OPTION_ROLE, OPTION_GO},
        .examples =
            {
                {STR_CONST("goward policy explain"), STR_CONST("files, role, rules")},
            },
        .description = STR_CONST(
            "Says which files apply here and which role, why that one, and each rule in plain "
            "words with its file and line; then the checks of the team's own, and whether they "
            "are trusted (goward policy trust)."),
        .fields = STR_CONST("role,because,go,files,rules,checks"),
        .run = cmd_policy_explain,
    },
    {
        .name = STR_CONST("policy trust"),
        .group = GROUP_TRUST,
        .summary = STR_CONST("let the checks of this project's goward.yaml run"),
        .arguments = STR_CONST("[DIR]"),
        .max_args = 1,
        .completes = COMPLETION_DIR,
        .options = {OPTION_YES, OPTION_DRY_RUN},
        .examples =
            {
                {STR_CONST("goward policy trust"), STR_CONST("show the commands, and ask")},
                {STR_CONST("goward policy trust --yes"), STR_CONST("in a CI job")},
                {STR_CONST("goward policy trust --dry-run"), STR_CONST("only show them")},
            },
        .description = STR_CONST(
            "A goward.yaml may name checks of the team's own, which are commands. It comes with "
            "every clone, so 'goward doctor' runs none of them before you have seen and trusted "
            "them. This shows the commands of each goward.yaml of the directory and those above "
            "it, up to the project's root, and asks.\n"
            "\n"
            "What is trusted are bytes: those of goward.yaml, and of every file of the project "
            "that a command runs. When one of them changes, nothing runs until you have looked "
            "again. What such a file runs in its turn is not looked into: trusting 'make check' "
            "is trusting the Makefile.\n"
            "\n"
            "The system's /etc/goward/goward.yaml needs no trust when it belongs to root and "
            "nobody else may write to it, nor does your own."),
        .fields = STR_CONST("trusted,files,dry_run"),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("the answer was no")},
                {EXIT_NOTHING, STR_CONST("no goward.yaml has checks that need trust")},
            },
        .run = cmd_policy_trust,
    },
    {
        .name = STR_CONST("policy untrust"),
        .group = GROUP_TRUST,
        .summary = STR_CONST("take the trust of policy trust back"),
        .arguments = STR_CONST("[DIR]"),
        .max_args = 1,
        .completes = COMPLETION_DIR,
        .examples =
            {
                {STR_CONST("goward policy untrust"), STR_CONST("take back what trust gave")},
            },
        .description =
            STR_CONST("Takes the trust in every goward.yaml of the directory and those above it, "
                      "up to the project's root, back. The files themselves stay."),
        .fields = STR_CONST("files"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("none was trusted")},
            },
        .run = cmd_policy_untrust,
    },
    {
        .name = STR_CONST("debug tokens"),
        .group = GROUP_CODE,
        .summary = STR_CONST("the tokens of a Go file, as the scanner reads them"),
        .arguments = STR_CONST("FILE"),
        .min_args = 1,
        .max_args = 1,
        .completes = COMPLETION_FILE,
        .examples =
            {
                {STR_CONST("goward debug tokens main.go"), STR_CONST("a line for each token")},
            },
        .description = STR_CONST(
            "Prints place and kind of each token, and what stands in the source, a line each. "
            "Semicolons that Go puts in by itself are there, comments are not. Errors go to "
            "standard error."),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("the file has errors")},
                {EXIT_NOTHING, STR_CONST("there is no such file")},
            },
        .run = cmd_debug_tokens,
    },
    {
        .name = STR_CONST("debug ast"),
        .group = GROUP_CODE,
        .summary = STR_CONST("the syntax tree of a Go file, with the names of go/ast"),
        .arguments = STR_CONST("FILE"),
        .min_args = 1,
        .max_args = 1,
        .completes = COMPLETION_FILE,
        .examples =
            {
                {STR_CONST("goward debug ast main.go"), STR_CONST("a line for each node")},
            },
        .description = STR_CONST(
            "Prints a line for each node, indented below the one that holds it, with the names and "
            "places that go/ast gives it. Errors go to standard error; a tree comes out all the "
            "same, with BadExpr, BadStmt and BadDecl where nothing better could be made of the "
            "source."),
        .exits =
            {
                {EXIT_FINDINGS, STR_CONST("the file has errors")},
                {EXIT_NOTHING, STR_CONST("there is no such file")},
            },
        .run = cmd_debug_ast,
    },
    {
        .name = STR_CONST("explain"),
        .group = GROUP_SELF,
        .summary = STR_CONST("what a finding means and what to do about it"),
        .arguments = STR_CONST("[ID]..."),
        .max_args = -1,
        .completes = COMPLETION_ID,
        .examples =
            {
                {STR_CONST("goward explain GWD001"), STR_CONST("one finding")},
                {STR_CONST("goward explain"), STR_CONST("all that there are")},
            },
        .description = STR_CONST(
            "Says what is looked at, what goes wrong when it is left so, and how to put it right. "
            "Works offline."),
        .fields = STR_CONST("explanations"),
        .exits =
            {
                {EXIT_NOTHING, STR_CONST("there is no such id")},
            },
        .run = cmd_explain,
    },
    {
        .name = STR_CONST("completions"),
        .group = GROUP_SELF,
        .summary = STR_CONST("print the completion script of a shell"),
        .arguments = STR_CONST("bash | zsh | fish"),
        .min_args = 1,
        .max_args = 1,
        .completes = COMPLETION_SHELL,
        .examples =
            {
                {STR_CONST("source <(goward completions bash)"), STR_CONST("in ~/.bashrc")},
                {STR_CONST("source <(goward completions zsh)"),
                 STR_CONST("in ~/.zshrc, after compinit")},
                {STR_CONST("goward completions fish >~/.config/fish/completions/goward.fish"),
                 STR_CONST("once")},
            },
        .description = STR_CONST(
            "The script asks goward itself what fits, at every press of the key (it takes about a "
            "millisecond): commands, options, values, installed versions. It need not be made "
            "again after an update."),
        .fields = STR_CONST("shell,script"),
        .run = cmd_completions,
    },
    {
        .name = STR_CONST("version"),
        .group = GROUP_SELF,
        .summary = STR_CONST("the version of goward itself"),
        .examples =
            {
                {STR_CONST("goward version"), STR_CONST("one line")},
                {STR_CONST("goward version --json"), STR_CONST("for a bug report")},
            },
        .description = STR_CONST(
            "Prints goward's own version. For the version of Go see 'goward' and 'goward why'."),
        .fields = STR_CONST("goward,platform,sha256,compiler"),
        .run = cmd_version,
    },
    {
        .name = STR_CONST("help"),
        .group = GROUP_SELF,
        .summary = STR_CONST("what goward does, or one of its commands"),
        .arguments = STR_CONST("[COMMAND]"),
        .max_args = 2,
        .completes = COMPLETION_COMMAND,
        .options = {OPTION_MAN},
        .examples =
            {
                {STR_CONST("goward help"), STR_CONST("all commands")},
                {STR_CONST("goward help install"), STR_CONST("one of them")},
                {STR_CONST("goward help --man install | man -l -"),
                 STR_CONST("its manual page, without having installed it")},
            },
        .description = STR_CONST(
            "Shows the commands, or the examples, options and exit codes of one. With --man it "
            "prints the source of the manual page instead."),
        .fields = STR_CONST("commands,options"),
        .run = cmd_help,
    },
    {
        .name = STR_CONST("__complete"),
        .summary = STR_CONST("candidates for the completion scripts, one a line"),
        .arguments =
            STR_CONST("bash WORD... | zsh WORD... | fish WORD... | versions | generations"),
        .min_args = 1,
        .max_args = -1,
        .is_hidden = true,
        .stops_at_argument = true,
        .examples =
            {
                {STR_CONST("goward __complete versions"), STR_CONST("installed versions")},
                {STR_CONST("goward __complete fish ins"), STR_CONST("what 'ins' may become")},
            },
        .run = cmd_complete,
    },
};

const isize n_commands = COUNT_OF(commands);

const Command *command_find(Str name)
{
    for (isize i = 0; i < n_commands; i++) {
        if (str_eq(commands[i].name, name)) {
            return &commands[i];
        }
    }
    return NULL;
}
