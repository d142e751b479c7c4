// compat_of_go GOROOT MINOR: for each file named on standard input, a line with "yes" or "no": whether it type-checks
// against the sources of the standard library in that GOROOT, which is of Go 1.MINOR.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"strconv"
)

func releases(minor int) (tags []string) {
	for n := 1; n <= minor; n++ {
		tags = append(tags, fmt.Sprintf("go1.%d", n))
	}
	return tags
}

func main() {
	minor, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	build.Default.GOROOT = os.Args[1]
	build.Default.CgoEnabled = false
	if minor < len(build.Default.ReleaseTags) {
		build.Default.ReleaseTags = releases(minor)
		build.Default.ToolTags = nil // they are the experiments of the Go that this was built by
	}
	fset := token.NewFileSet()
	std := importer.ForCompiler(fset, "source", nil)
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		file, err := parser.ParseFile(fset, in.Text(), nil, parser.SkipObjectResolution)
		if err != nil {
			panic(err)
		}
		config := types.Config{Importer: std, Error: func(error) {}}
		if _, err = config.Check("p", fset, []*ast.File{file}, nil); err != nil {
			fmt.Println("no")
		} else {
			fmt.Println("yes")
		}
	}
}
