package posts_test

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/examples/internal/posts"
)

// filled returns a store with n posts, titled by their ID.
func filled(n int) *posts.Store {
	s := new(posts.Store)
	for i := range n {
		s.Create(posts.Draft{Title: strconv.Itoa(i + 1), Text: "…"})
	}
	return s
}

func TestListHasPagesFromTheNewest(t *testing.T) {
	for _, tt := range []struct {
		name        string
		stored      int
		page        int
		first, last int // IDs; 0 for an empty page
	}{
		{"nothing stored", 0, 1, 0, 0},
		{"less than a page", 3, 1, 3, 1},
		{"exactly a page", posts.PageSize, 1, posts.PageSize, 1},
		{"nothing after exactly a page", posts.PageSize, 2, 0, 0},
		{"first of two", posts.PageSize + 1, 1, posts.PageSize + 1, 2},
		{"second of two", posts.PageSize + 1, 2, 1, 1},
		{"beyond the last", posts.PageSize + 1, 3, 0, 0},
		{"far beyond", 3, math.MaxInt, 0, 0},
		{"zero", 3, 0, 0, 0},
		{"negative", 3, math.MinInt, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page, total := filled(tt.stored).List(tt.page)
			if total != tt.stored {
				t.Errorf("total %d, want %d", total, tt.stored)
			}
			if page == nil {
				t.Error("nil, which is null in JSON; want an empty list")
			}
			first, last := 0, 0
			if len(page) != 0 {
				first, last = page[0].ID, page[len(page)-1].ID
			}
			if first != tt.first || last != tt.last || first != 0 && len(page) != first-last+1 {
				t.Errorf("%d posts from %d to %d, want %d to %d", len(page), first, last, tt.first, tt.last)
			}
		})
	}
}

func TestDeletedPostIsGoneForGood(t *testing.T) {
	s := filled(3)
	page, _ := s.List(1)
	if !s.Delete(2) {
		t.Fatal("post 2 was not there")
	}
	if page[1].ID != 2 {
		t.Error("a list that was handed out changed")
	}
	if s.Delete(2) {
		t.Error("deleted twice")
	}
	if p, ok := s.Get(2); ok {
		t.Errorf("still there: %+v", p)
	}
	for _, id := range []int{1, 3} {
		if p, ok := s.Get(id); !ok || p.ID != id || p.Title != strconv.Itoa(id) {
			t.Errorf("post %d is %+v, %t", id, p, ok)
		}
	}
	s.Delete(3)
	if p := s.Create(posts.Draft{Title: "next", Text: "…"}); p.ID != 4 {
		t.Errorf("the next post got ID %d, which was in use", p.ID)
	}
}

func TestStoreIsSafeForConcurrentUse(t *testing.T) {
	const writers = 8
	var s posts.Store
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			kept := s.Create(posts.Draft{Title: "kept", Text: "…"})
			gone := s.Create(posts.Draft{Title: "gone", Text: "…"})
			s.List(1)
			if _, ok := s.Get(kept.ID); !ok {
				t.Errorf("post %d is missing", kept.ID)
			}
			if !s.Delete(gone.ID) {
				t.Errorf("post %d is missing", gone.ID)
			}
		})
	}
	wg.Wait()
	if _, total := s.List(1); total != writers {
		t.Errorf("%d posts, want %d", total, writers)
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		name  string
		draft posts.Draft
		want  string
	}{
		{"valid", posts.Draft{Title: "A title", Text: "A text."}, ""},
		{"longest title", posts.Draft{Title: strings.Repeat("ü", posts.MaxTitle), Text: "A text."}, ""},
		{"title too long", posts.Draft{Title: strings.Repeat("ü", posts.MaxTitle+1), Text: "A text."}, "the draft cannot be published: title is too long"},
		{"blank title", posts.Draft{Title: " \n", Text: "A text."}, "the draft cannot be published: title is missing"},
		{"zero", posts.Draft{}, "the draft cannot be published: text is missing, title is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.draft.Validate()
			if tt.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			var invalid posts.DraftError
			if !errors.As(err, &invalid) || err.Error() != tt.want {
				t.Errorf("%v, want a DraftError %q", err, tt.want)
			}
		})
	}
}
