package programs

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"
)

// Listens waits until the program listens on an address. No program tells when it does, so
// Listens connects until it succeeds.
func (p *Process) Listens(ctx context.Context, address string) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-tick.C:
		case <-p.Exited:
			return fmt.Errorf("the program has ended: %s", p.EndOfLog())
		case <-ctx.Done():
			return fmt.Errorf("%w: %s", err, p.EndOfLog())
		}
	}
}

// EndOfLog returns the last lines of the log.
func (p *Process) EndOfLog() string {
	log, err := os.ReadFile(p.Log)
	if err != nil {
		return err.Error()
	}
	return string(log[max(0, len(log)-4000):])
}
