// Package order takes orders and keeps the stock.
package order

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"example.com/shop/catalog"
)

// Why an order cannot be placed.
var (
	ErrEmpty      = errors.New("nothing ordered")
	ErrUnknown    = errors.New("no such product")
	ErrOutOfStock = errors.New("not enough in stock")
	ErrCount      = errors.New("count out of range")
)

// MaxCount bounds one line of an order.
const MaxCount = 1000

// Item is one line of an order.
type Item struct {
	SKU   string `json:"sku"`
	Count int    `json:"count"`
}

// Request is what a customer sends.
type Request struct {
	Customer string `json:"customer"`
	Items    []Item `json:"items"`
}

// Line is one line of a receipt.
type Line struct {
	Name  string        `json:"name"`
	Count int           `json:"count"`
	Sum   catalog.Cents `json:"sum_cents"`
}

// Receipt is what a customer gets.
type Receipt struct {
	Number   int           `json:"number"`
	Customer string        `json:"customer"`
	Lines    []Line        `json:"lines"`
	Total    catalog.Cents `json:"total_cents"`
}

func (r Receipt) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "order %d for %s\n", r.Number, r.Customer)
	for _, line := range r.Lines {
		fmt.Fprintf(&b, "  %d x %-20s %12s\n", line.Count, line.Name, line.Sum)
	}
	fmt.Fprintf(&b, "  total %30s\n", r.Total)
	return b.String()
}

// Desk takes orders from many customers at once.
type Desk struct {
	mu       sync.Mutex
	products []catalog.Product
	receipts []Receipt
}

// NewDesk opens a desk with its own copy of the stock.
func NewDesk(products []catalog.Product) *Desk {
	return &Desk{products: append([]catalog.Product(nil), products...)}
}

// Products is a copy of the stock as it is now.
func (d *Desk) Products() []catalog.Product {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]catalog.Product(nil), d.products...)
}

// Receipt is the receipt of that number.
func (d *Desk) Receipt(number int) (Receipt, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if number < 1 || number > len(d.receipts) {
		return Receipt{}, false
	}
	return d.receipts[number-1], true
}

// Place takes an order whole or not at all.
func (d *Desk) Place(request Request) (Receipt, error) {
	if len(request.Items) == 0 {
		return Receipt{}, ErrEmpty
	}
	d.mu.Lock()
	defer d.mu.Unlock()

	stock := append([]catalog.Product(nil), d.products...)
	receipt := Receipt{Number: len(d.receipts) + 1, Customer: request.Customer}
	for _, item := range request.Items {
		product := find(stock, item.SKU)
		switch {
		case product == nil:
			return Receipt{}, fmt.Errorf("%w: %q", ErrUnknown, item.SKU)
		case item.Count < 1 || item.Count > MaxCount:
			return Receipt{}, fmt.Errorf("%w: %d of %q", ErrCount, item.Count, item.SKU)
		case item.Count > product.Stock:
			return Receipt{}, fmt.Errorf("%w: %d of %q, %d left", ErrOutOfStock, item.Count, item.SKU, product.Stock)
		}
		product.Stock -= item.Count
		sum := product.Price * catalog.Cents(item.Count)
		receipt.Lines = append(receipt.Lines, Line{product.Name, item.Count, sum})
		receipt.Total += sum
	}
	d.products = stock
	d.receipts = append(d.receipts, receipt)
	return receipt, nil
}

func find(products []catalog.Product, sku string) *catalog.Product {
	for i := range products {
		if products[i].SKU == sku {
			return &products[i]
		}
	}
	return nil
}
