package p

//go:wasmimport a
func f() {}

//go:wasmexport
func g() {}

//go:wasmexport a b
func h() {}

//go:wasmimport m n
var x int
