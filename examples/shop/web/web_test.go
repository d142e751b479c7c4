package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/shop/catalog"
	"example.com/shop/order"
)

func TestHandler(t *testing.T) {
	handler := Handler(order.NewDesk(catalog.Sample()))
	for _, test := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/products", "", http.StatusOK, `"sku":"cup"`},
		{"GET", "/orders/1", "", http.StatusNotFound, "no such order"},
		{"POST", "/orders", `{"customer":"Ada","items":[{"sku":"cup","count":2}]}`, http.StatusCreated, `"total_cents":2650`},
		{"GET", "/orders/1", "", http.StatusOK, `"customer":"Ada"`},
		{"GET", "/orders/one", "", http.StatusNotFound, "no such order"},
		{"POST", "/orders", `{"customer":"Ada"}`, http.StatusBadRequest, "nothing ordered"},
		{"POST", "/orders", `{"items":[{"sku":"spoon","count":1}]}`, http.StatusNotFound, "no such product"},
		{"POST", "/orders", `{"items":[{"sku":"kettle","count":13}]}`, http.StatusConflict, "not enough in stock"},
		{"POST", "/orders", `{"surprise":1}`, http.StatusBadRequest, "not an order"},
		{"POST", "/orders", `{"customer":"` + strings.Repeat("a", MaxBody) + `"}`, http.StatusBadRequest, "too large"},
		{"DELETE", "/orders/1", "", http.StatusMethodNotAllowed, ""},
	} {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(test.method, test.path, strings.NewReader(test.body)))
		if recorder.Code != test.status || !strings.Contains(recorder.Body.String(), test.want) {
			t.Errorf("%s %s: %d %q, want %d %q", test.method, test.path, recorder.Code, recorder.Body, test.status, test.want)
		}
	}
}
