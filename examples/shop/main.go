// Shop is a small web shop: the sample on which goward shows its main job.
//
//	go run .            serves on localhost:8080
//	go run . -once      serves on a free port, buys something there, prints the receipt and ends
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"time"

	"example.com/shop/catalog"
	"example.com/shop/order"
	"example.com/shop/web"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "address to serve on")
	once := flag.Bool("once", false, "buy something, print the receipt and end")
	flag.Parse()
	log.SetFlags(0)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *once {
		*addr = "127.0.0.1:0"
	}
	if err := run(ctx, *addr, *once, os.Stdout); err != nil {
		log.Fatal("shop: ", err)
	}
}

// run serves until ctx is done or, with once, until one order has been placed.
func run(ctx context.Context, addr string, once bool, out io.Writer) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           web.Handler(order.NewDesk(catalog.Sample())),
		ReadHeaderTimeout: 5 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	base := "http://" + listener.Addr().String()
	if once {
		err = buy(ctx, base, out)
	} else {
		fmt.Fprintln(out, "serving on", base)
		select {
		case <-ctx.Done():
		case err = <-served:
			return err
		}
	}
	deadline, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if down := server.Shutdown(deadline); err == nil {
		err = down
	}
	return err
}

// buy places one order as a customer would, and prints the receipt.
func buy(ctx context.Context, base string, out io.Writer) error {
	body, err := json.Marshal(order.Request{
		Customer: "Ada",
		Items:    []order.Item{{SKU: "cup", Count: 2}, {SKU: "kettle", Count: 1}},
	})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/orders", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return fmt.Errorf("placing the order: %s: %s", response.Status, text)
	}
	var receipt order.Receipt
	if err := json.NewDecoder(response.Body).Decode(&receipt); err != nil {
		return fmt.Errorf("reading the receipt: %w", err)
	}
	fmt.Fprintf(out, "shop built by %s for %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	_, err = io.WriteString(out, receipt.String())
	return err
}
