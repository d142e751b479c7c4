// What golang.org/x/exp/apidiff says of two versions of a module, package by package.
//
//	api_of_go OLDDIR OLDMODULE NEWDIR NEWMODULE
//
// The directories are those of modules that require the two. Prints a JSON object: the path of each package below its
// module -> its changes, incompatible ones as "-message", compatible ones as "+message"; ["package added"] and
// ["package removed"] where only one module has it. Bodies of functions are dropped; what could not be loaded is told on
// standard error.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/packages"
)

// Errors that there are because the bodies are gone.
var ofBodies = regexp.MustCompile(`imported( as \w+)? and not used|must have a body|missing function body`)

const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedDeps | packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedModule

func parse(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if file != nil {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				f.Body = nil
			}
		}
	}
	return file, err
}

func isHidden(rel string) bool {
	for _, element := range strings.Split(rel, "/") {
		if element == "internal" || element == "vendor" {
			return true
		}
	}
	return false
}

func load(dir, module string) map[string]*packages.Package {
	found, err := packages.Load(&packages.Config{Mode: mode, Dir: dir, ParseFile: parse}, module+"/...")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	byRel := map[string]*packages.Package{}
	for _, p := range found {
		if p.Module == nil || p.Module.Path != module || p.Name == "main" || len(p.CompiledGoFiles) == 0 {
			continue
		}
		for _, e := range p.Errors {
			if !ofBodies.MatchString(e.Msg) {
				fmt.Fprintf(os.Stderr, "%s: %v\n", p.PkgPath, e)
			}
		}
		if rel := strings.TrimPrefix(strings.TrimPrefix(p.PkgPath, module), "/"); !isHidden(rel) {
			byRel[rel] = p
		}
	}
	return byRel
}

func main() {
	before, after := load(os.Args[1], os.Args[2]), load(os.Args[3], os.Args[4])
	said := map[string][]string{}
	for rel, old := range before {
		if after[rel] == nil {
			said[rel] = []string{"-package removed"}
			continue
		}
		for _, c := range apidiff.Changes(old.Types, after[rel].Types).Changes {
			mark := "-"
			if c.Compatible {
				mark = "+"
			}
			said[rel] = append(said[rel], mark+c.Message)
		}
	}
	for rel := range after {
		if before[rel] == nil {
			said[rel] = []string{"+package added"}
		}
	}
	json.NewEncoder(os.Stdout).Encode(said)
}
