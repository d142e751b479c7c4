// What go/types makes of packages: its errors, or with -dump everything that it found out. A folder
// among the arguments, which is the GOROOT of types_driver, plays no part.
//
// Each line of standard input is a package: fields between tabs, NAME PATH LANG FLAGS FILE... with
// LANG like go1.21 or empty, and FLAGS of c (import "C" is fine) and i (bodies are ignored). PATH empty
// stands for the name in the package clause. After it may come fields "import:RAW=PATH". What
// test/oracle/types_driver.c reads and prints has the same form.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strings"
)

var (
	dumps   = flag.Bool("dump", false, "print what was found out, too")
	tests   = flag.Bool("tests", false, "with assert and trace, and packages that are imported from source")
	sources = flag.Bool("source", false, "with packages that are imported from source")
	arch    = flag.String("arch", runtime.GOARCH, "whose sizes count")
	fset    = token.NewFileSet()
	checked = map[string]*types.Package{"unsafe": types.Unsafe}
	source  types.ImporterFrom
)

type request struct {
	name, path, lang, flags string
	files                   []string
	imports                 map[string]string
}

func readRequest(line string) request {
	f := strings.Split(line, "\t")
	r := request{name: f[0], path: f[1], lang: f[2], flags: f[3], imports: map[string]string{}}
	for _, rest := range f[4:] {
		if imp, ok := strings.CutPrefix(rest, "import:"); ok {
			raw, path, _ := strings.Cut(imp, "=")
			r.imports[raw] = path
		} else {
			r.files = append(r.files, rest)
		}
	}
	return r
}

// Import looks among what was checked before, then, for tests, at the sources of GOROOT.
func (r request) Import(path string) (*types.Package, error) { return r.ImportFrom(path, "", 0) }

func (r request) ImportFrom(path, dir string, mode types.ImportMode) (*types.Package, error) {
	real := path
	if p, ok := r.imports[path]; ok {
		real = p
	}
	if p := checked[real]; p != nil {
		return p, nil
	}
	if *tests || *sources {
		return source.ImportFrom(path, dir, mode)
	}
	return nil, fmt.Errorf("cannot find package %q", path)
}

func escaped(s string) string {
	return strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\t", "\\t").Replace(s)
}

func tell(out *bufio.Writer, at token.Position, code int64, soft bool, msg string) {
	fmt.Fprintf(out, "error\t%s\t%d\t%d\t%d\t%v\t%s\n", at.Filename, at.Line, at.Column, code, soft, escaped(msg))
}

func parse(out *bufio.Writer, r request) []*ast.File {
	var files []*ast.File
	for _, name := range r.files {
		file, err := parser.ParseFile(fset, name, nil, parser.AllErrors|parser.SkipObjectResolution|parser.ParseComments)
		if list, ok := err.(scanner.ErrorList); ok {
			for _, e := range list {
				tell(out, e.Pos, 0, false, e.Msg)
			}
		} else if err != nil {
			tell(out, token.Position{Filename: name}, 0, false, err.Error())
		}
		if file != nil {
			files = append(files, file)
		}
	}
	return files
}

func check(out *bufio.Writer, r request) {
	fmt.Fprintf(out, "== %s\n", r.name)
	files := parse(out, r)
	if len(files) == 0 {
		return
	}
	if r.path == "" {
		r.path = files[0].Name.Name
	}
	conf := types.Config{
		Importer: r, GoVersion: r.lang, FakeImportC: strings.Contains(r.flags, "c"),
		IgnoreFuncBodies: strings.Contains(r.flags, "i"), Sizes: types.SizesFor("gc", *arch),
		Error: func(err error) {
			e := err.(types.Error)
			code := reflect.ValueOf(e).FieldByName("go116code").Int()
			if !strings.HasPrefix(e.Msg, "\t") {
				tell(out, fset.Position(e.Pos), code, e.Soft, e.Msg)
			}
		},
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
	}
	pkg, _ := conf.Check(r.path, fset, files, info)
	if !*tests && !*sources {
		checked[r.path] = pkg
	}
	if *dumps && !conf.IgnoreFuncBodies {
		dump(out, files, info)
	}
}

func main() {
	var flags []string
	for _, arg := range os.Args[1:] {
		if !strings.HasPrefix(arg, "/") {
			flags = append(flags, arg)
		}
	}
	flag.CommandLine.Parse(flags)
	source = importer.ForCompiler(fset, "source", nil).(types.ImporterFrom)
	if *tests {
		types.DefPredeclaredTestFuncs()
	}
	in, out := bufio.NewScanner(os.Stdin), bufio.NewWriterSize(os.Stdout, 1<<20)
	in.Buffer(nil, 1<<24)
	defer out.Flush()
	for in.Scan() {
		check(out, readRequest(in.Text()))
		out.Flush() // whole answers, as the next may never end
	}
}

// A line for each expression, name, selection and instance, sorted.
// What the checker made itself, as the 1 of x++, is not in the tree and is left out.
func dump(out *bufio.Writer, files []*ast.File, info *types.Info) {
	inTree := map[ast.Node]bool{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			inTree[n] = true
			return true
		})
	}
	var lines []string
	q := func(p *types.Package) string { return p.Path() }
	add := func(pos, end token.Pos, format string, args ...any) {
		at, to := fset.PositionFor(pos, false), fset.PositionFor(end, false)
		lines = append(lines, fmt.Sprintf("%s:%d:%d-%d:%d\t", at.Filename, at.Line, at.Column, to.Line, to.Column)+
			escaped(fmt.Sprintf(format, args...)))
	}
	for e, t := range info.Types {
		if !inTree[e] {
			continue
		}
		value := ""
		if t.Value != nil {
			value = " = " + t.Value.ExactString()
		}
		add(e.Pos(), e.End(), "type %s %s%s", mode(t), types.TypeString(t.Type, q), value)
	}
	object := func(what string, id *ast.Ident, o types.Object) {
		if o == nil {
			add(id.Pos(), id.End(), "%s %s nothing", what, id.Name)
			return
		}
		at, t := "-", "-"
		if o.Pos().IsValid() {
			p := fset.PositionFor(o.Pos(), false)
			at = fmt.Sprintf("%s:%d:%d", p.Filename, p.Line, p.Column)
		}
		if o.Type() != nil {
			t = types.TypeString(o.Type(), q)
		}
		value := ""
		if c, ok := o.(*types.Const); ok && c.Val() != nil {
			value = " = " + c.Val().ExactString()
		}
		add(id.Pos(), id.End(), "%s %s %s %s%s", what, id.Name, at, t, value)
	}
	for id, o := range info.Defs {
		object("def", id, o)
	}
	for id, o := range info.Uses {
		object("use", id, o)
	}
	for e, s := range info.Selections {
		add(e.Sel.Pos(), e.Sel.End(), "selection %d %s %v %v", s.Kind(), types.TypeString(s.Recv(), q), s.Index(),
			s.Indirect())
	}
	for id, i := range info.Instances {
		var args []string
		for n := 0; n < i.TypeArgs.Len(); n++ {
			args = append(args, types.TypeString(i.TypeArgs.At(n), q))
		}
		add(id.Pos(), id.End(), "instance [%s] %s", strings.Join(args, ","), types.TypeString(i.Type, q))
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
}

func mode(t types.TypeAndValue) string {
	switch {
	case t.IsVoid():
		return "void"
	case t.IsType():
		return "type"
	case t.IsBuiltin():
		return "builtin"
	case t.IsNil():
		return "nil"
	case t.Value != nil:
		return "constant"
	case t.Addressable():
		return "variable"
	case t.Assignable():
		return "mapindex"
	case t.HasOk():
		return "commaok"
	case t.IsValue():
		return "value"
	}
	return "other"
}
