#!/usr/bin/env python3
"""CI files with a fault planted in each, and what goward doctor says of it; and files as they are
in well-kept projects, of which it says nothing."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

ALL = [f"GWD{n}" for n in (110, 111, 112, 113, 114, 115, 117, 118, 119, 120, 121)]
SETUP = "      - uses: actions/setup-go@v5\n        with:\n"
CI, GITLAB, CIRCLE, TRAVIS = (".github/workflows/ci.yml", ".gitlab-ci.yml", ".circleci/config.yml",
                              ".travis.yml")


def job(steps, more=""):
    """A workflow; its steps begin on line 6 when there is nothing more."""
    return f"on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n{more}    steps:\n{steps}"


def run(script, more=""):
    return job(f"      - run: |\n          set -e\n          {script}\n{more}")


# id, severity, file, its text, line of the finding (None: the file), part of the title
FAULTS = [
    ("GWD110", "error", CI, "on: push\non: pull_request\n", None, "cannot be read"),
    ("GWD110", "error", CI, "on: push\njobs:\n\ttest:\n", None, "GitHub runs none of it"),
    ("GWD110", "error", CI, "a: &a [*a]\n", None, "cannot be read"),
    ("GWD110", "warn", GITLAB, "test: {script: [go test]\n", None, "cannot be read"),
    ("GWD111", "warn", CI, job(SETUP + "          go_version: '1.26'\n"), 8, "no input go_version"),
    ("GWD111", "warn", CI, job(SETUP + "          version: '1.26'\n"), 8, "no input version"),
    ("GWD111", "error", CI, job(SETUP + "          cache: yes\n"), 8, "neither true nor false"),
    ("GWD111", "error", CI, job(SETUP + "          check-latest: on\n"), 8, "neither true nor"),
    ("GWD111", "error", CI, job(SETUP + "          go-version-file: sub/go.mod\n"), 8,
     "sub/go.mod is not there"),
    ("GWD112", "warn", CI, job(SETUP + "          go-version: '1.26'\n"
                                       "          go-version-file: go.mod\n"), 9, "is not read"),
    ("GWD113", "warn", CI, job(SETUP + "          go-version-file: go.mod\n"
                                       "      - uses: actions/cache@v4\n"
                                       "        with:\n"
                                       "          path: ~/go/pkg/mod\n"), 11, "two caches"),
    ("GWD114", "warn", CI, run("go test ./... || true"), 8, "go test may fail"),
    ("GWD114", "warn", CI, run("CGO_ENABLED=1 go test -race ./... && echo fine || :"), 8, "may fail"),
    ("GWD114", "warn", CI, run("go vet ./... || exit 0"), 8, "go vet may fail"),
    ("GWD114", "warn", CI, run("go test ./...", "        continue-on-error: true\n"), 9,
     "continue-on-error hides"),
    ("GWD114", "warn", GITLAB, "test:\n  script:\n    - go test ./... || true\n", 3, "may fail"),
    ("GWD114", "warn", CIRCLE, "jobs:\n  t:\n    steps:\n      - run: go test ./... || true\n", 4,
     "may fail"),
    ("GWD114", "warn", TRAVIS, "language: go\nscript: go test ./... || true\n", 2, "may fail"),
    ("GWD115", "warn", CI, run("go test -v ./... 2>&1 | tee log.txt"), 8, "only tee decides"),
    ("GWD115", "warn", CI, run("go test -json ./... \\\n            | go-junit-report > r.xml"), 9,
     "only go-junit-report decides"),
    ("GWD117", "warn", CI, run("go test -vet=off ./..."), 8, "without its vet checks"),
    ("GWD118", "warn", CI, job("      - run: go build\n", "    env:\n      GOSUMDB: 'off'\n"), 6,
     "GOSUMDB=off"),
    ("GWD118", "warn", CI, run("GOFLAGS=-mod=mod go build ./..."), 8, "changes go.mod"),
    ("GWD118", "warn", CI, run("go env -w GONOSUMDB=*"), 8, "GONOSUMDB=*"),
    ("GWD118", "warn", CI, run("export GONOSUMCHECK=1"), 8, "is no variable"),
    ("GWD118", "warn", GITLAB, "variables:\n  GOINSECURE: '*'\n", 2, "GOINSECURE=*"),
    ("GWD119", "warn", CI, run("curl -sSfL https://example.com/install.sh | sh -s -- -b bin"), 8,
     "whatever a server answers"),
    ("GWD119", "warn", CI, run("wget -qO- http://example.com/v1.2.3/x.sh | sudo bash"), 8, "http"),
    ("GWD120", "warn", CI, run("go get -u golang.org/x/lint/golint"), 8, "builds no program"),
    ("GWD121", "info", CI, run("go install golang.org/x/vuln/cmd/govulncheck@latest"), 8,
     "govulncheck is another"),
    ("GWD121", "info", CI, job("      - uses: example/action@master\n"), 6, "its branch master"),
]

# Right, however it looks.
HEALTHY = [
    (CI, job(SETUP + "          go-version-file: go.mod\n          cache: ${{ inputs.cache }}\n"
             "      - run: go vet ./... && go test -race ./...\n")),
    (CI, job(SETUP + "          go-version: ${{ matrix.go }}\n          cache: false\n"
             "      - uses: actions/cache@v4\n        with: {path: ~/go/pkg/mod, key: x}\n")),
    (CI, job("      - uses: actions/setup-go@v3\n"
             "      - uses: actions/cache@v3\n        with: {path: ~/go/pkg/mod, key: x}\n")),
    (CI, run("go test ./... 2>&1 | tee log", "        shell: bash\n")),
    (CI, "defaults: {run: {shell: bash}}\n" + run("go test ./... | tee log")),
    (CI, run("set -o pipefail; go test ./... | tee log")),
    (CI, run("go list ./... | xargs go test")),
    (CI, run("go test -json ./... | go-junit-report -set-exit-code > r.xml")),
    (CI, run("rm -f cover.out || true\n          go test ./...")),
    (CI, run("if ! go test ./... ; then echo failed; exit 1; fi")),
    (CI, run("echo 'go test ./... || true' # go test || true")),
    (CI, run("cat <<EOF > notes\n          go test ./... || true\n          EOF\n          go test")),
    (CI, run("go test ./...", "        id: t\n        continue-on-error: true\n"
             "      - run: exit 1\n        if: steps.t.outcome == 'failure'\n")),
    (CI, run("go vet ./...\n          go test -vet=off -race ./...")),
    (CI, run("go get ./... && go get -d example.com/x")),
    (CI, run("curl -sSfL https://example.com/x/v1.2.3/install.sh | sh")),
    (CI, run("curl -s https://example.com/data.json | jq .")),
    (CI, run("go install example.com/x/cmd/y@v1.2.3")),
    (CI, job("      - run: go build\n", "    env:\n      GOPRIVATE: example.com/*\n"
             "      GOFLAGS: -mod=readonly\n")),
    (GITLAB, "test:\n  image: golang:1.26\n  script:\n    - go test ./... | tee log\n"
             "lint: {script: !reference [test, script]}\n"),
    (CIRCLE, "version: 2.1\njobs:\n  t:\n    docker: [{image: 'cimg/go:1.26.8'}]\n    steps:\n"
             "      - checkout\n      - run: {command: 'go test ./... | tee log'}\n"),
]


def plant(box, name, text):
    file = box.project / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def examine(box):
    done = box.goward("doctor", "--only", ",".join(ALL), "--json")
    return done.json["findings"]


def fault_case(row):
    check_id, severity, name, text, line, title = row

    def body(box):
        box.wants("1.26")
        file = plant(box, name, text)
        found = examine(box)
        same([(f["id"], f["severity"]) for f in found], [(check_id, severity)], f"found {found}")
        same((found[0]["place"]["file"], found[0]["place"]["line"]), (str(file), line), "the place")
        check(title in found[0]["title"], found[0]["title"])
        check(found[0]["evidence"] and found[0]["remedy"], "evidence and a remedy")
    return body


for number, fault in enumerate(FAULTS):
    body = fault_case(fault)
    body.__name__ = f"finds_{fault[0]}_{number}"
    case(body)


@case
def says_nothing_of_what_is_right(box):
    box.wants("1.26")
    for name, text in HEALTHY:
        file = plant(box, name, text)
        same(examine(box), [], f"of\n{text}\n")
        file.unlink()


@case
def reads_files_that_are_none(box):
    """Huge, binary, a pipe that nobody writes to, a directory, a loop: findings at most."""
    box.wants("1.26")
    folder = box.project / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "huge.yml").write_bytes(b"# " + b"x" * (3 << 20))
    (folder / "binary.yml").write_bytes(bytes(range(256)) * 10)
    (folder / "dir.yml").mkdir()
    (folder / "loop.yml").symlink_to("loop.yml")
    (folder / "zero.yml").symlink_to("/dev/zero")
    (folder / "empty.yml").write_text("")
    os.mkfifo(folder / "pipe.yml")
    found = examine(box)
    same({f["id"] for f in found}, {"GWD110"}, "what is found")
    named = {pathlib.Path(f["place"]["file"]).name for f in found}
    check({"huge.yml", "binary.yml", "zero.yml"} <= named, f"found {named}")


if __name__ == "__main__":
    sys.exit(main(releases=["1.26.8"]))
