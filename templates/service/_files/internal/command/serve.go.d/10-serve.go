package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"example.com/app/internal/app"
	"example.com/app/internal/config"
	"example.com/app/internal/doctor"
	"example.com/app/internal/event"
	"example.com/app/internal/logging"
)

// serve runs the service. It makes no key, changes no schema and reads no .env file: what is weak or missing stops it.
func serve(ctx context.Context, env Env, _ []string) error {
	c, err := config.Load(env.Getenv)
	if err != nil {
		event.Log(logging.Into(ctx, logging.New(env.Stdout, slog.LevelInfo)), event.ConfigRejected)
		return fmt.Errorf("settings:\n%w", err)
	}
	log := newLog(env.Stdout, c)
	ctx = logging.Into(ctx, log)
	if err := refuseWeak(ctx, c, env); err != nil {
		event.Log(ctx, event.ConfigRejected)
		return err
	}
	a, err := app.New(ctx, c, log)
	if err != nil {
		return err
	}
	return errors.Join(a.Run(ctx), a.Close())
}

// newLog returns a logger in the form that LOG_FORMAT asks for.
func newLog(w io.Writer, c config.Config) *slog.Logger {
	if c.LogFormat == "text" {
		return logging.NewText(w, c.LogLevel)
	}
	return logging.New(w, c.LogLevel)
}

// refuseWeak logs what doctor finds and fails on what is fatal.
func refuseWeak(ctx context.Context, c config.Config, env Env) error {
	var fatal []string
	for _, f := range doctor.Examine(ctx, c, doctor.Host{UserID: os.Geteuid(), Getenv: env.Getenv}) {
		if f.Severity == doctor.Fatal {
			fatal = append(fatal, f.Code+": "+f.Message+" ("+f.Fix+")")
			continue
		}
		logging.From(ctx).LogAttrs(ctx, slog.LevelWarn, "weak setting", slog.String("code", f.Code), slog.String("fix", f.Fix))
	}
	if len(fatal) > 0 {
		return fmt.Errorf("refusing to start:\n%s", strings.Join(fatal, "\n"))
	}
	return nil
}
