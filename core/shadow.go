package core

import "errors"

// Shadow evaluates a candidate beside the Config in force: every request is
// answered as ever, the observer is told what the candidate would have made of
// it, and the logger says what it would newly block or newly allow. So a policy can
// be tightened without fear: shadow it, watch, then [Policy.Reload] it. nil ends it;
// Reload does not. If candidate is bad, the error is a [*ConfigError], and if the
// policy has neither [WithObserver] nor [WithLogger], nobody would be told, which is
// an error too; in both cases nothing changes.
func (p *Policy) Shadow(candidate *Config) error {
	if p.options.watch == nil {
		return errors.New("a candidate needs somebody to watch it: make the policy with core.WithObserver or core.WithLogger")
	}
	if candidate == nil {
		p.options.watch.candidate.Store(nil)
		return nil
	}
	s, err := newState(*candidate, p.options)
	if err != nil {
		return err
	}
	p.options.watch.candidate.Store(s)
	return nil
}
