#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/live.h"

#define TABLE "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\""
#define COLUMNS \
	",\"columnDefinitions\":[{\"name\":\"Name\",\"type\":\"string\",\"format\":\"name\"},{\"name\":\"Status\",\"type\":\"string\"}]"

/* One terminal with what was drawn on it. */
struct view {
	struct live live;
	struct table_printer printer;
	struct table table;
	struct live_size size;
	char *control, *text;
};

static int open_view(void **state)
{
	struct view *v = NEW(struct view);

	*v = (struct view){.table = TABLE_INIT, .size = {24, 80}};
	live_init(&v->live);
	table_printer_init(&v->printer, &(struct table_printer_options){0});
	*state = v;
	return 0;
}

static int close_view(void **state)
{
	struct view *v = *state;

	live_release(&v->live);
	table_printer_release(&v->printer);
	table_release(&v->table);
	free(v->control);
	free(v->text);
	free(v);
	return 0;
}

static void update(struct view *v, const char *event, const char *text, bool keep_deleted)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = NULL;

	assert_int_equal(json_parse(text, strlen(text), NULL, &object, &err), 0);
	table_printer_print(&v->printer, &v->table, object, NULL, true);
	live_update(&v->live, &v->printer, object, event, keep_deleted);
}

static void draw(struct view *v, bool events, bool all, const char *control, const char *text)
{
	_cleanup_buf_ struct buf c = BUF_INIT, t = BUF_INIT;

	live_draw(&v->live, &v->printer, &v->table, events, v->size, all, &c, &t);
	assert_string_equal(c.data, control);
	assert_string_equal(t.data, text);
}

static void test_rows_change_in_place(void **state)
{
	struct view *v = *state;

	update(v, "ADDED", TABLE COLUMNS ",\"rows\":[{\"cells\":[\"a\",\"Pending\"]},{\"cells\":[\"b\",\"Running\"]}]}", false);
	draw(v, false, false, "\r\033[J", "NAME   STATUS\na      Pending\nb      Running\n");
	update(v, "MODIFIED", TABLE ",\"rows\":[{\"cells\":[\"a\",\"Running\"]}]}", false);
	draw(v, false, false, "\r\033[3A\033[J", "NAME   STATUS\na      Running\nb      Running\n");
	update(v, "DELETED", TABLE ",\"rows\":[{\"cells\":[\"a\",\"Running\"]}]}", false);
	update(v, "ADDED", TABLE ",\"rows\":[{\"cells\":[\"c\",\"New\"]}]}", false);
	draw(v, false, false, "\r\033[3A\033[J", "NAME   STATUS\nb      Running\nc      New\n");
	update(v, "DELETED", TABLE ",\"rows\":[{\"cells\":[\"never seen\",\"\"]}]}", false);
	update(v, "DELETED", TABLE ",\"rows\":[{\"cells\":[\"b\",\"\"]},{\"cells\":[\"c\",\"\"]}]}", false);
	draw(v, false, false, "\r\033[3A\033[J", "");
	draw(v, false, false, "\r\033[J", "");
}

static void test_namespaces_tell_names_apart(void **state)
{
	struct view *v = *state;

	update(v, "ADDED",
	       TABLE COLUMNS ",\"rows\":[{\"cells\":[\"a\",\"1\"],\"object\":{\"metadata\":{\"name\":\"a\",\"namespace\":\"x\"}}},"
			     "{\"cells\":[\"a\",\"2\"],\"object\":{\"metadata\":{\"name\":\"a\",\"namespace\":\"y\"}}}]}", false);
	draw(v, false, false, "\r\033[J", "NAME   STATUS\na      1\na      2\n");
}

static void test_events_keep_what_is_deleted(void **state)
{
	struct view *v = *state;

	update(v, "ADDED", TABLE COLUMNS ",\"rows\":[{\"cells\":[\"a\",\"x\"]}]}", true);
	update(v, "DELETED", TABLE ",\"rows\":[{\"cells\":[\"a\",\"x\"]}]}", true);
	draw(v, true, false, "\r\033[J", "EVENT      NAME   STATUS\nDELETED    a      x\n");
}

static void test_narrow_and_low(void **state)
{
	struct view *v = *state;

	update(v, "ADDED",
	       TABLE COLUMNS ",\"rows\":[{\"cells\":[\"a\",\"Pending\"]},{\"cells\":[\"b\",\"Running\"]},{\"cells\":[\"c\",\"x\"]}]}",
	       false);
	v->size = (struct live_size){4, 80};
	draw(v, false, false, "\r\033[J", "NAME   STATUS\na      Pending\n... 2 more\n");
	v->size = (struct live_size){5, 80};
	draw(v, false, false, "\r\033[3A\033[J", "NAME   STATUS\na      Pending\nb      Running\nc      x\n");
	/* 13, 14, 14 and 8 columns on a terminal that is 10 wide now: seven lines */
	v->size = (struct live_size){4, 10};
	draw(v, false, false, "\r\033[7A\033[J", "NAME   STATUS\n... 3 more\n");
	draw(v, false, true, "\r\033[3A\033[J", "NAME   STATUS\na      Pending\nb      Running\nc      x\n");
	assert_false(v->live.cut);
}

static void test_plain_objects(void **state)
{
	struct view *v = *state;

	update(v, "ADDED", "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"namespace\":\"d\"}}", false);
	update(v, "ADDED", "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"b\",\"namespace\":\"d\"}}", false);
	update(v, "DELETED", "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"namespace\":\"d\"}}", false);
	draw(v, false, false, "\r\033[J", "NAME   AGE\nb      <unknown>\n");
	draw(v, false, false, "\r\033[2A\033[J", "NAME   AGE\nb      <unknown>\n");
}

/* What a later list does not hold goes, or stays as deleted; rows keep their places. */
static void test_lists_again(void **state)
{
	static const char first[] = TABLE COLUMNS ",\"rows\":[{\"cells\":[\"a\",\"1\"]},{\"cells\":[\"b\",\"1\"]},{\"cells\":[\"c\",\"1\"]}]}";
	static const char again[] = TABLE ",\"rows\":[{\"cells\":[\"d\",\"2\"]},{\"cells\":[\"c\",\"2\"]}]}";
	struct view *v = *state;

	update(v, "ADDED", first, true);
	live_list_begin(&v->live);
	update(v, "ADDED", again, true);
	live_list_end(&v->live, true);
	draw(v, true, true, "\r\033[J",
	     "EVENT      NAME   STATUS\nDELETED    a      1\nDELETED    b      1\nADDED      c      2\nADDED      d      2\n");
	live_list_begin(&v->live);
	update(v, "ADDED", again, false);
	live_list_end(&v->live, false);
	draw(v, false, true, "\r\033[5A\033[J", "NAME   STATUS\nc      2\nd      2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lists_again, open_view, close_view),
		cmocka_unit_test_setup_teardown(test_rows_change_in_place, open_view, close_view),
		cmocka_unit_test_setup_teardown(test_namespaces_tell_names_apart, open_view, close_view),
		cmocka_unit_test_setup_teardown(test_events_keep_what_is_deleted, open_view, close_view),
		cmocka_unit_test_setup_teardown(test_narrow_and_low, open_view, close_view),
		cmocka_unit_test_setup_teardown(test_plain_objects, open_view, close_view),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
