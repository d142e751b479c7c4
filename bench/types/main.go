// What bench/types_bench.c does, with go/types: checks the packages of a plan from source, imports first, each by one
// goroutine, its trees dropped when it is done.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type unit struct {
	path, version string
	files         []string
	imports       map[string]int // as the source says -> unit
	missing       int            // of what it needs: not done yet
	dependants    []int
	pkg           *types.Package
	lines         int
	errors        int
}

// A plan is lines of a letter, a space and a word: p package, v version, f file, i import=unit.
func readPlan(name string) (units []*unit) {
	file, err := os.Open(name)
	if err != nil {
		panic(err)
	}
	in := bufio.NewScanner(file)
	for in.Scan() {
		word := in.Text()[2:]
		if in.Text()[0] == 'p' {
			units = append(units, &unit{path: word, imports: map[string]int{}})
			continue
		}
		u := units[len(units)-1]
		switch in.Text()[0] {
		case 'v':
			u.version = "go1." + word
		case 'f':
			u.files = append(u.files, word)
		case 'i':
			path, number, _ := strings.Cut(word, "=")
			u.imports[path], _ = strconv.Atoi(number)
			u.missing++
			need := units[u.imports[path]]
			need.dependants = append(need.dependants, len(units)-1)
		}
	}
	return units
}

type importer struct {
	units []*unit
	of    *unit
}

func (i importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	n, ok := i.of.imports[path]
	if !ok {
		return nil, fmt.Errorf("%s is not in the plan", path)
	}
	return i.units[n].pkg, nil
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
	}
}

func check(units []*unit, u *unit, fset *token.FileSet, records bool) {
	var files []*ast.File
	for _, name := range u.files {
		text, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		file, _ := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		files = append(files, file)
		u.lines += fset.File(file.Pos()).LineCount()
	}
	config := types.Config{Importer: importer{units, u}, FakeImportC: true, GoVersion: u.version,
		Sizes: types.SizesFor("gc", runtime.GOARCH), Error: func(err error) {
			u.errors++
			if u.errors == 1 {
				fmt.Fprintln(os.Stderr, err)
			}
		}}
	var info *types.Info
	if records {
		info = newInfo()
	}
	u.pkg, _ = config.Check(u.path, fset, files, info)
}

func checkAll(units []*unit, workers int, records bool) {
	fset := token.NewFileSet()
	ready, done := make(chan *unit, len(units)), make(chan *unit, len(units))
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for u := range ready {
				check(units, u, fset, records)
				done <- u
			}
		})
	}
	for _, u := range units {
		if u.missing == 0 {
			ready <- u
		}
	}
	for range units {
		for _, n := range (<-done).dependants {
			units[n].missing--
			if units[n].missing == 0 {
				ready <- units[n]
			}
		}
	}
	close(ready)
	wait.Wait()
}

// main.go PLAN types|records WORKERS
func main() {
	units := readPlan(os.Args[1])
	workers, _ := strconv.Atoi(os.Args[3])
	runtime.GOMAXPROCS(workers)
	begin := time.Now()
	checkAll(units, workers, os.Args[2] == "records")
	wall := time.Since(begin)
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	cpu := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	lines, errors := 0, 0
	for _, u := range units {
		lines, errors = lines+u.lines, errors+u.errors
	}
	fmt.Printf("%.4f %.4f %d %d %d\n", cpu.Seconds(), wall.Seconds(), lines, u.Maxrss, errors)
}
