package fiberadapter

import (
	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// found is what a request runs.
type found struct {
	route   *entry      // where it ends; nil if there is none
	last    *middleware // the innermost policy; nil if there is none
	certain bool        // nothing but policies stands before last
	unclear bool        // or it may be no part of it
}

func (f found) policy() *core.Policy {
	if f.last == nil || f.unclear {
		return nil
	}
	return f.last.policy
}

// lookup asks the shadow about one path. It has a request of its own, so that
// nothing of the app's is kept.
type lookup struct {
	shadow *fiber.App
	ctx    *fiber.Ctx
	found
	static  found // what a request for a file runs
	foreign bool  // something that is no policy was passed
	all     bool
	trace   []*entry
}

type lookupKey struct{}

func newLookup(shadow *fiber.App) *lookup {
	l := &lookup{shadow: shadow, ctx: newCtx(shadow)}
	l.ctx.Locals(lookupKey{}, l)
	return l
}

func (l *lookup) find(method string) found {
	l.ask(method, false)
	if l.route == nil && l.static.route != nil {
		return l.static
	}
	return l.found
}

func (l *lookup) ask(method string, all bool) {
	*l = lookup{shadow: l.shadow, ctx: l.ctx, all: all}
	ctx := l.ctx.Context()
	ctx.Request.Header.SetMethod(method)
	l.shadow.Server().Handler(ctx)
}

// newCtx returns a context that is never given back.
func newCtx(app *fiber.App) *fiber.Ctx { return app.AcquireCtx(argument(app.Server().Handler)) }

// argument returns a new value of what a function takes. Its type need not be
// named, so fasthttp stays what it is to this module: a requirement of fiber.
func argument[T any](func(*T)) *T { return new(T) }

// pass takes note of an entry and reports whether the request goes on.
func (l *lookup) pass(e *entry) bool {
	if l.all {
		l.trace = append(l.trace, e)
		return true
	}
	if e.mine {
		l.foreign = false // what stands before the hook has let the preflight pass
	}
	if e.serves && l.static.route == nil {
		l.static = found{route: e, last: l.last}
		if e.files != nil {
			l.static.last = e.files
		}
	}
	if e.last != nil {
		l.last, l.certain = e.last, !l.foreign && !e.behind
	}
	l.foreign = l.foreign || e.foreign
	if !e.use {
		l.route, l.unclear = e, l.unclear || e.unclear
	}
	return !e.ends
}
