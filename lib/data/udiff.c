#include "data/udiff.h"

#define CONTEXT 3
#define COST_LIMIT 4096 /* differences that are worth a search for the shortest script */

struct line {
	const char *text;
	size_t len; /* with its newline */
	size_t id;  /* the same for equal lines */
};

/*
 * One text. Lines that both texts begin and end with are left out of the search, but for those
 * that a change may slide over or that are shown around it.
 */
struct side {
	struct line *lines;
	size_t count;
	size_t first, end; /* the lines that are searched */
	bool *changed;     /* of all lines, with an unchanged one at either end */
	size_t *kept;      /* searched lines that the other side has, too */
	size_t kept_count;
};

struct search {
	struct side *x, *y;
	ptrdiff_t *forward, *backward; /* furthest x of each diagonal; indices from -(y's count)-1 */
};

/* ---- lines ------------------------------------------------------------------ */

static void side_split(struct side *s, const char *text, size_t len)
{
	size_t cap = 0;

	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) + 1 : len;

		if (s->count == cap) {
			cap = cap ? 2 * cap : 64;
			s->lines = xrealloc(s->lines, cap * sizeof(*s->lines));
		}
		s->lines[s->count++] = (struct line){.text = text, .len = n};
		text += n;
		len -= n;
	}
	s->changed = (bool *)xcalloc(s->count + 2, sizeof(bool)) + 1;
	s->kept = xcalloc(s->count + 1, sizeof(*s->kept));
	s->end = s->count;
}

static void side_release(struct side *s)
{
	free(s->lines);
	free(s->kept);
	if (s->changed)
		free(s->changed - 1);
}

static int line_compare(const struct line *a, const struct line *b)
{
	int order = memcmp(a->text, b->text, MIN(a->len, b->len));

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static int line_order(const void *a, const void *b)
{
	return line_compare(*(struct line *const *)a, *(struct line *const *)b);
}

/* Gives equal lines of both sides one number. */
static void sides_number(struct side *a, struct side *b)
{
	size_t n = a->count + b->count, id = 0;
	struct line **all = xcalloc(n + 1, sizeof(struct line *));

	for (size_t i = 0; i < n; i++)
		all[i] = i < a->count ? &a->lines[i] : &b->lines[i - a->count];
	if (n)
		qsort(all, n, sizeof(struct line *), line_order);
	for (size_t i = 0; i < n; i++) {
		if (i && line_compare(all[i - 1], all[i]))
			id++;
		all[i]->id = id;
	}
	free(all);
}

static void sides_trim(struct side *a, struct side *b)
{
	size_t n = MIN(a->count, b->count), head = 0, tail = 0;

	while (head < n && a->lines[head].id == b->lines[head].id)
		head++;
	while (tail < n - head && a->lines[a->count - 1 - tail].id == b->lines[b->count - 1 - tail].id)
		tail++;
	head -= MIN(head, CONTEXT);
	tail -= MIN(tail, CONTEXT);
	a->first = b->first = head;
	a->end = a->count - tail;
	b->end = b->count - tail;
}

/* A line that the other side does not have is a change whatever the search would say. */
static void side_keep(struct side *s, const size_t *other_counts)
{
	for (size_t i = s->first; i < s->end; i++) {
		if (other_counts[s->lines[i].id])
			s->kept[s->kept_count++] = i;
		else
			s->changed[i] = true;
	}
}

static void sides_keep(struct side *a, struct side *b)
{
	size_t *in_a = xcalloc(a->count + b->count + 1, sizeof(size_t));
	size_t *in_b = xcalloc(a->count + b->count + 1, sizeof(size_t));

	for (size_t i = a->first; i < a->end; i++)
		in_a[a->lines[i].id]++;
	for (size_t i = b->first; i < b->end; i++)
		in_b[b->lines[i].id]++;
	side_keep(a, in_b);
	side_keep(b, in_a);
	free(in_a);
	free(in_b);
}

/* ---- the shortest script ------------------------------------------------------ */

/* A rectangle of kept lines: x from x0 up to x1, y from y0 up to y1. */
struct box {
	ptrdiff_t x0, x1, y0, y1;
};

static size_t id_at(const struct side *s, ptrdiff_t i)
{
	return s->lines[s->kept[i]].id;
}

static bool same_at(const struct search *s, ptrdiff_t x, ptrdiff_t y)
{
	return id_at(s->x, x) == id_at(s->y, y);
}

/* The diagonals that one direction has reached. */
struct reach {
	ptrdiff_t low, high;
};

/* One more difference: the diagonals at the edge grow outwards, and inwards again at the box's edge. */
static void reach_widen(struct reach *r, ptrdiff_t *furthest, const struct box *b, ptrdiff_t outside)
{
	if (r->low > b->x0 - b->y1)
		furthest[--r->low - 1] = outside;
	else
		r->low++;
	if (r->high < b->x1 - b->y0)
		furthest[++r->high + 1] = outside;
	else
		r->high--;
}

struct meeting {
	ptrdiff_t x, y;
};

static bool forward_step(struct search *s, const struct box *b, struct reach *f, const struct reach *back, bool odd,
			 struct meeting *ret)
{
	reach_widen(f, s->forward, b, -1);
	for (ptrdiff_t d = f->high; d >= f->low; d -= 2) {
		ptrdiff_t below = s->forward[d - 1], above = s->forward[d + 1], x = below < above ? above : below + 1;

		while (x < b->x1 && x - d < b->y1 && same_at(s, x, x - d))
			x++;
		s->forward[d] = x;
		if (odd && back->low <= d && d <= back->high && s->backward[d] <= x) {
			*ret = (struct meeting){x, x - d};
			return true;
		}
	}
	return false;
}

static bool backward_step(struct search *s, const struct box *b, struct reach *back, const struct reach *f, bool odd,
			  struct meeting *ret)
{
	reach_widen(back, s->backward, b, PTRDIFF_MAX);
	for (ptrdiff_t d = back->high; d >= back->low; d -= 2) {
		ptrdiff_t below = s->backward[d - 1], above = s->backward[d + 1], x = below < above ? below : above - 1;

		while (b->x0 < x && b->y0 < x - d && same_at(s, x - 1, x - d - 1))
			x--;
		s->backward[d] = x;
		if (!odd && f->low <= d && d <= f->high && x <= s->forward[d]) {
			*ret = (struct meeting){x, x - d};
			return true;
		}
	}
	return false;
}

/* Gives up the search for the best: the point that either direction has come furthest with. */
static struct meeting furthest(const struct search *s, const struct box *b, const struct reach *f,
			       const struct reach *back)
{
	ptrdiff_t best = -1, rest = PTRDIFF_MAX;
	struct meeting from_start = {0}, from_end = {0};

	for (ptrdiff_t d = f->high; d >= f->low; d -= 2) {
		ptrdiff_t x = MIN(s->forward[d], b->x1), y = x - d;

		if (y > b->y1) {
			x = b->y1 + d;
			y = b->y1;
		}
		if (best < x + y) {
			best = x + y;
			from_start = (struct meeting){x, y};
		}
	}
	for (ptrdiff_t d = back->high; d >= back->low; d -= 2) {
		ptrdiff_t x = MAX(s->backward[d], b->x0), y = x - d;

		if (y < b->y0) {
			x = b->y0 + d;
			y = b->y0;
		}
		if (x + y < rest) {
			rest = x + y;
			from_end = (struct meeting){x, y};
		}
	}
	return (b->x1 + b->y1) - rest < best - (b->x0 + b->y0) ? from_start : from_end;
}

/* A point that the shortest script through the box passes. */
static struct meeting middle(struct search *s, const struct box *b)
{
	ptrdiff_t start = b->x0 - b->y0, end = b->x1 - b->y1;
	struct reach f = {start, start}, back = {end, end};
	bool odd = (start - end) & 1;
	struct meeting m;

	s->forward[start] = b->x0;
	s->backward[end] = b->x1;
	for (size_t cost = 1;; cost++) {
		if (forward_step(s, b, &f, &back, odd, &m) || backward_step(s, b, &back, &f, odd, &m))
			return m;
		if (cost >= COST_LIMIT)
			return furthest(s, b, &f, &back);
	}
}

static void mark(struct side *s, ptrdiff_t from, ptrdiff_t to)
{
	for (; from < to; from++)
		s->changed[s->kept[from]] = true;
}

static void search_box(struct search *s, struct box b)
{
	while (b.x0 < b.x1 && b.y0 < b.y1 && same_at(s, b.x0, b.y0)) {
		b.x0++;
		b.y0++;
	}
	while (b.x0 < b.x1 && b.y0 < b.y1 && same_at(s, b.x1 - 1, b.y1 - 1)) {
		b.x1--;
		b.y1--;
	}
	if (b.x0 == b.x1 || b.y0 == b.y1) {
		mark(s->x, b.x0, b.x1);
		mark(s->y, b.y0, b.y1);
		return;
	}
	struct meeting m = middle(s, &b);
	search_box(s, (struct box){b.x0, m.x, b.y0, m.y});
	search_box(s, (struct box){m.x, b.x1, m.y, b.y1});
}

static void sides_search(struct side *a, struct side *b)
{
	size_t n = a->kept_count + b->kept_count + 3;
	ptrdiff_t *diagonals = xcalloc(2 * n, sizeof(*diagonals));
	struct search s = {
		.x = a,
		.y = b,
		.forward = diagonals + b->kept_count + 1,
		.backward = diagonals + n + b->kept_count + 1,
	};

	search_box(&s, (struct box){0, (ptrdiff_t)a->kept_count, 0, (ptrdiff_t)b->kept_count});
	free(diagonals);
}

/* ---- where a change stands ------------------------------------------------------- */

/*
 * A run of changed lines can slide up or down where the line that it leaves equals the one
 * that it takes. It swallows the runs that it meets, ends as far down as it can, and goes
 * back to stand against a change of the other side where it passed one.
 */
struct slide {
	struct side *s;
	const struct side *other;
	size_t start, end;  /* the run */
	size_t other_end;   /* the place in the other side that end stands against */
	size_t against_end; /* the last end that stood against a change of the other side; SIZE_MAX: none */
};

static void slide_up(struct slide *v)
{
	const struct line *lines = v->s->lines;
	bool *changed = v->s->changed;

	while (v->start > v->s->first && lines[v->start - 1].id == lines[v->end - 1].id) {
		changed[--v->start] = true;
		changed[--v->end] = false;
		while (v->start > 0 && changed[v->start - 1])
			v->start--;
		do
			v->other_end--;
		while (v->other->changed[(ptrdiff_t)v->other_end]);
	}
}

static void slide_down(struct slide *v)
{
	const struct line *lines = v->s->lines;
	bool *changed = v->s->changed;

	v->against_end = v->other->changed[(ptrdiff_t)v->other_end - 1] ? v->end : SIZE_MAX;
	while (v->end < v->s->end && lines[v->start].id == lines[v->end].id) {
		changed[v->start++] = false;
		changed[v->end++] = true;
		while (changed[v->end])
			v->end++;
		while (v->other->changed[++v->other_end])
			v->against_end = v->end;
	}
}

static void slide_back(struct slide *v)
{
	while (v->against_end < v->end) {
		v->s->changed[--v->start] = true;
		v->s->changed[--v->end] = false;
		do
			v->other_end--;
		while (v->other->changed[(ptrdiff_t)v->other_end]);
	}
}

static void side_slide(struct side *s, const struct side *other)
{
	struct slide v = {.s = s, .other = other, .end = s->first, .other_end = other->first};

	for (;;) {
		size_t length;

		while (v.end < s->end && !s->changed[v.end]) {
			while (other->changed[v.other_end])
				v.other_end++;
			v.other_end++;
			v.end++;
		}
		if (v.end == s->end)
			return;
		v.start = v.end;
		while (s->changed[v.end])
			v.end++;
		while (other->changed[v.other_end])
			v.other_end++;
		do {
			length = v.end - v.start;
			slide_up(&v);
			slide_down(&v);
		} while (length != v.end - v.start);
		slide_back(&v);
	}
}

/* ---- hunks ----------------------------------------------------------------------- */

/* Lines a0 up to a1 of one side become b0 up to b1 of the other. */
struct change {
	size_t a0, a1, b0, b1;
};

/* The next change at or after c's end; false at the end of the texts. */
static bool change_next(const struct side *a, const struct side *b, struct change *c)
{
	size_t i = c->a1, j = c->b1;

	while (i < a->count && !a->changed[i] && !b->changed[j]) {
		i++;
		j++;
	}
	*c = (struct change){.a0 = i, .a1 = i, .b0 = j, .b1 = j};
	while (c->a1 < a->count && a->changed[c->a1])
		c->a1++;
	while (c->b1 < b->count && b->changed[c->b1])
		c->b1++;
	return c->a0 < c->a1 || c->b0 < c->b1;
}

static void put_lines(struct buf *out, char sign, const struct side *s, size_t from, size_t to)
{
	for (; from < to; from++) {
		const struct line *l = &s->lines[from];

		buf_putc(out, sign);
		buf_add(out, l->text, l->len);
		if (l->text[l->len - 1] != '\n')
			buf_puts(out, "\n\\ No newline at end of file\n");
	}
}

static void put_range(struct buf *out, char sign, size_t from, size_t to)
{
	buf_printf(out, " %c%zu", sign, to > from ? from + 1 : from);
	if (to - from != 1)
		buf_printf(out, ",%zu", to - from);
}

/* One hunk: c, and the changes after it that are near enough. Gives the first change that is not. */
static bool put_hunk(struct buf *out, const struct side *a, const struct side *b, struct change *c)
{
	size_t before = MIN(c->a0, CONTEXT), a_from = c->a0 - before, b_from = c->b0 - before, after;
	struct change last = *c, next = *c;
	_cleanup_buf_ struct buf lines = BUF_INIT;
	bool more;

	put_lines(&lines, ' ', a, a_from, c->a0);
	do {
		last = next;
		put_lines(&lines, '-', a, last.a0, last.a1);
		put_lines(&lines, '+', b, last.b0, last.b1);
		more = change_next(a, b, &next);
		if (more && next.a0 - last.a1 <= 2 * CONTEXT)
			put_lines(&lines, ' ', a, last.a1, next.a0);
	} while (more && next.a0 - last.a1 <= 2 * CONTEXT);
	after = MIN(a->count - last.a1, CONTEXT);
	put_lines(&lines, ' ', a, last.a1, last.a1 + after);
	buf_puts(out, "@@");
	put_range(out, '-', a_from, last.a1 + after);
	put_range(out, '+', b_from, last.b1 + after);
	buf_puts(out, " @@\n");
	buf_add(out, lines.data, lines.len);
	*c = next;
	return more;
}

bool udiff(struct buf *out, const char *a, size_t a_len, const char *b, size_t b_len)
{
	_cleanup_(side_release) struct side left = {0}, right = {0};
	struct change c = {0};

	if (a_len == b_len && !memcmp(a, b, a_len))
		return false;
	side_split(&left, a, a_len);
	side_split(&right, b, b_len);
	sides_number(&left, &right);
	sides_trim(&left, &right);
	sides_keep(&left, &right);
	sides_search(&left, &right);
	side_slide(&left, &right);
	side_slide(&right, &left);
	for (bool more = change_next(&left, &right, &c); more;)
		more = put_hunk(out, &left, &right, &c);
	return true;
}
