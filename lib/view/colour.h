#ifndef KUBEC_VIEW_COLOUR_H
#define KUBEC_VIEW_COLOUR_H

#include "base/base.h"

/*
 * Colour is said by meaning: what makes text for a screen marks a stretch with
 * its role, and the terminal's writer (view/terminal.h) turns marks into the
 * colours of a theme, or into nothing. A mark is the byte 0xff, which no UTF-8 has,
 * and a letter: text of a server can at most borrow a theme's colour, never send
 * a control sequence.
 */
enum colour_role {
	COLOUR_NONE,
	COLOUR_HEADER,                                     /* of a table */
	COLOUR_GOOD, COLOUR_PROGRESS, COLOUR_BAD,          /* states */
	COLOUR_READY, COLOUR_UNREADY,                      /* 2/2, 1/2 */
	COLOUR_RESTARTS,                                   /* more than none */
	COLOUR_AGE,
	COLOUR_KIND,                                       /* of TYPE/NAME */
	COLOUR_KEY, COLOUR_STRING, COLOUR_NUMBER, COLOUR_LITERAL, /* of JSON and YAML; true, false, null */
	COLOUR_ERROR, COLOUR_WARNING, COLOUR_HINT,         /* what stderr says */
	COLOUR_CREATED, COLOUR_CHANGED, COLOUR_UNCHANGED, COLOUR_DELETED, /* what a verb did */
	COLOUR_REQUIRED, COLOUR_ENUM,                      /* of explain: a field that must be there, the values that may be */
	COLOUR_DIFF_HEADER, COLOUR_HUNK, COLOUR_ADDED, COLOUR_REMOVED, /* lines of a diff */
	COLOUR_SOURCE_1,                                   /* prefixes of lines that come from several Pods */
	COLOUR_SOURCE_LAST = COLOUR_SOURCE_1 + 5,
	COLOUR_ROLES,
};

#define COLOUR_MARK '\xff'
#define COLOUR_MARK_BASE '@' /* + role; the role NONE ends a stretch */

/* Stretches do not nest. Beginning COLOUR_NONE writes nothing. */
void colour_begin(struct buf *out, enum colour_role role);
void colour_end(struct buf *out, enum colour_role role);
void colour_add(struct buf *out, enum colour_role role, const char *text, size_t n);

/* The role of a table's cell under this header ("STATUS"), by its text. */
enum colour_role colour_of_cell(const char *header, const char *text);

/* "Running", "Init:0/1", "Ready,SchedulingDisabled": a state, by its worst part; NONE for words of no known meaning. */
enum colour_role colour_of_state(const char *text);

/* "created", "configured (dry run)": what a verb did. */
enum colour_role colour_of_operation(const char *text);

/* The role of the beginning of a line on stderr ("error: …"), and how many bytes it covers. */
enum colour_role colour_of_message(const char *line, size_t n, size_t *ret_len);

/* Append JSON (kyaml too) or YAML as the printers lay it out, its parts marked. */
void colour_json(struct buf *out, const char *text, size_t n);
void colour_yaml(struct buf *out, const char *text, size_t n);

/* Append a description or an explanation as describe and explain lay it out: labels, states, tables, field names, types. */
void colour_describe(struct buf *out, const char *text, size_t n);
void colour_explain(struct buf *out, const char *text, size_t n);

/*
 * A unified diff, line by line: whether a line that begins with "---" is a header or a
 * removed "--" is known from how much of its hunk is still to come. Starts as {0}; several diffs may follow
 * each other.
 */
struct colour_diff {
	size_t old_left, new_left; /* lines of the hunk */
};

/* The role of the next line (n bytes, with or without its line end); NONE for unchanged ones. */
enum colour_role colour_of_diff_line(struct colour_diff *d, const char *line, size_t n);

/* Appends a whole unified diff, its lines marked. */
void colour_diff(struct buf *out, const char *text, size_t n);

/* The role for the prefix of the nth source (Pod, container) of lines, from 0; the palette begins again when it is used up. */
enum colour_role colour_of_source(size_t nth);

/* ---- themes ---------------------------------------------------------------- */

/* Parameters of the sequence ESC [ … m for each role; "" for none. */
#define COLOUR_CODE_MAX 40
struct colour_theme {
	char codes[COLOUR_ROLES][COLOUR_CODE_MAX];
};

/* The theme that is built in under a name ("safe", "dark", "light", "none"); false when there is none. */
bool colour_theme_named(const char *name, struct colour_theme *ret);

/* Names of the built-in themes, comma-separated. The first is the default: told apart without red and green. */
extern const char colour_theme_names[];

/*
 * Reads a theme: YAML that maps roles to colours, upon the theme that "theme" names
 * (the default without it):
 *   theme: dark
 *   header: bold
 *   bad: bold bright-red
 *   key: "#5f87ff"
 * A colour is words: black red green yellow blue magenta cyan white, bright-…, a number to
 * 255, #rrggbb, on-… for the background, bold dim italic underline reverse, none. path is
 * for messages. Fails with ERROR_CONFIG and leaves ret alone.
 */
int colour_theme_parse(const char *text, size_t n, const char *path, struct colour_theme *ret, struct error *err);

#endif
