#include "view/table_printer.h"
#include "fuzz.h"

/* Whatever a server sends for a Table becomes lines, or nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_vec_ struct vec columns = VEC_OF_STRINGS;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *tree = NULL;

	vec_add_string(&columns, "app");
	if (json_parse((const char *)data, size, NULL, &tree, &err))
		return 0;
	for (unsigned mode = 0; mode < 4; mode++) {
		const struct table_printer_options options = {
			.resource = &builtin_resources[0], .wide = mode & 1, .with_namespace = mode & 1,
			.with_kind = mode & 2, .show_labels = mode & 2, .label_columns = mode & 1 ? &columns : NULL,
		};
		_cleanup_table_printer_ struct table_printer printer;
		_cleanup_table_ struct table table = TABLE_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;

		table_printer_init(&printer, &options);
		table_printer_print(&printer, &table, tree, mode == 3 ? "ADDED" : NULL, false);
		table_flush(&table, &out);
		PROMISE(!out.len || out.data[out.len - 1] == '\n');
	}
	return 0;
}
