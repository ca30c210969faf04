#include "base/timeutil.h"

#include <time.h>

static int64_t clock_read(clockid_t which)
{
	struct timespec ts;

	clock_gettime(which, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

int64_t time_now(void)
{
	return clock_read(CLOCK_REALTIME);
}

int64_t duration_between(int64_t from, int64_t to)
{
	int64_t d;

	if (__builtin_sub_overflow(to, from, &d))
		return to < from ? INT64_MIN : INT64_MAX;
	return d;
}

int64_t time_monotonic(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

/* ---- durations -------------------------------------------------------------- */

static const struct unit {
	const char *name;
	int64_t size;
} units[] = {
	{"ns", NANOSECOND},  {"us", 1000},  {"\xc2\xb5s", 1000}, {"\xce\xbcs", 1000},
	{"ms", MILLISECOND}, {"s", SECOND}, {"m", MINUTE},       {"h", HOUR},
};

/* Text in double quotes as package time of Go shows it. */
static void put_quoted(struct buf *out, const char *s, size_t n)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x80 || c < ' ')
			buf_printf(out, "\\x%02x", c);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else
			buf_putc(out, (char)c);
	}
	buf_putc(out, '"');
}

/* unit is NULL unless the words name one. */
static int fail_duration(struct error *err, const char *words, const char *unit, size_t unit_len, const char *text)
{
	_cleanup_buf_ struct buf message = BUF_INIT;

	buf_printf(&message, "time: %s ", words);
	if (unit) {
		put_quoted(&message, unit, unit_len);
		buf_puts(&message, " in duration ");
	}
	put_quoted(&message, text, strlen(text));
	return error_set(err, ERROR_PARSE, "%s", message.data);
}

static const struct unit *find_unit(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strlen(units[i].name) == len && !memcmp(units[i].name, name, len))
			return &units[i];
	}
	return NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What "1.5" says, before its unit. */
struct number {
	uint64_t whole;
	uint64_t fraction; /* of scale */
	double scale;
};

/* Digits with an optional fraction; moves *at past them. False: none there, or too large. */
static bool read_number(const char **at, struct number *ret)
{
	struct number n = {.scale = 1};
	const char *p = *at;
	bool any = is_digit(*p), full = false;

	for (; is_digit(*p); p++) {
		if (n.whole > (1ULL << 63) / 10)
			return false;
		n.whole = n.whole * 10 + (uint64_t)(*p - '0');
		if (n.whole > 1ULL << 63)
			return false;
	}
	if (*p == '.') {
		for (p++; is_digit(*p); p++) {
			any = true;
			/* digits past what 63 bits hold do not count */
			if (full || n.fraction > (UINT64_MAX >> 1) / 10) {
				full = true;
				continue;
			}
			n.fraction = n.fraction * 10 + (uint64_t)(*p - '0');
			n.scale *= 10;
		}
	}
	*at = p;
	*ret = n;
	return any;
}

/* One "1.5h"; adds it to *sum. */
static int read_term(const char **at, const char *text, uint64_t *sum, struct error *err)
{
	struct number n;
	const char *name;
	const struct unit *unit;
	uint64_t v;

	if (!read_number(at, &n))
		return fail_duration(err, "invalid duration", NULL, 0, text);
	name = *at;
	while (**at && **at != '.' && !is_digit(**at))
		++*at;
	if (*at == name)
		return fail_duration(err, "missing unit in duration", NULL, 0, text);
	unit = find_unit(name, (size_t)(*at - name));
	if (!unit)
		return fail_duration(err, "unknown unit", name, (size_t)(*at - name), text);
	if (n.whole > (1ULL << 63) / (uint64_t)unit->size)
		return fail_duration(err, "invalid duration", NULL, 0, text);
	v = n.whole * (uint64_t)unit->size;
	v += (uint64_t)((double)n.fraction * ((double)unit->size / n.scale));
	if (v > 1ULL << 63 || *sum + v > 1ULL << 63)
		return fail_duration(err, "invalid duration", NULL, 0, text);
	*sum += v;
	return 0;
}

int duration_parse(const char *text, int64_t *ret, struct error *err)
{
	const char *p = text;
	bool negative = *p == '-';
	uint64_t sum = 0;

	if (*p == '-' || *p == '+')
		p++;
	if (!*p)
		return fail_duration(err, "invalid duration", NULL, 0, text);
	if (strcmp(p, "0")) {
		while (*p) {
			if (read_term(&p, text, &sum, err))
				return -1;
		}
	}
	if (!negative && sum > INT64_MAX)
		return fail_duration(err, "invalid duration", NULL, 0, text);
	*ret = (int64_t)(negative ? -sum : sum);
	return 0;
}

/* value / size with its decimals but no zeros at their end. */
static void put_fraction(struct buf *out, uint64_t value, uint64_t size, int digits)
{
	char text[16];
	int n = digits;

	buf_printf(out, "%" PRIu64, value / size);
	snprintf(text, sizeof(text), "%0*" PRIu64, digits, value % size);
	while (n && text[n - 1] == '0')
		n--;
	if (n)
		buf_printf(out, ".%.*s", n, text);
}

void duration_format(struct buf *out, int64_t d)
{
	uint64_t u = d < 0 ? -(uint64_t)d : (uint64_t)d;
	uint64_t hours = u / (uint64_t)HOUR, minutes = u / (uint64_t)MINUTE % 60;

	if (d < 0)
		buf_putc(out, '-');
	if (!u) {
		buf_puts(out, "0s");
	} else if (u < 1000) {
		buf_printf(out, "%" PRIu64 "ns", u);
	} else if (u < (uint64_t)MILLISECOND) {
		put_fraction(out, u, 1000, 3);
		buf_puts(out, "\xc2\xb5s");
	} else if (u < (uint64_t)SECOND) {
		put_fraction(out, u, (uint64_t)MILLISECOND, 6);
		buf_puts(out, "ms");
	} else {
		if (hours)
			buf_printf(out, "%" PRIu64 "h", hours);
		if (hours || minutes)
			buf_printf(out, "%" PRIu64 "m", minutes);
		put_fraction(out, u % (uint64_t)MINUTE, (uint64_t)SECOND, 9);
		buf_putc(out, 's');
	}
}

/* The steps of k8s.io/apimachinery/pkg/util/duration.HumanDuration: below which age, shown in what. */
static const struct age_step {
	int64_t below;
	int64_t large, small; /* seconds; small 0: the large unit alone */
	char large_name, small_name;
} age_steps[] = {
	{2 * 60, 1, 0, 's', 0},
	{10 * 60, 60, 1, 'm', 's'},
	{3 * 3600, 60, 0, 'm', 0},
	{8 * 3600, 3600, 60, 'h', 'm'},
	{48 * 3600, 3600, 0, 'h', 0},
	{8 * 86400, 86400, 3600, 'd', 'h'},
	{2 * 365 * 86400, 86400, 0, 'd', 0},
	{8LL * 365 * 86400, 365 * 86400, 86400, 'y', 'd'},
	{INT64_MAX, 365 * 86400, 0, 'y', 0},
};

void duration_format_human(struct buf *out, int64_t d)
{
	int64_t seconds = d / SECOND, rest;
	const struct age_step *step = age_steps;

	if (seconds < -1) {
		buf_puts(out, "<invalid>");
		return;
	}
	seconds = MAX(seconds, 0);
	while (seconds >= step->below)
		step++;
	buf_printf(out, "%" PRId64 "%c", seconds / step->large, step->large_name);
	rest = step->small ? seconds % step->large / step->small : 0;
	if (rest)
		buf_printf(out, "%" PRId64 "%c", rest, step->small_name);
}

/* ---- instants ---------------------------------------------------------------- */

/* Days from 1970-01-01 of a date of the Gregorian calendar (years count from March). */
static int64_t days_from_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static int days_in_month(int year, int month)
{
	static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

struct stamp_reader {
	const char *text, *p;
	struct error *err;
};

static int fail_stamp(struct stamp_reader *r, const char *words)
{
	_cleanup_buf_ struct buf message = BUF_INIT;

	buf_puts(&message, "parsing time ");
	put_quoted(&message, r->text, strlen(r->text));
	if (words) {
		buf_printf(&message, ": %s", words);
	} else {
		buf_puts(&message, ": extra text: ");
		put_quoted(&message, r->p, strlen(r->p));
	}
	return error_set(r->err, ERROR_PARSE, "%s", message.data);
}

static int fail_stamp_at(struct stamp_reader *r, const char *element)
{
	_cleanup_buf_ struct buf message = BUF_INIT;

	buf_puts(&message, "parsing time ");
	put_quoted(&message, r->text, strlen(r->text));
	buf_puts(&message, " as \"2006-01-02T15:04:05Z07:00\": cannot parse ");
	put_quoted(&message, r->p, strlen(r->p));
	buf_printf(&message, " as \"%s\"", element);
	return error_set(r->err, ERROR_PARSE, "%s", message.data);
}

/* Exactly so many digits; element is the layout's text for them. */
static int read_digits(struct stamp_reader *r, int count, const char *element, int *ret)
{
	int v = 0;

	for (int i = 0; i < count; i++) {
		if (!is_digit(r->p[i]))
			return fail_stamp_at(r, element);
		v = v * 10 + (r->p[i] - '0');
	}
	r->p += count;
	*ret = v;
	return 0;
}

static int read_mark(struct stamp_reader *r, char mark)
{
	if (*r->p != mark)
		return fail_stamp_at(r, (char[]){mark, '\0'});
	r->p++;
	return 0;
}

/* Nanoseconds of ".5" when there is such; more than nine digits are cut. */
static int64_t read_fraction(struct stamp_reader *r)
{
	int64_t v = 0, unit = SECOND;

	if ((*r->p != '.' && *r->p != ',') || !is_digit(r->p[1]))
		return 0;
	for (r->p++; is_digit(*r->p); r->p++) {
		unit /= 10;
		v += (*r->p - '0') * unit;
	}
	return v;
}

/* "Z" or "+02:00"; the offset in minutes. */
static int read_zone(struct stamp_reader *r, int *ret)
{
	const char *p = r->p;
	int hours, minutes;

	*ret = 0;
	if (*p == 'Z') {
		r->p++;
		return 0;
	}
	if ((*p != '+' && *p != '-') || !is_digit(p[1]) || !is_digit(p[2]) || p[3] != ':' || !is_digit(p[4]) ||
	    !is_digit(p[5]))
		return fail_stamp_at(r, "Z07:00");
	hours = (p[1] - '0') * 10 + p[2] - '0';
	minutes = (p[4] - '0') * 10 + p[5] - '0';
	if (hours > 24)
		return fail_stamp(r, "time zone offset hour out of range");
	if (minutes > 60)
		return fail_stamp(r, "time zone offset minute out of range");
	r->p += 6;
	*ret = (hours * 60 + minutes) * (*p == '-' ? -1 : 1);
	return 0;
}

int timestamp_parse(const char *text, int64_t *ret, struct error *err)
{
	static const struct {
		int digits;
		const char *element;
		char mark; /* what follows, 0 for nothing */
		int low, high;
		const char *words;
	} parts[] = {
		{4, "2006", '-', 0, 9999, NULL},
		{2, "01", '-', 1, 12, "month out of range"},
		{2, "02", 'T', 1, 31, "day out of range"},
		{2, "15", ':', 0, 23, "hour out of range"},
		{2, "04", ':', 0, 59, "minute out of range"},
		{2, "05", 0, 0, 59, "second out of range"},
	};
	struct stamp_reader r = {.text = text, .p = text, .err = err};
	int v[ARRAY_SIZE(parts)], zone;
	int64_t seconds, nanos;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (read_digits(&r, parts[i].digits, parts[i].element, &v[i]))
			return -1;
		if (v[i] < parts[i].low || v[i] > parts[i].high)
			return fail_stamp(&r, parts[i].words);
		if (parts[i].mark && read_mark(&r, parts[i].mark))
			return -1;
	}
	nanos = read_fraction(&r);
	if (read_zone(&r, &zone))
		return -1;
	if (*r.p)
		return fail_stamp(&r, NULL);
	if (v[2] > days_in_month(v[0], v[1]))
		return fail_stamp(&r, "day out of range");
	seconds = days_from_date(v[0], v[1], v[2]) * 86400 + v[3] * 3600 + (v[4] - zone) * 60 + v[5];
	if (seconds > INT64_MAX / SECOND - 1 || seconds < INT64_MIN / SECOND + 1)
		return fail_stamp(&r, "year out of range");
	*ret = seconds * SECOND + nanos;
	return 0;
}

void timestamp_format(struct buf *out, int64_t t)
{
	int64_t seconds = t / SECOND - (t % SECOND < 0);
	time_t clock = (time_t)seconds;
	struct tm tm;

	gmtime_r(&clock, &tm);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		   tm.tm_min, tm.tm_sec);
}
