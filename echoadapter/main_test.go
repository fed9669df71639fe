package echoadapter_test

import (
	"log/slog"
	"os"
	"testing"
)

// Reports are for the tests that read them.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}
