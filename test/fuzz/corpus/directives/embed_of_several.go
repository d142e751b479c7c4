package p

import _ "embed"

//go:embed a.go
var a, b string

//go:embed a.go
var c = ""

var (
	//go:embed a.go
	d string
	//go:embed a.go
	//go:embed a.go
	e, f string
)
