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

	"example.com/app/internal/config"
)

// probeTimeout is shorter than a container runtime waits, so that the reason gets printed.
const probeTimeout = 3 * time.Second

// healthcheck asks the running service for /livez, because the image has no shell and no curl that could. It asks the admin listener,
// which strangers cannot fill. Not /readyz: a container must not be restarted because of its database.
func healthcheck(ctx context.Context, env Env, args []string) error {
	if len(args) > 0 {
		return ErrUsage
	}
	c, err := config.Load(env.Getenv)
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	return alive(ctx, c.AdminAddr)
}

// alive asks the listener at addr.
func alive(ctx context.Context, addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port == "0" {
		return errors.New("ADMIN_ADDR names no fixed port to ask")
	}
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "127.0.0.1" // a listener on all addresses listens here too
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/livez", nil)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true}, // and no proxy of the environment
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
