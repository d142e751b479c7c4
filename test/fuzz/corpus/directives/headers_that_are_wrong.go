package p

func f() {
	if i := g()); i == j {
	}
	switch g() true {
	case 1:
	}
	for g()] {
	}
	if f() true {
	}
	switch {
	if x:
	}
}
