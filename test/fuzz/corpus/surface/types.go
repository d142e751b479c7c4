package p

import (
	"fmt"
	. "example.com/p"
)

type A = *B[int]

type B[P fmt.Stringer | ~int] struct {
	Exported, hidden fmt.Stringer
	*inner
	fmt.State `tag`
	rest      [len(names)]map[string]chan<- func(...B[P]) A
}

type inner struct{ interface{ M() } }

func (b *B[P]) Method(x P) (A, error) { return nil, nil }
func (A) byAlias()                     {}

var names, other = [...]string{"a", "b"}, func() int { return Taken }()
var _ fmt.Stringer = (*inner)(nil)
