package main

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

// defaultConfig returns the config with which the page begins. PATCH, X-Debug, X-Request-Id
// and the origin of the other port are missing on purpose.
func defaultConfig(page string) core.Config {
	return core.Config{
		AllowOrigins:     []string{page},
		AllowMethods:     []string{"DELETE", "OPTIONS"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		ExposeHeaders:    []string{"X-Total-Count"},
		AllowCredentials: true,
	}
}

// finding is a problem or a warning, for the field of the form that it is about.
type finding struct {
	Field   string   `json:"field"` // the name of the setting, such as "allowOrigins"
	Index   int      `json:"index"` // of the entry of a list; -1 for the whole field
	Message string   `json:"message"`
	Fix     []string `json:"fix"` // in the place of the value; empty removes it, nil is no correction
}

// applied is the answer to a policy of the page.
type applied struct {
	Problems []finding `json:"problems"` // if there are some, the old policy stays in force
	Warnings []finding `json:"warnings"`
	Forms    *forms    `json:"forms,omitempty"`
}

// apply reads a config, in the JSON of module configfile, and reloads all routers.
func (p *playground) apply(settings []byte) (applied, error) {
	source, err := configfile.JSON(settings)
	if wrong := new(configfile.Error); errors.As(err, &wrong) {
		return applied{Problems: ofForm(wrong.Problems), Warnings: []finding{}}, nil
	}
	if err != nil {
		return applied{}, err
	}
	err = p.policy.Reload(source.Config)
	if bad := new(core.ConfigError); errors.As(err, &bad) {
		return applied{Problems: ofConfig(bad.Problems, false), Warnings: []finding{}}, nil
	}
	if err != nil {
		return applied{}, err
	}
	written, err := write(source.Config)
	return applied{[]finding{}, ofConfig(p.policy.Warnings(), true), &written}, err
}

// ofConfig converts problems of core. A warning without a correction is about an entry that has
// no effect, so the correction removes it.
func ofConfig(problems []core.Problem, removes bool) []finding {
	all := make([]finding, len(problems))
	for i, problem := range problems {
		all[i] = finding{key(problem.Field), problem.Index, problem.Message, problem.Fix}
		if removes && problem.Fix == nil {
			all[i].Fix = []string{}
		}
	}
	return all
}

// ofForm converts problems of the form of a config, such as a duration without a unit.
func ofForm(problems []configfile.Problem) []finding {
	all := make([]finding, len(problems))
	for i, problem := range problems {
		all[i] = finding{Field: problem.Key, Index: -1, Message: problem.Message}
		if entry := regexp.MustCompile(`^(\w+)\[(\d+)\]$`).FindStringSubmatch(problem.Key); entry != nil {
			all[i].Field = entry[1]
			all[i].Index, _ = strconv.Atoi(entry[2]) // at most as long as the list
		}
		if problem.Fix == "" {
			continue
		}
		if err := json.Unmarshal([]byte("["+problem.Fix+"]"), &all[i].Fix); err != nil {
			all[i].Fix = []string{problem.Fix} // a number has no quotation marks
		}
	}
	return all
}

// key returns the key of a field of Config in JSON and YAML.
func key(field string) string {
	return strings.ToLower(field[:1]) + field[1:]
}
