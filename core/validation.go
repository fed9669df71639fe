package core

import (
	"strconv"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core/internal/origins"
)

// newState validates cfg. With an origin function, no origin has to be listed.
func newState(cfg Config, hasOriginFunc bool) (*state, error) {
	var ps problemList
	s := new(state)
	patterns, anyOrigin := ps.checkOrigins(&cfg, hasOriginFunc)
	s.rules = rules{
		anyOrigin:       anyOrigin,
		credentials:     cfg.AllowCredentials,
		methods:         ps.checkMethods(&cfg),
		headers:         ps.checkAllowHeaders(&cfg),
		expose:          ps.checkExposeHeaders(&cfg),
		maxAge:          ps.checkMaxAge(cfg.MaxAge),
		preflightStatus: ps.checkPreflightStatus(cfg.PreflightStatus),
	}
	if err := ps.err(); err != nil {
		return nil, err
	}
	s.config = cfg.clone()
	s.answers = s.rules.answers()
	s.origins = origins.NewSet(patterns, cfg.AllowCredentials && !cfg.DangerouslyAllowPublicSuffixes)
	s.authorizationListed = s.headers.hasFold(authorization)
	s.insecureAllowed = cfg.DangerouslyAllowInsecureOrigins
	s.reflects = s.reflectsMethods() || s.reflectsHeaders()
	return s, nil
}

// checkOrigins validates AllowOrigins. It returns the patterns, or any == true
// for "*".
func (ps *problemList) checkOrigins(cfg *Config, hasOriginFunc bool) (patterns []origins.Pattern, any bool) {
	if len(cfg.AllowOrigins) == 0 && !hasOriginFunc {
		ps.add(Problem{
			Field: "AllowOrigins", Index: -1, Code: "origins-missing",
			Message: `no origin is listed, so nothing would be allowed; list the origins of your pages, such as "https://app.example.com", or "*" for every origin`,
		})
		return nil, false
	}
	patterns = make([]origins.Pattern, 0, len(cfg.AllowOrigins))
	for i, entry := range cfg.AllowOrigins {
		if entry == everyOrigin {
			any = true
			ps.checkEveryOrigin(cfg, i, hasOriginFunc)
			continue
		}
		p, ok := origins.Parse(entry)
		if !ok {
			ps.addOrigin(i, entry, cfg)
			continue
		}
		patterns = append(patterns, p)
		if f := needsCare(p, cfg); f.code != "" {
			problem := Problem{Field: "AllowOrigins", Index: i, Value: entry, Code: f.code, Message: f.message}
			if f.fix != "" {
				problem.Fix = []string{f.fix}
			}
			ps.add(problem)
		}
	}
	return patterns, any
}

func (ps *problemList) checkEveryOrigin(cfg *Config, i int, hasOriginFunc bool) {
	problem := Problem{Field: "AllowOrigins", Index: i, Value: everyOrigin}
	if cfg.AllowCredentials {
		problem.Code = "origin-any-credentials"
		problem.Message = `with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set AllowCredentials to false`
		ps.add(problem)
	}
	if len(cfg.AllowOrigins) > 1 {
		problem.Code = "origin-any-others"
		problem.Message = `"*" already allows every origin and stands alone; remove it or the others`
		ps.add(problem)
	}
	if hasOriginFunc {
		problem.Code = "origin-any-func"
		problem.Message = `"*" already allows every origin, so the origin function would never be asked; remove one of the two`
		ps.add(problem)
	}
}

// needsCare finds what is wrong with a valid pattern together with credentials.
func needsCare(p origins.Pattern, cfg *Config) finding {
	switch {
	case !cfg.AllowCredentials:
	case p.Insecure() && !cfg.DangerouslyAllowInsecureOrigins:
		secure, _ := correctOrigin(p.Secure(), cfg)
		return finding{"origin-insecure", "with credentials, an attacker in the network of an http page can act as its user; serve the page with https, or set DangerouslyAllowInsecureOrigins", secure}
	case p.ReachesRegistrable() && !cfg.DangerouslyAllowPublicSuffixes:
		return finding{"origin-public-suffix", "with credentials, anyone who registers a name below " + p.Domain() + " could act as your users; list the origins one by one, or set DangerouslyAllowPublicSuffixes", ""}
	}
	return finding{}
}

// addOrigin reports an entry that is no pattern.
func (ps *problemList) addOrigin(i int, entry string, cfg *Config) {
	problem := Problem{Field: "AllowOrigins", Index: i, Value: entry}
	switch trimmed := origins.Trim(entry); {
	case trimmed == "":
		problem.Code, problem.Message = "origin-empty", "an empty entry matches nothing; remove it"
	case strings.EqualFold(trimmed, "null"):
		problem.Code, problem.Message = "origin-null", "every sandboxed page has the origin null, also one that an attacker wrote, so no list allows it; remove the entry"
	case trimmed == everyOrigin:
		problem.Code, problem.Message = "origin-blank", "an origin has no blanks or quotation marks around it"
		problem.Fix = []string{everyOrigin}
	case strings.ContainsAny(trimmed, ", \t\r\n;"):
		problem.Code, problem.Message = "origin-list", "one entry holds one origin"
		problem.Fix = splitOrigins(trimmed, cfg)
	default:
		findings, corrected := origins.Diagnose(entry)
		problem.Code = findings[0].Code
		messages := make([]string, len(findings))
		for j, f := range findings {
			messages[j] = f.Message
		}
		problem.Message = strings.Join(messages, ", and ")
		if correction, ok := correctOrigin(corrected, cfg); ok {
			problem.Fix = []string{correction}
		}
	}
	if len(problem.Fix) == 1 && problem.Fix[0] == everyOrigin && (cfg.AllowCredentials || len(cfg.AllowOrigins) > 1) {
		problem.Fix = nil
	}
	ps.add(problem)
}

// splitOrigins separates an entry that holds several, if each has a scheme and is
// valid or can be corrected.
func splitOrigins(entry string, cfg *Config) (fix []string) {
	for _, part := range strings.FieldsFunc(entry, func(r rune) bool { return strings.ContainsRune(", \t\r\n;", r) }) {
		if !strings.Contains(part, "://") {
			return nil
		}
		if _, ok := origins.Parse(part); !ok {
			_, part = origins.Diagnose(part)
		}
		correction, ok := correctOrigin(part, cfg)
		if !ok {
			return nil
		}
		fix = append(fix, correction)
	}
	return fix
}

// correctOrigin makes sure that a proposed correction is valid under cfg too,
// or proposes a better one.
func correctOrigin(proposed string, cfg *Config) (corrected string, ok bool) {
	p, ok := origins.Parse(proposed)
	if !ok {
		return "", false
	}
	f := needsCare(p, cfg)
	if f.code == "" {
		return proposed, true
	}
	return f.fix, f.fix != ""
}

const (
	defaultMaxAge = 10 * time.Minute // Safari honours no more
	longestMaxAge = 24 * time.Hour   // Firefox honours no more

	defaultPreflightStatus = 204
)

// checkMaxAge returns the value of Access-Control-Max-Age.
func (ps *problemList) checkMaxAge(age time.Duration) string {
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
		ps.add(problem)
	case age > longestMaxAge:
		problem.Code = "max-age-long"
		problem.Message = "no browser keeps a preflight's answer for more than a day"
		problem.Fix = []string{longestMaxAge.String()}
		ps.add(problem)
	case age%time.Second != 0:
		problem.Code = "max-age-fraction"
		problem.Message = "Access-Control-Max-Age counts whole seconds"
		problem.Fix = []string{age.Truncate(time.Second).String()}
		ps.add(problem)
	}
	return strconv.FormatInt(int64(age/time.Second), 10)
}

// checkPreflightStatus returns the status of a preflight's answer.
func (ps *problemList) checkPreflightStatus(status int) int {
	if status == 0 {
		return defaultPreflightStatus
	}
	if status < 200 || status > 299 {
		ps.add(Problem{
			Field: "PreflightStatus", Index: -1, Value: strconv.Itoa(status), Code: "preflight-status",
			Message: "browsers refuse a preflight unless its status is 200 to 299 (Fetch, ok status)",
			Fix:     []string{strconv.Itoa(defaultPreflightStatus)},
		})
	}
	return status
}
