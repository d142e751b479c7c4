// Package catalog says what the shop sells, and for how much.
package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Cents is an amount of money. Amounts are whole numbers, so that sums are exact.
type Cents int64

func (c Cents) String() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d EUR", sign, c/100, c%100)
}

// Product is one thing that can be bought.
type Product struct {
	SKU   string `json:"sku"`
	Name  string `json:"name"`
	Price Cents  `json:"price_cents"`
	Stock int    `json:"stock"`
}

// Sample is what the sample shop begins with, ordered by SKU.
func Sample() []Product {
	products := []Product{
		{SKU: "kettle", Name: "Kettle", Price: 3490, Stock: 12},
		{SKU: "cup", Name: "Espresso cup", Price: 1325, Stock: 40},
		{SKU: "beans", Name: "Coffee beans, 1 kg", Price: 1850, Stock: 100},
	}
	slices.SortFunc(products, func(a, b Product) int { return strings.Compare(a.SKU, b.SKU) })
	return products
}
