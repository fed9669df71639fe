// Command release checks that the next version of the modules can be published, and
// prints the commands that publish it. RELEASING.md says when to run it.
//
//	go run ./internal/release
//
// Without an argument it checks the version and the API of every module. Then it prints
// the commands that make and push the tags, in their order.
//
//	go run ./internal/release -set v0.2.0
//
// With -set it changes the version at which the modules of the project require each
// other, which is the version of the next release.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
)

func main() {
	log.SetFlags(0)
	version := flag.String("set", "", "the version at which the modules require each other")
	flag.Parse()
	if err := release(*version); err != nil {
		log.Fatal(err)
	}
}

func release(version string) error {
	r, err := read(".")
	if err != nil {
		return err
	}
	if version != "" {
		return r.set(version)
	}
	if err := errors.Join(r.check(), r.checkUnpublished()); err != nil {
		return err
	}
	reports, err := r.compare()
	for _, report := range reports {
		fmt.Println("#", report)
	}
	if err != nil {
		return err
	}
	for _, tag := range r.tags() {
		fmt.Println(publish(tag))
	}
	return nil
}

// publish returns the command that makes and pushes a tag.
func publish(tag string) string {
	return fmt.Sprintf("git tag -a %s -m %s && git push origin %s", tag, tag, tag)
}
