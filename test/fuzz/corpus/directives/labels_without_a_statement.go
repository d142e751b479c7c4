package p

func f() {
	switch 0 {
	case 0:
	L:
	case 1:
		2:
	case 2:
		x, y:
	default:
	M:
	}
}
