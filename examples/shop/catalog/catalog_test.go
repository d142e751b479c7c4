package catalog

import "testing"

func TestCentsString(t *testing.T) {
	for amount, want := range map[Cents]string{
		0:     "0.00 EUR",
		5:     "0.05 EUR",
		1325:  "13.25 EUR",
		-1325: "-13.25 EUR",
	} {
		if got := amount.String(); got != want {
			t.Errorf("Cents(%d) = %q, want %q", int64(amount), got, want)
		}
	}
}

func TestSampleIsOrderedAndComplete(t *testing.T) {
	previous := ""
	for _, p := range Sample() {
		if p.SKU <= previous {
			t.Errorf("%q follows %q", p.SKU, previous)
		}
		if p.Name == "" || p.Price <= 0 || p.Stock <= 0 {
			t.Errorf("incomplete product: %+v", p)
		}
		previous = p.SKU
	}
}
