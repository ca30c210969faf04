#include "preview.h"
#include "program.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "data/udiff.h"
#include "data/yaml.h"
#include "view/colour.h"

/* ---- what is not to be seen ------------------------------------------------------- */

#define MASK        "***"
#define MASK_BEFORE "*** (before)"
#define MASK_AFTER  "*** (after)"

/* The values of one side of a Secret, masked; keys that both have in different ways remain different. */
static void mask_side(cJSON *object, const cJSON *data, const cJSON *other, const char *different)
{
	cJSON *masked = json_new_object();
	const cJSON *value;

	cJSON_ArrayForEach(value, data)
	{
		const cJSON *counterpart = json_get(other, value->string);

		json_set_string(masked, value->string, counterpart && !json_equal(value, counterpart) ? different : MASK);
	}
	json_set(object, "data", masked);
}

static void mask_secret(cJSON *live, cJSON *merged)
{
	_cleanup_json_ cJSON *before = json_copy(json_get(live, "data")), *after = json_copy(json_get(merged, "data"));

	if (before)
		mask_side(live, before, after, MASK_BEFORE);
	if (after)
		mask_side(merged, after, before, MASK_AFTER);
}

/* As kubectl decides it: v1 of any group. */
static bool is_secret(const cJSON *object)
{
	const char *version = json_string(object, "apiVersion");

	return str_equal(json_string(object, "kind"), "Secret") && version &&
	       (!strcmp(version, "v1") || str_ends(version, "/v1"));
}

struct text {
	const char *name;
	struct buf live, merged;
	bool deletion; /* there is no file of what it would be */
};

static void text_free(struct text *t)
{
	buf_release(&t->live);
	buf_release(&t->merged);
	free(t);
}

void preview_hide_managers(struct preview *p)
{
	json_remove(json_get(p->live, "metadata"), "managedFields");
	json_remove(json_get(p->merged, "metadata"), "managedFields");
}

static struct text *text_new(struct preview *p, const struct preview_hiding *hiding)
{
	struct text *t = NEW(struct text);
	bool masked = !hiding->shows_secrets && is_secret(p->merged ? p->merged : p->live);

	*t = (struct text){.name = p->name, .live = BUF_INIT, .merged = BUF_INIT, .deletion = !p->merged};
	if (!hiding->shows_managed_fields && p->merged)
		preview_hide_managers(p);
	if (masked)
		mask_secret(p->live, p->merged);
	if (p->live)
		yaml_print(&t->live, p->live);
	else if (masked)
		buf_puts(&t->live, "null\n"); /* a Secret that is not there yet is a null to kubectl */
	if (p->merged)
		yaml_print(&t->merged, p->merged);
	return t;
}

static bool text_differs(const struct text *t)
{
	return t->live.len != t->merged.len || memcmp(t->live.data, t->merged.data, t->live.len) != 0;
}

static int preview_order(const void *a, const void *b)
{
	return strcmp((*(struct preview *const *)a)->name, (*(struct preview *const *)b)->name);
}

/* By the names of files; of several for one file the last one stays, as it does in a folder. */
static void texts_make(struct vec *previews, const struct preview_hiding *hiding, struct vec *ret)
{
	_cleanup_map_ struct map last = MAP_INIT;

	for (size_t i = 0; i < previews->len; i++)
		map_set(&last, ((const struct preview *)previews->items[i])->name, previews->items[i]);
	if (previews->len)
		qsort(previews->items, previews->len, sizeof(void *), preview_order);
	for (size_t i = 0; i < previews->len; i++) {
		struct preview *p = previews->items[i];

		if (map_get(&last, p->name) == p)
			vec_add(ret, text_new(p, hiding));
	}
}

/* ---- by kubec itself ---------------------------------------------------------------- */

static void put_time(struct buf *out, int64_t seconds, long nanoseconds)
{
	char day[32], zone[16];
	time_t when = (time_t)seconds;
	struct tm tm;

	localtime_r(&when, &tm);
	strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	buf_printf(out, "%s.%09ld %s", day, nanoseconds, zone);
}

static void put_file_line(struct buf *out, const char *sign, const char *path, bool is_there, const struct timespec *now)
{
	buf_printf(out, "%s %s\t", sign, path);
	put_time(out, is_there ? (int64_t)now->tv_sec : 0, is_there ? now->tv_nsec : 0);
	buf_putc(out, '\n');
}

/* What diff -u -N prints of two folders, which need not be made for that. */
static void show_by_kubec(struct invocation *inv, const struct vec *texts)
{
	_cleanup_free_ char *from = dir_temp_name("LIVE-"), *to = dir_temp_name("MERGED-");
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	for (size_t i = 0; i < texts->len; i++) {
		const struct text *t = texts->items[i];
		_cleanup_free_ char *live = path_join(from, t->name), *merged = path_join(to, t->name);
		_cleanup_buf_ struct buf out = BUF_INIT, hunks = BUF_INIT, marked = BUF_INIT;

		if (!udiff(&hunks, t->live.data, t->live.len, t->merged.data, t->merged.len))
			continue;
		buf_printf(&out, "diff -u -N %s %s\n", live, merged);
		put_file_line(&out, "---", live, true, &now);
		put_file_line(&out, "+++", merged, !t->deletion, &now);
		buf_add(&out, hunks.data, hunks.len);
		if (inv->screen)
			colour_diff(&marked, out.data, out.len);
		fputs(inv->screen ? marked.data : out.data, inv->out);
	}
}

/* ---- by a program ------------------------------------------------------------------- */

/* KUBECTL_EXTERNAL_DIFF's words, of which kubectl takes only plain ones after the first. */
static void external_words(const char *text, struct vec *ret)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-=";

	for (;;) {
		size_t n = strcspn(text, " ");

		if (!ret->len || (n && strspn(text, plain) >= n))
			vec_add(ret, xstrndup(text, n));
		if (!text[n])
			return;
		text += n + 1;
	}
}

static int write_file(const char *dir, const char *name, const struct buf *text, struct error *err)
{
	_cleanup_free_ char *path = path_join(dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool written;

	if (!file)
		return error_set(err, ERROR_IO, "open %s: %s", path, errno_text(errno));
	written = fwrite(text->data, 1, text->len, file) == text->len;
	if (fclose(file) || !written)
		return error_set(err, ERROR_IO, "write %s: %s", path, errno_text(errno));
	return 0;
}

struct folders {
	char *live, *merged;
};

static void folders_remove(struct folders *f)
{
	if (f->live)
		dir_remove(f->live);
	if (f->merged)
		dir_remove(f->merged);
	free(f->live);
	free(f->merged);
}

static int folders_make(const struct vec *texts, struct folders *f, struct error *err)
{
	if (dir_make_temp("LIVE-", &f->live, err) || dir_make_temp("MERGED-", &f->merged, err))
		return -1;
	for (size_t i = 0; i < texts->len; i++) {
		const struct text *t = texts->items[i];

		if (write_file(f->live, t->name, &t->live, err) ||
		    (!t->deletion && write_file(f->merged, t->name, &t->merged, err)))
			return -1;
	}
	return http_cancelled ? error_set(err, ERROR_CANCELLED, "interrupted") : 0;
}

/* The command line: kubectl puts the user's options after the folders, and its own before them. */
static void program_words(const char *external, const struct folders *f, struct vec *ret)
{
	external_words(str_empty(external) ? "diff -u -N" : external, ret);
	vec_insert(ret, str_empty(external) ? ret->len : 1, xstrdup(f->live));
	vec_insert(ret, str_empty(external) ? ret->len : 2, xstrdup(f->merged));
	vec_add(ret, NULL);
}

/* external: KUBECTL_EXTERNAL_DIFF, or NULL. */
static int show_by_program(struct invocation *inv, const struct vec *texts, const char *external, int *ret_status,
			   bool *ret_missing, struct error *err)
{
	_cleanup_(folders_remove) struct folders f = {0};
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
	int status = 0;

	if (folders_make(texts, &f, err))
		return -1;
	program_words(external, &f, &words);
	fflush(inv->out);
	fflush(inv->err);
	if (program_run((char *const *)words.items, &status, ret_missing, err))
		return error_prefix(err, "failed to run \"%s\": ", vec_string(&words, 0));
	if (status > 1)
		return error_set(err, ERROR_OTHER, "failed to run \"%s\": exit status %d", vec_string(&words, 0), status);
	*ret_status = status ? 1 : 0;
	return 0;
}

/* ---- all of it ------------------------------------------------------------------------ */

static bool texts_differ(const struct vec *texts)
{
	for (size_t i = 0; i < texts->len; i++)
		if (text_differs(texts->items[i]))
			return true;
	return false;
}

int previews_show(struct invocation *inv, struct vec *previews, const struct preview_hiding *hiding, int *ret_status,
		  struct error *err)
{
	_cleanup_vec_ struct vec texts = VEC_OWNING(text_free);
	const char *external = getenv("KUBECTL_EXTERNAL_DIFF");
	bool missing = false;

	texts_make(previews, hiding, &texts);
	if (str_empty(external) && !texts_differ(&texts)) {
		*ret_status = 0;
		return 0;
	}
	if (!str_empty(external) || !inv->screen) {
		if (!show_by_program(inv, &texts, external, ret_status, &missing, err))
			return 0;
		if (!missing || !str_empty(external))
			return -1;
		error_release(err);
	}
	show_by_kubec(inv, &texts);
	*ret_status = 1;
	return 0;
}
