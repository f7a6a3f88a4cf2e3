package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// probeTimeout is shorter than a container runtime waits, so that the reason gets printed.
const probeTimeout = 3 * time.Second

// healthcheck asks the running service for /livez on its admin listener: the image has no shell and no curl that could. It does not ask for
// /readyz, because a container must not be restarted when its database is down.
func healthcheck(ctx context.Context, env Env, _ []string) error {
	c, err := settings(env)
	if err != nil {
		return err
	}
	return alive(ctx, c.AdminAddr)
}

// alive asks the admin listener at addr.
func alive(ctx context.Context, addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port == "0" {
		return errors.New("ADMIN_ADDR names no fixed port to ask")
	}
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "127.0.0.1" // a listener on all addresses also listens here
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/livez", nil)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true}, // and no proxy from the environment
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
