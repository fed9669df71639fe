package core

import (
	"strconv"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core/internal/origins"
)

// newState validates cfg. With an origin function, no origin has to be listed.
func newState(cfg Config, hasOriginFunc bool) (*state, error) {
	var fs findings
	s := new(state)
	patterns, anyOrigin := fs.checkOrigins(&cfg, hasOriginFunc)
	s.rules = rules{
		anyOrigin:       anyOrigin,
		credentials:     cfg.AllowCredentials,
		methods:         fs.checkMethods(&cfg),
		headers:         fs.checkAllowHeaders(&cfg),
		expose:          fs.checkExposeHeaders(&cfg),
		maxAge:          fs.checkMaxAge(cfg.MaxAge),
		preflightStatus: fs.checkPreflightStatus(cfg.PreflightStatus),
	}
	if err := fs.err(); err != nil {
		return nil, err
	}
	s.config, s.warnings = cfg.clone(), fs.warnings
	s.answers = s.rules.answers()
	s.origins = origins.NewSet(patterns, cfg.AllowCredentials && !cfg.DangerouslyAllowPublicSuffixes)
	s.authorizationListed = s.headers.has(authorization)
	s.insecureAllowed = cfg.DangerouslyAllowInsecureOrigins
	s.reflects = s.reflectsMethods() || s.reflectsHeaders()
	return s, nil
}

// checkOrigins validates AllowOrigins. It returns the patterns, or any == true
// for "*".
func (fs *findings) checkOrigins(cfg *Config, hasOriginFunc bool) (patterns []origins.Pattern, any bool) {
	if len(cfg.AllowOrigins) == 0 && !hasOriginFunc {
		fs.add(Problem{
			Field: "AllowOrigins", Index: -1, Code: "origins-missing",
			Message: `no origin is listed, so nothing would be allowed; list the origins of your pages, such as "https://app.example.com", or "*" for every origin`,
		})
		return nil, false
	}
	patterns = make([]origins.Pattern, 0, len(cfg.AllowOrigins))
	listed := make(map[string]struct{}, len(cfg.AllowOrigins))
	for i, entry := range cfg.AllowOrigins {
		problem := Problem{Field: "AllowOrigins", Index: i, Value: entry}
		if _, ok := listed[entry]; ok {
			problem.Code, problem.Message = "duplicate", "the entry is listed twice; remove one"
			fs.warn(problem)
			continue
		}
		listed[entry] = struct{}{}
		if entry == everyOrigin {
			any = true
			fs.checkEveryOrigin(problem, cfg, hasOriginFunc)
			continue
		}
		p, ok := origins.Parse(entry)
		if !ok {
			fs.addOrigin(i, entry, cfg)
			continue
		}
		patterns = append(patterns, p)
		if f := needsCare(p, cfg); f.code != "" {
			problem.Code, problem.Message = f.code, f.message
			if f.fix != "" {
				problem.Fix = []string{f.fix}
			}
			fs.add(problem)
		}
	}
	return patterns, any
}

const anyWithCredentials = `with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set AllowCredentials to false`

func (fs *findings) checkEveryOrigin(problem Problem, cfg *Config, hasOriginFunc bool) {
	switch {
	case cfg.AllowCredentials:
		problem.Code = "origin-any-credentials"
		problem.Message = anyWithCredentials
		fs.add(problem)
	case hasOriginFunc:
		problem.Code = "origin-any-func"
		problem.Message = `"*" already allows every origin, so the origin function would never be called; remove one of the two`
		fs.add(problem)
	case len(cfg.AllowOrigins) > 1:
		problem.Code = "origin-any-others"
		problem.Message = `"*" allows every origin, so the other entries change nothing; remove them, or remove "*"`
		fs.warn(problem)
	}
}

// needsCare finds what is wrong with a valid pattern together with credentials.
func needsCare(p origins.Pattern, cfg *Config) finding {
	if !cfg.AllowCredentials {
		return finding{}
	}
	shared := allowsStrangers(p, cfg)
	if !p.Insecure() || cfg.DangerouslyAllowInsecureOrigins {
		return shared
	}
	if shared.code != "" {
		return bad("origin-insecure", shared.message+" and DangerouslyAllowInsecureOrigins", "")
	}
	secure, _ := correctOrigin(p.Secure(), cfg)
	return bad("origin-insecure", "with credentials, an attacker in the network of an http page can act as its user; serve the page with https, or set DangerouslyAllowInsecureOrigins", secure)
}

// allowsStrangers finds the reason why strangers can have a page at an origin of the
// pattern. The message ends with the field that permits the pattern.
func allowsStrangers(p origins.Pattern, cfg *Config) finding {
	switch {
	case cfg.DangerouslyAllowPublicSuffixes:
	case p.AnyHost():
		return bad("origin-any-host", "with credentials, every page of the scheme could act as your users; list the origins one by one, or set DangerouslyAllowPublicSuffixes", "")
	case p.ReachesRegistrable():
		return bad("origin-public-suffix", "with credentials, anyone who registers a name below "+p.Domain()+" could act as your users; list the origins one by one, or set DangerouslyAllowPublicSuffixes", "")
	case p.NamedSuffix() != "":
		return bad("origin-public-suffix", "with credentials, strangers who share the public suffix "+p.NamedSuffix()+" could act as your users; list the origins of your own pages one by one, or set DangerouslyAllowPublicSuffixes", "")
	}
	return finding{}
}

// addOrigin reports an entry that is no pattern.
func (fs *findings) addOrigin(i int, entry string, cfg *Config) {
	problem := Problem{Field: "AllowOrigins", Index: i, Value: entry}
	switch trimmed := origins.Trim(entry); {
	case trimmed == "":
		problem.Code, problem.Message = "origin-empty", "an empty entry matches nothing; remove it"
	case strings.EqualFold(trimmed, "null"):
		problem.Code, problem.Message = "origin-null", "every sandboxed page has the origin null, also one that an attacker wrote, so no list allows it; remove the entry"
	default:
		found, corrected := origins.Diagnose(entry)
		problem.Code = found[0].Code
		messages := make([]string, len(found))
		for j, f := range found {
			messages[j] = f.Message
		}
		fix, prohibited := correctOrigins(corrected, cfg)
		if prohibited != "" {
			messages = append(messages, prohibited)
		}
		problem.Message, problem.Fix = strings.Join(messages, ", and "), fix
	}
	fs.add(problem)
}

// correctOrigins makes sure that each proposed entry is valid under cfg, or proposes a
// better one. If that is impossible for one of them, it returns the reason instead.
func correctOrigins(proposed []string, cfg *Config) (fix []string, prohibited string) {
	listed := make(map[string]bool)
	for _, entry := range proposed {
		if entry == everyOrigin {
			if cfg.AllowCredentials {
				return nil, anyWithCredentials
			}
			return []string{everyOrigin}, ""
		}
		entry, prohibited := correctOrigin(entry, cfg)
		if entry == "" {
			return nil, prohibited
		}
		if !listed[entry] {
			fix = append(fix, entry)
			listed[entry] = true
		}
	}
	return fix, ""
}

// correctOrigin returns a proposed correction, or a better one if cfg prohibits it. If there
// is none, it returns the reason instead.
func correctOrigin(proposed string, cfg *Config) (corrected, prohibited string) {
	p, ok := origins.Parse(proposed)
	if !ok {
		return "", ""
	}
	f := needsCare(p, cfg)
	switch {
	case f.code == "":
		return proposed, ""
	case f.fix == "":
		return "", f.message
	}
	return f.fix, ""
}

const (
	defaultMaxAge = 10 * time.Minute // Safari honours no more
	longestMaxAge = 24 * time.Hour   // Firefox honours no more

	defaultPreflightStatus = 204
)

// checkMaxAge returns the value of Access-Control-Max-Age.
func (fs *findings) checkMaxAge(age time.Duration) string {
	problem := Problem{Field: "MaxAge", Index: -1, Value: age.String()}
	switch {
	case age == 0:
		age = defaultMaxAge
	case age < 0:
		age = 0
	case age < time.Second:
		problem.Code = "max-age-short"
		problem.Message = "the duration is less than a second; a number without a unit counts nanoseconds"
		problem.Fix = []string{time.Second.String()}
		if age <= longestMaxAge/time.Second {
			problem.Fix = []string{(age * time.Second).String()}
		}
		fs.add(problem)
	case age > longestMaxAge:
		age = longestMaxAge
		problem.Code = "max-age-long"
		problem.Message = "no browser keeps the answer to a preflight for more than a day, so this counts as a day"
		problem.Fix = []string{age.String()}
		fs.warn(problem)
	case age%time.Second != 0:
		age = age.Truncate(time.Second)
		problem.Code = "max-age-fraction"
		problem.Message = "Access-Control-Max-Age counts whole seconds, so the fraction is dropped"
		problem.Fix = []string{age.String()}
		fs.warn(problem)
	}
	return strconv.FormatInt(int64(age/time.Second), 10)
}

// checkPreflightStatus returns the status of a preflight's answer.
func (fs *findings) checkPreflightStatus(status int) int {
	if status == 0 {
		return defaultPreflightStatus
	}
	if status < 200 || status > 299 {
		fs.add(Problem{
			Field: "PreflightStatus", Index: -1, Value: strconv.Itoa(status), Code: "preflight-status",
			Message: "browsers refuse a preflight unless its status is 200 to 299 (Fetch, ok status)",
			Fix:     []string{strconv.Itoa(defaultPreflightStatus)},
		})
	}
	return status
}
