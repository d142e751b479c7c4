package p

//go:cgo_export_static f
//go:cgo_unsafe_args
func f() {}

//go:cgo_import_dynamic f f "lib"
//go:cgo_import_dynamic f
