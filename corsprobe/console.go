package main

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// reasonsPage is a copy of REASONS.md, whose messages are compared with the browsers.
//
//go:embed reasons.txt
var reasonsPage string

// symptom is a message of a browser's console.
type symptom struct {
	section, got, engine string
	message              string // with the placeholders of the page
}

// reason is a reason of a policy of corsuite.
type reason struct{ name, means, change string }

// explanation is what a message means.
type explanation struct {
	symptom
	reasons []reason
	values  map[string]string // for the placeholders
}

// rows calls visit with the section and the cells of each row of the page's tables.
func rows(visit func(section string, cells []string)) {
	section := ""
	cell := regexp.MustCompile(` \| `)
	for line := range strings.Lines(reasonsPage) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
		}
		if strings.HasPrefix(line, "| ") && strings.HasSuffix(line, " |") {
			visit(section, cell.Split(line[2:len(line)-2], -1))
		}
	}
}

// readSymptoms returns all messages of the page.
func readSymptoms() (all []symptom) {
	engines := [...]string{"Chromium", "Firefox", "WebKit"}
	rows(func(section string, cells []string) {
		if len(cells) != 4 || cells[1] == engines[0] {
			return
		}
		for i, engine := range engines {
			for message := range strings.SplitSeq(cells[i+1], "<br>") {
				if strings.HasPrefix(message, "`") {
					all = append(all, symptom{section, cells[0], engine, strings.Trim(message, "` ")})
				}
			}
		}
	})
	return all
}

func readReasons(section string) (all []reason) {
	rows(func(in string, cells []string) {
		if in == section && len(cells) == 3 && strings.HasPrefix(cells[0], "`") {
			all = append(all, reason{strings.Trim(cells[0], "`"), strings.ReplaceAll(cells[1], "`", ""), strings.ReplaceAll(cells[2], "`", "")})
		}
	})
	return all
}

// plain replaces the quotation marks of Firefox, and all white space by one blank.
func plain(text string) string {
	text = strings.NewReplacer("‘", "'", "’", "'", "`", "'").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

// pattern returns a regular expression for a message.
func (s symptom) pattern() *regexp.Regexp {
	// All messages of Firefox have the same beginning.
	_, text, found := strings.Cut(plain(s.message), " at MOVED. ")
	if !found {
		text = plain(s.message)
	}
	text = regexp.QuoteMeta(text)
	for _, r := range [][2]string{
		{`'ORIGIN, \*'`, `'[^']*'`},
		{`is '' which`, `is '[^']*' which`},
		{`has a value '[^']*'`, `has a value '[^']*'`},
		{`does not match 'https://app\.example\.com'`, `does not match '[^']*'`},
		{`value 'https://app\.example\.com'`, `value '[^']*'`},
		{`(redirected from 'URL')`, `(redirected from '(?P<url>[^']*)')`},
		{`MOVED`, `(?P<moved>[^\s']+)`},
		{`ORIGIN`, `(?P<origin>[^\s']+)`},
		{`METHOD`, `(?P<method>[^\s']+)`},
		{`URL`, `(?P<url>[^\s']+)`},
		{`x-debug`, `(?P<header>[^\s']+)`}, {`X-Debug`, `(?P<header>[^\s']+)`}, {`x-other`, `(?P<header>[^\s']+)`},
	} {
		text = strings.Replace(text, r[0], r[1], 1)
	}
	return regexp.MustCompile(regexp.MustCompile(`Status code: \d+`).ReplaceAllString(text, `Status code: (?P<status>\d+)`))
}

// explainConsole finds the message in a text from a browser's console.
func explainConsole(text string) (explanation, error) {
	text = plain(text)
	var best explanation
	most := 0
	for _, s := range readSymptoms() {
		pattern := s.pattern()
		match := pattern.FindStringSubmatch(text)
		if match == nil {
			continue
		}
		values := make(map[string]string)
		for i, name := range pattern.SubexpNames() {
			if name != "" {
				values[name] = match[i]
			}
		}
		// The message with the most text in common wins, and of these the row for the status.
		points := 2 * len(pattern.String())
		if likeness(values["status"]) == likeness(lastNumber(s.message)) {
			points++
		}
		if points > most {
			most, best = points, explanation{s, readReasons(s.section), values}
		}
	}
	if most > 0 {
		best.addContext(text)
		return best, nil
	}
	for _, complaint := range []string{"Failed to fetch", "NetworkError when attempting to fetch", "Load failed"} {
		if strings.Contains(text, complaint) {
			return explanation{}, fmt.Errorf("%q is what a page gets for every blocked request, and the browser hides the reason from it; look for the message about CORS in the console", complaint)
		}
	}
	return explanation{}, errors.New("this is not a message about CORS of Chromium, Firefox or WebKit; copy the whole message from the console")
}

func lastNumber(text string) string {
	return regexp.MustCompile(`\d*\.?$`).FindString(text)
}

// likeness returns the status of the row for a status.
func likeness(status string) int {
	code, err := strconv.Atoi(strings.TrimSuffix(status, "."))
	switch {
	case err != nil:
		return 0
	case code == 404 || code == 405 || code == 501:
		return 405
	case code == 401 || code == 407 || code == 429:
		return 401
	case code >= 300 && code < 400:
		return 301
	case code == 403:
		return 403
	}
	return 200
}

// addContext reads the URL and the origin from the parts that all messages of an engine have.
func (e *explanation) addContext(text string) {
	for _, pattern := range []string{
		`Access to \w+ at '(?P<url>[^']+)'.* from origin '(?P<origin>[^']+)'`,
		`the remote resource at '?(?P<url>[^\s']+?)'?\. `,
		`cannot load (?P<url>\S+) due to`,
	} {
		context := regexp.MustCompile(pattern)
		match := context.FindStringSubmatch(text)
		for i, name := range context.SubexpNames() {
			if match != nil && name != "" && e.values[name] == "" {
				e.values[name] = match[i]
			}
		}
	}
}

// command returns the command that asks the server.
func (e *explanation) command() string {
	value := func(name, otherwise string) string {
		if v := e.values[name]; v != "" && v != "null" {
			return v
		}
		return otherwise
	}
	args := []string{"--origin", value("origin", "ORIGIN")}
	if e.section == "The method" {
		args = append(args, "-X", value("method", "METHOD"))
	}
	if header := value("header", ""); header != "" {
		args = append(args, "-H", header+": 1")
	}
	if e.section == "Credentials" {
		args = append(args, "--credentials")
	}
	return commandLine(append(args, value("url", "URL")))
}

// console writes what a message means.
func (p printer) console(e explanation) {
	p.line("%s", p.bold(e.section))
	p.line("%s got %s.", e.engine, e.got)
	p.line("\nAsk the server why:\n  %s", e.command())
	p.line("\nThe log of a server with corsuite has one of these reasons:")
	for _, r := range e.reasons {
		p.line("  %s: %s", p.bold(r.name), r.means)
		p.line("  %s %s", p.good("→"), r.change)
	}
}
