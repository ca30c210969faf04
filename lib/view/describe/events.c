#include "base/timeutil.h"
#include "view/describe/engine.h"

struct dated {
	const cJSON *event;
	int64_t last;
	size_t place;
};

static int compare_dated(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;

	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static int64_t last_seen(const cJSON *event)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int64_t t;

	return timestamp_parse(text_at(event, "lastTimestamp"), &t, &ignored) ? INT64_MIN : t;
}

static void collect(const cJSON *list, struct dated **events, size_t *count)
{
	const cJSON *event, *items = json_get(list, "items");

	*events = xrealloc(*events, (*count + json_size(items) + 1) * sizeof(**events));
	cJSON_ArrayForEach(event, items)
	{
		(*events)[*count] = (struct dated){event, last_seen(event), *count};
		++*count;
	}
}

/* "5m (x3 over 10m)" */
static void interval_put(struct buf *out, const cJSON *event)
{
	const char *first = text_at(event, "eventTime"), *last = text_at(event, "lastTimestamp");
	const cJSON *series = node_at(event, "series");
	int64_t count = int_at(event, "count");

	if (!*first)
		first = text_at(event, "firstTimestamp");
	if (series) {
		last = text_at(series, "lastObservedTime");
		count = int_at(series, "count");
	}
	if (!series && count <= 1) {
		age_put(out, first);
		return;
	}
	age_put(out, last);
	buf_printf(out, " (x%" PRId64 " over ", count);
	age_put(out, first);
	buf_putc(out, ')');
}

static void message_put(struct buf *out, const cJSON *event)
{
	const char *field = text_at(event, "involvedObject.fieldPath"), *message = text_at(event, "message");
	size_t n;

	message += strspn(message, " \t\n\v\f\r");
	for (n = strlen(message); n && strchr(" \t\n\v\f\r", message[n - 1]); n--)
		;
	if (*field)
		buf_printf(out, "%s: ", field);
	buf_add(out, message, n);
}

static void event_show(struct describe *d, const cJSON *event)
{
	_cleanup_buf_ struct buf interval = BUF_INIT, message = BUF_INIT;
	const char *source = text_at(event, "source.component");

	interval_put(&interval, event);
	message_put(&message, event);
	put(d, 1, "%s\t%s\t%s\t%s\t%s\n", text_at(event, "type"), text_at(event, "reason"), interval.data,
	    *source ? source : text_at(event, "reportingComponent"), message.data);
}

void events_show(struct describe *d)
{
	_cleanup_free_ struct dated *events = NULL;
	size_t count = 0;

	collect(answer_get(d, &related_events, "", NULL), &events, &count);
	collect(answer_get(d, &related_events, "by name", NULL), &events, &count);
	if (!count) {
		put(d, 0, "Events:\t<none>\n");
		return;
	}
	qsort(events, count, sizeof(*events), compare_dated);
	describe_align(d);
	put(d, 0, "Events:\n");
	put(d, 1, "Type\tReason\tAge\tFrom\tMessage\n");
	put(d, 1, "----\t------\t----\t----\t-------\n");
	for (size_t i = 0; i < count; i++)
		event_show(d, events[i].event);
}
