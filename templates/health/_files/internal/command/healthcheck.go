package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"example.com/app/internal/config"
)

// probeTimeout is shorter than a container runtime waits, so that the reason gets printed.
const probeTimeout = 3 * time.Second

// healthcheck asks the running service for /livez: the image has no shell and no curl that could. Not /readyz, because a container must not be
// restarted for the sake of its database.
func healthcheck(ctx context.Context, env Env, args []string) error {
	if len(args) > 0 {
		return ErrUsage
	}
	c, err := config.Load(env.Getenv)
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	trust, err := trusted(c)
	if err != nil {
		return fmt.Errorf("trust: %w", err)
	}
	return alive(ctx, c.Addr, trust)
}

// alive asks the listener at addr, over TLS if there is something to trust.
func alive(ctx context.Context, addr string, trust *tls.Config) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port == "0" {
		return errors.New("ADDR names no fixed port to ask")
	}
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "127.0.0.1" // a listener on all addresses listens here too
	}
	scheme := "http"
	if trust != nil {
		scheme = "https"
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+"/livez", nil)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: trust}, // and no proxy of the environment
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 64))
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	if res.StatusCode != http.StatusOK || string(body) != "ok\n" {
		return fmt.Errorf("the service answers %d", res.StatusCode)
	}
	return nil
}
