// Evaluates lines of postfix constant expressions with go/constant and go/types, for constant.py.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"os"
	"strconv"
	"strings"
	_ "unsafe"
)

//go:linkname representableConst go/types.representableConst
func representableConst(x constant.Value, check *types.Checker, typ *types.Basic, rounded *constant.Value) bool

const maxBits = 4000 // integers beyond are not computed with

var binary = map[string]token.Token{
	"+": token.ADD, "-": token.SUB, "*": token.MUL, "/": token.QUO, "//": token.QUO_ASSIGN, "%": token.REM,
	"&": token.AND, "|": token.OR, "^": token.XOR, "&^": token.AND_NOT, "&&": token.LAND, "||": token.LOR,
	"==": token.EQL, "!=": token.NEQ, "<": token.LSS, "<=": token.LEQ, ">": token.GTR, ">=": token.GEQ,
}
var literals = map[byte]token.Token{
	'i': token.INT, 'f': token.FLOAT, 'm': token.IMAG, 'c': token.CHAR, 's': token.STRING,
}

func numeric(x constant.Value) bool { return x.Kind() >= constant.Int }

// Whether op is defined for x and y.
func allowed(op token.Token, x, y constant.Value) bool {
	if x.Kind() == constant.Unknown || y.Kind() == constant.Unknown {
		return false
	}
	both := func(k constant.Kind) bool { return x.Kind() == k && y.Kind() == k }
	ordered := both(constant.String) || numeric(x) && numeric(y) && x.Kind() != constant.Complex && y.Kind() != constant.Complex
	switch op {
	case token.ADD:
		return both(constant.String) || numeric(x) && numeric(y)
	case token.SUB, token.MUL:
		return numeric(x) && numeric(y)
	case token.QUO:
		return numeric(x) && numeric(y) && constant.Sign(y) != 0
	case token.QUO_ASSIGN, token.REM:
		return both(constant.Int) && constant.Sign(y) != 0
	case token.LAND, token.LOR:
		return both(constant.Bool)
	case token.EQL, token.NEQ:
		return both(constant.Bool) || both(constant.String) || numeric(x) && numeric(y)
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		return ordered
	}
	return both(constant.Int)
}

func apply(op token.Token, x, y constant.Value) constant.Value {
	if !allowed(op, x, y) {
		return constant.MakeUnknown()
	}
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return constant.MakeBool(constant.Compare(x, op, y))
	}
	return constant.BinaryOp(x, op, y)
}

func unary(word string, n int, x constant.Value) constant.Value {
	isInt := x.Kind() == constant.Int
	switch {
	case word == "neg" && numeric(x):
		return constant.UnaryOp(token.SUB, x, 0)
	case word == "not" && x.Kind() == constant.Bool:
		return constant.UnaryOp(token.NOT, x, 0)
	case word == "inv" && isInt:
		return constant.UnaryOp(token.XOR, x, uint(n))
	case word == "shl" && isInt:
		return constant.Shift(x, token.SHL, uint(n))
	case word == "shr" && isInt:
		return constant.Shift(x, token.SHR, uint(n))
	case word == "toint":
		return constant.ToInt(x)
	case word == "tofloat":
		return constant.ToFloat(x)
	case word == "tocomplex":
		return constant.ToComplex(x)
	case word == "real" && numeric(x):
		return constant.Real(x)
	case word == "imag" && numeric(x):
		return constant.Imag(x)
	}
	return constant.MakeUnknown()
}

func eval(line string) constant.Value {
	var stack []constant.Value
	push := func(x constant.Value) {
		if x.Kind() == constant.Int && constant.BitLen(x) > maxBits {
			x = constant.MakeUnknown()
		}
		stack = append(stack, x)
	}
	for _, word := range strings.Fields(line) {
		if len(word) > 1 && word[1] == ':' {
			text, _ := hex.DecodeString(word[2:])
			push(constant.MakeFromLiteral(string(text), literals[word[0]], 0))
		} else if op, ok := binary[word]; ok {
			x, y := stack[len(stack)-2], stack[len(stack)-1]
			stack = stack[:len(stack)-2]
			push(apply(op, x, y))
		} else {
			name, arg, _ := strings.Cut(word, "=")
			n, _ := strconv.Atoi(arg)
			x := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			push(unary(name, n, x))
		}
	}
	return stack[0]
}

func describe(x constant.Value, checks []*types.Checker) string {
	out := fmt.Sprintf("%d|%s|%s", x.Kind(), x.ExactString(), x.String())
	switch x.Kind() {
	case constant.Int:
		i, iok := constant.Int64Val(x)
		u, uok := constant.Uint64Val(x)
		if !iok {
			i = 0
		}
		if !uok {
			u = 0
		}
		out += fmt.Sprintf("|%d %v %d %v %d", i, iok, u, uok, constant.BitLen(x))
		fallthrough
	case constant.Float:
		f, fok := constant.Float64Val(x)
		g, gok := constant.Float32Val(x)
		out += fmt.Sprintf("|%x %v %x %v", math.Float64bits(f), fok, math.Float64bits(float64(g)), gok)
		fallthrough
	case constant.Complex:
		out += fmt.Sprintf("|%d", constant.Sign(x))
	}
	if x.Kind() == constant.Unknown {
		return out
	}
	for kind := types.Bool; kind <= types.UntypedString; kind++ {
		if kind == types.UnsafePointer || kind == types.UntypedRune {
			continue
		}
		for _, check := range checks {
			rounded := x
			ok := representableConst(x, check, types.Typ[kind], &rounded)
			if out += "|-"; ok {
				out += rounded.ExactString()
			}
		}
	}
	return out
}

func answer(line string, checks []*types.Checker) (out string) {
	defer func() {
		if recover() != nil {
			out = "panic"
		}
	}()
	return describe(eval(line), checks)
}

func main() {
	var checks []*types.Checker
	for _, arch := range []string{"amd64", "386"} {
		checks = append(checks, types.NewChecker(&types.Config{Sizes: types.SizesFor("gc", arch)}, token.NewFileSet(), types.NewPackage("p", "p"), nil))
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		fmt.Fprintln(out, answer(in.Text(), checks))
	}
}
