// Prints trees of Go files as test/oracle/syntax_driver.c does, made by go/parser. The names of the
// files are the lines of standard input.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"reflect"
	"strings"
)

type dumper struct {
	*bufio.Writer
	file *token.File
}

func (d *dumper) at(p token.Pos) string {
	x := d.file.PositionFor(p, false)
	return fmt.Sprintf("%d:%d", x.Line, x.Column)
}

// What the trees of goward do not hold.
var leftOut = map[string]bool{"Doc": true, "Comment": true, "Comments": true, "Obj": true, "Scope": true,
	"Unresolved": true, "Imports": true, "FileStart": true, "FileEnd": true, "GoVersion": true}

// The first line of a node: its token, its places, its name.
func (d *dumper) head(v reflect.Value, n ast.Node) {
	for i := range v.NumField() {
		if tok, ok := v.Field(i).Interface().(token.Token); ok && tok != token.ILLEGAL {
			fmt.Fprintf(d, " %s", tok)
		}
	}
	switch n := n.(type) {
	case *ast.ChanType:
		fmt.Fprintf(d, " Dir=%d", n.Dir)
	case *ast.EmptyStmt:
		if n.Implicit {
			fmt.Fprint(d, " Implicit")
		}
	}
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if pos, ok := v.Field(i).Interface().(token.Pos); ok && pos.IsValid() && !leftOut[name] {
			fmt.Fprintf(d, " %s=%s", name, d.at(pos))
		}
	}
	if id, ok := n.(*ast.Ident); ok {
		fmt.Fprintf(d, " %q", id.Name)
	}
	fmt.Fprintln(d)
}

func (d *dumper) node(field string, n ast.Node, depth int) {
	v := reflect.ValueOf(n).Elem()
	fmt.Fprintf(d, "%s%s: %s", strings.Repeat("  ", depth), field, v.Type().Name())
	d.head(v, n)
	for i := range v.NumField() {
		name, f := v.Type().Field(i).Name, v.Field(i)
		switch {
		case leftOut[name]:
		case (f.Kind() == reflect.Interface || f.Kind() == reflect.Pointer) && !f.IsNil():
			if c, ok := f.Interface().(ast.Node); ok {
				d.node(name, c, depth+1)
			}
		case f.Kind() == reflect.Slice:
			for k := range f.Len() {
				if c, ok := f.Index(k).Interface().(ast.Node); ok {
					d.node(name, c, depth+1)
				}
			}
		}
	}
}

func (d *dumper) parse(name string) {
	fset := token.NewFileSet()
	src, err := os.ReadFile(name)
	fmt.Fprintf(d, "== %s\n", name)
	if err != nil {
		return
	}
	f, err := parser.ParseFile(fset, name, src,
		parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	fset.Iterate(func(x *token.File) bool { d.file = x; return false })
	if f != nil && f.Package.IsValid() {
		fmt.Fprintf(d, "File Package=%s\n", d.at(f.Package))
		d.node("Name", f.Name, 1)
		for _, decl := range f.Decls {
			d.node("Decls", decl, 1)
		}
		for _, group := range f.Comments {
			for _, c := range group.List {
				fmt.Fprintf(d, "comment %s %s\n", d.at(c.Slash), fset.Position(c.Slash))
			}
		}
	}
	list, _ := err.(scanner.ErrorList)
	for _, e := range list { // where they lie in the file, and where //line says that they do
		fmt.Fprintf(d, "error %s %s: %s\n", d.at(token.Pos(d.file.Base()+e.Pos.Offset)), e.Pos, e.Msg)
	}
}

func main() {
	d := dumper{Writer: bufio.NewWriter(os.Stdout)}
	for names := bufio.NewScanner(os.Stdin); names.Scan(); {
		d.parse(names.Text())
	}
	d.Flush()
}
