package order

import (
	"errors"
	"sync"
	"testing"

	"example.com/shop/catalog"
)

func stock() []catalog.Product {
	return []catalog.Product{
		{SKU: "cup", Name: "Cup", Price: 1325, Stock: 5},
		{SKU: "kettle", Name: "Kettle", Price: 3490, Stock: 1},
	}
}

func TestPlace(t *testing.T) {
	desk := NewDesk(stock())
	receipt, err := desk.Place(Request{"Ada", []Item{{"cup", 2}, {"kettle", 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Number != 1 || receipt.Total != 6140 || len(receipt.Lines) != 2 {
		t.Errorf("receipt = %+v", receipt)
	}
	if got := desk.Products()[0].Stock; got != 3 {
		t.Errorf("%d cups left, want 3", got)
	}
	if again, ok := desk.Receipt(1); !ok || again.Total != receipt.Total {
		t.Errorf("Receipt(1) = %+v, %v", again, ok)
	}
}

func TestRefusedOrderChangesNothing(t *testing.T) {
	for _, test := range []struct {
		name  string
		items []Item
		want  error
	}{
		{"empty", nil, ErrEmpty},
		{"unknown", []Item{{"cup", 1}, {"spoon", 1}}, ErrUnknown},
		{"none", []Item{{"cup", 0}}, ErrCount},
		{"too many", []Item{{"cup", MaxCount + 1}}, ErrCount},
		{"out of stock", []Item{{"cup", 6}}, ErrOutOfStock},
		{"out of stock in two lines", []Item{{"kettle", 1}, {"kettle", 1}}, ErrOutOfStock},
	} {
		t.Run(test.name, func(t *testing.T) {
			desk := NewDesk(stock())
			if _, err := desk.Place(Request{"Ada", test.items}); !errors.Is(err, test.want) {
				t.Errorf("error = %v, want %v", err, test.want)
			}
			if got := desk.Products(); got[0].Stock != 5 || got[1].Stock != 1 {
				t.Errorf("stock changed: %+v", got)
			}
			if _, ok := desk.Receipt(1); ok {
				t.Error("there is a receipt")
			}
		})
	}
}

func TestManyCustomersAtOnce(t *testing.T) {
	desk := NewDesk([]catalog.Product{{SKU: "cup", Name: "Cup", Price: 1, Stock: 100}})
	var customers sync.WaitGroup
	for range 150 {
		customers.Go(func() { desk.Place(Request{"Ada", []Item{{"cup", 1}}}) })
	}
	customers.Wait()
	if left := desk.Products()[0].Stock; left != 0 {
		t.Errorf("%d left, want 0", left)
	}
	if _, ok := desk.Receipt(101); ok {
		t.Error("more was sold than there was")
	}
}
