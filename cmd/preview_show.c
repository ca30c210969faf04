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

static void hide_managers(cJSON *object)
{
	json_remove(json_get(object, "metadata"), "managedFields");
}

/* A text that is kept takes no more than its length. */
static void buf_fit(struct buf *b)
{
	struct buf fitted = BUF_INIT;

	buf_add(&fitted, b->data, b->len);
	buf_release(b);
	*b = fitted;
}

void preview_render(struct preview *p, const struct preview_hiding *hiding, cJSON *live, cJSON *merged)
{
	bool masked = !hiding->shows_secrets && is_secret(merged ? merged : live);

	p->deletion = !merged;
	if (!hiding->shows_managed_fields && merged) {
		hide_managers(live);
		hide_managers(merged);
	}
	if (masked)
		mask_secret(live, merged);
	if (live)
		yaml_print(&p->live, live);
	else if (masked)
		buf_puts(&p->live, "null\n"); /* a Secret that is not there yet is a null to kubectl */
	if (merged)
		yaml_print(&p->merged, merged);
	p->differs = p->live.len != p->merged.len || memcmp(p->live.data, p->merged.data, p->live.len) != 0;
	if (!p->differs)
		buf_release(&p->merged);
	buf_fit(&p->live);
	buf_fit(&p->merged);
}

static const struct buf *merged_text(const struct preview *p)
{
	return p->differs ? &p->merged : &p->live;
}

static int preview_order(const void *a, const void *b)
{
	return strcmp((*(struct preview *const *)a)->name, (*(struct preview *const *)b)->name);
}

/* By the names of files; of several for one file the last one stays, as it does in a folder. */
static void sort_files(struct vec *previews, struct vec *ret)
{
	_cleanup_map_ struct map last = MAP_INIT;

	for (size_t i = 0; i < previews->len; i++)
		map_set(&last, ((const struct preview *)previews->items[i])->name, previews->items[i]);
	vec_sort(previews, preview_order);
	for (size_t i = 0; i < previews->len; i++) {
		struct preview *p = previews->items[i];

		if (map_get(&last, p->name) == p)
			vec_add(ret, p);
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
static void show_by_kubec(struct invocation *inv, const struct vec *files)
{
	_cleanup_free_ char *from = dir_temp_name("LIVE-"), *to = dir_temp_name("MERGED-");
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	for (size_t i = 0; i < files->len; i++) {
		const struct preview *p = files->items[i];
		_cleanup_free_ char *live = path_join(from, p->name), *merged = path_join(to, p->name);
		_cleanup_buf_ struct buf out = BUF_INIT, hunks = BUF_INIT, marked = BUF_INIT;

		if (!(p->differs && udiff(&hunks, p->live.data, p->live.len, p->merged.data, p->merged.len)))
			continue;
		buf_printf(&out, "diff -u -N %s %s\n", live, merged);
		put_file_line(&out, "---", live, true, &now);
		put_file_line(&out, "+++", merged, !p->deletion, &now);
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

static int folders_make(const struct vec *files, struct folders *f, struct error *err)
{
	if (dir_make_temp("LIVE-", &f->live, err) || dir_make_temp("MERGED-", &f->merged, err))
		return -1;
	for (size_t i = 0; i < files->len; i++) {
		const struct preview *p = files->items[i];

		if (write_file(f->live, p->name, &p->live, err) ||
		    (!p->deletion && write_file(f->merged, p->name, merged_text(p), err)))
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
static int show_by_program(struct invocation *inv, const struct vec *files, const char *external, int *ret_status,
			   bool *ret_missing, struct error *err)
{
	_cleanup_(folders_remove) struct folders f = {0};
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
	int status = 0;

	if (folders_make(files, &f, err))
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

static bool any_differs(const struct vec *files)
{
	for (size_t i = 0; i < files->len; i++)
		if (((const struct preview *)files->items[i])->differs)
			return true;
	return false;
}

int previews_show(struct invocation *inv, struct vec *previews, int *ret_status, struct error *err)
{
	_cleanup_vec_ struct vec files = VEC_INIT;
	const char *external = getenv("KUBECTL_EXTERNAL_DIFF");
	bool missing = false;

	sort_files(previews, &files);
	if (str_empty(external) && !any_differs(&files)) {
		*ret_status = 0;
		return 0;
	}
	if (!str_empty(external) || !inv->screen) {
		if (!show_by_program(inv, &files, external, ret_status, &missing, err))
			return 0;
		if (!missing || !str_empty(external))
			return -1;
		error_release(err);
	}
	show_by_kubec(inv, &files);
	*ret_status = 1;
	return 0;
}
