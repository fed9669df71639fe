package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

// maxCalls is how many calls of the store run at the same time.
const maxCalls = 16

// config returns the config for the pages of all tenants, if the store keeps none. For
// MaxAge after its tenant was removed, a page can still send requests without a new
// preflight. It cannot read answers.
func config() core.Config {
	return core.Config{
		AllowMethods:     []string{"PUT"},
		AllowHeaders:     []string{"Content-Type"},
		AllowCredentials: true,
		MaxAge:           time.Minute,
	}
}

// guard decides which pages may use the shop. It is the follower of a store.
type guard struct {
	*origincache.Cache
	policy  *core.Policy
	log     *slog.Logger
	version atomic.Int64  // of the policy in force
	ready   chan struct{} // closed when a policy of the store is in force
}

func newGuard(tenants store, s settings, log *slog.Logger) (*guard, error) {
	g := &guard{log: log, ready: make(chan struct{}), Cache: &origincache.Cache{
		Func:       tenants.allow,
		AllowedFor: s.allowedFor,
		RefusedFor: 30 * time.Second,
		StaleFor:   s.staleFor,
		Timeout:    timeout,
		MaxEntries: 100_000,
		MaxCalls:   maxCalls,
	}}
	var err error
	g.policy, err = core.NewPolicy(config(), core.WithOriginFunc(g.allow), core.WithLogger(log))
	return g, err
}

// allow is a [core.OriginFunc]. Before the first policy of the store is in force, it denies
// every origin, since the policy of the program may permit more.
func (g *guard) allow(ctx context.Context, o core.Origin, to core.Target) (bool, error) {
	select {
	case <-g.ready:
		return g.Allow(ctx, o, to)
	default:
		return false, errors.New("no policy has been read yet")
	}
}

// reload puts a policy of the store in force. If the policy is bad, the old one remains. It
// is not safe for concurrent use.
func (g *guard) reload(version int64, text string) {
	if err := g.apply(text); err != nil {
		g.log.Error("the policy in the database is bad; the old one stays in force", "version", version, "error", err)
		return
	}
	g.log.Info("policy in force", "version", version)
	g.version.Store(version)
	select {
	case <-g.ready:
	default:
		close(g.ready)
	}
}

func (g *guard) apply(text string) error {
	if text == "" {
		return g.policy.Reload(config())
	}
	source, err := configfile.JSON([]byte(text))
	if err != nil {
		return err
	}
	return source.Apply(g.policy.Reload)
}
