package p

func f() {
	x := f(g()
	y := 1
}

func g() {
	switch x {
	case 1:
		f(1, g()
	case 2:
		f()
	}
}

var a = []int{1, 2 3}

func h() {
	x := []int{1, 2, 3
	y := 0
}
