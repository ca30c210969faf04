#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/table_printer.h"

static const struct resource deployments = {
	.group = "apps", .version = "v1", .name = "deployments", .singular = "deployment", .kind = "Deployment",
	.short_names = "deploy", .categories = "all", .verbs = "get,list", .subresources = "", .namespaced = true};

/* As a 1.36 server answers, descriptions cut. */
#define TABLE(rows) \
	"{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"resourceVersion\":\"7\"}," \
	"\"columnDefinitions\":[" \
	"{\"name\":\"Name\",\"type\":\"string\",\"format\":\"name\",\"description\":\"d\",\"priority\":0}," \
	"{\"name\":\"Ready\",\"type\":\"string\",\"format\":\"\",\"description\":\"d\",\"priority\":0}," \
	"{\"name\":\"Up-to-date\",\"type\":\"integer\",\"format\":\"\",\"description\":\"d\",\"priority\":0}," \
	"{\"name\":\"Images\",\"type\":\"string\",\"format\":\"\",\"description\":\"d\",\"priority\":1}]," \
	"\"rows\":[" rows "]}"
#define META(ns, labels) \
	"{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"name\":\"x\"," \
	"\"namespace\":\"" ns "\",\"labels\":" labels "}}"
#define WEB "{\"cells\":[\"web\",\"1/1\",1,\"nginx:1.27\"],\"object\":null}"
#define WEB_META "{\"cells\":[\"web\",\"1/1\",1,\"nginx:1.27\"],\"object\":" META("shop", "{\"tier\":\"front\",\"app\":\"web\"}") "}"
#define DB_META "{\"cells\":[\"db\",\"0/1\",0,\"postgres\"],\"object\":" META("a", "{}") "}"

static void print_text(struct table_printer *p, struct table *t, const char *json, const char *event, bool hidden)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = NULL;

	if (json_parse(json, strlen(json), NULL, &object, &err))
		fail_msg("%s", err.message);
	table_printer_print(p, t, object, event, hidden);
}

static void check(const struct table_printer_options *o, const char *json, const char *event, const char *want)
{
	_cleanup_table_printer_ struct table_printer p;
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	table_printer_init(&p, o);
	print_text(&p, &t, json, event, false);
	table_flush(&t, &out);
	assert_string_equal(out.data, want);
}

static void test_columns(void **state)
{
	(void)state;
	check(&(struct table_printer_options){0}, TABLE(WEB), NULL,
	      "NAME   READY   UP-TO-DATE\nweb    1/1     1\n");
	check(&(struct table_printer_options){.wide = true}, TABLE(WEB), NULL,
	      "NAME   READY   UP-TO-DATE   IMAGES\nweb    1/1     1            nginx:1.27\n");
	check(&(struct table_printer_options){.no_headers = true}, TABLE(WEB), NULL, "web   1/1   1\n");
	check(&(struct table_printer_options){0}, TABLE(""), NULL, "");
}

static void test_added_columns(void **state)
{
	_cleanup_vec_ struct vec labels = VEC_OF_STRINGS;

	(void)state;
	vec_add_string(&labels, "app");
	vec_add_string(&labels, "example.com/tier");
	check(&(struct table_printer_options){.with_namespace = true}, TABLE(WEB_META "," DB_META), NULL,
	      "NAMESPACE   NAME   READY   UP-TO-DATE\nshop        web    1/1     1\na           db     0/1     0\n");
	check(&(struct table_printer_options){.show_labels = true}, TABLE(WEB_META "," DB_META), NULL,
	      "NAME   READY   UP-TO-DATE   LABELS\nweb    1/1     1            app=web,tier=front\n"
	      "db     0/1     0            <none>\n");
	check(&(struct table_printer_options){.label_columns = &labels}, TABLE(WEB_META), NULL,
	      "NAME   READY   UP-TO-DATE   APP   TIER\nweb    1/1     1            web   \n");
	check(&(struct table_printer_options){.with_kind = true, .resource = &deployments}, TABLE(WEB), NULL,
	      "NAME                  READY   UP-TO-DATE\ndeployment.apps/web   1/1     1\n");
}

static void test_cells(void **state)
{
	(void)state;
	check(&(struct table_printer_options){.no_headers = true},
	      TABLE("{\"cells\":[\"first\\nsecond\",null,1.50,\"x\"]}"), NULL, "first...         1.5\n");
	check(&(struct table_printer_options){.no_headers = true},
	      TABLE("{\"cells\":[\"\\u001b[31mred\",true,12345678901,\"x\"]}"), NULL, "^[[31mred   true   12345678901\n");
	check(&(struct table_printer_options){.no_headers = true},
	      TABLE("{\"cells\":[\"a\\rb\",[\"x\",1],{\"k\":\"v\",\"a\":null},\"x\"]}"), NULL,
	      "a...   [x 1]   map[a:<nil> k:v]\n");
	/* More cells than columns, and fewer. */
	check(&(struct table_printer_options){.no_headers = true, .wide = true},
	      TABLE("{\"cells\":[\"a\",\"b\",3,\"d\",\"e\",\"f\"]},{\"cells\":[\"a\"]}"), NULL, "a     b     3     d\na\n");
}

static void test_watch_frames(void **state)
{
	_cleanup_table_printer_ struct table_printer p;
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	table_printer_init(&p, &(struct table_printer_options){0});
	print_text(&p, &t, TABLE(WEB), "ADDED", true);
	table_flush(&t, &out);
	assert_string_equal(out.data, "");
	print_text(&p, &t, TABLE(WEB), "ADDED", false);
	table_flush(&t, &out);
	/* Later frames carry no columns. */
	print_text(&p, &t,
		   "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{},\"columnDefinitions\":null,"
		   "\"rows\":[{\"cells\":[\"a-longer-name\",\"0/1\",0,\"i\"]}]}",
		   "MODIFIED", false);
	table_flush(&t, &out);
	assert_string_equal(out.data, "EVENT      NAME   READY   UP-TO-DATE\n"
				      "ADDED      web    1/1     1\n"
				      "MODIFIED   a-longer-name   0/1     0\n");
}

static void test_changed_columns_bring_headers(void **state)
{
	_cleanup_table_printer_ struct table_printer p;
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	table_printer_init(&p, &(struct table_printer_options){0});
	print_text(&p, &t, TABLE(WEB), NULL, false);
	print_text(&p, &t, TABLE(WEB), NULL, false);
	print_text(&p, &t,
		   "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1beta1\",\"columnDefinitions\":["
		   "{\"name\":\"Gr\xc3\xb6\xc3\x9f" "e\",\"type\":\"string\",\"format\":\"\",\"priority\":0},"
		   "{\"name\":\"Age\",\"type\":\"string\",\"format\":\"\",\"priority\":0}],\"rows\":[{\"cells\":[\"x\",\"y\"]}]}",
		   NULL, false);
	table_flush(&t, &out);
	assert_string_equal(out.data, "NAME    READY   UP-TO-DATE\nweb     1/1     1\nweb     1/1     1\n"
				      "GR\xc3\x96\xc3\x9f" "E   AGE\nx       y\n");
}

static void test_plain_objects(void **state)
{
	static const char list[] = "{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\",\"items\":["
				   "{\"metadata\":{\"name\":\"a\",\"namespace\":\"n\",\"labels\":{\"l\":\"1\"}}},"
				   "{\"metadata\":{\"name\":\"bb\",\"namespace\":\"n\"}}]}";
	static const char status[] = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
				     "\"reason\":\"Expired\",\"message\":\"too old\"}";

	(void)state;
	check(&(struct table_printer_options){0}, list, NULL, "NAME   AGE\na      <unknown>\nbb     <unknown>\n");
	check(&(struct table_printer_options){.with_namespace = true, .show_labels = true}, list, NULL,
	      "NAMESPACE   NAME   AGE         LABELS\nn           a      <unknown>   l=1\n"
	      "n           bb     <unknown>   <none>\n");
	check(&(struct table_printer_options){0}, status, "ERROR",
	      "EVENT      STATUS    REASON    MESSAGE\nERROR      Failure   Expired   too old\n");
	check(&(struct table_printer_options){0}, "{\"kind\":\"WidgetList\",\"items\":[]}", NULL, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_added_columns),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_watch_frames),
		cmocka_unit_test(test_changed_columns_bring_headers),
		cmocka_unit_test(test_plain_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
