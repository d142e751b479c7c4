package main

import (
	"runtime"
	"strings"
	"testing"
)

func TestOnce(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), "127.0.0.1:0", true, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{runtime.Version(), "order 1 for Ada", "61.40 EUR"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &out)
		}
	}
}
