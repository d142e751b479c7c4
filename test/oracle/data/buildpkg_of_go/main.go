// Prints what go/build makes of directories, as oracle.buildpkg_driver does: the arguments are
// GOOS, GOARCH, whether cgo is on, the -tags, the tool tags and the release; the lines of standard
// input are directories.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/build"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func list(name string, values []string) {
	if len(values) == 0 {
		return
	}
	fmt.Print(name)
	for _, v := range values {
		fmt.Print(" ", strconv.Quote(v))
	}
	fmt.Println()
}

func one(name, value string) {
	if value != "" {
		list(name, []string{value})
	}
}

func use(name, text string, pos token.Position) {
	fmt.Printf("%s %s %s:%d:%d@%d\n", name, text, pos.Filename, pos.Line, pos.Column,
		pos.Offset)
}

func uses(name string, texts []string, places map[string][]token.Position) {
	for _, text := range texts {
		for _, pos := range places[text] {
			use(name, text, pos)
		}
	}
}

func directives(name string, all []build.Directive) {
	for _, d := range all {
		use(name, d.Text, d.Pos)
	}
}

func show(p *build.Package, err error) {
	one("Name", p.Name)
	one("Doc", p.Doc)
	if p.BinaryOnly {
		fmt.Println("BinaryOnly")
	}
	list("GoFiles", p.GoFiles)
	list("CgoFiles", p.CgoFiles)
	list("IgnoredGoFiles", p.IgnoredGoFiles)
	list("InvalidGoFiles", p.InvalidGoFiles)
	list("IgnoredOtherFiles", p.IgnoredOtherFiles)
	list("CFiles", p.CFiles)
	list("CXXFiles", p.CXXFiles)
	list("MFiles", p.MFiles)
	list("HFiles", p.HFiles)
	list("FFiles", p.FFiles)
	list("SFiles", p.SFiles)
	list("SwigFiles", p.SwigFiles)
	list("SwigCXXFiles", p.SwigCXXFiles)
	list("SysoFiles", p.SysoFiles)
	list("TestGoFiles", p.TestGoFiles)
	list("XTestGoFiles", p.XTestGoFiles)
	list("CgoCFLAGS", p.CgoCFLAGS)
	list("CgoCPPFLAGS", p.CgoCPPFLAGS)
	list("CgoCXXFLAGS", p.CgoCXXFLAGS)
	list("CgoFFLAGS", p.CgoFFLAGS)
	list("CgoLDFLAGS", p.CgoLDFLAGS)
	list("CgoPkgConfig", p.CgoPkgConfig)
	uses("Imports", p.Imports, p.ImportPos)
	uses("EmbedPatterns", p.EmbedPatterns, p.EmbedPatternPos)
	directives("Directives", p.Directives)
	uses("TestImports", p.TestImports, p.TestImportPos)
	uses("TestEmbedPatterns", p.TestEmbedPatterns, p.TestEmbedPatternPos)
	directives("TestDirectives", p.TestDirectives)
	uses("XTestImports", p.XTestImports, p.XTestImportPos)
	uses("XTestEmbedPatterns", p.XTestEmbedPatterns, p.XTestEmbedPatternPos)
	directives("XTestDirectives", p.XTestDirectives)
	list("AllTags", p.AllTags)
	if err == nil {
		return
	}
	one("error", err.Error())
	if faults, ok := err.(scanner.ErrorList); ok {
		for _, f := range faults {
			fmt.Printf("fault %s:%d:%d %s\n", f.Pos.Filename, f.Pos.Line, f.Pos.Column,
				strconv.Quote(f.Msg))
		}
	}
}

func main() {
	c := build.Default
	c.JoinPath = filepath.Join // as cmd/go: asks no go command
	c.GOOS, c.GOARCH, c.CgoEnabled = os.Args[1], os.Args[2], os.Args[3] == "true"
	c.BuildTags = strings.FieldsFunc(os.Args[4], func(r rune) bool { return r == ',' })
	c.ToolTags = strings.Fields(os.Args[5])
	minor, _ := strconv.Atoi(os.Args[6])
	c.ReleaseTags = nil
	for i := 1; i <= minor; i++ {
		c.ReleaseTags = append(c.ReleaseTags, "go1."+strconv.Itoa(i))
	}
	c.GOROOT, c.GOPATH = "", ""
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		fmt.Println("==", in.Text())
		p, err := c.ImportDir(in.Text(), 0)
		var open *os.PathError
		if p == nil || (errors.As(err, &open) && open.Path == in.Text()) {
			continue
		}
		show(p, err)
	}
}
