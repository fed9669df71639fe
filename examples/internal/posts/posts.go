// Package posts keeps a blog's posts in memory. The example programs share it,
// so that each shows its own router and little else.
package posts

import (
	"cmp"
	"slices"
	"sync"
)

// PageSize is the number of posts on one page of a list.
const PageSize = 20

// Post is a post that has been published.
type Post struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Store holds posts. The zero Store is empty and ready. It is safe for
// concurrent use.
type Store struct {
	mu    sync.RWMutex
	posts []Post // by ID
	last  int    // so that no ID is given twice, not even after Delete
}

// List returns one page, the newest post first, and the number of all posts.
// Pages count from 1; a page that does not exist is empty, never nil.
func (s *Store) List(page int) (posts []Post, total int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	total = len(s.posts)
	posts = make([]Post, 0, PageSize)
	if page < 1 || page > total/PageSize+1 {
		return posts, total
	}
	newest := total - (page-1)*PageSize
	for i := newest - 1; i >= max(0, newest-PageSize); i-- {
		posts = append(posts, s.posts[i])
	}
	return posts, total
}

// Get returns a post and whether there is one with this ID.
func (s *Store) Get(id int) (Post, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, ok := s.find(id)
	if !ok {
		return Post{}, false
	}
	return s.posts[i], true
}

// Create publishes a draft and returns the post. The draft should be valid.
func (s *Store) Create(d Draft) Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	post := Post{ID: s.last, Title: d.Title, Text: d.Text}
	s.posts = append(s.posts, post)
	return post
}

// Delete removes a post and reports whether there was one with this ID.
func (s *Store) Delete(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.find(id)
	if ok {
		s.posts = slices.Delete(s.posts, i, i+1)
	}
	return ok
}

func (s *Store) find(id int) (index int, ok bool) {
	return slices.BinarySearchFunc(s.posts, id, func(p Post, id int) int { return cmp.Compare(p.ID, id) })
}
