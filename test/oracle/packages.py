#!/usr/bin/env python3
"""Does `goward packages --json` say of each package what `go list -e -json` says, field by field?

The standard library and the commands of several Gos, with tests and what they import, for several targets; modules made
here with all that can be wrong with a package; workspaces, vendor directories, cgo, embedded files, replaced modules;
and real modules through the configured GOPROXY, where it can be had. Stale and StaleReason are not compared (only a
build knows them), nor is the name of the file that the go command generates for a test.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

GOWARD = os.environ.get("TEST_GOWARD", "")
CACHE = pathlib.Path(os.environ.get("TEST_CACHE", ""))
VERSIONS = ["1.21.13", "1.23.12", "1.26.8", "1.27.4"]
NEWEST = VERSIONS[-1]
TARGETS = ["windows/amd64", "darwin/arm64", "js/wasm", "plan9/386", "linux/arm", "android/arm64", "aix/ppc64"]
NEVER = {"Stale", "StaleReason"}  # of go list's fields, asked of nobody
FIELDS = """Dir ImportPath ImportComment Name Doc Target Root ForTest Module Match Goroot Standard DepOnly BinaryOnly
Incomplete DefaultGODEBUG GoFiles CgoFiles IgnoredGoFiles InvalidGoFiles IgnoredOtherFiles CFiles CXXFiles MFiles HFiles FFiles
SFiles SwigFiles SwigCXXFiles SysoFiles EmbedPatterns EmbedFiles CgoCFLAGS CgoCPPFLAGS CgoCXXFLAGS CgoFFLAGS CgoLDFLAGS
CgoPkgConfig Imports ImportMap Deps Error DepsErrors TestGoFiles TestImports TestEmbedPatterns TestEmbedFiles XTestGoFiles
XTestImports XTestEmbedPatterns XTestEmbedFiles""".split()
REAL = {
    "tools": ("1.21", ["golang.org/x/tools v0.24.0"], ["golang.org/x/tools/cmd/goimports", "golang.org/x/tools/go/ssa/ssautil"]),
    "client": ("1.21", ["k8s.io/client-go v0.28.4", "k8s.io/apimachinery v0.28.4"], ["k8s.io/client-go/kubernetes"]),
    "unpruned": ("1.16", ["github.com/spf13/viper v1.7.0"], ["github.com/spf13/viper"]),
}

# Modules, as folders of files: name -> (files, [arguments of go list]). "NAME=value" among them is a variable, and {} in
# it the folder.
MADE = {
    "plain": ({"go.mod": "module example.com/m\n\ngo 1.21\n",
               "m.go": "// Package m does. More of it.\npackage m\nimport _ \"fmt\"\n",
               "m_test.go": "package m\nimport _ \"testing\"\n",
               "x_test.go": "package m_test\nimport (\n_ \"example.com/m\"\n_ \"example.com/m/below\"\n)\n",
               "below/b.go": "package below\nimport _ \"example.com/m\"\n",
               "cmd/tool/main.go": "package main\n//go:debug panicnil=1\nfunc main() {}\n",
               "cmd/v2/main.go": "//go:debug madvdontneed=1\npackage main\nfunc main() {}\n",
               "only_tests/a_test.go": "package only_tests\nimport _ \"os\"\n",
               "none/README": "", "_hidden/x.go": "package x\n", "testdata/x.go": "package x\n",
               "other/go.mod": "module example.com/other\n", "other/o.go": "package other\n"},
              [["./..."], ["-deps", "-test", "./..."], ["."], ["./below", "./cmd/..."], ["example.com/m/..."], ["all"], ["-test", "all"],
               ["./none"], ["./absent"], ["./only_tests"], ["./other"], ["example.com/m/absent"], ["example.com/other"],
               ["fmt", "./below", "fmt"], ["..."], ["work"], ["/"], ["../..."], ["./cmd/../below"], ["absent.example/x"], ["absent"],
               ["a b"], ["x/.."], ["m@v1"], ["C"], ["unsafe"], ["builtin"], ["tool"], ["./_hidden"]]),
    "faults": ({"go.mod": "module example.com/m\n\ngo 1.22\n",
                "cycle/a/a.go": "package a\nimport _ \"example.com/m/cycle/b\"\n",
                "cycle/b/b.go": "package b\nimport _ \"example.com/m/cycle/c\"\n",
                "cycle/c/c.go": "package c\nimport (\n_ \"example.com/m/cycle/a\"\n_ \"os\"\n)\n",
                "self/s.go": "package self\nimport _ \"example.com/m/self\"\n",
                "missing/m.go": "package missing\n\nimport (\n\t_ \"absent.example/x\"\n\t_ \"nosuchstd/y\"\n\t_ \"example.com/m/nosuch\"\n)\n",
                "uses/u.go": "package uses\nimport (\n_ \"example.com/m/missing\"\n_ \"example.com/m/two\"\n_ \"example.com/m/syntax\"\n)\n",
                "two/a.go": "package a\n", "two/b.go": "package b\n",
                "syntax/s.go": "package syntax\nimport \"fmt\n\nfunc f() {\n", "syntax/ok.go": "package syntax\nimport _ \"os\"\n",
                "program/p.go": "package main\nfunc main() {}\n", "importer/i.go": "package importer\nimport _ \"example.com/m/program\"\n",
                "stdinternal/i.go": "package stdinternal\nimport _ \"internal/abi\"\n",
                "a/internal/x/x.go": "package x\n", "a/a.go": "package a\nimport _ \"example.com/m/a/internal/x\"\n",
                "b/b.go": "package b\nimport _ \"example.com/m/a/internal/x\"\n",
                "vendored/v.go": "package v\nimport _ \"vendor/golang.org/x/net/http/httpguts\"\n",
                "excluded/e.go": "//go:build never\npackage excluded\n", "excluder/e.go": "package e\nimport _ \"example.com/m/excluded\"\n",
                "cfile/c.go": "package cfile\n", "cfile/x.c": "int x;\n", "fold/A.go": "package fold\n", "fold/a.go": "package fold\n",
                "badname/-x.go": "package badname\n", "empty/.keep": "", "rel/r.go": "package rel\nimport _ \"./sub\"\n", "rel/sub/s.go": "package sub\n",
                "abspath/a.go": "package abspath\nimport _ \"/etc\"\n",
                "caps/c.go": "package caps\nimport (\n_ \"example.com/m/Lib\"\n_ \"example.com/m/lib\"\n)\n", "Lib/l.go": "package lib\n", "lib/l.go": "package lib\n",
                "emb/e.go": "package emb\nimport _ \"embed\"\n//go:embed nosuch.txt\nvar s string\n",
                "emb2/e.go": "package emb2\nimport _ \"embed\"\n//go:embed *.txt data\nvar s string\n", "emb2/a.txt": "", "emb2/data/x": "", "emb2/data/.h": "",
                "tcycle/t.go": "package tcycle\n", "tcycle/t_test.go": "package tcycle\nimport _ \"example.com/m/tcycle/user\"\n",
                "tcycle/user/u.go": "package user\nimport _ \"example.com/m/tcycle\"\n",
                "tmissing/t.go": "package tmissing\n", "tmissing/t_test.go": "package tmissing\nimport _ \"absent.example/x\"\n",
                "tx/t.go": "package tx\n", "tx/x_test.go": "package tx_test\nimport (\n_ \"example.com/m/tx\"\n_ \"example.com/m/tx/mid\"\n_ \"nosuch\"\n)\n",
                "tx/mid/m.go": "package mid\nimport _ \"example.com/m/tx/low\"\n", "tx/low/l.go": "package low\nimport _ \"example.com/m/tx\"\n",
                "meta/m.go": "package meta\nimport _ \"all\"\n", "modpath/m.go": "package modpath\nimport _ \"mod/x\"\n", "at/a.go": "package at\nimport _ \"x@v1\"\n",
                "line/l.go": "package line\n\n//line /claimed/y.go:100\nimport _ \"nosuch\"\n"},
               [["./..."], ["-deps", "./..."], ["-deps", "-test", "./..."], ["./uses"], ["-deps", "./cycle/b"], ["./tcycle", "-test"], ["all"],
                ["./fold"], ["./emb"], ["-test", "./tx"], ["./empty"], ["./rel"], ["-deps", "./line"]]),
    "noroot": ({"x.go": "package x\n"}, [["."], ["./..."], ["fmt"], ["example.com/x"], ["-deps", "errors"]]),
    "cgo": ({"go.mod": "module example.com/m\n\ngo 1.20\n",
             "c.go": "package c\n\n// #cgo CFLAGS: -DX=1 -I${SRCDIR}/inc\n// #cgo linux LDFLAGS: -lm\n// #cgo pkg-config: zlib\n// int f(void);\nimport \"C\"\n",
             "x.c": "int f(void) { return 1; }\n", "x.h": "", "y.s": "", "nocgo.go": "//go:build !cgo\npackage c\n",
             "prog/main.go": "package main\nimport _ \"example.com/m\"\nfunc main() {}\n"},
            [["-deps", "./..."], ["-test", "./..."], ["."]]),
    "work": ({"go.work": "go 1.21\nuse (\n\t./a\n\t./b\n)\nreplace example.com/c => ./c\n",
              "a/go.mod": "module example.com/a\n\ngo 1.20\n\nrequire example.com/c v1.0.0\n",
              "a/a.go": "package a\nimport (\n_ \"example.com/b/sub\"\n_ \"example.com/c\"\n_ \"nosuch.example/x\"\n)\n",
              "b/go.mod": "module example.com/b\n\ngo 1.18\n", "b/sub/s.go": "package sub\n", "b/main.go": "package main\nfunc main() {}\n",
              "c/go.mod": "module example.com/c\n\ngo 1.17\n", "c/c.go": "package c\n", "d/go.mod": "module example.com/d\n", "d/d.go": "package d\n"},
             [["./a/...", "./b/..."], ["-deps", "./a"], ["./c"], ["./d"], ["./d/..."], ["work"], ["all"], ["example.com/c"], ["./..."]]),
    "vendored": ({"go.mod": "module example.com/m\n\ngo 1.21\n\nrequire (\n\texample.com/dep v1.2.3\n\texample.com/rep v1.0.0\n)\n\nreplace example.com/rep => ./local\n",
                  "m.go": "package m\nimport (\n_ \"example.com/dep\"\n_ \"example.com/dep/sub\"\n_ \"example.com/rep\"\n_ \"example.com/gone\"\n)\n",
                  "vendor/modules.txt": "# example.com/dep v1.2.3\n## explicit; go 1.19\nexample.com/dep\nexample.com/dep/sub\n"
                                        "# example.com/rep v1.0.0 => ./local\n## explicit; go 1.18\nexample.com/rep\n# example.com/rep => ./local\n",
                  "vendor/example.com/dep/d.go": "package dep\n", "vendor/example.com/dep/sub/s.go": "package sub\nimport _ \"example.com/unlisted\"\n",
                  "vendor/example.com/rep/r.go": "package rep\n", "vendor/example.com/unlisted/u.go": "package unlisted\n",
                  "local/go.mod": "module example.com/rep\n", "local/r.go": "package rep\n"},
                 [["./..."], ["-deps", "."], ["all"], ["example.com/dep/..."], ["./vendor/example.com/dep"], ["example.com/rep"], ["-test", "./..."],
                  ["m.go"], ["vendor/example.com/dep/sub/s.go"]]),
    "replaced": ({"go.mod": "module example.com/m\n\ngo 1.17\n\nrequire example.com/r v1.0.0\n\nrequire example.com/s v1.1.0 // indirect\n\n"
                            "replace (\n\texample.com/r => ./r\n\texample.com/s v1.1.0 => ../replaced-s\n)\n",
                  "m.go": "package m\nimport _ \"example.com/r/x\"\n", "r/go.mod": "module example.com/r\n\ngo 1.20\n\nrequire example.com/s v1.1.0\n",
                  "r/x/x.go": "package x\nimport (\n_ \"example.com/s\"\n_ \"example.com/r/nested\"\n)\n", "r/nested/go.mod": "module example.com/r/nested\n",
                  "r/nested/n.go": "package nested\n", "../replaced-s/go.mod": "module example.com/s\n", "../replaced-s/s.go": "package s\n"},
                 [["-deps", "."], ["all"], ["./..."], ["example.com/r/..."], ["./r/..."], ["example.com/s"]]),
    "bare": ({"go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/r v1.0.0\n\nreplace example.com/r => ./testdata/r\n",
              "m.go": "package m\nimport (\n_ \"example.com/r\"\n_ \"example.com/r/x\"\n_ \"absent.example/y\"\n)\n",
              "below/b.go": "package below\nimport _ \"example.com/r\"\n", "testdata/r/r.go": "package r\n", "testdata/r/x/x.go": "package x\n"},
             [["-deps", "."], ["-deps", "./..."], ["example.com/r"], ["GOFLAGS=-mod=mod", "-deps", "./below"]]),
    "replaced alone": ({"go.mod": "module example.com/m\n\ngo 1.21\n\nreplace (\n\texample.com/gone => ../nosuch\n\texample.com/three/v3 => ./nosuch\n"
                                  "\texample.com/there => ./there\n\texample.com/there/sub/in => ./nosuch\n\texample.com/old v1.2.0 => ./there\n"
                                  "\texample.com/old v1.10.0 => ./nosuch\n\texample.com/old v1.9.0 => ./there\n\texample.com/one v1.2.0 => ./there\n)\n",
                        "m.go": "package m\nimport (\n_ \"example.com/gone/x\"\n_ \"example.com/three/v3\"\n_ \"example.com/there/sub\"\n_ \"example.com/there/none\"\n"
                                "_ \"example.com/there/sub/in\"\n_ \"example.com/there\"\n_ \"example.com/old/sub\"\n_ \"example.com/one/sub\"\n)\n",
                        "there/go.mod": "module example.com/there\n", "there/sub/s.go": "package sub\n"},
                       [["-deps", "."], ["-deps", "./..."], ["example.com/gone/x"], ["GOFLAGS=-mod=readonly", "-deps", "."]]),
    "named": ({"go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/r v1.0.0 // indirect\n\nreplace example.com/r => ../named-r\n",
               "a.go": "package a\nimport (\n_ \"fmt\"\n_ \"example.com/m/internal/x\"\n_ \"example.com/m/lib\"\n)\n",
               "odd/b_windows.go": "// B is here.\n\n//go:build never\n\n// Package a is.\npackage a // import \"else.example/a\"\nimport _ \"os\"\n",
               "a_test.go": "package a\nimport (\n_ \"testing\"\n_ \"example.com/m/user\"\n)\n",
               "x_test.go": "package a_test\nimport (\n_ \"example.com/m\"\n_ \"example.com/m/lib\"\n_ \"command-line-arguments\"\n)\n",
               "internal/x/x.go": "package x\n", "lib/l.go": "package lib // import unquoted\nimport _ \"example.com/m/internal/x\"\n",
               "user/u.go": "package user\nimport _ \"example.com/m/lib\"\n", "dir.go/d.go": "package d\n", "_h.go": "package a\n", ".h.go": "package a\n",
               "doc.go": "package documentation\n", "odd/other.go": "package other\n", "odd/bad.go": "package a\nimport \"fmt\n\nfunc f() {\n", "odd/nul.go": "package a\n\0",
               "odd/tag.go": "//go:build (\n\npackage a\n", "README": "", "odd/A.go": "package a\n", "r.go": "package a\nimport _ \"example.com/r/p\"\n",
               "miss.go": "package a\n\nimport (\n\t_ \"absent.example/x\"\n\t_ \"nosuch\"\n\t_ \"./lib\"\n\t_ \"example.com/m/nope\"\n\t_ \"example.com/m/cmd/v2\"\n)\n",
               "c.go": "package a\n\n// #cgo CFLAGS: -DX\nimport \"C\"\n", "onlyc.go": "package a\nimport \"C\"\n", "x.c": "int x;\n",
               "odd/a.go": "package a\n", "odd/lib/l.txt": "", "odd/e.go": "package a\nimport _ \"embed\"\n//go:embed lib\nvar s string\n", "odd/e2.go": "package a\nimport _ \"embed\"\n//go:embed nosuch\nvar s string\n",
               "cmd/v2/main.go": "//go:debug panicnil=1\npackage main\nimport _ \"example.com/m/lib\"\nfunc main() {}\n", "cmd/v2/other.go": "package main\n",
               "cmd/v2/main_test.go": "package main\n", "cmd/v2/default.pgo": "", "nested/go.mod": "module example.com/nested\n\ngo 1.20\n",
               "nested/n.go": "package n\nimport (\n_ \"example.com/nested/internal/y\"\n_ \"example.com/m/internal/x\"\n)\n",
               "nested/internal/y/y.go": "package y\n", "testdata/in/i.go": "package i\n",
               "../named-r/go.mod": "module example.com/r\n", "../named-r/p/p.go": "package p\n", "../named-r/p/q.go": "package p\nimport _ \"example.com/r/p\"\n",
               "../named-out/o.go": "package main\nimport (\n_ \"fmt\"\n_ \"example.com/m/internal/x\"\n)\nfunc main() {}\n"},
              [["a.go"], ["-deps", "-test", "./a.go", "a_test.go", "x_test.go"], ["a_test.go", "x_test.go"], ["-test", "x_test.go"], ["odd/b_windows.go", "odd/other.go"],
               ["a.go", "./a.go"], ["odd/a.go", "odd/A.go"], ["dir.go"], ["dir.go", "a.go"], ["nope.go"], ["a.go", "nope.go"], ["a.go", "README"], ["fmt", "a.go"],
               ["a.go", "./..."], ["a.go", "lib/l.go"], ["lib/../a.go", "./a.go"], ["_h.go"], [".h.go", "a.go"], ["doc.go"], ["odd/other.go", "odd/a.go"], ["odd/bad.go"],
               ["odd/bad.go", "odd/a.go"], ["odd/a.go", "odd/nul.go"], ["odd/tag.go"], ["r.go"], ["-deps", "miss.go"], ["-deps", "c.go", "a.go"], ["CGO_ENABLED=0", "c.go", "a.go"],
               ["CGO_ENABLED=0", "onlyc.go"], ["odd/e.go"], ["odd/e2.go"], ["-test", "-deps", "cmd/v2/main_test.go", "cmd/v2/main.go", "cmd/v2/other.go"],
               ["cmd/v2/main.go", "GOBIN={}/bin"], ["cmd/v2/main.go", "GOOS=windows"], ["cmd/v2/main.go", "GOOS=darwin", "GOBIN={}/bin"],
               ["cmd/v2/main.go", "GOFLAGS=-buildmode=plugin"], ["nested/n.go"], ["./testdata/..."], ["./testdata/in/..."],
               ["./.../lib"], ["../named-out/o.go"], ["../named-r/p/q.go"], ["a.go/"]]),
    "swig": ({"go.mod": "module example.com/m\n\ngo 1.21\n", "plain/p.go": "package plain\n", "plain/p.swig": "%module p\n", "plain/q.swigcxx": "", "plain/x.c": "",
              "cgo/c.go": "package cgo\n\nimport \"C\"\n", "cgo/c.swig": "%module c\n%go_import(\"os\")\n", "cgo/c.cxx": "", "cgo/c.h": "", "cgo/c.S": "",
              "cxx/c.go": "package cxx\nimport _ \"sync\"\n", "cxx/c.swigcxx": "", "cxx/c_windows.swig": "", "cxx/d.swig": "// +build never\n\n", "cxx/x.cc": "",
              "only/o.swig": "", "test/t.go": "package test\n", "test/t.swig": "", "test/t_test.go": "package test\n", "test/x_test.go": "package test_test\n",
              "prog/main.go": "package main\nimport (\n_ \"example.com/m/plain\"\n_ \"example.com/m/cgo\"\n)\n", "prog/main.swigcxx": "", "nocgo/n.go": "package nocgo\n",
              "nocgo/x.c": "", "nocgo/n_windows.swig": ""},
             [["-deps", "./..."], ["-deps", "-test", "./..."], ["CGO_ENABLED=0", "-deps", "./..."], ["GOOS=windows", "./..."], ["cgo/c.go"], ["./only"]]),
    "absent": ({"go.work": "go 1.21\nuse (\n\t./a\n\t./b\n)\n", "b/go.mod": "module example.com/b\n\ngo 1.21\n",
                "a/go.mod": "module example.com/a\n\ngo 1.21\n\nrequire (\n\texample.com/mid v1.0.0\n\texample.com/zero v1.0.0\n)\n\n"
                            "replace (\n\texample.com/mid => ../mid\n\texample.com/mid2 => ../mid2\n\texample.com/zero => ../zero\n)\n",
                "mid/go.mod": "module example.com/mid\n\ngo 1.16\n\nrequire example.com/mid2 v1.0.0\n", "mid/q/q.go": "package q\n", "mid2/q/q.go": "package q\n",
                "mid2/go.mod": "module example.com/mid2\n\ngo 1.16\n\nrequire (\n\texample.com/gone v1.2.0\n\texample.com/agone v1.3.0\n)\n",
                "zero/go.mod": "module example.com/zero\n", "zero/p/p.go": "package p\n",
                "a/a.go": "package a\nimport (\n_ \"example.com/zero/p\"\n_ \"example.com/mid/q\"\n_ \"example.com/b\"\n)\n",
                "a/c/c.go": "package c\nimport (\n_ \"nosuch.example/x\"\n_ \"nosuch\"\n_ \"example.com/a/nope\"\n_ \"os\"\n)\n",
                "a/d/d.go": "package d\nimport (\n_ \"example.com/mid2/q\"\n_ \"example.com/gone/p\"\n)\n", "b/b.go": "package b\nimport _ \"fmt\"\n"},
               [["./a/...", "./b"], ["-deps", "./a"], ["./a/c"], ["nosuch.example/x", "nosuch", "os", "example.com/b"], ["a/c/c.go"], ["GOFLAGS=-mod=mod", "./b"],
                ["GOFLAGS=-mod=readonly", "./a/d"], ["GOFLAGS=-mod=bad", "./b"]]),
    "absent in one": ({"go.mod": "module example.com/a\n\ngo 1.21\n\nrequire example.com/mid v1.0.0\n\nreplace (\n\texample.com/mid => ./mid\n\texample.com/mid2 => ./mid2\n)\n",
                       "mid/go.mod": "module example.com/mid\n\ngo 1.16\n\nrequire example.com/mid2 v1.0.0\n", "mid/q/q.go": "package q\n", "mid2/q/q.go": "package q\n",
                       "mid2/go.mod": "module example.com/mid2\n\ngo 1.16\n\nrequire example.com/gone v1.2.0\n", "a.go": "package a\nimport _ \"example.com/mid/q\"\n",
                       "b/b.go": "package b\nimport (\n_ \"example.com/mid/q\"\n_ \"example.com/mid2/q\"\n_ \"nosuch.example/x\"\n_ \"nosuch\"\n_ \"os\"\n)\n"},
                      [["."], ["-deps", "./..."], ["b/b.go"], ["nosuch.example/x", "example.com/mid/q"]]),
    "empty": ({"go.mod": "", "e.go": "package e\n"}, [["."], ["fmt"]]),
    "named outside": ({"o.go": "package main\nimport (\n_ \"fmt\"\n_ \"example.com/m/internal/x\"\n)\nfunc main() {}\n", "p.go": "package main\nimport \"C\"\n",
                       "src/q/q.go": "package q\nimport (\n_ \"fmt\"\n_ \"q/internal/z\"\n)\n", "src/q/internal/z/z.go": "package z\n", "src/fmt/f.go": "package fmt\n",
                       "src/q/testdata/t.go": "package t\n"},
                      [["o.go"], ["-deps", "o.go", "p.go"], ["src/q/q.go"], ["src/q/q.go", "GOPATH={}/else:{}"], ["src/fmt/f.go", "GOPATH={}"],
                       ["src/q/testdata/t.go", "GOPATH={}"], ["cmd/go"]]),
    "named in work": ({"go.work": "go 1.21\nuse (\n\t./a\n\t./b\n)\n", "a/go.mod": "module example.com/a\n\ngo 1.20\n", "b/go.mod": "module example.com/a/b\n\ngo 1.20\n",
                       "a/a.go": "package main\nimport (\n_ \"example.com/a/b/internal/i\"\n_ \"example.com/a/internal/j\"\n)\n", "a/internal/j/j.go": "package j\n",
                       "b/internal/i/i.go": "package i\n", "b/b.go": "package main\nimport (\n_ \"example.com/a/b/internal/i\"\n_ \"example.com/a/internal/j\"\n)\n",
                       "c.go": "package c\nimport _ \"example.com/a/internal/j\"\n"},
                      [["a/a.go"], ["-deps", "b/b.go"], ["c.go"]]),
}

# Lines of a go.mod, with versions that belong to their paths and such that do not.
MOD_LINES = """
require example.com/x/v2 v1.0.0
require example.com/x v2.0.0
require example.com/x v2.0.0+incompatible
require example.com/x/v3 v3.0.0+incompatible
require example.com/x/v2 v2.0.0+incompatible
require example.com/x/v1 v1.0.0
require example.com/x/v0 v0.1.0
require example.com/x/v02 v2.0.0
require example.com/x/v2.1 v2.1.0
require example.com/v2 v1.0.0
require v2 v1.0.0
require gopkg.in/y.v2 v2.1.0
require gopkg.in/y.v2 v1.0.0
require gopkg.in/y.v1 v0.0.0-20240102150405-abcdefabcdef
require gopkg.in/y.v2 v0.0.0-20240102150405-abcdefabcdef
require gopkg.in/y.v0 v0.1.0
require gopkg.in/y.v02 v2.0.0
require gopkg.in/y.v3-unstable v3.0.0
require gopkg.in/y.v3-unstable v2.0.0
require gopkg.in/y v1.0.0
require gopkg.in/y/v2 v2.0.0
exclude example.com/x/v2 v1.0.0
exclude example.com/x v2.0.0
exclude gopkg.in/y v1.0.0
exclude example.com/x v1.0.0
replace example.com/x/v2 v1.0.0 => ./r
replace example.com/x/v1 => ./r
replace example.com/x v2.0.0 => ./r
replace gopkg.in/y => ./r
replace example.com/x => example.com/z/v2 v1.0.0
replace example.com/x => example.com/z v2.0.0
replace example.com/x => gopkg.in/y v1.0.0
replace example.com/x => example.com/z/v2 v2.0.0
replace example.com/x/v2 => example.com/z v1.0.0
retract v2.0.0
retract [v1.0.0, v3.0.0]
retract v1.0.0
""".strip().splitlines()

# The same of go.mod and go.work, from Go 1.23 on.
GODEBUG_LINES = ["panicnil=1", "nosuch=1", "default=go1.21", "default=go1.x", "default=1.21", "default=go1.99", "asynctimerchan=1", "asynctimerchan=0",
                 "x509sha1=1", "gctrace=1", "=1"]

# Words of GOFLAGS that go refuses, some as it reads them, some later.
BAD_FLAGS = ["-mod=banana", "banana", "-modd=mod", "-race=maybe", "-p=0", "-p=x", "-compiler=cc", "-buildmode=x", "-modfile=go.txt", "-gcflags=all",
             "-buildvcs=maybe", "'-x", "-C=/", "-overlay=/nowhere.json", "-overlay=list.json", "-overlay=word.json", "-overlay=cut.json", "-mod"]


def objects(text):
    decoder, at, found = json.JSONDecoder(), 0, []
    text = text.strip()
    while at < len(text):
        one, at = decoder.raw_decode(text, at)
        found.append(one)
        while at < len(text) and text[at].isspace():
            at += 1
    return found


def in_gos_words(value):
    """Where the go command would have asked a proxy, goward tells what to type."""
    return json.loads(re.sub(r"not in the module cache; to fetch it:\\n\\tgo mod download [^\s\"]*", "module lookup disabled by GOPROXY=off", json.dumps(value)))


def comparable(key, value):
    """Errors whose ways end at one package are in no order: the go command takes them out of a map."""
    return sorted(value or [], key=str) if key == "DepsErrors" else value


def shown(real, mine):
    """Both, without what they share."""
    if isinstance(real, dict) and isinstance(mine, dict):
        keys = [k for k in real | mine if real.get(k) != mine.get(k)]
        real, mine = {k: real.get(k) for k in keys}, {k: mine.get(k) for k in keys}
    return f"go {str(real)[:300]!r}, goward {str(mine)[:300]!r}"


def differences(theirs, ours):
    """How two lists of packages differ, at most a few lines."""
    names, own = [p.get("ImportPath", "") for p in theirs], [p.get("ImportPath", "") for p in ours]
    if names != own:
        return [f"packages: only go {sorted(set(names) - set(own))[:5]}, only goward {sorted(set(own) - set(names))[:5]}"
                if set(names) != set(own) else "packages are in another order"]
    found = collections.Counter()
    lines = []
    for real, mine in zip(theirs, ours):
        for key in sorted(set(real) | set(mine)):
            is_made = key == "GoFiles" and names[0] and real["ImportPath"].endswith(".test") and real.get("Name") == "main"
            # The go command gives a package of GOROOT/src/vendor the root of a module of that path, if there is one.
            is_made = is_made or key == "Root" and real.get("ImportPath", "").startswith("vendor/")
            if key not in NEVER and not is_made and comparable(key, real.get(key)) != comparable(key, in_gos_words(mine.get(key))):
                found[key] += 1
                if found[key] == 1:
                    lines.append(f"{real.get('ImportPath')}: {key}: {shown(real.get(key), mine.get(key))}")
    return lines and [f"{sum(found.values())} differences {dict(found)}", *lines[:6]]


def has_no_go_files(package):
    """Whether go list found the directory, and nothing in it for Go: exit status 4 where that is all."""
    error = package.get("Error", {}).get("Err", "")
    return "Dir" in package and package["ImportPath"] != "command-line-arguments" and error.startswith("no Go files in ")


class Place:
    """A directory, a Go and a module cache to ask from."""

    def __init__(self, root, home, cache, proxy="off"):
        self.root = root
        self.env = {"HOME": str(home), "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "GOTOOLCHAIN": "local", "GOENV": "off",
                    "GOFLAGS": "-buildvcs=false", "GOMODCACHE": str(cache), "GOCACHE": str(CACHE / "gocache"), "LANG": "C.UTF-8",
                    "GOWARD_HOME": str(pathlib.Path(home) / "goward")}
        if proxy is not None:
            self.env["GOPROXY"] = proxy
        for name in ("GOPROXY", "GOSUMDB", "GONOSUMDB", "SSL_CERT_FILE", "HTTPS_PROXY"):
            if name not in self.env and name in os.environ:
                self.env[name] = os.environ[name]

    def run(self, cwd, *words, **more):
        return subprocess.run([str(w) for w in words], cwd=cwd, env={**self.env, "PWD": str(cwd), **more}, text=True, timeout=300,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)

    def judge(self, cwd, arguments, **more):
        """None, or how the two differ."""
        flags = [a for a in arguments if a.startswith("-")]
        variables = [a for a in arguments if re.match("[A-Z]+=", a)]
        patterns = [a for a in arguments if a not in flags and a not in variables]
        more.update(a.replace("{}", str(cwd)).split("=", 1) for a in variables)
        real = self.run(cwd, "go", "list", "-e", f"-json={','.join(FIELDS)}", *flags, "--", *patterns, **more)
        ours = self.run(cwd, GOWARD, "packages", "--json", *["-" + f for f in flags], "--", *patterns, **more)
        if real.returncode != 0:
            words = real.stderr.strip().removeprefix("go: ")
            has_words = not any(p.endswith(".go") for p in patterns) or words in ours.stderr
            return None if ours.returncode != 0 and has_words else [f"go refuses ({words[:200]}), goward does not: {ours.stderr[:300]}"]
        packages = objects(real.stdout)
        expected = (4,) if packages and all(has_no_go_files(p) for p in packages) else (0, 1)
        if ours.returncode not in expected:
            return [f"goward ended with {ours.returncode}, not {expected}: {ours.stderr.strip()[:300]}"]
        return differences(packages, objects(ours.stdout)) or None


def make(top, files):
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def cases(roots, tmp, rng):
    """(title, function that gives None, "skipped" or how they differ)."""
    for version, root in roots.items():
        place = Place(root, tmp / version / "home", tmp / version / "modcache")
        empty = tmp / version / "empty"
        make(empty, {"go.mod": "module example.com/empty\n\ngo 1.21\n"})
        # Go 1.21 forgot to copy what it renames for the profile of cmd/compile, in packages built without it.
        flags = {"GOFLAGS": "-buildvcs=false -pgo=off"} if version.startswith("1.21.") else {}
        for arguments in (["std"], ["cmd"], ["-deps", "-test", "std"], ["-deps", "-test", "cmd"]):
            yield f"Go {version}: {' '.join(arguments)}", lambda p=place, e=empty, a=arguments, f=flags: p.judge(e, a, **f)
        levels = tmp / version / "levels"
        make(levels, {"go.mod": "module example.com/levels\n\ngo 1.21\n", "env": "GOAMD64=v3\n", "env2": "GOARCH=arm64\n",
                      "a.go": "//go:build amd64.v3\n\npackage a\n", "b.go": "//go:build amd64.v1\n\npackage a\n",
                      "c_arm64.go": "package a\n", "d.go": "//go:build arm64.v8.0\n\npackage a\n"})
        for more in ({"GOENV": str(levels / "env")}, {"GOENV": str(levels / "env2")}, {"GOAMD64": "v3"}, {"GOARCH": "arm64", "GOARM64": "v8.1"}):
            yield f"Go {version}: levels: {more}", lambda p=place, f=levels, m=more: p.judge(f, ["."], **m)
        yield f"Go {version}: words of GOFLAGS", lambda p=place, f=tmp / version / "flags": judge_flags(p, f)
        for number, line in enumerate(MOD_LINES):
            for file in ("go.mod", "d/go.mod", "go.work")[:3 if line.startswith("replace") else 2]:
                yield (f"Go {version}: {file}: {line}",
                       lambda p=place, f=tmp / version / "lines" / f"{number}{file[:4]}", n=file, one=line: judge_mod_lines(p, f, n, one))
        for number, line in enumerate(GODEBUG_LINES if version > "1.23" else []):
            for file in ("go.mod", "go.work"):
                yield (f"Go {version}: {file}: godebug {line}",
                       lambda p=place, f=tmp / version / "godebugs" / f"{number}{file[:4]}", n=file, one=line: judge_mod_lines(p, f, n, f"godebug {one}"))
        yield f"Go {version}: goward files", lambda p=place, e=empty: judge_dirs(p, e)
        yield f"Go {version}: in GOROOT/src", lambda p=place, r=root: p.judge(r / "src/net", ["-test", "./..."])
        yield f"Go {version}: testdata in GOROOT/src", lambda p=place, r=root: p.judge(r / "src/go/build", ["./testdata/...", "./testdata/doc", "./testdata/multi"])
        for files in (["net/net.go", "net/cgo_linux.go", "net/dnsclient.go"], ["-test", "net/dnsclient.go", "net/dnsclient_test.go"], ["cmd/vet/main.go"],
                      ["go/build/testdata/doc/a_test.go"], ["runtime/cgo/cgo.go"]):
            yield (f"Go {version}: files of GOROOT/src: {' '.join(files)}",
                   lambda p=place, r=root, e=empty, f=files: p.judge(e, [a if a[0] == "-" else f"{r}/src/{a}" for a in f]))
        yield f"Go {version}: in GOROOT/src/cmd", lambda p=place, r=root: p.judge(r / "src/cmd/vet", ["-deps", "."])
        for name, (files, asked) in MADE.items():
            folder = tmp / version / "made" / name
            make(folder, files)
            # Old Gos are asked a share of it, another one with each seed.
            is_whole = version == NEWEST or os.environ.get("TEST_SOAK") or sys.argv[1:]
            for arguments in asked if is_whole else rng.sample(asked, min(len(asked), 3)):
                yield (f"Go {version}: {name}: {' '.join(arguments)}",
                       lambda p=place, f=folder, a=arguments, m=flags if "..." in arguments else {}: p.judge(f, a, **m))
    place = Place(roots[NEWEST], tmp / "targets/home", tmp / "targets/modcache")
    make(tmp / "targets/m", {"go.mod": "module example.com/empty\n\ngo 1.21\n"})
    for target in TARGETS:
        system, arch = target.split("/")
        for cgo in ("0", "1"):
            yield (f"Go {NEWEST}: {target}, CGO_ENABLED={cgo}",
                   lambda p=place, s=system, a=arch, c=cgo: p.judge(tmp / "targets/m", ["-deps", "-test", "net/...", "os/...", "cmd/go"], GOOS=s,
                                                                    GOARCH=a, CGO_ENABLED=c))
    yield f"Go {NEWEST}: a chain of imports", lambda: judge_chain(place, tmp / "chain")
    for name, (go, requires, patterns) in REAL.items():
        yield f"Go {NEWEST}: {name}", lambda n=name, g=go, r=requires, p=patterns: judge_real(roots[NEWEST], tmp / "real" / n, g, r, p)


def judge_dirs(place, cwd):
    """goward files looks into the directories that go list finds for a pattern."""
    real = place.run(cwd, "go", "list", "-e", "-f", "{{.Dir}}", "net/...", "errors")
    ours = place.run(cwd, GOWARD, "files", "--json", "net/...", "errors")
    try:
        found = [p["dir"] for p in json.loads(ours.stdout)["packages"]]
    except (ValueError, KeyError):
        return [f"goward ended with {ours.returncode}: {ours.stderr.strip()[:300]}"]
    return None if sorted(real.stdout.split()) == sorted(found) else [f"go {real.stdout.split()[:4]}, goward {found[:4]}"]


def judge_mod_lines(place, top, file, line):
    """What is said of versions in the go.mod of the main module (in its go.work, in that of a dependency)."""
    make(top, {"go.mod": f"module example.com/m\n\ngo 1.21\n\n{line}\n" if file == "go.mod" else
               "module example.com/m\n\ngo 1.21\n\nrequire example.com/d v1.0.0\n\nreplace example.com/d => ./d\n",
               "d/go.mod": f"module example.com/d\n\ngo 1.21\n\n{line if file == 'd/go.mod' else ''}\n", "d/d.go": "package d\n",
               "m.go": "package m\n", **({file: f"go 1.21\n\nuse .\n\n{line}\n"} if file == "go.work" else {})})
    words = re.compile(r"go\.(?:mod|work):(\d+: .*(?:invalid|godebug|GODEBUG|default=).*)$", re.M)
    said = [sorted(words.findall(place.run(top, *command).stderr)) for command in (("go", "list", "-mod=readonly", "."), (GOWARD, "packages", "."))]
    return None if said[0] == said[1] else [f"go {said[0]}, goward {said[1]}"]


def judge_flags(place, top):
    """Of several words of GOFLAGS that it refuses go names one, the first that it comes to."""
    make(top, {"go.mod": "module example.com/m\n\ngo 1.21\n", "m.go": "package m\n", "list.json": "[]", "word.json": '{"Replace": {"a": 1}}',
               "cut.json": '{"Replace"', "good.json": '{"Replace": {"/nowhere": ""}}', "null.json": "null"})

    def said(flags):
        real, ours = (place.run(top, *command, GOFLAGS=flags) for command in (("go", "list", "."), (GOWARD, "packages", ".")))
        return real.returncode != 0, real.stderr.split("\n")[0], ours.returncode != 0, ours.stderr.split(" in GOFLAGS: ")[0]

    alone = {flag: said(flag) for flag in BAD_FLAGS}
    problems = [f"{flag}: {one}" for flag, one in alone.items() if not one[0] or not one[2]]
    for first in BAD_FLAGS:
        for second in BAD_FLAGS:
            flags = f"{first} {second}"
            _, real, _, ours = said(flags)
            named = [flag for flag in (first, second) if alone[flag][1] == real]
            if named and "'" not in flags and not ours.endswith(f"go refuses {named[0]}"):
                problems.append(f"{flags}: go {real}, goward {ours}")
    for flags in ("-mod=banana -mod=mod", "-p=0 -p=1", "-overlay=/nowhere.json -overlay=", "-modfile=x.txt -modfile=", "-overlay=good.json", "-overlay=null.json"):
        if (both := said(flags))[0] or both[2]:
            problems.append(f"{flags}: {both}")
    return problems or None


def judge_chain(place, top):
    """A long chain of imports is followed with little stack; one without end has an error."""
    n = 2500
    make(top, {"go.mod": "module example.com/m\n\ngo 1.21\n",
               **{f"p{i}/p.go": f"package p\nimport _ \"example.com/m/p{i + 1}\"\n" for i in range(n)}, f"p{n}/p.go": "package p\n"})

    def list_from(first):
        return place.run(top, "sh", "-c", "ulimit -s 256; exec \"$@\"", "sh", GOWARD, "packages", "--deps", f"./p{first}")

    short, long = list_from(n - 1500), list_from(0)
    if short.returncode != 0 or len(short.stdout.splitlines()) != 1501:
        return [f"1,500 imports: goward ended with {short.returncode}: {short.stderr[-200:]}"]
    if long.returncode != 1 or "too many imports one behind the other" not in long.stderr:
        return [f"{n} imports: goward ended with {long.returncode}: {long.stderr[-200:]}"]
    return None


def judge_real(root, top, go, requires, patterns):
    """A module that requires real ones; then the same vendored."""
    online = Place(root, top / "home", CACHE / "gomod", None)
    make(top / "m", {"go.mod": f"module example.com/m\n\ngo {go}\n" + "".join(f"require {line}\n" for line in requires),
                     "m.go": "package m\nimport (\n" + "".join(f"_ \"{p}\"\n" for p in patterns if "/cmd/" not in p) + ")\n",
                     "tools.go": "//go:build tools\npackage m\nimport (\n" + "".join(f"_ \"{p}\"\n" for p in patterns) + ")\n"})
    if online.run(top / "m", "go", "mod", "tidy").returncode != 0:
        return "skipped"
    online.run(top / "m", "go", "list", "-e", "-deps", "-test", "-json=Module", "./...", *patterns)  # brings dates of versions
    offline = Place(root, top / "home", CACHE / "gomod")
    problems = []
    for arguments in (["-deps", "-test", "./..."], ["-deps", *patterns], ["all"]):
        problems += offline.judge(top / "m", arguments) or []
    if online.run(top / "m", "go", "mod", "vendor").returncode == 0:
        for arguments in (["-deps", "."], ["-deps", *patterns], ["./..."]):
            problems += offline.judge(top / "m", arguments) or []
    return problems or None


def main():
    passed = failed = skipped = 0
    roots = {version: root for version in VERSIONS if (root := fetch(version)) is not None}
    if NEWEST not in roots:
        print(f"skipped: Go {NEWEST} cannot be had")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    with tempfile.TemporaryDirectory() as tmp, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        all_cases = list(cases(roots, pathlib.Path(tmp).resolve(), random.Random(os.environ.get("TEST_SEED", "1"))))
        wanted = [(t, f) for t, f in all_cases if not sys.argv[1:] or any(w in t for w in sys.argv[1:])]
        for (title, _), found in zip(wanted, pool.map(lambda case: case[1](), wanted)):
            if found is None:
                passed += 1
            elif found == "skipped":
                print(f"skipped: {title}: its modules cannot be had")
                skipped += 1
            else:
                failed += 1
                print(f"FAILED: {title}")
                for line in found:
                    print(f"    {line}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
