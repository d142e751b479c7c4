package p

const (
	a, b = iota, fmt.Word + "x"
	c, d
	_
	e, f int = 1 << iota, len(b)
)

func init() {}
func (broken
