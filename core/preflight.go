package core

import (
	"strconv"
	"time"
)

const (
	defaultMaxAge = 10 * time.Minute // Safari honours no more
	longestMaxAge = 24 * time.Hour   // Firefox honours no more

	defaultPreflightStatus = 204
)

// checkMaxAge returns the value of Access-Control-Max-Age.
func (ps *problems) checkMaxAge(age time.Duration) string {
	problem := Problem{Field: "MaxAge", Index: -1, Value: age.String()}
	switch {
	case age == 0:
		age = defaultMaxAge
	case age < 0:
		age = 0
	case age < time.Second:
		problem.Code = "max-age-short"
		problem.Message = "it is less than a second; a number without a unit counts nanoseconds"
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
func (ps *problems) checkPreflightStatus(status int) int {
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
