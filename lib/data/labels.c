/* Keys and values of labels: what the API allows, in its words. */
#include "data/selector.h"

#define NAME_MAX_LENGTH 63
#define SUBDOMAIN_MAX_LENGTH 253

#define NAME_REGEX "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
#define LABEL_REGEX "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define NAME_RULE                                                                                                      \
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "                       \
	"an alphanumeric character"
#define NAME_FAULT                                                                                                     \
	NAME_RULE " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" NAME_REGEX "')"

static const char value_fault[] =
	"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
	"start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
	"validation is '(" NAME_REGEX ")?')";

static const char subdomain_fault[] =
	"prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
	"and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
	"'" LABEL_REGEX "(\\." LABEL_REGEX ")*')";

static bool is_lower_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(char c)
{
	return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

static void add_fault(struct buf *why, size_t start, const char *text)
{
	if (why->len > start)
		buf_puts(why, "; ");
	buf_puts(why, text);
}

/* Letters and digits at both ends, "-", "_" and "." between. */
static bool is_name(const char *s, size_t n)
{
	if (!n || !is_alnum(s[0]) || !is_alnum(s[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_alnum(s[i]) && !strchr("-_.", s[i]))
			return false;
	}
	return true;
}

/* Labels of lower case letters, digits and "-" within, joined by dots. */
static bool is_subdomain(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool edge = !i || s[i - 1] == '.' || i + 1 == n || s[i + 1] == '.';

		if (s[i] == '.' ? edge && (!i || i + 1 == n || s[i - 1] == '.')
				: !is_lower_alnum(s[i]) && (s[i] != '-' || edge))
			return false;
	}
	return n > 0;
}

static void check_prefix(const char *s, size_t n, size_t start, struct buf *why)
{
	if (!n) {
		add_fault(why, start, "prefix part must be non-empty");
		return;
	}
	if (n > SUBDOMAIN_MAX_LENGTH)
		add_fault(why, start, "prefix part must be no more than 253 bytes");
	if (!is_subdomain(s, n))
		add_fault(why, start, subdomain_fault);
}

bool label_key_valid(const char *key, struct buf *why)
{
	const char *slash = strchr(key, '/'), *name = slash ? slash + 1 : key;
	size_t start = why->len;

	if (strchr(name, '/')) {
		add_fault(why, start,
			  "a valid label key " NAME_FAULT
			  " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
		return false;
	}
	if (slash)
		check_prefix(key, (size_t)(slash - key), start, why);
	if (!*name)
		add_fault(why, start, "name part must be non-empty");
	else if (strlen(name) > NAME_MAX_LENGTH)
		add_fault(why, start, "name part must be no more than 63 bytes");
	if (!is_name(name, strlen(name)))
		add_fault(why, start, "name part " NAME_FAULT);
	return why->len == start;
}

bool label_value_valid(const char *value, struct buf *why)
{
	size_t start = why->len;

	if (strlen(value) > NAME_MAX_LENGTH)
		add_fault(why, start, "must be no more than 63 bytes");
	if (*value && !is_name(value, strlen(value)))
		add_fault(why, start, value_fault);
	return why->len == start;
}

int labels_parse(const char *text, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *labels = json_new_object();
	_cleanup_vec_ struct vec pairs = VEC_OF_STRINGS;

	if (!*text)
		return error_set(err, ERROR_PARSE, "no label spec passed");
	vec_add_split(&pairs, text, ',');
	for (size_t i = 0; i < pairs.len; i++) {
		char *pair = pairs.items[i], *value = strchr(pair, '=');

		if (!value || strchr(value + 1, '='))
			return error_set(err, ERROR_PARSE, "unexpected label spec: %s", pair);
		*value++ = '\0';
		if (!*pair)
			return error_set(err, ERROR_PARSE, "unexpected empty label key");
		json_set_string(labels, pair, value);
	}
	*ret = TAKE_PTR(labels);
	return 0;
}
