package main

import (
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestRecorderEvictsOldestCalls(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	for i := range maxCalls + 2 {
		rec.keep(strconv.Itoa(i), exchange{method: "GET"})
	}
	if len(rec.calls) != maxCalls || len(rec.order) != maxCalls {
		t.Errorf("the recorder has %d calls and %d keys, want %d", len(rec.calls), len(rec.order), maxCalls)
	}
	for key, want := range map[string]int{"0": 0, "1": 0, "2": 1, strconv.Itoa(maxCalls + 1): 1} {
		if got := len(rec.exchanges(key)); got != want {
			t.Errorf("call %s has %d exchanges, want %d", key, got, want)
		}
	}
}

func TestRecorderKeepsFirstExchangesInOrder(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	for i := range maxExchanges + 1 {
		rec.keep("call", exchange{status: i})
	}
	got := rec.exchanges("call")
	if len(got) != maxExchanges {
		t.Fatalf("got %d exchanges, want %d", len(got), maxExchanges)
	}
	for i, x := range got {
		if x.status != i {
			t.Errorf("exchange %d has status %d, want %d", i, x.status, i)
		}
	}
}

func TestRecorderIgnoresLongExchanges(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxExchange)
	tests := []struct {
		name string
		key  string
		x    exchange
		want int
	}{
		{"no key", "", exchange{}, 0},
		{"longest key", strings.Repeat("k", maxKey), exchange{}, 1},
		{"too long a key", strings.Repeat("k", maxKey+1), exchange{}, 0},
		{"longest target", "k", exchange{target: long}, 1},
		{"too long a target", "k", exchange{method: "G", target: long}, 0},
		{"too long a request header", "k", exchange{request: []field{{"Origin", long}}}, 0},
		{"too long a response header", "k", exchange{response: []field{{"Vary", long}}}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			rec.keep(tt.key, tt.x)
			if got := len(rec.exchanges(tt.key)); got != tt.want {
				t.Errorf("got %d exchanges, want %d", got, tt.want)
			}
		})
	}
}

func TestRecorderIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range maxCalls {
				key := strconv.Itoa(i*maxCalls + j)
				rec.keep(key, exchange{})
				rec.exchanges(key)
			}
		})
	}
	group.Wait()
	if len(rec.calls) != maxCalls {
		t.Errorf("the recorder has %d calls, want %d", len(rec.calls), maxCalls)
	}
}
