// Package web is the shop over HTTP.
//
//	GET  /products      what there is
//	POST /orders        places an order
//	GET  /orders/{id}   its receipt
package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"example.com/shop/order"
)

// MaxBody bounds what a customer may send, in bytes.
const MaxBody = 64 << 10

// Handler serves one desk.
func Handler(desk *order.Desk) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /products", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, desk.Products())
	})
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		place(desk, w, r)
	})
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.Atoi(r.PathValue("id"))
		receipt, ok := desk.Receipt(number)
		if err != nil || !ok {
			http.Error(w, "no such order", http.StatusNotFound)
			return
		}
		reply(w, http.StatusOK, receipt)
	})
	return mux
}

func place(desk *order.Desk, w http.ResponseWriter, r *http.Request) {
	var request order.Request
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, MaxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		http.Error(w, "not an order: "+err.Error(), http.StatusBadRequest)
		return
	}
	receipt, err := desk.Place(request)
	if err != nil {
		http.Error(w, err.Error(), status(err))
		return
	}
	w.Header().Set("Location", "/orders/"+strconv.Itoa(receipt.Number))
	reply(w, http.StatusCreated, receipt)
}

func status(err error) int {
	switch {
	case errors.Is(err, order.ErrOutOfStock):
		return http.StatusConflict
	case errors.Is(err, order.ErrUnknown):
		return http.StatusNotFound
	default:
		return http.StatusBadRequest
	}
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}
