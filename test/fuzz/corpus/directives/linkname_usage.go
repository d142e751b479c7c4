package p

import _ "unsafe"

//go:linkname a b c
//go:linkname
//go:linkname 
func a() {}
