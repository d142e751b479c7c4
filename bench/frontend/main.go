// What bench/frontend_bench.c does, with go/scanner and go/parser: files that standard input names are
// read first, then scanned or parsed.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

var names []string
var texts [][]byte

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func scan() (n int) {
	for i, text := range texts {
		fset := token.NewFileSet()
		var s scanner.Scanner
		s.Init(fset.AddFile(names[i], -1, len(text)), text, nil, scanner.ScanComments)
		for {
			if _, tok, _ := s.Scan(); tok == token.EOF {
				break
			}
			n++
		}
	}
	return n
}

func parse(keep bool) (kept []*ast.File, fset *token.FileSet) {
	fset = token.NewFileSet()
	for i, text := range texts {
		if !keep {
			fset = token.NewFileSet()
		}
		f, _ := parser.ParseFile(fset, names[i], text, parser.ParseComments|parser.SkipObjectResolution)
		if keep {
			kept = append(kept, f)
		}
	}
	return kept, fset
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func main() {
	what, rounds := os.Args[1], 1
	if len(os.Args) > 2 {
		rounds, _ = strconv.Atoi(os.Args[2])
	}
	size, lines := 0, 0
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		text, err := os.ReadFile(in.Text())
		if err != nil {
			panic(err)
		}
		names, texts = append(names, in.Text()), append(texts, text)
		size, lines = size+len(text), lines+bytes.Count(text, []byte("\n"))
	}
	best, made, before := time.Hour, 0, heap()
	for range rounds {
		begin := cpu()
		switch what {
		case "scan":
			made = scan()
		case "parse":
			parse(false)
		case "keep":
			kept, fset := parse(true)
			made = int(heap() - before)
			runtime.KeepAlive(kept)
			runtime.KeepAlive(fset)
		}
		best = min(best, cpu()-begin)
	}
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	fmt.Printf("%.4f %d %d %d %d\n", best.Seconds(), lines, size, made, u.Maxrss)
}
