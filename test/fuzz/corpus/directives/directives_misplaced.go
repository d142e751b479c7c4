//go:noinline
package p

//go:noinline
import _ "unsafe"

//go:noinline
const c = 1

//go:noinline
var v int

//go:noinline
type T int

//go:build ignore

var (
	//go:noinline
	a int
	b int //go:noinline
	//go:noinline
)

//go:noinline
type (
	A int
)

func f() {
	//go:noinline
	x := 1
	//go:noinline
	var y int
	_ = func() {
		//go:noinline
	}
	_, _ = x, y
	//go:noinline
}

var g = func() int {
	//go:noinline
	return 1
}

type S struct {
	//go:noinline
	f int
}

//go:noinline
