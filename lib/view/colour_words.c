#include "view/colour.h"

#include <ctype.h>

/* ---- states ------------------------------------------------------------------ */

struct word {
	const char *text;
	enum colour_role role;
};

static const struct word states[] = {
	{"Running", COLOUR_GOOD},
	{"Succeeded", COLOUR_GOOD},
	{"Completed", COLOUR_GOOD},
	{"Complete", COLOUR_GOOD},
	{"Ready", COLOUR_GOOD},
	{"Active", COLOUR_GOOD},
	{"Bound", COLOUR_GOOD},
	{"Available", COLOUR_GOOD},
	{"Approved", COLOUR_GOOD},
	{"Issued", COLOUR_GOOD},
	{"Established", COLOUR_GOOD},
	{"Healthy", COLOUR_GOOD},
	{"True", COLOUR_GOOD},
	{"Pending", COLOUR_PROGRESS},
	{"ContainerCreating", COLOUR_PROGRESS},
	{"PodInitializing", COLOUR_PROGRESS},
	{"Terminating", COLOUR_PROGRESS},
	{"SchedulingGated", COLOUR_PROGRESS},
	{"SchedulingDisabled", COLOUR_PROGRESS},
	{"Suspended", COLOUR_PROGRESS},
	{"Progressing", COLOUR_PROGRESS},
	{"FailureTarget", COLOUR_PROGRESS},
	{"SuccessCriteriaMet", COLOUR_PROGRESS},
	{"NotReady", COLOUR_BAD},
	{"Unknown", COLOUR_BAD},
	{"Failed", COLOUR_BAD},
	{"Error", COLOUR_BAD},
	{"Evicted", COLOUR_BAD},
	{"OOMKilled", COLOUR_BAD},
	{"Lost", COLOUR_BAD},
	{"Denied", COLOUR_BAD},
	{"NodeLost", COLOUR_BAD},
	{"NodeAffinity", COLOUR_BAD},
	{"Preempting", COLOUR_BAD},
	{"Shutdown", COLOUR_BAD},
	{"ContainerCannotRun", COLOUR_BAD},
	{"DeadlineExceeded", COLOUR_BAD},
	{"ContainerStatusUnknown", COLOUR_BAD},
	{"StartError", COLOUR_BAD},
	{"Warning", COLOUR_BAD},
	{"False", COLOUR_BAD},
	{"Released", COLOUR_PROGRESS},
};

static const char *const bad_beginnings[] = {"Err", "Fail", "Invalid", "OutOf", "Unexpected", "Crash", "ExitCode:", "Signal:"};
static const char *const bad_endings[] = {"BackOff", "Error", "Failed"};

static bool has_any(const char *text, const char *const *parts, size_t n, bool (*has)(const char *, const char *))
{
	for (size_t i = 0; i < n; i++)
		if (has(text, parts[i]))
			return true;
	return false;
}

static enum colour_role state_of_part(const char *text)
{
	if (str_starts(text, "Init:"))
		return isdigit((unsigned char)text[5]) ? COLOUR_PROGRESS : state_of_part(text + 5);
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (!strcmp(text, states[i].text))
			return states[i].role;
	if (has_any(text, bad_beginnings, ARRAY_SIZE(bad_beginnings), str_starts) ||
	    has_any(text, bad_endings, ARRAY_SIZE(bad_endings), str_ends))
		return COLOUR_BAD;
	return COLOUR_NONE;
}

enum colour_role colour_of_state(const char *text)
{
	enum colour_role worst = COLOUR_NONE;

	while (*text) {
		size_t n = strcspn(text, ",");
		char part[64];
		enum colour_role role;

		snprintf(part, sizeof(part), "%.*s", (int)MIN(n, sizeof(part)), text);
		role = state_of_part(part);
		/* Roles of states stand in the order of their gravity. */
		worst = MAX(worst, role);
		text += n + (text[n] == ',');
	}
	return worst;
}

/* ---- cells ------------------------------------------------------------------- */

/* "1/2"; True and False of custom resources. */
static enum colour_role readiness_of(const char *text)
{
	char *end;
	unsigned long ready = strtoul(text, &end, 10), wanted;

	if (!isdigit((unsigned char)*text) || *end != '/')
		return colour_of_state(text);
	wanted = strtoul(end + 1, &end, 10);
	if (*end || !wanted)
		return COLOUR_NONE;
	return ready >= wanted ? COLOUR_READY : COLOUR_UNREADY;
}

static enum colour_role restarts_of(const char *text)
{
	return strtoul(text, NULL, 10) ? COLOUR_RESTARTS : COLOUR_NONE;
}

static enum colour_role age_of(const char *text)
{
	return *text ? COLOUR_AGE : COLOUR_NONE;
}

/* Events: Normal stays plain. The other TYPEs (of Services, of Secrets) are no states. */
static enum colour_role event_type_of(const char *text)
{
	return strcmp(text, "Warning") ? COLOUR_NONE : COLOUR_BAD;
}

enum colour_role colour_of_cell(const char *header, const char *text)
{
	static const struct {
		const char *header;
		enum colour_role (*role)(const char *text);
	} columns[] = {
		{"STATUS", colour_of_state}, {"CONDITION", colour_of_state}, {"PHASE", colour_of_state},
		{"STATE", colour_of_state}, {"READY", readiness_of}, {"COMPLETIONS", readiness_of},
		{"AVAILABLE", readiness_of}, {"RESTARTS", restarts_of}, {"AGE", age_of}, {"LAST SEEN", age_of},
		{"TYPE", event_type_of},
	};

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		if (!strcmp(header, columns[i].header))
			return columns[i].role(text);
	return COLOUR_NONE;
}

/* ---- what verbs did, and messages ---------------------------------------------- */

enum colour_role colour_of_operation(const char *text)
{
	static const struct word operations[] = {
		{"created", COLOUR_CREATED}, {"unchanged", COLOUR_UNCHANGED}, {"not labeled", COLOUR_UNCHANGED},
		{"not patched", COLOUR_UNCHANGED}, {"deleted", COLOUR_DELETED}, {"force deleted", COLOUR_DELETED},
		{"pruned", COLOUR_DELETED}, {"evicted", COLOUR_DELETED}, {"patched (no change)", COLOUR_UNCHANGED},
		{"skipped", COLOUR_UNCHANGED},
	};

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (str_starts(text, operations[i].text))
			return operations[i].role;
	return *text ? COLOUR_CHANGED : COLOUR_NONE;
}

enum colour_role colour_of_message(const char *line, size_t n, size_t *ret_len)
{
	/* through: the stretch goes on to what this text ends; NULL: the beginning alone. */
	static const struct {
		const char *begins, *through;
		enum colour_role role;
	} messages[] = {
		{"error: ", NULL, COLOUR_ERROR},
		{"Error: ", NULL, COLOUR_ERROR},
		{"Error from server", ": ", COLOUR_ERROR},
		{"Unable to connect to the server: ", NULL, COLOUR_ERROR},
		{"The connection to the server ", "\n", COLOUR_ERROR},
		{"The request is invalid", NULL, COLOUR_ERROR},
		{"error occurred while applying preferences ", NULL, COLOUR_ERROR},
		{"Warning: ", NULL, COLOUR_WARNING},
		{"warning: ", NULL, COLOUR_WARNING},
		{"hint: ", NULL, COLOUR_HINT},
	};

	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		size_t len = strlen(messages[i].begins);
		const char *end;

		if (n < len || memcmp(line, messages[i].begins, len))
			continue;
		end = messages[i].through ? memmem(line + len, n - len, messages[i].through, strlen(messages[i].through)) : NULL;
		*ret_len = end ? (size_t)(end - line) + 1 : messages[i].through ? n : len;
		/* The space or line end after it stays plain. */
		while (*ret_len && isspace((unsigned char)line[*ret_len - 1]))
			(*ret_len)--;
		return messages[i].role;
	}
	return COLOUR_NONE;
}
