#include "data/json_pack.h"
#include "fuzz.h"

/* What was read is printed so that it reads as the same; a stream is cut at values. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_arena_ struct arena arena = {0};
	_cleanup_json_ cJSON *tree = NULL, *again = NULL, *prefix = NULL;
	_cleanup_buf_ struct buf compact = BUF_INIT, indented = BUF_INIT;
	_cleanup_(json_pack_free_p) struct json_pack *pack = json_pack_new();
	const cJSON *shared;
	size_t used;
	int failed = json_parse((const char *)data, size, "input", &tree, &err);

	PROMISE(json_parse_arena((const char *)data, size, "input", &arena, &shared, &err) == failed);
	json_parse_prefix((const char *)data, size, "input", &prefix, &used, &err);
	if (failed)
		return 0;
	PROMISE(json_equal(tree, shared));
	PROMISE(json_equal(tree, json_pack_add(pack, tree)) && json_equal(tree, json_pack_add(pack, shared)));
	json_print(&compact, tree, JSON_COMPACT);
	json_print(&indented, tree, JSON_INDENT4 | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	PROMISE(!json_parse(compact.data, compact.len, NULL, &again, &err) && json_equal(tree, again));
	cJSON_Delete(again);
	again = NULL;
	PROMISE(!json_parse(indented.data, indented.len, NULL, &again, &err) && json_equal(tree, again));
	return 0;
}
