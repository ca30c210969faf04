/* The letters after names of generated objects; expected values are kubectl's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/digest.h"

static void hashes_as_kubectl(void **state)
{
	static const char empty[] = "{\"data\":{},\"kind\":\"ConfigMap\",\"name\":\"a\"}";
	_cleanup_error_ struct error err = ERROR_INIT;
	char hash[NAME_HASH_SIZE];

	(void)state;
	assert_int_equal(name_hash(empty, sizeof(empty) - 1, hash, &err), 0);
	assert_string_equal(hash, "586ff7h6km");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(hashes_as_kubectl)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
