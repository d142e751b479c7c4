package p

import "embed"

//go:embed a.go
var s string

//go:embed "a.go" `a.go`
var fs embed.FS

//go:embed a.go
var b []byte
