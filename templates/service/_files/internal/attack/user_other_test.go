//go:build !unix

package attack

import "syscall"

func unprivileged() *syscall.SysProcAttr { return nil }

func giveAway(string) error { return nil }
