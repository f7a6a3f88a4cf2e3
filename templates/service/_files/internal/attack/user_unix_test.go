//go:build unix

package attack

import (
	"os"
	"syscall"
)

// nobody is the user of the container image too. The service refuses to run as root, so that a test run as root starts it as this one.
const nobody = 65532

func unprivileged() *syscall.SysProcAttr {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}

// giveAway lets the service's user own a folder.
func giveAway(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(dir, nobody, nobody)
}
