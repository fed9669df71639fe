package main

import (
	"context"
	"io"
	"testing"
)

// TestInterruptedInput checks that an interrupt ends the wait for a pasted text.
func TestInterruptedInput(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	if text, err := input(nil, streams{in: interruptible(ctx, in)}); err == nil {
		t.Errorf("read %q", text)
	}
}

// TestUninterruptedInput checks that nothing is lost otherwise.
func TestUninterruptedInput(t *testing.T) {
	in, out := io.Pipe()
	go func() {
		for range 3 {
			_, _ = io.WriteString(out, "text ")
		}
		out.Close()
	}()
	if text, err := input(nil, streams{in: interruptible(t.Context(), in)}); err != nil || text != "text text text " {
		t.Errorf("read %q, %v", text, err)
	}
}
