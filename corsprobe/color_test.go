package main

import (
	"os"
	"strings"
	"testing"
)

// TestColor checks that colors are for terminals only, and that NO_COLOR turns them off.
func TestColor(t *testing.T) {
	device, err := os.Open(os.DevNull) // a device, as a terminal is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { device.Close() })
	file, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	if !colored(device) || colored(file) {
		t.Errorf("colors for a terminal: %v, for a file: %v", colored(device), colored(file))
	}
	t.Setenv("NO_COLOR", "1")
	if colored(device) {
		t.Error("NO_COLOR is ignored")
	}
	r := probeServer(t, api{say(204), say(200)}, put())
	var with, without strings.Builder
	printer{&with, true}.print(&r, "")
	printer{&without, false}.print(&r, "")
	removed := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[2m", "", "\x1b[31m", "", "\x1b[32m", "").Replace(with.String())
	if removed != without.String() || with.String() == without.String() {
		t.Errorf("without colors, the output is\n%s\nwant\n%s", removed, without.String())
	}
}
