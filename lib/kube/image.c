#include "kube/image.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define LETTERS LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define HEX DIGITS "abcdefABCDEF"

#define TAG_MAX 128
#define DIGEST_HEX_MIN 32

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Letters, digits and "-", no "-" at either end. */
static bool is_domain_label(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_one_of(s[i], LETTERS DIGITS "-"))
			return false;
	return n && s[0] != '-' && s[n - 1] != '-';
}

static bool is_host(const char *s, size_t n)
{
	size_t start = 0;

	if (n > 2 && s[0] == '[') {
		for (size_t i = 1; i + 1 < n; i++)
			if (!is_one_of(s[i], HEX ":"))
				return false;
		return s[n - 1] == ']';
	}
	for (size_t i = 0; i <= n; i++) {
		if (i < n && s[i] != '.')
			continue;
		if (!is_domain_label(s + start, i - start))
			return false;
		start = i + 1;
	}
	return true;
}

/* HOST[:PORT] */
static bool is_domain(const char *s, size_t n)
{
	size_t digits = 0;

	while (digits < n && is_one_of(s[n - 1 - digits], DIGITS))
		digits++;
	if (digits && digits + 1 < n && s[n - 1 - digits] == ':')
		n -= digits + 1;
	return is_host(s, n);
}

/* Lower case letters and digits; between them one ".", one "_", two of these, or any number of "-". */
static bool is_path_part(const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t word = 0, gap = 0;

		while (i + word < n && is_one_of(s[i + word], LOWER DIGITS))
			word++;
		if (!word)
			return false;
		i += word;
		while (i + gap < n && is_one_of(s[i + gap], "._-"))
			gap++;
		for (size_t k = 0; k < gap; k++)
			if (s[i + k] != s[i] || (s[i] == '.' && gap > 1) || (s[i] == '_' && gap > 2))
				return false;
		i += gap;
		if (gap && i == n)
			return false;
	}
	return n > 0;
}

static bool is_name(const char *s, size_t n)
{
	size_t first = 0, start;

	while (first < n && s[first] != '/')
		first++;
	if (!is_path_part(s, first) && (first == n || !is_domain(s, first)))
		return false;
	for (start = first + 1; first < n && start <= n;) {
		size_t end = start;

		while (end < n && s[end] != '/')
			end++;
		if (!is_path_part(s + start, end - start))
			return false;
		start = end + 1;
	}
	return true;
}

static bool is_tag(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_one_of(s[i], i ? LETTERS DIGITS "_.-" : LETTERS DIGITS "_"))
			return false;
	return n && n <= TAG_MAX;
}

/* ALGORITHM:HEX; an algorithm is words that begin with a letter, joined by one of "-_+." */
static bool is_digest(const char *s)
{
	const char *colon = strchr(s, ':');
	bool begins = true;

	for (const char *p = s; colon && p < colon; p++) {
		if (!begins && is_one_of(*p, "-_+.")) {
			begins = true;
			continue;
		}
		if (!is_one_of(*p, begins ? LETTERS : LETTERS DIGITS))
			return false;
		begins = false;
	}
	return colon && !begins && strlen(colon + 1) >= DIGEST_HEX_MIN && strspn(colon + 1, HEX) == strlen(colon + 1);
}

bool image_reference_valid(const char *text)
{
	size_t n = strcspn(text, "@"), colon = n;

	if (text[n] && !is_digest(text + n + 1))
		return false;
	while (colon && text[colon - 1] != ':' && text[colon - 1] != '/')
		colon--;
	if (colon && text[colon - 1] == ':') {
		if (!is_tag(text + colon, n - colon))
			return false;
		n = colon - 1;
	}
	return is_name(text, n);
}
