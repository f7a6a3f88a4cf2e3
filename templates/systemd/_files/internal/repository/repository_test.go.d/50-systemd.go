package repository

import (
	"regexp"
	"strings"
	"testing"
)

// The sandbox of each unit, line by line, and its keys: credentials that nobody else can open, never in the unit.
func TestUnitsAreSandboxed(t *testing.T) {
	units := 0
	for _, unit := range files(t) {
		if !strings.HasPrefix(unit, "deploy/systemd/") || !strings.HasSuffix(unit, ".service") {
			continue
		}
		units++
		wantLines(t, unit,
			"DynamicUser=yes", "UMask=0077", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "AmbientCapabilities=", "RestrictSUIDSGID=yes",
			"LockPersonality=yes", "KeyringMode=private", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateMounts=yes", "PrivateDevices=yes",
			"DevicePolicy=closed", "PrivateUsers=yes", "PrivateIPC=yes", "RemoveIPC=yes", "ProtectHostname=yes", "ProtectClock=yes",
			"ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectProc=invisible",
			"ProcSubset=pid", "RestrictAddressFamilies=AF_INET AF_INET6", "IPAddressDeny=any", "RestrictNamespaces=yes", "RestrictRealtime=yes",
			"MemoryDenyWriteExecute=yes", "SystemCallArchitectures=native", "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources",
			"MemoryMax=512M",
		)
		text := read(t, unit)
		if m := regexp.MustCompile(`(?m)^(Exec\w*=[+!].*|(ReadWrite|Bind)Paths=.*|SetCredential=.*|.*postgres://.*)$`).FindString(text); m != "" {
			t.Errorf("%s: %s leaves the sandbox, or is a secret", unit, m)
		}
		for _, m := range regexp.MustCompile(`%d/([a-z0-9.-]+)`).FindAllStringSubmatch(text, -1) {
			if !strings.Contains(text, "\nLoadCredential="+m[1]+":/etc/") {
				t.Errorf("%s: nothing loads the credential %s", unit, m[1])
			}
		}
	}
	if units == 0 {
		t.Error("no units")
	}
}
