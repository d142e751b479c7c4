package p

func f() {
	go func() {
		send <-
	}()
}

func g() {
	_ = (1 +)
	_ = a[2 +]
	_ = []int{1, 2, 3 + }
	f(,)
	x := y z
	return
}
